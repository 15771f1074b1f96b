#include "tests/rig/crosscheck/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "rig/capture/capture_file.h"
#include "rig/decode/decoder.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

// Captured text may move a terminal's cursor.
std::string harmless(const std::string& text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '.' : c;
  return out;
}

Result<TlsSecrets> read_keys(const std::string& keylog) {
  TlsSecrets secrets;
  if (keylog.empty()) return secrets;
  std::ifstream file(keylog, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return fail(ErrorCode::usage, "{}: cannot be read", keylog);
  if (const KeyLogRead read = secrets.add(text); !read.fault.empty())
    return fail(ErrorCode::usage, "{}:{}", keylog, read.fault);
  return secrets;
}

Result<CrossCheck> check_file(const std::string& path, const std::string& keylog,
                              const TlsSecrets& secrets) {
  std::vector<KeptMessage> messages;
  DecodeOptions options;
  options.tls_secrets = secrets;
  Decoder decoder(options, [&](Message&& m) { messages.push_back(std::move(m)); });
  auto reader = CaptureFileReader::open(path);
  if (!reader) return pass_on(std::move(reader));
  std::uint64_t packets = 0;
  std::size_t known_keys = 0;  // of those that the file holds
  for (;; ++packets) {
    auto packet = reader->next();
    if (!packet || !*packet) break;  // tshark stops at damage too
    if (const std::string_view keys = reader->tls_keys(); keys.size() > known_keys)
      (void)decoder.learn(keys.substr(std::exchange(known_keys, keys.size())));
    decoder.packet(**packet);
  }
  decoder.finish();
  CrossCheckSettings settings;
  settings.keylog = keylog;
  return cross_check({{path, packets}}, messages, settings);
}

const char* word_of(const Row& row) {
  return row.agrees() ? "agrees" : row.explained() ? "explained" : "UNEXPLAINED";
}

}  // namespace

Result<Agreement> agreement_on(const std::string& folder, const std::string& keylog) {
  const auto secrets = read_keys(keylog);
  if (!secrets) return tl::unexpected(secrets.error());
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.path().extension() == ".pcap" || entry.path().extension() == ".pcapng")
      files.push_back(entry.path());
  if (error) return fail(ErrorCode::usage, "{}: cannot be read: {}", folder, error.message());
  std::ranges::sort(files);
  Agreement agreement;
  for (const fs::path& file : files) {
    const std::string name = file.filename().string();
    auto check = check_file(file.string(), keylog, *secrets);
    if (!check && check.error().code == ErrorCode::host) return pass_on(std::move(check));
    if (!check) {
      agreement.unheard.push_back(fmt::format("{}: {}", name, check.error().message));
      continue;
    }
    agreement.tool = check->tool;
    for (const Unheard& unheard : check->unheard)
      agreement.unheard.push_back(fmt::format("{}: {}", name, unheard.why));
    for (const ReadAlone& alone : check->read_alone) agreement.read_alone.emplace_back(name, alone);
    for (Opinion& opinion : check->opinions) {
      Row row{name, std::move(opinion)};
      for (const Known& known : known_differences())
        if (known.file == row.file && known.kind == row.opinion.kind) row.known = &known;
      agreement.rows.push_back(std::move(row));
    }
  }
  return agreement;
}

std::string table_of(const Agreement& agreement, bool with_readings) {
  constexpr const char* line = "{:<58} {:<18} {:>6} {:>6} {:>6} {:>6} {:>6}  {}\n";
  std::string text =
      fmt::format(line, "file", "kind", "ours", "theirs", "differ", "aside", "alone", "");
  std::map<std::string, Opinion> sums;
  for (const Row& row : agreement.rows) {
    const Opinion& o = row.opinion;
    text += fmt::format(line, row.file.substr(0, 58), o.kind, o.ours, o.theirs, o.differing,
                        o.aside, o.alone, word_of(row));
    if (!row.agrees() && row.known != nullptr) text += fmt::format("    {}\n", row.known->reason);
    if (with_readings)
      for (const Difference& d : o.differences)
        text += fmt::format("    frame {}\n      ours   {}\n      theirs {}\n", d.frame,
                            harmless(d.ours), harmless(d.theirs));
    Opinion& sum = sums[o.kind];
    sum.ours += o.ours;
    sum.theirs += o.theirs;
    sum.differing += o.differing;
    sum.aside += o.aside;
    sum.alone += o.alone;
  }
  text += '\n';
  for (const auto& [kind, o] : sums)
    text +=
        fmt::format(line, "all files", kind, o.ours, o.theirs, o.differing, o.aside, o.alone, "");
  std::map<std::string, std::uint64_t> alone;
  for (const auto& [file, read] : agreement.read_alone) alone[read.protocol] += read.messages;
  for (const auto& [protocol, messages] : alone)
    text +=
        fmt::format("read by {} alone: {} messages of {}\n", agreement.tool, messages, protocol);
  for (const std::string& unheard : agreement.unheard)
    text += fmt::format("no second opinion on {}\n", unheard);
  return text;
}

}  // namespace brewproof
