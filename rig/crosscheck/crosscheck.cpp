#include "rig/crosscheck/crosscheck.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "rig/process/child.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kinds = {"dns queries",    "dns responses",
                                                   "http requests",  "http responses",
                                                   "mqtt publishes", "tls client hellos"};
// The columns of a line, tab-separated; values of several messages in one packet by commas.
constexpr std::array<const char*, 6> columns = {"frame.protocols", "dns.flags.response",
                                                "http.request",    "http.response",
                                                "mqtt.msgtype",    "tls.handshake.type"};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

/// An empty folder that tshark takes for its user's configuration and plugins.
class EmptyProfile {
 public:
  EmptyProfile() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "brewproof-tshark-XXXXXX").string();
    if (!error && ::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~EmptyProfile() {
    std::error_code ignored;  // tshark may have left a file there; nothing depends on it
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  EmptyProfile(const EmptyProfile&) = delete;
  EmptyProfile& operator=(const EmptyProfile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string display_filter(const std::vector<std::string>& dut) {
  std::string filter = "(dns || http || mqtt || tls.handshake.type == 1)";
  std::vector<std::string> hosts;
  for (const std::string& address : dut) {
    const bool mac = address.size() == 17 && std::count(address.begin(), address.end(), ':') == 5;
    const bool ipv4 = address.find(':') == std::string::npos;
    hosts.push_back(fmt::format("{} == {}",
                                mac    ? "eth.addr"
                                : ipv4 ? "ip.addr"
                                       : "ipv6.addr",
                                address));
  }
  if (!hosts.empty()) filter += fmt::format(" && ({})", fmt::join(hosts, " || "));
  return filter;
}

std::vector<std::string> arguments(const std::string& capture, const OwnCounts& ours,
                                   const CrossCheckSettings& settings) {
  std::vector<std::string> list = {"-n", "-r", capture, "-o", "tcp.reassemble_out_of_order:TRUE"};
  for (const std::string& rule : ours.decode_as) {
    list.emplace_back("-d");
    list.push_back(rule);
  }
  for (const char* word :
       {"-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,", "-Y"})
    list.emplace_back(word);
  list.push_back(display_filter(settings.dut));
  for (const char* column : columns) {
    list.emplace_back("-e");
    list.emplace_back(column);
  }
  return list;
}

ChildSettings child(const CrossCheckSettings& settings, const EmptyProfile& profile) {
  ChildSettings child;
  child.program = settings.program;
  child.environment = {{"WIRESHARK_CONFIG_DIR", profile.path()},
                       {"WIRESHARK_PLUGIN_DIR", profile.path()},
                       {"LC_ALL", "C.UTF-8"}};
  child.pipe_stdout = child.pipe_stderr = true;
  return child;
}

Result<std::string> version(const CrossCheckSettings& settings, const EmptyProfile& profile) {
  ChildSettings ask = child(settings, profile);
  ask.arguments = {"--version"};
  auto started = Child::start(ask);
  if (!started)
    return fail(ErrorCode::host, "{}; install tshark or analyse with --no-cross-check",
                started.error().message);
  auto output = started->finish(std::chrono::seconds(30));
  if (!output) return pass_on(std::move(output));
  // "TShark (Wireshark) 4.0.17 (Git v4.0.17 packaged as ...)."
  const auto words = split(std::string_view(output->out).substr(0, output->out.find('\n')), ' ');
  if (!output->exit.ok() || words.size() < 3)
    return fail(ErrorCode::host, "{} --version did not tell its version", settings.program);
  return "tshark " + std::string(words[2]);
}

Result<void> count_file(const std::string& capture, const OwnCounts& ours,
                        const CrossCheckSettings& settings, const EmptyProfile& profile,
                        KindCounts& counts) {
  ChildSettings run = child(settings, profile);
  run.arguments = arguments(capture, ours, settings);
  auto started = Child::start(run);
  if (!started) return pass_on(std::move(started));
  const auto deadline = std::chrono::steady_clock::now() + settings.within;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    auto line = started->read_line(std::max(left, std::chrono::milliseconds(0)));
    if (!line) return pass_on(std::move(line));
    if (!*line) break;
    add_tshark_line(**line, counts);
  }
  auto output = started->finish(std::chrono::seconds(30));
  if (!output) return pass_on(std::move(output));
  // A damaged file was read up to the damage; our reader stops there too and says so itself.
  const bool damaged = output->err.find("cut short") != std::string::npos ||
                       output->err.find("damaged or corrupt") != std::string::npos;
  if (!output->exit.ok() && !damaged)
    return fail(ErrorCode::bad_file, "{}: tshark could not read it (exit {}): {}", capture,
                output->exit.code, output->err.substr(0, 300));
  return {};
}

std::string explain(std::string_view kind, std::uint64_t ours, std::uint64_t theirs) {
  if (ours == theirs) return {};
  return fmt::format("tshark counts {} {} {}: look at both before relying on this kind",
                     ours < theirs ? theirs - ours : ours - theirs, kind,
                     ours < theirs ? "more" : "fewer");
}

}  // namespace

OwnCounts count_kinds(const std::vector<Message>& messages) {
  OwnCounts counts;
  const auto add = [&](const Message& m, const char* kind) { counts.kinds[kind] += 1 + m.repeats; };
  for (const Message& m : messages) {
    if (m.message == "malformed") continue;
    const bool response = m.message.starts_with("response");
    if (m.protocol == "dns") {
      add(m, response || m.message.find(" response") != std::string::npos ? "dns responses"
                                                                          : "dns queries");
      if (m.peer.port != 53 && m.peer.port != 0)
        counts.decode_as.insert(fmt::format("udp.port=={},dns", m.peer.port));
    } else if (m.protocol == "http") {
      add(m, response ? "http responses" : "http requests");
    } else if (m.protocol == "mqtt") {
      if (m.message.starts_with("PUBLISH")) add(m, "mqtt publishes");
      if (m.peer.port != 1883 && m.peer.port != 0)
        counts.decode_as.insert(fmt::format("tcp.port=={},mqtt", m.peer.port));
    } else if (m.protocol == "tls" && m.message == "client hello") {
      add(m, "tls client hellos");
    }
  }
  return counts;
}

void add_tshark_line(std::string_view line, KindCounts& counts) {
  std::array<std::string_view, columns.size()> cells;
  for (std::string_view& cell : cells) {
    const std::size_t end = line.find('\t');
    cell = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  // An ICMP error quotes the packet it is about; mDNS and LLMNR are protocols of their own.
  const auto layers = split(cells[0], ':');
  const auto has = [&](std::string_view name) {
    return std::find(layers.begin(), layers.end(), name) != layers.end();
  };
  if (has("icmp") || has("icmpv6")) return;
  if (!has("mdns") && !has("llmnr"))
    for (const std::string_view flag : split(cells[1], ','))  // 4.0 prints 0 and 1, 4.2 words
      ++counts[flag == "1" || flag == "True" ? "dns responses" : "dns queries"];
  counts["http requests"] += split(cells[2], ',').size();
  counts["http responses"] += split(cells[3], ',').size();
  for (const std::string_view type : split(cells[4], ','))
    if (type == "3") ++counts["mqtt publishes"];
  for (const std::string_view type : split(cells[5], ','))
    if (type == "1") ++counts["tls client hellos"];
}

bool CrossCheck::agrees() const {
  return std::all_of(kinds.begin(), kinds.end(),
                     [](const KindComparison& k) { return k.ours == k.theirs; });
}

Result<CrossCheck> cross_check(const std::vector<std::string>& captures, const OwnCounts& ours,
                               const CrossCheckSettings& settings) {
  const EmptyProfile profile;
  if (profile.path().empty())
    return fail(ErrorCode::host,
                "making an empty folder for tshark's profile failed: is {} writable?",
                "the folder for temporary files");
  auto tool = version(settings, profile);
  if (!tool) return pass_on(std::move(tool));
  KindCounts theirs;
  for (const std::string& capture : captures)
    if (auto counted = count_file(capture, ours, settings, profile, theirs); !counted)
      return pass_on(std::move(counted));
  CrossCheck check{*tool, {}};
  for (const std::string_view kind : kinds) {
    const auto count = [&](const KindCounts& counts) {
      const auto found = counts.find(std::string(kind));
      return found == counts.end() ? std::uint64_t{0} : found->second;
    };
    const std::uint64_t a = count(ours.kinds), b = count(theirs);
    check.kinds.push_back({std::string(kind), a, b, explain(kind, a, b)});
  }
  return check;
}

}  // namespace brewproof
