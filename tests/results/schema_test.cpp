// The JSON Schemas of what a run writes, held against what the program writes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "results/diff.h"
#include "results/findings_json.h"
#include "rig/evidence/bench_log.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/samples_log.h"
#include "rig/evidence/trials_log.h"
#include "rig/procedure/make_plan.h"
#include "tests/results/sample_comparison.h"
#include "tests/results/sample_report.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using nlohmann::json;

class Schema {
 public:
  explicit Schema(const std::string& kind) {
    const json text = json::parse(
        get_file(std::string(BREWPROOF_SOURCE_DIR) + "/procedures/" + kind + ".schema.json"));
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema_);
  }
  // "" = the schema takes it.
  std::string says(const json& value) {
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(value), &results))
      return "";
    std::string text = "refused:";
    for (valijson::ValidationResults::Error error; results.popError(error);) {
      for (const std::string& step : error.context) text += " " + step;
      text += " " + error.description + "\n";
    }
    return text;
  }

 private:
  valijson::Schema schema_;
};

json sample_findings() { return json::parse(findings_json(sample_report().findings)); }

TEST(FindingsSchema, TakesWhatTheProgramWrites) {
  Schema schema("findings");
  EXPECT_EQ(schema.says(sample_findings()), "");
  EXPECT_EQ(schema.says(json::parse(findings_json(mute_report().findings))), "");
}

TEST(FindingsSchema, TakesAFindingWithoutTiming) {
  Findings findings = sample_report().findings;
  findings.findings[0].timing.reset();
  findings.findings[0].latency.reset();
  findings.findings[0].relation = "carried_by";
  findings.findings[0].node = "type=brew";
  EXPECT_EQ(Schema("findings").says(json::parse(findings_json(findings))), "");
}

TEST(FindingsSchema, TakesWhatBecameOfTlsSessions) {
  Findings findings = sample_report().findings;
  findings.analysis.tls.key_logs = {{"keys.log", 3, 2, 1, "7:1: is no line of a key log"}};
  findings.analysis.tls.by_peer[{"api.example", "203.0.113.10", 443}] = {
      5, 4, {{"gap", {1, 1, {{{0, 800, 40}, std::string(64, 'a')}}}}}};
  json written = json::parse(findings_json(findings));
  EXPECT_EQ(Schema("findings").says(written), "");
  written["analysis"]["tls"]["destinations"][0]["sealed"][0].erase("why");
  EXPECT_NE(Schema("findings").says(written), "");
}

TEST(FindingsSchema, TakesWhatTheCapturesLeaveInDoubt) {
  Findings findings = sample_report().findings;
  findings.analysis.fault = DecoderFault{"signal", 9, {}, PacketPlace{0, 18244, 112}};
  findings.analysis.other_addresses = {
      {"02:c0:ff:ee:00:01", "10.77.0.51", false, 3, 300, 1'760'000'000'000'000'000, {0, 24, 1}}};
  findings.analysis.tls.key_logs = {{"keys.log", 0, 0, 0, "", 2}};
  findings.findings[0].fields[0].cut = 2;
  json written = json::parse(findings_json(findings));
  EXPECT_EQ(Schema("findings").says(written), "");
  written["analysis"]["fault"]["how"] = "somehow";
  EXPECT_NE(Schema("findings").says(written), "");
}

TEST(FindingsSchema, TakesTheHistoryOfARun) {
  Findings findings = sample_report().findings;
  findings.run.pauses = {{5, 9, 2, 300}};
  findings.run.actuation = {{"brew", 16, 15, 1, 14, 2}};
  findings.run.unplanned = {{"watts", 1240.5, "W", 5, 9, false, 2}};
  findings.run.stops = {{3, 5, 9, "lab", {"refill beans"}, {"espresso"}, 2, 300}};
  findings.run.commissioned = Commissioned{std::nullopt, "there is no record"};
  findings.run.history = {2, 2, {{"aborted", 1}}, {{1, "r1", 5, "aborted", ""}}};
  json written = json::parse(findings_json(findings));
  EXPECT_EQ(Schema("findings").says(written), "");
  written["run"]["history"].erase("of");
  EXPECT_NE(Schema("findings").says(written), "");
}

