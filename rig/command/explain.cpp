// brewproof explain: from a finding to its trials, counts, arithmetic and packets.

#include <fmt/core.h>

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
  for (const Message& message : analysis.proof_input.messages)
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

Result<void> explain(const std::string& path, const std::string& id,
                     const std::vector<std::string>& key_logs, Invocation& invocation) {
  auto folder = RunFolder::open(path);
  if (!folder) return pass_on(std::move(folder));
  const auto made = findings_in(folder->path());
  auto analysis = analyse_again(*folder, made ? &*made : nullptr, key_logs);
  if (!analysis) return pass_on(std::move(analysis));

  const Findings& findings = analysis->report.findings;
  const Finding* found = nullptr;
  std::string known;
  for (const auto* list : {&findings.findings, &findings.candidates})
    for (const Finding& finding : *list) {
      known += (known.empty() ? "" : ", ") + finding.id;
      if (finding.id == id) found = &finding;
    }
  if (found == nullptr)
    return fail(ErrorCode::usage, "{} has no finding {}; it has: {}", path, id,
                known.empty() ? "none" : known);
  const std::string text = arithmetic(analysis->proof_input, id) + packets_text(*found, *analysis);
  invocation.say(text);
  invocation.answer({{"finding", id}, {"explanation", text}});
  return {};
}

}  // namespace

void add_explain(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "explain", "from a finding to trials, counts and arithmetic");
  struct Arguments {
    std::string run, id;
    std::vector<std::string> key_logs;
  };
  auto arguments = std::make_shared<Arguments>();
  verb.text("run", arguments->run, "run folder", Verb::Need::required);
  verb.text("id", arguments->id, "finding, as F1", Verb::Need::required);
  verb.repeated("--keylog", arguments->key_logs,
                "secrets of TLS sessions that the analysis was given");
  verb.action([arguments, &invocation] {
    if (auto done = explain(arguments->run, arguments->id, arguments->key_logs, invocation); !done)
      invocation.refuse(done.error());
  });
}

}  // namespace brewproof
