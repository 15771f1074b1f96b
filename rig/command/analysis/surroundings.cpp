#include "rig/command/analysis/surroundings.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "results/sentences.h"
#include "rig/evidence/journal.h"
#include "rig/model/host_of.h"
#include "rig/model/sha256.h"
#include "rig/yaml/document.h"

namespace brewproof {
namespace {

using nlohmann::json;

constexpr const char* no_value = "";
// In the order in which they are told.
constexpr const char* groups[] = {"machine",  "time",        "bench", "boards",    "network",
                                  "server",   "certificate", "tls",   "procedure", "text",
                                  "analysis", "program",     "run"};

std::string text_of_value(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// {"a": {"b": 1}} -> a.b = 1
std::map<std::string, std::string> flat(const json& tree) {
  std::map<std::string, std::string> values;
  if (!tree.is_structured()) return values;
  const json leaves = tree.flatten();
  for (const auto& [pointer, value] : leaves.items()) {
    std::string name = pointer.substr(1);
    std::ranges::replace(name, '/', '.');
    values[name] = text_of_value(value);
  }
  return values;
}

void tell_machine(const std::string& dut_json, Surroundings& all) {
  if (dut_json.empty()) return;
  for (const auto& [what, value] : flat(json::parse(dut_json, nullptr, false)))
    all.tell("machine", what, value);
}

std::string group_of(const std::string& key) {
  if (key.starts_with("resources.")) return "boards";
  if (key.starts_with("network.")) return "network";
  return "bench";
}

std::string without_group(const std::string& key) {
  return group_of(key) == "bench" ? key : key.substr(key.find('.') + 1);
}

Result<void> tell_bench(const RunFolder& folder, Surroundings& all) {
  auto document = yaml::Document::read(folder.file("bench.yaml"));
  if (!document) return pass_on(std::move(document));
  json tree = document->root().json();
  if (tree.is_object()) tree.erase("dut");
  for (const auto& [key, value] : flat(tree)) all.tell(group_of(key), without_group(key), value);
  return {};
}

// A run folder made before procedures were kept in it has none.
Result<void> tell_procedure(const RunFolder& folder, Surroundings& all) {
  auto document = yaml::Document::read(folder.file("procedure.yaml"));
  if (!document) return {};
  for (const auto& [key, value] : flat(document->root().json())) all.tell("procedure", key, value);
  all.tell("text", "procedure.yaml", sha256(document->text()));
  return {};
}

// What the boards answered, and what began the run.
void tell_journal(const std::vector<Record>& journal, Surroundings& all) {
  for (const Record& record : journal) {
    if (const auto devices = record.body.find("devices");
        devices != record.body.end() && devices->is_object())
      for (const auto& [resource, identity] : devices->items())
        all.tell("boards", resource + " answers", text_of_value(identity));
    if (record.type != "plan") continue;
    all.tell("program", "rig", text_of(record.body, "program"));
    all.tell("program", "rig source", text_of(record.body, "source_sha256"));
    if (const auto by = record.body.find("commissioned"); by != record.body.end())
      all.tell("run", "commissioned", integer_of(*by, "at_ns") ? "by " + text_of(*by, "by") : "no");
  }
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// The certificates that a server showed, its own first in each chain; in TLS 1.3 they are sealed.
void tell_certificates(const std::vector<KeptMessage>& messages, Surroundings& all) {
  std::map<std::string, std::set<std::string>> shown;
  for (const KeptMessage& message : messages) {
    if (message.from_dut) continue;
    std::string print, subject;
    for (const FieldView& field : message.fields()) {
      if (field.path == "certificate:0/sha256") print = field.value;
      if (field.path == "certificate:0/subject") subject = field.value;
    }
    if (!print.empty())
      shown[host_of(message.peer())].insert(fmt::format("{:.16} {}", print, subject));
  }
  for (const auto& [name, prints] : shown) all.tell("certificate", name, joined(prints));
}

void tell_servers(const std::vector<KeptMessage>& messages, Surroundings& all) {
  std::map<std::string, std::set<std::string>> addresses;
  for (const KeptMessage& message : messages)
    if (!message.peer().name.empty()) addresses[message.peer().name].insert(message.peer().address);
  for (const auto& [name, of] : addresses) all.tell("server", name, joined(of));
  tell_certificates(messages, all);
}

void tell_servers(const Findings& findings, Surroundings& all) {
  std::map<std::string, std::set<std::string>> addresses;
  const auto meet = [&](const Destination& to) {
    if (!to.name.empty()) addresses[to.name].insert(to.address);
  };
  for (const auto* list : {&findings.findings, &findings.candidates})
    for (const Finding& finding : *list) meet(finding.destination);
  for (const Background& background : findings.background) meet(background.destination);
  for (const auto& [name, of] : addresses) all.tell("server", name, joined(of));
}

// How the packets were looked at: what was opened is another message than what stays sealed.
void tell_analysis(const AnalysisSettings& analysis, Surroundings& all) {
  std::string windows;
  for (const Window& window : analysis.windows)
    windows += (windows.empty() ? "" : ", ") + window_text(window);
  all.tell("analysis", "windows", windows);
  all.tell("analysis", "alpha", fmt::format("{}", analysis.alpha));
  all.tell("analysis", "draws", fmt::format("{}", analysis.draws));
  all.tell("analysis", "law", analysis.law);
  all.tell("analysis", "second opinion", analysis.cross_check.value_or("none"));
  for (const auto& [peer, tally] : analysis.tls.by_peer)
    all.tell("tls", fmt::format("{}:{}", host_of(peer), peer.port),
             tally.opened > 0 ? "opened" : "sealed");
}

void tell_run(const FindingsRun& run, Surroundings& all) {
  tell_machine(run.dut_json, all);
  if (run.seed) all.tell("run", "seed", fmt::format("{}", *run.seed));
  all.tell("run", "plan", run.plan_sha256);
  all.tell("run", "operator", run.operator_name);
  if (run.started_ns) all.tell("time", "day", utc_text(*run.started_ns).substr(0, 10));
}

// What a name that one run never met, or met sealed, is in the others says nothing of that name.
bool is_comparable(const std::string& group, const std::vector<std::string>& values) {
  const bool of_names = group == "server" || group == "tls";
  return !of_names || std::ranges::count(values, no_value) == 0;
}

Weight weight_of(const std::string& group, const std::string& what) {
  if (group == "machine" && what == "firmware") return Weight::firmware;
  return group == "run" || group == "text" ? Weight::told : Weight::forbids;
}

std::string value_of(const Surroundings& run, const std::string& group, const std::string& what) {
  const auto known = run.groups.find(group);
  if (known == run.groups.end()) return no_value;
  const auto value = known->second.find(what);
  return value == known->second.end() ? no_value : value->second;
}

// A group of settings, whose keys say nothing where it is not known at all; that no run says on
// which day it was made is a doubt, too. Servers and the like are there as they are met.
bool known_by_some_only(const std::string& group, const std::vector<Surroundings>& runs) {
  static const std::set<std::string> met = {"server", "certificate", "tls", "run", "text"};
  if (met.contains(group)) return false;
  const auto count = std::ranges::count_if(
      runs, [&](const Surroundings& run) { return run.groups.contains(group); });
  return count < std::ssize(runs) && (count > 0 || group == "time");
}

bool all_equal(const std::vector<std::string>& values) {
  return std::ranges::count(values, values.front()) == std::ssize(values);
}

}  // namespace

Result<Surroundings> surroundings_of(const RunFolder& folder, const Analysis& analysis) {
  Surroundings all;
  tell_run(analysis.report.findings.run, all);
  if (auto told = tell_bench(folder, all); !told) return pass_on(std::move(told));
  if (auto told = tell_procedure(folder, all); !told) return pass_on(std::move(told));
  tell_journal(analysis.journal, all);
  tell_analysis(analysis.report.findings.analysis, all);
  tell_servers(analysis.proof_input.messages, all);
  return all;
}

Surroundings surroundings_of(const Findings& findings) {
  Surroundings all;
  tell_run(findings.run, all);
  for (const auto& [path, state] : findings.run.paths) all.tell("network", "paths." + path, state);
  tell_analysis(findings.analysis, all);
  all.tell("program", "analysis", findings.analysis.program);
  all.tell("program", "analysis source", findings.analysis.source_sha256);
  tell_servers(findings, all);
  return all;
}

std::vector<ContextDifference> differences(const std::vector<Surroundings>& runs) {
  std::vector<ContextDifference> found;
  for (const std::string group : groups) {
    if (known_by_some_only(group, runs)) {
      ContextDifference difference{group, group, {}, Weight::forbids};
      for (const Surroundings& run : runs)
        difference.values.emplace_back(run.groups.contains(group) ? "known" : "not known");
      found.push_back(std::move(difference));
      continue;
    }
    std::set<std::string> names;
    for (const Surroundings& run : runs)
      if (const auto known = run.groups.find(group); known != run.groups.end())
        for (const auto& [what, value] : known->second) names.insert(what);
    for (const std::string& what : names) {
      std::vector<std::string> values;
      for (const Surroundings& run : runs) values.push_back(value_of(run, group, what));
      if (all_equal(values) || !is_comparable(group, values)) continue;
      found.push_back({group, what, std::move(values), weight_of(group, what)});
    }
  }
  return found;
}

}  // namespace brewproof
