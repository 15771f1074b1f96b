#include "rig/crosscheck/tshark.h"

#include <algorithm>
#include <filesystem>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_said = 300;  // of an error message of theirs

// What a capture that was cut off makes them say; our reader stops there too and says so itself.
bool tells_damage(const std::string& text) {
  return text.find("cut short") != std::string::npos ||
         text.find("damaged or corrupt") != std::string::npos;
}

// The last line is what ended it; before it stand warnings, as the one about root. The same in
// whatever folder the capture stands.
std::string last_line(std::string text, const std::string& capture) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::size_t begin = text.rfind('\n');
  text = text.substr(begin == std::string::npos ? 0 : begin + 1);
  for (std::size_t at = 0; !capture.empty() && (at = text.find(capture)) != std::string::npos;)
    text.replace(at, capture.size(), "it");
  return text.substr(0, most_said);
}

tl::unexpected<Error> ended_badly(const char* program, const std::string& capture,
                                  const Child::Output& output) {
  if (output.exit.signal != 0)
    return fail(ErrorCode::bad_file, "{} was ended by signal {}", program, output.exit.signal);
  return fail(ErrorCode::bad_file, "{} could not read it (exit {}): {}", program, output.exit.code,
              last_line(output.err, capture));
}

}  // namespace

Result<Tshark> Tshark::find(const TsharkSettings& settings) {
  auto profile = ScratchFolder::make("tshark");
  if (!profile) return pass_on(std::move(profile));
  Tshark tshark(settings, std::move(*profile));
  auto asked = tshark.ask_version();
  if (!asked) {
    tshark.without_network_ = false;
    asked = tshark.ask_version();
  }
  if (!asked) return pass_on(std::move(asked));
  return tshark;
}

ChildSettings Tshark::child(const std::string& program) const {
  ChildSettings child;
  child.program = program;
  child.environment = {{"WIRESHARK_CONFIG_DIR", profile_.path()},
                       {"WIRESHARK_PLUGIN_DIR", profile_.path()},
                       {"TZ", "UTC"},
                       {"LC_ALL", "C.UTF-8"}};
  child.pipe_stdout = child.pipe_stderr = true;
  child.without_network = without_network_;
  child.most_memory = settings_.most_memory;
  return child;
}

Result<void> Tshark::ask_version() {
  ChildSettings ask = child(settings_.tshark);
  ask.arguments = {"--version"};
  auto started = Child::start(ask);
  if (!started) return pass_on(std::move(started));
  auto output = started->finish(std::chrono::seconds(60), 1u << 20);
  if (!output) return pass_on(std::move(output));
  // "TShark (Wireshark) 4.0.17 (Git v4.0.17 packaged as ...)."
  constexpr std::string_view before = "(Wireshark) ";
  const std::size_t begin = output->out.find(before);
  if (!output->exit.ok() || begin == std::string::npos)
    return fail(ErrorCode::host, "{} --version did not tell its version: {}", settings_.tshark,
                last_line(output->err, ""));
  const std::string_view rest = std::string_view(output->out).substr(begin + before.size());
  version_ = "tshark " + std::string(rest.substr(0, rest.find_first_not_of("0123456789.")));
  return {};
}

Result<void> Tshark::read(const std::string& capture, const std::vector<std::string>& arguments,
                          const std::function<void(std::string_view)>& line) const {
  ChildSettings run = child(settings_.tshark);
  run.arguments = {"-n", "-r", capture};
  run.arguments.insert(run.arguments.end(), arguments.begin(), arguments.end());
  auto started = Child::start(run);
  if (!started) return pass_on(std::move(started));
  const auto deadline = std::chrono::steady_clock::now() + settings_.within;
  const auto left = [&] {
    const auto now = std::chrono::steady_clock::now();
    return std::max(std::chrono::milliseconds(0),
                    std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now));
  };
  for (;;) {
    auto next = started->read_line(left());
    if (!next && next.error().code == ErrorCode::timeout)
      return fail(ErrorCode::timeout, "tshark did not finish it within {} s",
                  settings_.within.count());
    if (!next) return pass_on(std::move(next));
    if (!*next) break;
    line(**next);
  }
  auto output = started->finish(std::max(left(), std::chrono::milliseconds(1000)));
  if (!output) return pass_on(std::move(output));
  if (!output->exit.ok() && !(output->exit.signal == 0 && tells_damage(output->err)))
    return ended_badly("tshark", capture, *output);
  return {};
}

Result<std::vector<std::string>> Tshark::cut(const std::string& capture, std::uint64_t packets,
                                             const std::string& folder) const {
  ChildSettings run = child(settings_.editcap);
  run.arguments = {"-c", std::to_string(packets), capture, folder + "/part.pcapng"};
  auto started = Child::start(run);
  if (!started) return pass_on(std::move(started));
  auto output = started->finish(settings_.within);
  if (!output) return pass_on(std::move(output));
  if (!output->exit.ok() && !(output->exit.signal == 0 && tells_damage(output->err)))
    return ended_badly("editcap", capture, *output);
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    files.push_back(entry.path().string());  // part_00000_20160420164310.pcapng ...
  if (error) return fail(ErrorCode::io, "{}: cannot be read: {}", folder, error.message());
  std::ranges::sort(files);
  return files;
}

}  // namespace brewproof
