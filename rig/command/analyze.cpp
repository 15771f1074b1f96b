// brewproof analyze: the pure half alone, on an old run folder or on captures and an action log
// made elsewhere.

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>

#include "results/findings_json.h"
#include "results/inert_text.h"
#include "results/report.h"
#include "rig/command/analysis/analysis.h"
#include "rig/command/analysis/kept_source.h"
#include "rig/command/analysis/log_clock.h"
#include "rig/command/analysis/protos.h"
#include "rig/command/command.h"
#include "rig/command/run_progress.h"
#include "rig/command/verb.h"
#include "rig/decode/packet/frame.h"
#include "rig/yaml/units.h"

namespace brewproof {
namespace {

struct AnalyzeArguments {
  std::vector<std::string> inputs;
  ForeignCaptures foreign;
  std::vector<std::string> key_logs;
  std::vector<std::string> protos;
  std::string log_offset;  // "" = not stated
  std::string out, windows = "0..1 s,0..2 s,0..5 s";
  bool no_cross_check = false;
  bool spike = false;
  std::int64_t repetitions = 20;
};

// A proof a copy takes its time, and a person wants to know how long. Nothing where nobody looks.
std::function<void(int, int)> spike_progress() {
  if (isatty(STDERR_FILENO) == 0) return {};
  using Clock = std::chrono::steady_clock;
  return [begun = Clock::now(), shown = Clock::time_point()](int done, int of) mutable {
    const auto now = Clock::now();
    if (done < of && now - shown < std::chrono::milliseconds(500)) return;
    shown = now;
    const std::int64_t left_ns = (now - begun).count() / done * (of - done);
    fmt::print(stderr, "\r\033[Ksensitivity: copy {} of {}, {} left{}", done, of,
               duration_text(left_ns), done == of ? "\r\033[K" : "");
    std::fflush(stderr);
  };
}

// "0..1 s, 200..350 ms": half-open windows after the last contact.
Result<std::vector<Window>> parse_windows(const std::string& text) {
  std::vector<Window> windows;
  if (text.find_first_not_of(' ') == std::string::npos)
    return fail(ErrorCode::usage, "--windows: name at least one, as 0..1 s");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::string part = text.substr(at, comma - at);
    part.erase(0, part.find_first_not_of(' '));
    const auto range = yaml::parse_duration_range(part);
    if (!range) return fail(ErrorCode::usage, "--windows: {}", range.error());
    windows.push_back({range->begin.count(), range->end.count()});
    at = comma + 1;
  }
  return windows;
}

Result<void> finish(const AnalysisSource& source, const AnalyzeArguments& arguments,
                    const std::string& out, Invocation& invocation) {
  SpikeQuestion spikes;
  if (arguments.spike) spikes = {static_cast<int>(arguments.repetitions), spike_progress()};
  auto analysis = analyse(source, arguments.no_cross_check ? no_opinion() : OpinionWish(), spikes);
  if (!analysis) return pass_on(std::move(analysis));
  std::error_code error;
  std::filesystem::create_directories(out, error);
  if (error) return fail(ErrorCode::io, "{}: cannot be made: {}", out, error.message());
  if (auto written = write_results(out, *analysis); !written) return written;
  const Findings& findings = analysis->report.findings;
  if (source.foreign)
    if (auto kept = keep_source(out, arguments.foreign, source.protos, findings.run.captures);
        !kept)
      return kept;
  for (const std::string& note : analysis->notes) invocation.say("Note: " + inert(note, 400) + ".");
  invocation.say(text_summary(findings, {invocation.color(), invocation.width()}));
  invocation.say("Report: " + std::filesystem::absolute(out + "/report.html").string());
  invocation.answer(nlohmann::json::parse(findings_json(findings)));
  if (inconclusive(findings)) invocation.exit = ExitCode::inconclusive;
  invocation.exit = graver(invocation.exit, exit_code_of_confirmations(findings));
  return {};
}

Result<void> analyze_run(const AnalyzeArguments& arguments, Invocation& invocation) {
  if (!arguments.log_offset.empty())
    return fail(ErrorCode::usage,
                "--log-offset is for captures and logs made elsewhere: a run folder has one clock");
  auto folder = RunFolder::open(arguments.inputs.front());
  if (!folder) return pass_on(std::move(folder));
  const std::vector<ProtoWish> protos = parse_wishes(arguments.protos);
  if (auto checked = check_protos(protos); !checked) return checked;
  if (arguments.out.empty())
    if (auto kept = keep_protos(*folder, protos); !kept) return kept;
  auto source = source_of_run(*folder);
  if (!source) return pass_on(std::move(source));
  add_key_logs(*source, arguments.key_logs);
  if (!protos.empty() && !arguments.out.empty()) source->protos = protos;
  return finish(*source, arguments, arguments.out.empty() ? folder->path() : arguments.out,
                invocation);
}

Result<void> analyze_captures(AnalyzeArguments arguments, Invocation& invocation) {
  if (arguments.foreign.trials.empty())
    return fail(
        ErrorCode::usage,
        "captures alone prove nothing: give the action log too (--trials FILE, a line per trial; "
        "procedures/README.md has the format)");
  if (arguments.foreign.dut.empty())
    return fail(ErrorCode::usage, "--dut: name the machine by MAC or IP address, or say --dut all");
  for (const std::string& dut : arguments.foreign.dut)
    if (dut != "all" && !decode::parse_address(dut))
      return fail(ErrorCode::usage,
                  "--dut {}: is no MAC address (02:c0:ff:ee:00:01) and no IP address: name the "
                  "machine by one, or say --dut all",
                  dut);
  if (arguments.out.empty())
    return fail(ErrorCode::usage, "--out DIR: where should the findings go?");
  std::error_code ignored;
  if (std::filesystem::exists(arguments.out + "/journal.jsonl", ignored))
    return fail(ErrorCode::usage,
                "{}: is a run folder with findings of its own: name another --out", arguments.out);
  auto windows = parse_windows(arguments.windows);
  if (!windows) return pass_on(std::move(windows));
  arguments.foreign.windows = *windows;
  if (!arguments.log_offset.empty()) {
    auto offset = parse_log_offset(arguments.log_offset);
    if (!offset) return pass_on(std::move(offset));
    arguments.foreign.log_offset_ns = *offset;
  }
  arguments.foreign.captures = arguments.inputs;
  auto source = source_of_captures(arguments.foreign);
  if (!source) return pass_on(std::move(source));
  add_key_logs(*source, arguments.key_logs);
  source->protos = parse_wishes(arguments.protos);
  return finish(*source, arguments, arguments.out, invocation);
}

}  // namespace

