// brewproof explain: from a finding to its trials, counts, arithmetic and packets.

#include <fmt/core.h>

#include <memory>

#include "rig/command/analysis.h"
#include "rig/command/command.h"
#include "rig/proof/explain.h"

namespace brewproof {
namespace {

// Where a stranger finds the packets: file, byte offset, frame, and the act that each follows.
std::string packets_text(const Finding& finding, const std::vector<CaptureFile>& captures) {
  std::string text = "\nPackets (file, byte offset, frames), one per trial:\n";
  for (const Evidence& e : finding.evidence)
    text += fmt::format("  trial {:>3}  {}  offset {}  frame{} {}{}\n", e.trial,
                        e.file < captures.size() ? captures[e.file].file : "?", e.offset,
                        e.last_frame > e.frame ? "s" : "", e.frame,
                        e.last_frame > e.frame ? fmt::format("-{}", e.last_frame) : "");
  return text;
}

Result<void> explain(const std::string& path, const std::string& id, Invocation& invocation) {
  auto folder = RunFolder::open(path);
  if (!folder) return pass_on(std::move(folder));
  auto source = source_of_run(*folder);
  if (!source) return pass_on(std::move(source));
  auto analysis = analyse(*source);
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
  const std::string text =
      arithmetic(analysis->proof_input, id) + packets_text(*found, findings.run.captures);
  invocation.say(text);
  invocation.answer({{"finding", id}, {"explanation", text}});
  return {};
}

}  // namespace

void add_explain(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("explain", "from a finding to trials, counts and arithmetic");
  struct Arguments {
    std::string run, id;
  };
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("run", arguments->run, "run folder")->required();
  verb->add_option("id", arguments->id, "finding, as F1")->required();
  verb->callback([arguments, &invocation] {
    if (auto done = explain(arguments->run, arguments->id, invocation); !done)
      invocation.refuse(done.error());
  });
}

}  // namespace brewproof