TEST(FindingsSchema, TakesCapturesMadeElsewhere) {
  Findings findings = sample_report().findings;
  const auto captures = findings.run.captures;
  findings.run = {};
  findings.run.outcome = "completed";
  findings.run.captures = captures;
  findings.analysis.log_clock = LogClock{"unchecked", 0, 0, "no-sentinels", {1, 2}, {1, 2}, 32, 0};
  findings.analysis.log_remarks = {{"numbers-missing", 10, 21, "", ""}};
  findings.unprovable = {{"brew", "no-sham", 1, 0},
                         {"pay", "too-few-trials", 2, 2, 0.17, 0.005, 8}};
  json written = json::parse(findings_json(findings));
  EXPECT_EQ(Schema("findings").says(written), "");
  written["analysis"]["log_clock"]["how"] = "guessed";
  EXPECT_NE(Schema("findings").says(written), "");
}

TEST(FindingsSchema, RefusesWhatTheReaderRefuses) {
  Schema schema("findings");
  const std::pair<const char*, json> changes[] = {{"/schema", "brewproof.findings/2"},
                                                  {"/run/captures/0/packets", -1},
                                                  {"/findings/0/grade", "Z"},
                                                  {"/findings/0/timing/p", "small"},
                                                  {"/findings/0/timing/window_ms", {1}},
                                                  {"/findings/0/fields/0/kind", "guess"},
                                                  {"/findings/0/destination/port", 65536},
                                                  {"/findings/0/evidence/0/offset", -5},
                                                  {"/none/0/trials", 1.5},
                                                  {"/background/0/max_excess", json::array({1})},
                                                  {"/signatures/0/count", "one"},
                                                  {"/signatures/0/fields", "all"},
                                                  {"/bytes/by_cause", "none"}};
  for (const auto& [pointer, value] : changes) {
    json document = sample_findings();
    document[json::json_pointer(pointer)] = value;
    EXPECT_NE(schema.says(document), "") << pointer;
    EXPECT_FALSE(read_findings_json(document.dump(), "f")) << pointer;
  }
  for (const char* key : {"run", "analysis", "findings", "none", "background", "bytes"}) {
    json document = sample_findings();
    document.erase(key);
    EXPECT_NE(schema.says(document), "") << key;
    EXPECT_FALSE(read_findings_json(document.dump(), "f")) << key;
  }
}

TEST(DiffSchema, TakesWhatTheProgramWrites) {
  Schema schema("diff");
  RunComparison comparison = sample_comparison();
  json written = json::parse(diff_json(comparison));
  EXPECT_EQ(schema.says(written), "");
  for (const auto& [pointer, value] : {std::pair<const char*, json>{"/outcome", "PASS"},
                                       {"/runs/0/role", "older"},
                                       {"/emissions/0/change", "gone"},
                                       {"/emissions/0/rate/test/p", 2},
                                       {"/emissions/0/runs/0/acts/hits", -1},
                                       {"/emissions/1/fields/0/standing", "odd"},
                                       {"/context/0/weight", "heavy"}}) {
    json changed = written;
    changed[json::json_pointer(pointer)] = value;
    EXPECT_NE(schema.says(changed), "") << pointer;
  }
  comparison.runs.push_back(comparison.runs[0]);
  comparison.compared.emissions[0].rate.again = DifferenceTest{0.5, 1, 1e-6};
  EXPECT_EQ(schema.says(json::parse(diff_json(comparison))), "");
}

json sample_trial() { return json::parse(trial_json(sample_report().trials[3])); }

bool reader_takes(const json& trial) {
  const TemporaryFolder folder;
  put_file(folder.file("t.jsonl"), trial.dump() + "\n");
  return read_trials_log(folder.file("t.jsonl")).has_value();
}

TEST(TrialsSchema, TakesWhatTheProgramWrites) {
  Schema schema("trials");
  for (const Trial& trial : sample_report().trials) {
    EXPECT_EQ(schema.says(json::parse(trial_json(trial))), "");
  }
  Trial pooled;
  pooled.trial = 1;
  pooled.sham = true;
  EXPECT_EQ(schema.says(json::parse(trial_json(pooled))), "");
}

