#include "results/findings_json.h"

#include <nlohmann/json.hpp>

#include "results/json_parts.h"
#include "results/sentences.h"
#include "rig/model/canonical_json.h"
#include "rig/model/confirmation.h"
#include "rig/model/finding_words.h"
#include "rig/model/regression.h"
#include "rig/model/soak.h"
#include "rig/model/spike.h"

namespace brewproof {
namespace {

using nlohmann::json;

json timing_json(const Timing& timing) {
  json out = {{"event_hits", timing.event_hits},         {"event_trials", timing.event_trials},
              {"sham_hits", timing.sham_hits},           {"sham_trials", timing.sham_trials},
              {"window_ms", window_json(timing.window)}, {"p", timing.p},
              {"p_adjusted", timing.p_adjusted}};
  if (timing.counted)
    out["counted"] = {{"every", timing.counted->every}, {"count", timing.counted->count}};
  if (timing.counted && timing.counted->all_events) out["counted"]["of"] = "all events";
  if (timing.e_value)
    out["e_value"] = {{"ln_e", timing.e_value->ln_e}, {"share", timing.e_value->share}};
  if (timing.p_worst) out["p_worst"] = *timing.p_worst;
  if (timing.event_rate) out["event_rate"] = {timing.event_rate->low, timing.event_rate->high};
  if (timing.sham_rate) out["sham_rate"] = {timing.sham_rate->low, timing.sham_rate->high};
  return out;
}

void add_meaning(json& out, const Meaning& meaning) {
  if (!meaning.category.empty()) {
    out["category"] = meaning.category;
    out["category_reason"] = meaning.category_reason;
  }
  if (!meaning.identity.empty()) {
    out["identity"] = meaning.identity;
    out["identity_reason"] = meaning.identity_reason;
  }
}

// Keys that say nothing about this kind of field are left out, as in {"path":...,"kind":"time"}.
json field_json(const FieldFinding& field) {
  json out = {{"path", field.path}, {"kind", kind_word(field.kind)}};
  if (!field.parameter.empty()) out["param"] = field.parameter;
  if (!field.form.empty()) out["form"] = field.form;
  if (!field.mapping.empty()) {
    out["mapping"] = json::array();
    for (const auto& [value, seen] : field.mapping)
      out["mapping"].push_back({{"value", value}, {"seen", seen}});
  }
  if (field.kind == FieldKind::stimulus || field.p) out["p"] = or_null(field.p);
  if (field.kind == FieldKind::stimulus || field.p_adjusted)
    out["p_adjusted"] = or_null(field.p_adjusted);
  if (field.of > 0) {
    out["matched"] = field.matched;
    out["of"] = field.of;
  }
  if (field.cut > 0) out["cut"] = field.cut;
  if (!field.examples.empty()) out["examples"] = field.examples;
  if (!field.carries.empty()) {
    out["carries"] = field.carries;
    out["each"] = field.each;
  }
  add_meaning(out, field.meaning);
  if (const Provenance& from = field.provenance; !from.source.empty()) {
    out["source"] = from.source;
    out["source_reason"] = from.reason;
    if (from.came_in_first > 0) out["came_in_first"] = from.came_in_first;
  }
  return out;
}

json peri_event_json(const PeriEvent& around) {
  return {{"from_ms", milliseconds(around.from_ns)},
          {"bin_ms", milliseconds(around.bin_ns)},
          {"acts", around.acts},
          {"shams", around.shams},
          {"act_count", around.act_count},
          {"sham_count", around.sham_count}};
}

// A capture's name alone is its reference, unless two captures made elsewhere share it.
void add_capture(json& out, std::uint32_t file, const std::vector<CaptureFile>& captures) {
  out["file"] = nullptr;
  if (file >= captures.size()) {
    out["capture"] = file;
    return;
  }
  const std::string& name = captures[file].file;
  out["file"] = name;
  if (std::ranges::count(captures, name, &CaptureFile::file) > 1) out["capture"] = file;
}

json evidence_json(const Evidence& evidence, const std::vector<CaptureFile>& captures) {
  json out = {{"trial", evidence.trial},
              {"offset", evidence.offset},
              {"frame", evidence.frame},
              {"last_frame", evidence.last_frame}};
  add_capture(out, evidence.file, captures);
  return out;
}

json finding_json(const Finding& finding, const std::vector<CaptureFile>& captures) {
  json out = {{"id", finding.id},
              {"event", finding.event},
              {"relation", finding.relation},
              {"node", or_null(finding.node)},
              {"grade", std::string(1, finding.grade)},
              {"against", text_or_null(finding.against)},
              {"destination", destination_json(finding.destination)},
              {"protocol", finding.protocol},
              {"tls", finding.tls},
              {"message", finding.message},
              {"timing", finding.timing ? timing_json(*finding.timing) : json(nullptr)},
              {"latency_ms", finding.latency ? latency_json(*finding.latency) : json(nullptr)},
              {"fields", json::array()},
              {"evidence", json::array()},
              {"served_by_dns", finding.served_by_dns},
              {"reasons", finding.reasons}};
  for (const FieldFinding& field : finding.fields) out["fields"].push_back(field_json(field));
  if (finding.peri_event) out["peri_event"] = peri_event_json(*finding.peri_event);
  for (const Contrast& contrast : finding.contrasts)
    out["contrasts"].push_back({{"event", contrast.event},
                                {"hits", contrast.hits},
                                {"trials", contrast.trials},
                                {"p", contrast.p},
                                {"p_adjusted", contrast.p_adjusted}});
  for (const Evidence& evidence : finding.evidence)
    out["evidence"].push_back(evidence_json(evidence, captures));
  return out;
}

json dut_json(const std::string& text) {
  if (text.empty()) return nullptr;
  json dut = json::parse(text, nullptr, false);
  return dut.is_discarded() ? json(nullptr) : dut;
}

json side_json(const InterceptionSide& side) {
  return {{"blocks", side.blocks},
          {"acts", side.acts},
          {"followed", side.followed},
          {"connections", side.connections}};
}

json gateway_json(const TlsGateway& gateway) {
  json destinations = json::array();
  for (const TlsDestination& each : gateway.destinations)
    destinations.push_back({{"destination", each.destination},
                            {"treatment", each.treatment},
                            {"reason", text_or_null(each.reason)},
                            {"connections", each.connections}});
  json effects = json::array();
  for (const InterceptionEffect& effect : gateway.effects)
    effects.push_back({{"destination", effect.destination},
                       {"touched", side_json(effect.touched)},
                       {"untouched", side_json(effect.untouched)},
                       {"p", effect.p},
                       {"least_p", effect.least_p}});
  return {{"mode", gateway.mode},
          {"destinations", destinations},
          {"passive_blocks", gateway.passive_blocks},
          {"effects", effects}};
}

json run_json(const FindingsRun& run) {
  json out = {{"id", text_or_null(run.id)},
              {"outcome", run.outcome},
              {"verdict", text_or_null(run.verdict)},
              {"reasons", run.reasons},
              {"bench", text_or_null(run.bench)},
              {"operator", text_or_null(run.operator_name)},
              {"started_ns", or_null(run.started_ns)},
              {"ended_ns", or_null(run.ended_ns)},
              {"seed", or_null(run.seed)},
              {"plan_sha256", text_or_null(run.plan_sha256)},
              {"journal_head", text_or_null(run.journal_head)},
              {"dut", dut_json(run.dut_json)},
              {"paths", run.paths},
              {"captures", json::array()}};
  for (const CaptureFile& capture : run.captures)
    out["captures"].push_back({{"file", capture.file},
                               {"sha256", capture.sha256},
                               {"packets", capture.packets},
                               {"dropped", or_null(capture.dropped)}});
  for (const Pause& pause : run.pauses)
    out["pauses"].push_back({{"from_ns", pause.from_ns},
                             {"to_ns", pause.to_ns},
                             {"messages", pause.messages},
                             {"bytes", pause.bytes}});
  for (const ActuationCount& count : run.actuation)
    out["actuation"].push_back({{"arm", count.arm},
                                {"commanded", count.commanded},
                                {"reported", count.reported},
                                {"unreported", count.unreported},
                                {"confirmed", count.confirmed},
                                {"unconfirmed", count.unconfirmed},
                                {"accepted", count.accepted},
                                {"booked", count.booked},
                                {"unbooked", count.unbooked}});
  for (const Stop& stop : run.stops)
    out["stops"].push_back({{"before_block", stop.before_block},
                            {"from_ns", stop.from_ns},
                            {"to_ns", stop.to_ns},
                            {"operator", text_or_null(stop.operator_name)},
                            {"tasks", stop.tasks},
                            {"cups", stop.cups},
                            {"messages", stop.messages},
                            {"bytes", stop.bytes}});
  for (const Unplanned& act : run.unplanned)
    out["unplanned"].push_back({{"control", act.control},
                                {"peak", act.peak},
                                {"unit", act.unit},
                                {"from_ns", act.from_ns},
                                {"to_ns", act.to_ns},
                                {"by_itself", act.by_itself},
                                {"block", or_null(act.block)}});
  if (run.commissioned)
    out["commissioned"] = {{"at_ns", or_null(run.commissioned->at_ns)},
                           {"by", run.commissioned->by}};
  if (run.history) out["history"] = history_json(*run.history);
  if (run.tls_gateway) out["tls_gateway"] = gateway_json(*run.tls_gateway);
  for (const BooksHeld& held : run.books) out["books"].push_back(books_held_json(held));
  if (!run.payment.empty()) out["payment"] = run.payment;
  if (!run.terminal_json.empty()) out["terminal"] = json::parse(run.terminal_json);
  for (const MachineRestart& restart : run.restarts)
    out["restarts"].push_back({{"time_ns", restart.time_ns}, {"message", restart.message}});
  for (const IdentityProbe& probe : run.identity_probes)
    out["identity_probes"].push_back(
        {{"probe", probe.probe}, {"of", probe.of}, {"says", probe.says}, {"times", probe.times}});
  for (const MachineChange& change : run.machine_changes)
    out["machine_changes"].push_back({{"time_ns", change.time_ns},
                                      {"path", change.path},
                                      {"from", change.from},
                                      {"to", change.to}});
  if (run.early_end) out["early_end"] = early_end_json(*run.early_end);
  return out;
}

void add_opinions(json& out, const AnalysisSettings& analysis,
                  const std::vector<CaptureFile>& captures) {
  out["opinions"] = out["unheard"] = out["read_alone"] = json::array();
  for (const Opinion& opinion : analysis.opinions) {
    json one = {{"kind", opinion.kind},        {"ours", opinion.ours},
                {"theirs", opinion.theirs},    {"differing", opinion.differing},
                {"aside", opinion.aside},      {"alone", opinion.alone},
                {"differences", json::array()}};
    for (const Difference& difference : opinion.differences) {
      json place = {{"frame", difference.frame},
                    {"ours", text_or_null(difference.ours)},
                    {"theirs", text_or_null(difference.theirs)}};
      add_capture(place, difference.file, captures);
      one["differences"].push_back(std::move(place));
    }
    out["opinions"].push_back(std::move(one));
  }
  for (const Unheard& unheard : analysis.unheard) {
    json one = {{"why", unheard.why}};
    add_capture(one, unheard.file, captures);
    out["unheard"].push_back(std::move(one));
  }
  for (const ReadAlone& alone : analysis.read_alone)
    out["read_alone"].push_back({{"protocol", alone.protocol}, {"messages", alone.messages}});
  if (analysis.not_asked != 0) out["not_asked"] = analysis.not_asked;
}

json tls_tally_json(const Endpoint& peer, const TlsTally& tally,
                    const std::vector<CaptureFile>& captures) {
  json out = {{"destination", destination_json({peer.name, peer.address, peer.port})},
              {"seen", tally.seen},
              {"opened", tally.opened},
              {"sealed", json::array()}};
  for (const auto& [why, sealed] : tally.sealed) {
    json one = {{"why", why},
                {"sessions", sealed.sessions},
                {"partly", sealed.partly},
                {"some", json::array()}};
    for (const SealedSession& session : sealed.some) {
      json place = {{"frame", session.first.frame},
                    {"client_random", text_or_null(session.client_random)}};
      add_capture(place, session.first.file, captures);
      one["some"].push_back(std::move(place));
    }
    out["sealed"].push_back(std::move(one));
  }
  return out;
}

json tls_json(const TlsSessions& tls, const std::vector<CaptureFile>& captures) {
  json out = {{"key_logs", json::array()}, {"destinations", json::array()}};
  for (const KeyLogRead& log : tls.key_logs) {
    json one = {{"file", log.file},
                {"sessions", log.sessions},
                {"unknown_labels", log.unknown_labels},
                {"bad_lines", log.bad_lines},
                {"fault", text_or_null(log.fault)}};
    if (log.devices != 0) one["devices"] = log.devices;
    out["key_logs"].push_back(std::move(one));
  }
  for (const auto& [peer, tally] : tls.by_peer)
    out["destinations"].push_back(tls_tally_json(peer, tally, captures));
  return out;
}

json other_address_json(const OtherAddress& other, const std::vector<CaptureFile>& captures) {
  json out = {{"mac", other.mac},           {"address", text_or_null(other.address)},
              {"counted", other.counted},   {"packets", other.packets},
              {"bytes", other.bytes},       {"first_ns", other.first_ns},
              {"frame", other.first.frame}, {"offset", other.first.offset}};
  add_capture(out, other.first.file, captures);
  return out;
}

json fault_json(const DecoderFault& fault, const std::vector<CaptureFile>& captures) {
  json out = {{"how", fault.how},
              {"signal", or_null(fault.signal)},
              {"exit_code", or_null(fault.exit_code)},
              {"file", nullptr},
              {"frame", nullptr},
              {"offset", nullptr}};
  if (!fault.at) return out;
  out["frame"] = fault.at->frame;
  out["offset"] = fault.at->offset;
  add_capture(out, fault.at->file, captures);
  return out;
}

json log_clock_json(const LogClock& clock) {
  return {{"how", clock.how},
          {"offset_ms", milliseconds(clock.offset_ns)},
          {"uncertainty_ms", milliseconds(clock.uncertainty_ns)},
          {"why_unchecked", text_or_null(clock.why_unchecked)},
          {"log_ns", {clock.log.from_ns, clock.log.to_ns}},
          {"captures_ns", {clock.captures.from_ns, clock.captures.to_ns}},
          {"trials", clock.trials},
          {"outside", clock.outside}};
}

json remark_json(const LogRemark& remark) {
  return {{"what", remark.what},
          {"trials", remark.trials},
          {"first", remark.first},
          {"event", text_or_null(remark.event)},
          {"like", text_or_null(remark.like)}};
}

json unprovable_json(const Unprovable& event) {
  json out = {{"event", event.event},
              {"reason", event.reason},
              {"acts", event.acts},
              {"shams", event.shams}};
  if (event.reason != "too-few-trials") return out;
  out["least_p"] = event.least_p;
  out["needed_p"] = event.needed_p;
  out["needed_acts"] = event.needed_acts == 0 ? json(nullptr) : json(event.needed_acts);
  return out;
}

json analysis_json(const AnalysisSettings& analysis, const std::vector<CaptureFile>& captures) {
  json out = {{"program", analysis.program},
              {"source_sha256", text_or_null(analysis.source_sha256)},
              {"alpha", analysis.alpha},
              {"windows_ms", json::array()},
              {"draws", analysis.draws},
              {"law", analysis.law},
              {"cross_check", or_null(analysis.cross_check)}};
  for (const Window& window : analysis.windows) out["windows_ms"].push_back(window_json(window));
  if (!analysis.no_cross_check.empty()) out["no_cross_check"] = analysis.no_cross_check;
  if (analysis.cross_check) add_opinions(out, analysis, captures);
  for (const OtherAddress& other : analysis.other_addresses)
    out["other_addresses"].push_back(other_address_json(other, captures));
  if (analysis.fault) out["fault"] = fault_json(*analysis.fault, captures);
  if (analysis.tls != TlsSessions{}) out["tls"] = tls_json(analysis.tls, captures);
  if (analysis.log_clock) out["log_clock"] = log_clock_json(*analysis.log_clock);
  for (const LogRemark& remark : analysis.log_remarks)
    out["log_remarks"].push_back(remark_json(remark));
  if (analysis.categories)
    out["categories"] = {{"version", analysis.categories->version},
                         {"sha256", analysis.categories->sha256}};
  return out;
}

json spikes_json(const std::vector<SpikeRecovery>& spikes) {
  json out = json::array();
  for (const SpikeRecovery& spike : spikes) out.push_back(spike_json(spike));
  return out;
}

json none_json(const NoneSeen& none) {
  json out = {{"event", none.event},
              {"trials", none.trials},
              {"upper_bound", none.upper_bound},
              {"confidence", none.confidence},
              {"horizon_ms", milliseconds(none.horizon_ns)},
              {"reasons", none.reasons}};
  if (none.not_covered) out["not_covered"] = spikes_json(*none.not_covered);
  return out;
}

json background_bytes_json(const BackgroundBytes& of) {
  json out = {{"destination", destination_json(of.kind.destination)},
              {"protocol", of.kind.protocol},
              {"tls", of.kind.tls},
              {"message", of.kind.message},
              {"count", of.kind.count},
              {"times", of.kind.times},
              {"bytes", of.bytes},
              {"why", of.why},
              {"explanation", background_text(of)},
              {"period_ms", nullptr}};
  if (of.kind.period_ns) {
    out["period_ms"] = milliseconds(*of.kind.period_ns);
    out["jitter_ms"] = milliseconds(of.kind.jitter_ns.value_or(0));
    out["longest_ms"] = milliseconds(of.kind.longest_ns.value_or(0));
    out["gaps"] = of.gaps;
    out["steady_gaps"] = of.steady_gaps;
    out["steady_ms"] = milliseconds(of.steady_ns);
  }
  if (of.connections > 0) {
    out["connections"] = of.connections;
    out["on_connect"] = of.on_connect;
  }
  return out;
}

json bytes_json(const ByteLedger& bytes) {
  json out = {{"up_total", bytes.up_total},
              {"by_cause", bytes.by_cause},
              {"by_layer", bytes.by_layer.empty() ? json(nullptr) : json(bytes.by_layer)},
              {"background", json::array()}};
  for (const BackgroundBytes& of : bytes.background)
    out["background"].push_back(background_bytes_json(of));
  return out;
}

json signature_json(const SentSignature& sent) {
  json out = {{"destination", destination_json(sent.destination)},
              {"protocol", sent.protocol},
              {"tls", sent.tls},
              {"message", sent.message},
              {"count", sent.count},
              {"bytes", sent.bytes},
              {"sealed_bytes", sent.sealed_bytes},
              {"fields", sent.fields},
              {"fields_cut", sent.fields_cut}};
  for (const MeantPath& meant : sent.meanings) {
    json one = {{"path", meant.path}};
    add_meaning(one, meant.meaning);
    out["meanings"].push_back(std::move(one));
  }
  for (const DecodeRemark& remark : sent.remarks)
    out["remarks"].push_back({{"note", remark.note}, {"count", remark.count}});
  return out;
}

}  // namespace

std::string findings_json(const Findings& findings) {
  json out = {{"schema", "brewproof.findings/1"},
              {"run", run_json(findings.run)},
              {"analysis", analysis_json(findings.analysis, findings.run.captures)},
              {"findings", json::array()},
              {"candidates", json::array()},
              {"none", json::array()},
              {"background", json::array()},
              {"signatures", json::array()},
              {"exclusions", json::array()},
              {"bytes", bytes_json(findings.bytes)}};
  for (const Finding& finding : findings.findings)
    out["findings"].push_back(finding_json(finding, findings.run.captures));
  for (const Finding& finding : findings.candidates)
    out["candidates"].push_back(finding_json(finding, findings.run.captures));
  for (const NoneSeen& none : findings.none) out["none"].push_back(none_json(none));
  if (findings.regression) out["regression"] = regression_json(*findings.regression);
  if (findings.soak) out["soak"] = soak_json(*findings.soak);
  for (const Unprovable& event : findings.unprovable)
    out["unprovable"].push_back(unprovable_json(event));
  if (!findings.spikes.empty()) out["spikes"] = spikes_json(findings.spikes);
  for (const Background& background : findings.background)
    out["background"].push_back({{"destination", destination_json(background.destination)},
                                 {"protocol", background.protocol},
                                 {"message", background.message},
                                 {"count", background.count},
                                 {"max_excess", background.max_excess}});
  for (const SentSignature& sent : findings.signatures)
    out["signatures"].push_back(signature_json(sent));
  if (findings.confirming) {
    out["confirming"] = confirming_json(*findings.confirming);
    out["confirmations"] = json::array();
    for (const Confirmation& one : findings.confirmations)
      out["confirmations"].push_back(
          {{"claim", one.claim.id},
           {"timing", one.timing ? timing_json(*one.timing) : json(nullptr)},
           {"least_p", one.least_p},
           {"verdict", one.verdict},
           {"reason", text_or_null(one.reason)}});
  }
  for (const Exclusion& exclusion : findings.exclusions)
    out["exclusions"].push_back(
        {{"arm", exclusion.arm}, {"reason", exclusion.reason}, {"trials", exclusion.trials}});
  for (const DamageBalance& of : findings.damage)
    out["damage"].push_back({{"event", of.event},
                             {"acts", of.acts},
                             {"acts_lost", of.acts_lost},
                             {"shams", of.shams},
                             {"shams_lost", of.shams_lost},
                             {"p", of.p}});
  return canonical_json(out) + "\n";
}

}  // namespace brewproof
