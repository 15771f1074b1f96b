#include "rig/command/analysis/analysis.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "results/findings_json.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "results/store.h"
#include "rig/command/analysis/captures.h"
#include "rig/command/analysis/decode_doubts.h"
#include "rig/command/analysis/early_look.h"
#include "rig/command/analysis/identity.h"
#include "rig/command/analysis/kept_source.h"
#include "rig/command/analysis/left_out.h"
#include "rig/command/analysis/log_clock.h"
#include "rig/command/analysis/pictures.h"
#include "rig/command/analysis/refusals.h"
#include "rig/command/analysis/watched.h"
#include "rig/command/program.h"
#include "rig/contract/category_file.h"
#include "rig/evidence/actuations.h"
#include "rig/evidence/damage.h"
#include "rig/model/update_event.h"
#include "rig/proof/interception.h"
#include "rig/proof/recurrence.h"
#include "rig/proof/regress.h"

namespace brewproof {
namespace {

// What the captures leave in doubt. Trials that they do not cover are left out: a run of ours
// frames all of its trials with sentinels, so this is for captures made elsewhere and for damaged
// ones.
std::vector<std::string> capture_doubts(const AnalysisSource& source, const CapturesRead& read,
                                        std::vector<Trial>& trials) {
  std::vector<std::string> doubts;
  if (read.damaged) doubts.emplace_back("capture-damaged");
  if (read.changed) doubts.emplace_back("capture-changed");
  if (read.fault) doubts.emplace_back("decoder-died");
  const auto missing = [](const std::string& reason) { return reason == "capture-missing"; };
  const bool whole = doubts.empty() && std::ranges::none_of(source.run.reasons, missing);
  if (whole && !source.journal.empty()) return doubts;
  const std::vector<Damage> gaps = unwatched(read.watched, trials);
  if (!gaps.empty()) doubts.emplace_back("capture-gap");
  apply_damage(trials, gaps);
  return doubts;
}

std::map<std::string, std::uint64_t> layers_of(const decode::ByteLayers& up) {
  return {{"link", up.link},
          {"network", up.network},
          {"transport", up.transport},
          {"protocol", up.protocol},
          {"value", up.value},
          {"sealed", up.sealed},
          {"unexplained", up.unexplained}};
}

// Those of the run folder are found there and nowhere else; those inside captures are always there.
std::string how_to_give(const TlsSessions& then, const TlsSessions& now) {
  std::vector<std::string> of_the_run, named;
  for (const KeyLogRead& log : then.key_logs) {
    if (std::ranges::find(now.key_logs, log) != now.key_logs.end()) continue;
    if (log.file.starts_with("keys/"))
      of_the_run.push_back(log.file);
    else if (!log.file.starts_with("inside "))
      named.push_back(log.file);
  }
  std::string text;
  if (!of_the_run.empty())
    text = fmt::format("put {} back into the run folder, as it was", list_text(of_the_run));
  if (!named.empty())
    text += fmt::format("{}name {} by --keylog", text.empty() ? "" : "; ", list_text(named));
  return text.empty() ? "give the same ones, in the same order" : text;
}

/// From the begin of a run to its end, or to the journal's last line where it was cut off.
std::int64_t listened_ns(const AnalysisSource& source) {
  const std::int64_t end = source.run.ended_ns.value_or(source.journal.back().at.real_ns);
  return std::max<std::int64_t>(0, end - source.run.started_ns.value_or(end));
}

}  // namespace

Result<Analysis> analyse(const AnalysisSource& source, const OpinionWish& wish,
                         const SpikeQuestion& spikes) {
  Analysis analysis;
  ProofInput& input = analysis.proof_input;
  MessageKeeper keeper;
  auto read = decode_captures(
      source, [&](Message&& message) { input.messages.push_back(keeper.keep(message)); });
  if (!read) return pass_on(std::move(read));
  if (auto hashed = hash_captures(source.captures, *read); !hashed)
    return pass_on(std::move(hashed));

  const DecodeTotals& totals = read->totals;
  input.design = source.plan.design;
  input.trials = source.trials;
  Findings& findings = analysis.report.findings;
  if (source.foreign) {
    auto clock = settle_log_clock(source, totals, input.trials);
    if (!clock) return pass_on(std::move(clock));
    findings.analysis.log_clock = std::move(*clock);
    findings.analysis.log_remarks = source.log_remarks;
  }
  std::vector<std::string> doubts = capture_doubts(source, *read, input.trials);
  if (!source.dut.empty() && totals.up_packets == 0) doubts.emplace_back("dut-not-seen");
  if (std::ranges::any_of(totals.other_addresses, in_doubt)) doubts.emplace_back("dut-elsewhere");
  DecodeDoubts decoded = decode_doubts(totals, source.captures);
  doubts.insert(doubts.end(), decoded.reasons.begin(), decoded.reasons.end());
  if (const auto& clock = findings.analysis.log_clock; clock && clock->elsewhere()) {
    std::erase(doubts, "capture-gap");
    doubts.emplace_back("log-elsewhere");
  }
  if (source.confirming) input.to_confirm = source.confirming->claims;
  input.committed_blocks = source.plan.blocks;
  input.identities = source.identities;
  input.categories = shipped_categories();
  input.up_bytes = totals.up_bytes;
  input.capture_end_ns = totals.last_ns;
  input.pauses = source.run.pauses;
  if (source.run.early_end && by_rule(*source.run.early_end))
    input.stopped = early_look_of(source, input);
  findings.run = source.run;
  tell_identity(source, input, findings.run);
  if (!findings.run.machine_changes.empty() && !asks_for_updates(input.design.events))
    doubts.emplace_back("firmware-changed");
  if (!findings.run.restarts.empty() && !asks_for_restarts(input.design.events))
    doubts.emplace_back("machine-restarted");
  SecondOpinion second = second_opinion(source, *read, wish, input.messages, findings.analysis);
  analysis.notes = std::move(read->faults);
  std::ranges::move(decoded.notes, std::back_inserter(analysis.notes));
  if (!second.note.empty()) analysis.notes.push_back(std::move(second.note));
  findings.analysis.tls = {std::move(read->key_logs.read), read->totals.tls};
  findings.analysis.other_addresses = totals.other_addresses;
  findings.analysis.fault = read->fault;
  input.stop_bytes = set_aside(input.messages, findings.run.stops);
  if (findings.run.tls_gateway)
    findings.run.tls_gateway->effects = interception_effects(input, source.plan.passive_blocks);
  leave_out_untouched(input.trials, source.plan.passive_blocks);
  Proof proof = attribute(input);
  // A run that only listened has no trials, and that is no doubt about it.
  const bool soaked = source.plan.soaks() && !source.journal.empty();
  if (soaked) std::erase(proof.reasons, "no-trials");

  findings.run.captures = std::move(read->files);
  for (Pause& pause : findings.run.pauses)
    for (const KeptMessage& message : input.messages)
      if (message.from_dut && pause.from_ns <= message.time_ns && message.time_ns <= pause.to_ns) {
        ++pause.messages;
        pause.bytes += message.size;
      }
  analysis.report.actuations = actuations_of(source.journal);
  findings.run.actuation = count_actuations(analysis.report.actuations, input.trials);
  findings.analysis.program = program_version();
  findings.analysis.source_sha256 = source_sha256();
  findings.analysis.alpha = input.design.alpha;
  findings.analysis.windows = input.design.windows;
  findings.analysis.draws = input.design.draws;
  findings.analysis.law = proof.law;
  findings.analysis.categories = input.categories.table;
  findings.findings = std::move(proof.findings);
  findings.candidates = std::move(proof.candidates);
  weigh(findings.findings, second.disagreements);
  weigh(findings.candidates, second.disagreements);
  tell_refusals(findings.findings, findings.run.tls_gateway);
  tell_refusals(findings.candidates, findings.run.tls_gateway);
  // Nothing can be said of a machine that the captures do not show, nor of messages that a decoder
  // was in the middle of.
  if (std::ranges::find(doubts, "dut-not-seen") == doubts.end() && !read->fault)
    findings.none = std::move(proof.none);
  // What was not seen may have gone where nobody looked.
  if (std::ranges::find(source.run.reasons, "path-unobserved") != source.run.reasons.end())
    for (NoneSeen& none : findings.none) none.reasons.emplace_back("path-unobserved");
  findings.spikes = measure_sensitivity(input, spikes);
  limit_none_seen(findings.none, findings.spikes);
  findings.background = std::move(proof.background);
  findings.unprovable = std::move(proof.unprovable);
  if (const auto& clock = findings.analysis.log_clock) hold_back(*clock, input.trials, findings);
  findings.signatures = std::move(proof.signatures);
  findings.exclusions = std::move(proof.exclusions);
  findings.damage = std::move(proof.damage);
  findings.bytes = std::move(proof.bytes);
  findings.confirming = source.confirming;
  findings.confirmations = std::move(proof.confirmations);
  if (soaked)
    findings.soak =
        measure_background(input.messages, input.identities, listened_ns(source), source.plan);
  if (source.base) findings.regression = held_against(*source.base, findings);
  decode::ByteLayers layers = totals.up_layers;
  const std::uint64_t explained = std::min(second.up_explained, layers.unexplained);
  layers.unexplained -= explained;
  layers.value += explained;
  findings.bytes.by_layer = layers_of(layers);
  std::vector<std::string>& reasons = findings.run.reasons;
  reasons.insert(reasons.end(), proof.reasons.begin(), proof.reasons.end());
  reasons.insert(reasons.end(), doubts.begin(), doubts.end());
  std::ranges::sort(reasons);
  reasons.erase(std::ranges::unique(reasons).begin(), reasons.end());
  findings.run.verdict = reasons.empty() ? "" : "INCONCLUSIVE";

  analysis.report.plan = source.plan;
  analysis.report.trials = input.trials;
  analysis.report.samples = source.samples;
  analysis.report.marks = timeline(input.messages, claimed_packets(findings.findings));
  auto packets = excerpts(source, findings.findings);
  if (!packets) return pass_on(std::move(packets));
  analysis.report.excerpts = std::move(*packets);
  analysis.journal = source.journal;
  return analysis;
}

std::string other_key_logs(const TlsSessions& then, const TlsSessions& now) {
  if (then.key_logs == now.key_logs) return "";
  const auto names = [](const TlsSessions& tls) {
    std::vector<std::string> texts;
    texts.reserve(tls.key_logs.size());
    for (const KeyLogRead& log : tls.key_logs)
      texts.push_back(fmt::format("{} ({} sessions)", log.file, log.sessions));
    return texts.empty() ? std::string("no key log") : list_text(texts);
  };
  return fmt::format("they were made with {}, and here is {}: {}", names(then), names(now),
                     how_to_give(then, now));
}

Result<Findings> findings_in(const std::string& folder) {
  const std::string path = folder + "/findings.json";
  const auto text = read_file_whole(path);
  if (!text)
    return fail(ErrorCode::bad_file, "{}: brewproof analyze {} makes it", text.error().message,
                folder);
  return read_findings_json(*text, path);
}

Result<Analysis> analyse_again(const std::string& folder, const Findings* made,
                               const std::vector<std::string>& key_logs) {
  auto source = source_in(folder);
  if (!source) return pass_on(std::move(source));
  add_key_logs(*source, key_logs);
  auto analysis =
      analyse(*source, made == nullptr ? OpinionWish{} : opinion_wish_of(made->analysis));
  if (!analysis || made == nullptr) return analysis;
  // Measured with the same copies it would be the same, and it takes minutes.
  analysis->report.findings.spikes = made->spikes;
  limit_none_seen(analysis->report.findings.none, made->spikes);
  const std::string other =
      other_key_logs(made->analysis.tls, analysis->report.findings.analysis.tls);
  if (!other.empty())
    return fail(ErrorCode::usage, "{}: {}", folder + "/findings.json", inert(other, 1000));
  return analysis;
}

Result<void> write_results(const std::string& folder, const Analysis& analysis) {
  const ReportInput& report = analysis.report;
  auto written = write_file_whole(folder + "/findings.json", findings_json(report.findings));
  if (!written) return written;
  if (written = write_file_whole(folder + "/report.html", html_report(report)); !written)
    return written;
  return write_store(folder + "/results.sqlite", {report.findings, report.plan, report.trials,
                                                  analysis.journal, report.actuations});
}

ExitCode exit_code_of_confirmations(const Findings& findings) {
  ExitCode code = ExitCode::done;
  if (findings.regression) {
    for (const RedLine& line : findings.regression->lines)
      code =
          graver(code, line.doubt.empty() ? ExitCode::expectation_failed : ExitCode::inconclusive);
    return code;
  }
  for (const Confirmation& one : findings.confirmations) {
    if (one.verdict == "not_confirmed") code = graver(code, ExitCode::expectation_failed);
    if (one.verdict == "inconclusive") code = graver(code, ExitCode::inconclusive);
  }
  return code;
}

bool inconclusive(const Findings& findings) { return !findings.run.reasons.empty(); }

}  // namespace brewproof