TEST(TrialsSchema, AgreesWithTheReader) {
  Schema schema("trials");
  ASSERT_TRUE(reader_takes(sample_trial()));
  const std::pair<const char*, json> changes[] = {{"trial", 0},
                                                  {"trial", "1"},
                                                  {"trial", 1.5},
                                                  {"block", 0},
                                                  {"event", ""},
                                                  {"event", 5},
                                                  {"of", 5},
                                                  {"start_ns", -1},
                                                  {"end_ns", "late"},
                                                  {"act_ns", 1.5},
                                                  {"params", json("x")},
                                                  {"params", {{"amount", 1.8}}},
                                                  {"params", {{"a", json::object()}}},
                                                  {"observed", json::array()},
                                                  {"status", "fine"},
                                                  {"reason", 1},
                                                  {"currency", 978},
                                                  {"note", "unknown"},
                                                  {"end_ns", 4'100'000'000'000'000'000}};
  for (const auto& [key, value] : changes) {
    json trial = sample_trial();
    trial[key] = value;
    EXPECT_NE(schema.says(trial), "") << key << " " << value;
    EXPECT_FALSE(reader_takes(trial)) << key << " " << value;
  }
  for (const char* key : {"trial", "event", "start_ns", "end_ns", "status"}) {
    json trial = sample_trial();
    trial.erase(key);
    EXPECT_NE(schema.says(trial), "") << key;
    EXPECT_FALSE(reader_takes(trial)) << key;
  }
  for (const char* key : {"params", "observed", "act_ns", "block"}) {
    json trial = sample_trial();
    trial.erase(key);
    EXPECT_EQ(schema.says(trial), "") << key;
    EXPECT_TRUE(reader_takes(trial)) << key;
  }
  json of_an_event = sample_trial();
  of_an_event["event"] = "pay";
  of_an_event["of"] = "pay";
  EXPECT_NE(schema.says(of_an_event), "");
  EXPECT_FALSE(reader_takes(of_an_event));
}

TEST(SamplesSchema, TakesWhatTheProgramWrites) {
  Schema schema("samples");
  json sample = json::parse(sample_json({"scale", "mass", "kg", 0.18, {1, 2}, true}));
  EXPECT_EQ(schema.says(sample), "");
  sample.erase("raw_ns");
  EXPECT_NE(schema.says(sample), "");
}

TEST(JournalSchema, TakesEveryTypeOfLine) {
  Schema schema("journal");
  const TemporaryFolder folder;
  VirtualClock clock;
  const std::string hash(64, 'a');
  {
    auto journal = Journal::create(folder.file("journal.jsonl"), clock);
    const std::pair<const char*, json> lines[] = {
        {"plan",
         {{"plan_sha256", hash}, {"bench_sha256", hash}, {"procedure_sha256", hash}, {"seed", 7}}},
        {"history", history_json({2, 2, {{"aborted", 1}}, {{1, "r1", 5, "aborted", ""}}})},
        {"intent", {{"trial", 1}, {"block", 1}, {"event", "brew"}, {"sham", false}}},
        {"outcome", {{"trial", 1}, {"start_ns", 5}, {"act_ns", 6}, {"steps", json::array()}}},
        {"outcome",
         {{"trial", 2},
          {"rises",
           {{{"control", "scale"},
             {"unit", "kg"},
             {"base", {{"value", 0.18}, {"at_ns", 5}, {"moving", false}}},
             {"last", {{"value", 0.22}, {"at_ns", 9}, {"moving", true}}},
             {"reached_ns", nullptr}}}}}},
        {"outcome", {{"action", "safe"}, {"fault", ""}}},
        {"segment", {{"file", "0001.pcapng"}, {"sha256", hash}, {"packets", 3}}},
        {"segment",
         {{"file", "payment/0001.pcapng"},
          {"sha256", hash},
          {"packets", 3},
          {"resource", "reader"},
          {"unread", 0},
          {"first_unread", ""}}},
        {"payment",
         {{"resource", "reader"},
          {"device", 16},
          {"event", "vend_approved"},
          {"at_ns", 5},
          {"amount", 180},
          {"decimals", 2}}},
        {"clock", {{"pair_raw_ns", 1}, {"pair_real_ns", 2}}},
        {"damage", {{"reason", "capture-gap"}, {"from_ns", 1}, {"to_ns", 2}}},
        {"pause", {{"after_trials", 3}}},
        {"continue", {{"from_ns", 1}, {"to_ns", 2}}},
        {"unplanned",
         {{"control", "watts"},
          {"peak", 1240.5},
          {"unit", "W"},
          {"from_ns", 1},
          {"to_ns", 2},
          {"by_itself", false},
          {"block", nullptr}}},
        {"service",
         {{"stage", "begin"},
          {"before_block", 3},
          {"from_ns", 1},
          {"tasks", {{{"consumable", "beans"}, {"service", "refill"}, {"by", nullptr}}}}}},
        {"service",
         {{"stage", "done"}, {"before_block", 3}, {"operator", "lab"}, {"done", {"refill beans"}}}},
        {"service",
         {{"stage", "end"},
          {"before_block", 3},
          {"from_ns", 1},
          {"to_ns", 2},
          {"cups", {"espresso"}}}},
        {"resume",
         {{"operator", "lab"},
          {"program", "brewproof"},
          {"in_doubt", {3}},
          {"again", json::array()}}},
        {"stop", {{"reason", "the plan is done"}}},
        {"end", {{"outcome", "completed"}, {"reasons", json::array()}, {"samples_sha256", hash}}}};
    for (const auto& [type, body] : lines)
      ASSERT_TRUE(journal->append(type, body, Journal::Sync::no));
  }
  std::istringstream lines(get_file(folder.file("journal.jsonl")));
  for (std::string line; std::getline(lines, line);)
    EXPECT_EQ(schema.says(json::parse(line)), "") << line;
}