void add_analyze(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "analyze", "decode and attribute a run folder, or captures made elsewhere");
  auto arguments = std::make_shared<AnalyzeArguments>();
  verb.texts("input", arguments->inputs, "RUN folder, or CAPTURE files (pcap, pcapng)",
             Verb::Need::required);
  verb.text("--trials", arguments->foreign.trials, "action log (trials.jsonl) of the captures");
  verb.text("--log-offset", arguments->log_offset,
            "how far the log's clock is ahead of the captures': 0s, +3s, -20s, +8h; without it the "
            "rig's sentinels in them are asked, and where there are none nothing is said of what "
            "was not seen");
  verb.texts("--dut", arguments->foreign.dut, "the machine's MAC or IP address, or all");
  verb.repeated(
      "--proto", arguments->protos,
      "FILE[:Message][@PATH or TOPIC]: read Protocol Buffers by this .proto file's names");
  verb.text("--out", arguments->out, "folder for the results (default: the run folder)");
  verb.repeated(
      "--keylog", arguments->key_logs,
      "secrets of TLS sessions, as programs write them under SSLKEYLOGFILE; local keys of Tuya");
  verb.text("--windows", arguments->windows, "latency windows of captures made elsewhere");
  verb.number("--alpha", arguments->foreign.alpha,
              "family-wise error level of captures made elsewhere", 1e-9, 0.5);
  verb.flag("--no-cross-check", arguments->no_cross_check,
            "do not ask tshark for a second opinion on the captures");
  verb.flag(
      "--spike", arguments->spike,
      "measure what would have been found: add synthetic emissions to copies of the messages");
  verb.count("--repetitions", arguments->repetitions, "copies for each event and form of --spike",
             1, most_spike_repetitions);
  verb.needs("--repetitions", "--spike");
  verb.action([arguments, &invocation] {
    const bool run =
        arguments->inputs.size() == 1 && std::filesystem::is_directory(arguments->inputs.front());
    auto done =
        run ? analyze_run(*arguments, invocation) : analyze_captures(*arguments, invocation);
    if (!done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
