#include "rig/command/analysis/source.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "drivers/catalogue.h"
#include "results/findings_json.h"
#include "rig/command/analysis/foreign_log.h"
#include "rig/command/analysis/protos.h"
#include "rig/evidence/damage.h"
#include "rig/evidence/guardian_log.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/key_logs.h"
#include "rig/evidence/samples_log.h"
#include "rig/evidence/trials_log.h"
#include "rig/model/confirmation.h"
#include "rig/model/sha256.h"
#include "rig/network/gateway_record.h"
#include "rig/procedure/make_plan.h"
#include "rig/proof/content.h"

namespace brewproof {
namespace {

// The journalled SHA-256 of each closed capture file, by the file's name in the run folder.
std::map<std::string, std::string> segments_of(const std::vector<Record>& journal) {
  std::map<std::string, std::string> hashes;
  for (const Record& record : journal) {
    const std::string file = record.body.value("file", "");
    // What was said on a payment bus is no traffic of the network.
    if (record.type == "segment" && !file.starts_with("payment/"))
      hashes["capture/" + file] = record.body.value("sha256", "");
  }
  return hashes;
}

// The currency of a parameter's values, where each act names one and the value is an integer; "" =
// it is no money. Of several currencies the first act's.
std::string currency_of(const std::vector<Trial>& trials, const std::string& event,
                        const std::string& parameter) {
  std::string currency;
  for (const Trial& trial : trials) {
    if (trial.sham || trial.event != event) continue;
    const auto value = trial.params.find(parameter);
    if (value == trial.params.end()) continue;
    if (trial.currency.empty() || !std::holds_alternative<std::int64_t>(value->second)) return "";
    if (currency.empty()) currency = trial.currency;
  }
  return currency;
}

// The levels and kinds of a log that was made elsewhere, as far as its trials show them.
Design design_of(const std::vector<Trial>& trials, const ForeignCaptures& foreign) {
  Design design;
  design.alpha = foreign.alpha;
  design.windows = foreign.windows;
  std::map<std::string, std::map<std::string, std::vector<Value>>> seen;
  for (const Trial& trial : trials) {
    if (trial.sham || trial.event.empty()) continue;
    EventDesign& event = design.events[trial.event];
    event.observe_ns = std::max(event.observe_ns, trial.end_ns - trial.origin_ns());
    for (const auto& [name, value] : trial.params) seen[trial.event][name].push_back(value);
  }
  for (const Trial& trial : trials)
    if (trial.sham)
      for (auto& [name, event] : design.events)
        if (trial.event.empty() || trial.event == name) event.sham = "as logged";
  for (auto& [event, parameters] : seen)
    for (auto& [name, values] : parameters) {
      const auto nothing = std::ranges::count(values, Value{""});  // no card at a payment by app
      const std::size_t count = values.size() - static_cast<std::size_t>(nothing);
      std::ranges::sort(values);
      values.erase(std::ranges::unique(values).begin(), values.end());
      const std::size_t different = values.size() - (nothing > 0 ? 1 : 0);
      ParameterDesign& parameter = design.events[event].parameters[name];
      parameter.unique = count > 2 && mostly_different(different, count);
      if (!parameter.unique) parameter.levels = values;
      parameter.currency = currency_of(trials, event, name);
      parameter.money = !parameter.currency.empty();
    }
  return design;
}

Commissioned commissioned_of(const nlohmann::json& json) {
  Commissioned commissioned;
  if (const auto at = json.find("at_ns"); at != json.end() && at->is_number_integer())
    commissioned.at_ns = at->get<std::int64_t>();
  commissioned.by = json.value("by", "");
  return commissioned;
}

std::vector<std::string> texts_of(const nlohmann::json& body, const char* key) {
  std::vector<std::string> texts;
  if (const auto list = body.find(key); list != body.end() && list->is_array())
    for (const nlohmann::json& text : *list)
      if (text.is_string()) texts.push_back(text.get<std::string>());
  return texts;
}

Stop stop_of(const nlohmann::json& body) {
  Stop stop;
  stop.before_block = static_cast<int>(integer_of(body, "before_block").value_or(0));
  stop.from_ns = integer_of(body, "from_ns").value_or(0);
  stop.to_ns = integer_of(body, "to_ns").value_or(stop.from_ns);
  stop.operator_name = text_of(body, "operator");
  if (const auto tasks = body.find("tasks"); tasks != body.end() && tasks->is_array())
    for (const nlohmann::json& task : *tasks)
      stop.tasks.push_back(text_of(task, "service") + " " + text_of(task, "consumable"));
  stop.cups = texts_of(body, "cups");
  return stop;
}

Unplanned unplanned_of(const nlohmann::json& body) {
  Unplanned act;
  act.control = text_of(body, "control");
  act.unit = text_of(body, "unit");
  if (const auto peak = body.find("peak"); peak != body.end() && peak->is_number())
    act.peak = peak->get<double>();
  act.from_ns = integer_of(body, "from_ns").value_or(0);
  act.to_ns = integer_of(body, "to_ns").value_or(0);
  act.by_itself = body.value("by_itself", nlohmann::json(false)) == true;
  if (const auto block = integer_of(body, "block")) act.block = static_cast<int>(*block);
  return act;
}

// One that was cut off lasted until the journal's last line before the run went on.
std::vector<Stop> stops_of(const std::vector<Record>& journal) {
  std::vector<Stop> stops;
  bool open = false;
  for (const Record& record : journal) {
    if (record.type == "resume") open = false;
    if (open) stops.back().to_ns = record.at.real_ns;
    if (record.type != "service") continue;
    const std::string stage = text_of(record.body, "stage");
    if (stage == "begin") {
      stops.push_back(stop_of(record.body));
      open = true;
    } else if (stage == "end" && open) {
      stops.back() = stop_of(record.body);
      open = false;
    }
  }
  return stops;
}

// What a regression run is held against, as it was committed before the first act.
Result<std::optional<Findings>> base_of(const RunFolder& folder,
                                        const std::optional<ConfirmationWish>& confirming) {
  if (!confirming || !confirming->regress) return std::optional<Findings>();
  const std::string path = folder.file(base_findings_file);
  auto text = read_file_whole(path);
  if (!text) return pass_on(std::move(text));
  if (sha256(*text) != confirming->findings_sha256)
    return fail(ErrorCode::bad_file,
                "{}: is not what was journalled before the first act (SHA-256 {}): put the "
                "findings.json of run {} back, as it was",
                path, confirming->findings_sha256, confirming->run);
  auto findings = read_findings_json(*text, path);
  if (!findings) return pass_on(std::move(findings));
  return std::optional(std::move(*findings));
}

}  // namespace

Result<AnalysisSource> source_of_run(const RunFolder& folder) {
  AnalysisSource source;
  auto plan_text = read_file_whole(folder.file("plan.json"));
  if (!plan_text) return pass_on(std::move(plan_text));
  auto plan = read_plan_json(*plan_text, folder.file("plan.json"));
  if (!plan) return pass_on(std::move(plan));
  source.plan = std::move(*plan);
  auto bench = read_bench_file(folder.file("bench.yaml"), driver_table());
  if (!bench) return pass_on(std::move(bench));
  auto journal = read_journal(folder.file("journal.jsonl"));
  if (!journal) return pass_on(std::move(journal));
  if (!source.plan.soaks()) {
    auto trials = read_trials_log(folder.file("trials.jsonl"));
    if (!trials) return pass_on(std::move(trials));
    source.trials = std::move(*trials);
  }
  apply_damage(source.trials, damage_of(journal->records));
  auto samples = read_samples_log(folder.file("samples.jsonl"));
  if (!samples) return pass_on(std::move(samples));
  source.samples = std::move(*samples);
  auto captures = folder.captures();
  if (!captures) return pass_on(std::move(captures));
  const std::map<std::string, std::string> journalled = segments_of(journal->records);
  for (const std::string& name : *captures) {
    const auto hash = journalled.find(name);
    source.captures.push_back(
        {folder.file(name), name, hash == journalled.end() ? "" : hash->second});
  }
  auto logs = key_logs(folder);
  if (!logs) return pass_on(std::move(logs));
  for (const std::string& name : *logs) source.key_logs.push_back({folder.file(name), name});
  auto protos = protos_of(folder);
  if (!protos) return pass_on(std::move(protos));
  source.protos = std::move(*protos);
  source.dut = bench->dut_macs;
  source.identities = bench->dut_identities;
  source.boot_messages = bench->boot_messages;
  if (bench->terminal) {
    source.terminal = bench->terminal->addresses;
    source.dut.insert(source.dut.end(), source.terminal.begin(), source.terminal.end());
    source.identities.insert(source.identities.end(), bench->terminal->identities.begin(),
                             bench->terminal->identities.end());
  }

  FindingsRun& run = source.run;
  run.outcome = "partial";
  run.bench = bench->name;
  run.payment = bench->payment;
  if (bench->terminal) run.terminal_json = bench->terminal->json;
  run.dut_json = bench->dut_json;
  run.paths = bench->network.paths;
  if (const auto& gateway = bench->network.gateway) {
    TlsGateway& told = run.tls_gateway.emplace();
    told.mode = text_of(gateway->tls);
    told.destinations = destinations_of(journal->records);
    told.passive_blocks.assign(source.plan.passive_blocks.begin(),
                               source.plan.passive_blocks.end());
  }
  run.seed = source.plan.design.seed;
  run.plan_sha256 = plan_sha256(source.plan);
  run.journal_head = journal->head;
  for (const Record& record : journal->records) {
    if (record.type == "plan") {
      run.started_ns = record.at.real_ns;
      run.operator_name = record.body.value("operator", "");
      run.id = record.body.value("run", "");
      if (const auto c = record.body.find("commissioned"); c != record.body.end() && c->is_object())
        run.commissioned = commissioned_of(*c);
    } else if (record.type == "resume") {
      run.ended_ns.reset();
      run.outcome = "partial";
      run.reasons.clear();
      run.early_end.reset();
    } else if (record.type == "continue") {
      run.pauses.push_back({record.body.value("from_ns", std::int64_t{0}),
                            record.body.value("to_ns", std::int64_t{0}), 0, 0});
    } else if (record.type == "unplanned") {
      run.unplanned.push_back(unplanned_of(record.body));
    } else if (record.type == "confirm") {
      source.confirming = read_confirming(record.body);
    } else if (record.type == "books") {
      if (auto held = read_books_held(record.body)) run.books.push_back(std::move(*held));
    } else if (record.type == "early-end") {
      run.early_end = read_early_end(record.body);
    } else if (record.type == "history") {
      run.history = read_history(record.body);
    } else if (record.type == "end") {
      run.ended_ns = record.at.real_ns;
      run.outcome = record.body.value("outcome", "partial");
      run.reasons = record.body.value("reasons", std::vector<std::string>());
    }
  }
  auto base = base_of(folder, source.confirming);
  if (!base) return pass_on(std::move(base));
  source.base = std::move(*base);
  run.stops = stops_of(journal->records);
  if (run.outcome != "completed") run.reasons.push_back(run.outcome);
  if (!journal->fault.empty()) run.reasons.emplace_back("journal-damaged");
  // One that was open when the run was cut off, or when the rig failed, has no hash in the journal.
  for (const AnalysisSource::Capture& capture : source.captures)
    if (capture.sha256.empty() && run.outcome != "partial" && run.outcome != "rig_fault")
      run.reasons.emplace_back("capture-changed");
  for (const auto& [name, hash] : journalled)
    if (std::ranges::find(*captures, name) == captures->end())
      run.reasons.emplace_back("capture-missing");
  auto guardian = read_guardian_log(folder.file("guardian.log"));
  if (!guardian) return pass_on(std::move(guardian));
  if (*guardian && (*guardian)->fired) run.reasons.emplace_back("guardian-fired");
  for (const auto& [path, state] : run.paths)
    if (state == "unobserved") run.reasons.emplace_back("path-unobserved");
  source.journal = std::move(journal->records);
  return source;
}

void add_key_logs(AnalysisSource& source, const std::vector<std::string>& paths) {
  for (const std::string& path : paths)
    source.key_logs.push_back({path, path.substr(path.rfind('/') + 1), true});
}

Result<AnalysisSource> source_of_captures(const ForeignCaptures& foreign) {
  AnalysisSource source;
  auto log = read_foreign_log(foreign.trials);
  if (!log) return pass_on(std::move(log));
  source.trials = std::move(log->trials);
  source.log_remarks = std::move(log->remarks);
  source.foreign = true;
  source.log_offset_ns = foreign.log_offset_ns;
  for (const std::string& path : foreign.captures)
    source.captures.push_back({path, path.substr(path.rfind('/') + 1), ""});
  for (const std::string& dut : foreign.dut)
    if (dut != "all") source.dut.push_back(dut);
  source.identities = source.dut;
  source.plan.design = design_of(source.trials, foreign);
  source.run.outcome = "completed";
  return source;
}

}  // namespace brewproof