TEST(BenchLogSchema, TakesEveryTypeOfLine) {
  Schema schema("bench-log");
  const TemporaryFolder folder;
  VirtualClock clock;
  const std::string hash(64, 'a');
  {
    auto log = BenchLog::open(folder.file("a.bench.log"), clock);
    ASSERT_TRUE(log) << log.error().message;
    ASSERT_TRUE(log->begin("run", "r1",
                           {{"bench", "kiosk-1"},
                            {"bench_sha256", hash},
                            {"machine", "K95 1"},
                            {"operator", "lab"},
                            {"program", "brewproof"},
                            {"folder", "/runs/1"},
                            {"number", 1}}));
    ASSERT_TRUE(log->note("intent", {{"action", "commission"}, {"control", "espresso"}}));
    ASSERT_TRUE(log->note(
        "outcome", {{"action", "commission"}, {"control", "espresso"}, {"confirmed_by", "watts"}}));
    ASSERT_TRUE(log->end("aborted", {{"reasons", {"interrupted"}}, {"journal_head", hash}}));
    ASSERT_TRUE(log->verdict("INCONCLUSIVE", {{"findings", 0}, {"findings_sha256", hash}}));
  }
  std::istringstream lines(get_file(folder.file("a.bench.log")));
  for (std::string line; std::getline(lines, line);)
    EXPECT_EQ(schema.says(json::parse(line)), "") << line;
}

TEST(BenchLogSchema, RefusesABeginWithoutItsMachine) {
  const TemporaryFolder folder;
  VirtualClock clock;
  {
    auto log = BenchLog::open(folder.file("a.bench.log"), clock);
    ASSERT_TRUE(log->begin("act", "a1", {{"bench", "kiosk-1"}}));
  }
  const std::string text = get_file(folder.file("a.bench.log"));
  EXPECT_NE(Schema("bench-log").says(json::parse(text.substr(0, text.find('\n')))), "");
}

TEST(JournalSchema, RefusesAnUnknownTypeAndAShortHash) {
  Schema schema("journal");
  json line = {{"seq", 1},     {"prev", std::string(64, '0')}, {"type", "stop"}, {"raw_ns", 1},
               {"real_ns", 2}, {"sum", std::string(16, 'b')},  {"reason", "x"}};
  EXPECT_EQ(schema.says(line), "");
  json other = line;
  other["type"] = "rumour";
  EXPECT_NE(schema.says(other), "");
  other = line;
  other["prev"] = "00";
  EXPECT_NE(schema.says(other), "");
  other = line;
  other.erase("reason");
  EXPECT_NE(schema.says(other), "");
}

TEST(PlanSchema, TakesWhatTheProgramWrites) {
  Schema schema("plan");
  EXPECT_EQ(schema.says(json::parse(plan_json(sample_report().plan))), "");
}

TEST(PlanSchema, RefusesWhatTheReaderRefuses) {
  Schema schema("plan");
  const json plan = json::parse(plan_json(sample_report().plan));
  const std::pair<const char*, json> changes[] = {{"/schema", "brewproof.plan/2"},
                                                  {"/generator", "mt19937"},
                                                  {"/slots/0/trial", 0},
                                                  {"/slots/0/sham", "yes"},
                                                  {"/design/seed", -1},
                                                  {"/design/windows_ns/0", {1}},
                                                  {"/drain_ns", 1.5}};
  for (const auto& [pointer, value] : changes) {
    json changed = plan;
    changed[json::json_pointer(pointer)] = value;
    EXPECT_NE(schema.says(changed), "") << pointer;
    EXPECT_FALSE(read_plan_json(changed.dump(), "plan.json")) << pointer;
  }
}

}  // namespace
}  // namespace brewproof
