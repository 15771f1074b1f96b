// brewproof explain: from a finding, a field or a packet to trials, counts, arithmetic and packets.

#include <fmt/core.h>

#include <charconv>
#include <map>
#include <memory>
#include <optional>

#include "results/inert_text.h"
#include "rig/command/analysis/analysis.h"
#include "rig/command/command.h"
#include "rig/command/verb.h"
#include "rig/proof/explain.h"
#include "rig/proof/mask.h"

namespace brewproof {
namespace {

// Where a stranger finds the packets: file, byte offset, frame, and the act that each follows.
std::string packets_text(const Finding& finding, const Analysis& analysis) {
  const std::vector<CaptureFile>& captures = analysis.report.findings.run.captures;
  std::map<int, const Trial*> trials;
  for (const Trial& trial : analysis.report.trials) trials[trial.trial] = &trial;
  std::map<PacketPlace, std::int64_t> times;
  for (const KeptMessage& message : analysis.proof_input.messages)
    times.emplace(message.first, message.time_ns);

  std::string text =
      "\nPackets, one per trial (delay after the last contact, file, byte offset, "
      "frames, what was drawn):\n";
  for (const Evidence& e : finding.evidence) {
    const auto trial = trials.find(e.trial);
    const auto time = times.find({e.file, e.offset, e.frame});
    std::string delay = "?", drawn;
    if (trial != trials.end() && time != times.end())
      delay = fmt::format("{:.3f} ms",
                          static_cast<double>(time->second - trial->second->origin_ns()) / 1e6);
    if (trial != trials.end())
      for (const auto& [name, value] : trial->second->params)
        drawn += fmt::format(" {}={}", inert(name, 40), inert(masked(to_text(value)), 40));
    text += fmt::format("  trial {:>3}  {:>11}  {}  offset {}  frame{} {}{} {}\n", e.trial, delay,
                        e.file < captures.size() ? captures[e.file].file : "?", e.offset,
                        e.last_frame > e.frame ? "s" : "", e.frame,
                        e.last_frame > e.frame ? fmt::format("-{}", e.last_frame) : "", drawn);
  }
  return text;
}

// "112", where there is one capture, or "0002.pcapng:112": a frame of it, from 1.
struct FrameWish {
  std::string file;  // "" = the only one
  std::uint64_t frame = 0;
};

std::optional<FrameWish> parse_frame(const std::string& what) {
  const std::size_t colon = what.rfind(':');
  const std::size_t at = colon == std::string::npos ? 0 : colon + 1;
  FrameWish wish{at == 0 ? "" : what.substr(0, colon), 0};
  const char* const end = what.data() + what.size();
  const auto [stop, error] = std::from_chars(what.data() + at, end, wish.frame);
  if (error != std::errc{} || stop != end || wish.frame == 0) return std::nullopt;
  return wish;
}

// Of the trials: each step of the act with the bracket of the clock that it lies in.
std::string acts_text(const std::vector<Evidence>& evidence, const Analysis& analysis) {
  std::string text;
  for (const Evidence& e : evidence)
    for (const Actuation& one : analysis.report.actuations)
      if (one.trial == e.trial)
        text += fmt::format("  trial {:>3}  {:<9}  {:<12} {:<12} {} .. {}\n", one.trial, one.level,
                            one.control, one.state, one.begin_raw_ns, one.end_raw_ns);
  if (text.empty()) return text;
  return "\nActs, each between two readings of the clock (level, control, state, "
         "CLOCK_MONOTONIC_RAW in ns; the journal's clock lines map it to the packets' clock):\n" +
         text;
}

Result<std::string> packet_explained(const FrameWish& wish, const std::string& path,
                                     const Analysis& analysis) {
  const std::vector<CaptureFile>& captures = analysis.report.findings.run.captures;
  for (std::uint32_t file = 0; file < captures.size(); ++file) {
    const std::string& name = captures[file].file;
    const bool meant = wish.file.empty() ? captures.size() == 1
                                         : name == wish.file || name.ends_with("/" + wish.file);
    if (!meant) continue;
    std::string text = arithmetic_of_frame(analysis.proof_input, file, wish.frame);
    if (text.empty())
      return fail(ErrorCode::usage, "{}: no message was read from frame {}", name, wish.frame);
    return fmt::format("Frame {} of {}\n\n{}", wish.frame, name, text);
  }
  std::string known;
  for (const CaptureFile& capture : captures) known += (known.empty() ? "" : ", ") + capture.file;
  return fail(ErrorCode::usage, "{}: name the capture of the frame, as FILE:FRAME; there is {}",
              path, known.empty() ? "none" : known);
}

Result<void> explain(const std::string& path, const std::string& id,
                     const std::vector<std::string>& key_logs, Invocation& invocation) {
  const auto made = findings_in(path);
  auto analysis = analyse_again(path, made ? &*made : nullptr, key_logs);
  if (!analysis) return pass_on(std::move(analysis));

  const auto tell = [&](const char* kind, const std::string& text) {
    invocation.say(text);
    invocation.answer({{kind, id}, {"explanation", text}});
    return Result<void>();
  };
  const Findings& findings = analysis->report.findings;
  std::string known;
  for (const auto* list : {&findings.findings, &findings.candidates})
    for (const Finding& finding : *list) {
      known += (known.empty() ? "" : ", ") + finding.id;
      if (finding.id == id)
        return tell("finding", arithmetic(analysis->proof_input, id) + histogram_in_words(finding) +
                                   sources_in_words(finding) + packets_text(finding, *analysis) +
                                   acts_text(finding.evidence, *analysis));
    }
  if (const std::string field = arithmetic_of_field(analysis->proof_input, id); !field.empty())
    return tell("field", field + sources_of_field(findings.findings, id));
  if (const auto wish = parse_frame(id)) {
    const auto text = packet_explained(*wish, path, *analysis);
    if (!text) return tl::unexpected(text.error());
    return tell("packet", *text);
  }
  return fail(ErrorCode::usage,
              "{} has no finding {}; it has: {}. A field is named by its path, a packet by its "
              "frame, as 0001.pcapng:112",
              path, id, known.empty() ? "none" : known);
}

}  // namespace

void add_explain(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "explain", "from a finding, field or packet to trials, counts and arithmetic");
  struct Arguments {
    std::string run, id;
    std::vector<std::string> key_logs;
  };
  auto arguments = std::make_shared<Arguments>();
  verb.text("run", arguments->run, "run folder, or a folder of analyze --out",
            Verb::Need::required);
  verb.text("id", arguments->id, "finding (F1), field (its path) or packet (0001.pcapng:112)",
            Verb::Need::required);
  verb.repeated("--keylog", arguments->key_logs,
                "secrets of TLS sessions that the analysis was given");
  verb.action([arguments, &invocation] {
    if (auto done = explain(arguments->run, arguments->id, arguments->key_logs, invocation); !done)
      invocation.refuse(done.error());
  });
}

}  // namespace brewproof
