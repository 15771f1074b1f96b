// The demo as a user runs it: real packets, real bytes on ptys, real broker. What it claims is held
// against the truth log that the simulated machine wrote for itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "rig/evidence/bench_log.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/run_folder.h"
#include "tests/demo/demo_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class KioskDemo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = fresh("kiosk");
    output =
        run({"demo", "--profile", "kiosk", "--out", folder.string(), "--seed", "20261", "--json"});
  }
  static void TearDownTestSuite() { fs::remove_all(folder.parent_path()); }
  void SetUp() override {
    if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
    ASSERT_EQ(output.exit.code, 0) << output.err;
    findings = json::parse(text_of(folder / "findings.json"));
  }

  std::vector<json> truth() const {
    std::ifstream in(folder.string() + ".truth.jsonl");
    std::vector<json> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line));
    return lines;
  }

  static inline fs::path folder;
  static inline Child::Output output;
  json findings;
};

TEST_F(KioskDemo, PrintsItsFindingsAsOneJsonObject) {
  EXPECT_EQ(json::parse(output.out), findings);
}

TEST_F(KioskDemo, ClaimsWhatTheMachineSaysItDidAndNothingElse) {
  std::set<std::string> claimed_truth;
  for (const json& finding : findings["findings"]) {
    bool told = false;
    for (const json& line : truth())
      if (line["event"] == finding["event"] && line["protocol"] == finding["protocol"] &&
          same_message(finding["message"], line["message"])) {
        told = true;
        claimed_truth.insert(line["event"].get<std::string>() + " " +
                             line["message"].get<std::string>());
      }
    EXPECT_TRUE(told) << "claimed but not done by the machine: " << claim(finding);
  }
  for (const json& line : truth()) {
    if (line["event"] != "brew" && line["event"] != "pay") continue;  // boot, background
    EXPECT_THAT(claimed_truth, Contains(line["event"].get<std::string>() + " " +
                                        line["message"].get<std::string>()))
        << "done by the machine but not claimed";
  }
}

TEST_F(KioskDemo, NamesTheHostThatEachClaimIsAbout) {
  for (const json& finding : findings["findings"])
    EXPECT_EQ(finding["destination"]["name"],
              finding["protocol"] == "mqtt" ? "mqtt.kiosk.example" : "api.kiosk.example")
        << claim(finding);
}

TEST_F(KioskDemo, FindsEveryStimulusField) {
  std::set<std::string> carried;
  for (const json& finding : findings["findings"]) {
    for (const json& field : finding["fields"]) {
      if (field["kind"] != "stimulus") continue;
      carried.insert(finding["event"].get<std::string>() + "." + field["param"].get<std::string>());
      EXPECT_EQ(finding["grade"], "A") << claim(finding);
    }
  }
  EXPECT_THAT(carried, UnorderedElementsAre("brew.drink", "pay.amount", "pay.card", "pay.method"));
}

// The truth names each field by its JSON Pointer; a claimed stimulus must stand where the machine
// put it.
TEST_F(KioskDemo, EveryStimulusFieldIsWhereTheMachinePutIt) {
  for (const json& finding : findings["findings"]) {
    for (const json& field : finding["fields"]) {
      if (field["kind"] != "stimulus") continue;
      const std::string path = field["path"];
      const std::string pointer = path.substr(path.find("json:") + 5);
      bool told = false;
      for (const json& line : truth())
        if (line["event"] == finding["event"] && same_message(finding["message"], line["message"]))
          told = told || line["fields"].value(pointer, "") ==
                             "stimulus:" + field["param"].get<std::string>();
      EXPECT_TRUE(told) << claim(finding) << " " << path;
    }
  }
}

TEST_F(KioskDemo, TheByteTablesAddUpToTheCapture) {
  const json& bytes = findings["bytes"];
  std::uint64_t sum = 0;
  for (const auto& [cause, count] : bytes["by_cause"].items()) sum += count.get<std::uint64_t>();
  EXPECT_EQ(sum, bytes["up_total"].get<std::uint64_t>());
  std::uint64_t layers = 0;
  for (const auto& [layer, count] : bytes["by_layer"].items()) layers += count.get<std::uint64_t>();
  EXPECT_EQ(layers, bytes["up_total"]);
  EXPECT_GT(bytes["by_layer"]["value"], 0);
  EXPECT_GT(sum, 0u);
}

TEST_F(KioskDemo, TheSameFolderGivesTheSameBytesInAnotherPlaceAndLanguage) {
  const std::string before = text_of(folder / "findings.json");
  const std::string report = text_of(folder / "report.html");
  const auto again =
      run({"analyze", folder.string()},
          {{"TZ", "Asia/Shanghai"}, {"LC_ALL", "de_DE.UTF-8"}, {"LANG", "de_DE.UTF-8"}});
  EXPECT_EQ(again.exit.code, 0) << again.err;
  EXPECT_TRUE(text_of(folder / "findings.json") == before);
  EXPECT_TRUE(text_of(folder / "report.html") == report);
}

TEST_F(KioskDemo, TheReportHasNoScriptAndLoadsNothing) {
  const std::string report = text_of(folder / "report.html");
  EXPECT_THAT(report, HasSubstr("/v1/order"));
  EXPECT_THAT(report, ::testing::Not(HasSubstr("<script")));
  EXPECT_THAT(report, ::testing::Not(HasSubstr("src=\"http")));
}

TEST_F(KioskDemo, VerifyHolds) {
  const auto verified = run({"verify", folder.string(), "--json"});
  EXPECT_EQ(verified.exit.code, 0) << verified.out << verified.err;
  EXPECT_TRUE(json::parse(verified.out)["holds"]);
}

TEST_F(KioskDemo, TheBenchesLogKnowsTheRunAndWhatCameOfIt) {
  const auto verified = run({"verify", folder.string() + ".bench.log", "--json"});
  EXPECT_EQ(verified.exit.code, 0) << verified.out << verified.err;
  const json work = json::parse(verified.out)["work"];
  ASSERT_EQ(work.size(), 1u);
  EXPECT_EQ(work[0]["kind"], "run");
  EXPECT_EQ(work[0]["id"], findings["run"]["id"]);
  EXPECT_EQ(work[0]["outcome"], "completed");
  EXPECT_EQ(work[0]["machine"], "Example K95 KD00412");
  EXPECT_EQ(findings["run"]["history"]["number"], 1);
  EXPECT_EQ(findings["run"]["history"]["of"], 1);
  EXPECT_THAT(text_of(folder / "report.html"),
              HasSubstr("run 1 of 1 with this procedure on this machine"));
}

TEST_F(KioskDemo, VerifyNoticesOneChangedByteOfTheCapture) {
  const fs::path copy = fresh("tampered");
  fs::copy(folder, copy, fs::copy_options::recursive);
  const fs::path capture = copy / "capture/0001.pcapng";
  std::string bytes = text_of(capture);
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(capture, std::ios::binary) << bytes;
  EXPECT_EQ(run({"verify", copy.string()}).exit.code, 1);
}

TEST_F(KioskDemo, VerifyNoticesOneChangedWordOfTheReport) {
  const fs::path copy = fresh("reworded");
  fs::copy(folder, copy, fs::copy_options::recursive);
  std::string report = text_of(copy / "report.html");
  const std::size_t at = report.find("16 of 16");
  ASSERT_NE(at, std::string::npos);
  report.replace(at, 8, "15 of 16");
  std::ofstream(copy / "report.html", std::ios::binary) << report;
  const auto verified = run({"verify", copy.string()});
  EXPECT_EQ(verified.exit.code, 1);
  EXPECT_THAT(verified.out, HasSubstr("report.html made again: differs"));
}

TEST_F(KioskDemo, TheCaptureAndTheTrialsLogAloneGiveTheSameClaims) {
  const fs::path out = fresh("foreign");
  const auto foreign = run({"analyze", (folder / "capture/0001.pcapng").string(), "--trials",
                            (folder / "trials.jsonl").string(), "--dut", "02:c0:ff:ee:00:01",
                            "--out", out.string(), "--windows", "0..100 ms,0..200 ms,0..350 ms"});
  EXPECT_EQ(foreign.exit.code, 0) << foreign.err;
  const json foreign_findings = json::parse(text_of(out / "findings.json"));
  std::set<std::string> theirs;
  for (const json& finding : foreign_findings["findings"])
    // Without the bench file nothing says that KD00412 is this machine's serial number.
    theirs.insert(std::regex_replace(claim(finding), std::regex("KD00412"), "{}"));
  std::set<std::string> ours;
  for (const json& finding : findings["findings"]) ours.insert(claim(finding));
  EXPECT_EQ(theirs, ours) << foreign.out << foreign.err;
}

TEST_F(KioskDemo, ExplainWalksFromTheFindingToTheArithmetic) {
  const auto explained = run({"explain", folder.string(), "F1"});
  EXPECT_EQ(explained.exit.code, 0) << explained.err;
  EXPECT_THAT(explained.out, HasSubstr("16"));

  const json finding = json::parse(text_of(folder / "findings.json"))["findings"][0];
  const json& evidence = finding["evidence"][0];
  const auto packet = run({"explain", folder.string(),
                           evidence["file"].get<std::string>() + ":" + evidence["frame"].dump()});
  EXPECT_EQ(packet.exit.code, 0) << packet.err;
  EXPECT_THAT(packet.out, HasSubstr("F1 is about it"));
  const std::string path = finding["fields"][0]["path"];
  const auto field = run({"explain", folder.string(), path});
  EXPECT_EQ(field.exit.code, 0) << field.err;
  EXPECT_THAT(field.out, HasSubstr("F1: " + path));
}

TEST_F(KioskDemo, WhatTheMakerDeclaresIsHeldAgainstIt) {
  const std::string shipped = BREWPROOF_BINARY_DIR "/share/brewproof/procedures/";
  EXPECT_THAT(output.err, HasSubstr("Contract: PASS  kiosk declaration"));
  for (const char* name : {"demo", "kiosk"}) {
    const std::string contract = shipped + name + ".contract.yaml";
    const auto held = run({"check", folder.string(), "--contract", contract, "--json"});
    EXPECT_EQ(held.exit.code, 0) << held.err;
    EXPECT_EQ(json::parse(held.out)["verdict"], "PASS");
  }

  std::string text = text_of(shipped + "kiosk.contract.yaml");
  const std::string declared = "      - body|json:/pay/card\n";
  text.erase(text.find(declared), declared.size());
  const fs::path changed = folder.parent_path() / "changed.contract.yaml";
  std::ofstream(changed) << text;
  const auto held = run({"check", folder.string(), "--contract", changed.string()});
  EXPECT_EQ(held.exit.code, 1) << held.err;
  EXPECT_THAT(held.out, HasSubstr("not declared: body|json:/pay/card\n"));
  EXPECT_THAT(held.out,
              HasSubstr("FAIL          pay: nothing else: there is more than is declared"));
}

TEST_F(KioskDemo, ReportRendersTheFindingsAgain) {
  const auto report = run({"report", folder.string()});
  EXPECT_EQ(report.exit.code, 0) << report.err;
  EXPECT_THAT(report.out, HasSubstr("/v1/order"));
}

TEST(NullDemo, MuteBrewsAndPaysAndNothingIsClaimed) {
  const fs::path folder = fresh("mute");
  const auto output = run({"demo", "--profile", "mute", "--out", folder.string(), "--seed", "5"});
  if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
  ASSERT_EQ(output.exit.code, 0) << output.err;
  const json findings = json::parse(text_of(folder / "findings.json"));
  EXPECT_THAT(findings["findings"], IsEmpty()) << findings["findings"].dump(1);
  std::set<std::string> none;
  for (const json& line : findings["none"]) {
    none.insert(line["event"].get<std::string>());
    EXPECT_EQ(line["trials"], 16);
    EXPECT_NEAR(line["upper_bound"].get<double>(), 0.1707, 1e-4);  // 1 - 0.05^(1/16)
  }
  EXPECT_THAT(none, UnorderedElementsAre("brew", "pay"));
}

TEST(NullDemo, SpikesTellWhatMutesSilenceDoesNotCoverAndChangeNoClaim) {
  const fs::path folder = fresh("spiked");
  const auto output = run({"demo", "--profile", "mute", "--seed", "3", "--out", folder.string()});
  if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
  ASSERT_EQ(output.exit.code, 0) << output.err;
  const std::string before = text_of(folder / "findings.json");
  const auto spiked = run({"analyze", folder.string(), "--spike", "--repetitions", "3"});
  EXPECT_EQ(spiked.exit.code, 0) << spiked.err;
  EXPECT_THAT(spiked.out, HasSubstr("brew: immediate (3 of 3 were found)"));
  json findings = json::parse(text_of(folder / "findings.json"));
  ASSERT_EQ(findings["spikes"].size(), 14u);
  for (const json& none : findings["none"]) EXPECT_FALSE(none["not_covered"].empty());
  EXPECT_THAT(text_of(folder / "report.html"), HasSubstr("<h2 id=\"sensitivity\">"));
  EXPECT_EQ(run({"verify", folder.string()}).exit.code, 0);
  const std::string report = text_of(folder / "report.html");
  EXPECT_EQ(run({"report", folder.string(), "--format", "html"}).exit.code, 0);
  EXPECT_EQ(text_of(folder / "report.html"), report);

  findings.erase("spikes");
  for (json& none : findings["none"]) none.erase("not_covered");
  EXPECT_EQ(findings, json::parse(before));
  EXPECT_EQ(run({"analyze", folder.string()}).exit.code, 0);
  EXPECT_EQ(text_of(folder / "findings.json"), before);
  fs::remove_all(folder.parent_path());
}

TEST(NullDemo, DeafIsInconclusiveAndClaimsNothing) {
  const fs::path folder = fresh("deaf");
  const auto output = run({"demo", "--profile", "deaf", "--out", folder.string(), "--seed", "5"});
  if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
  EXPECT_EQ(output.exit.code, 4) << output.err;
  const json findings = json::parse(text_of(folder / "findings.json"));
  EXPECT_THAT(findings["findings"], IsEmpty());
  EXPECT_THAT(findings["none"], IsEmpty());
  EXPECT_THAT(findings["run"]["reasons"], Contains("unconfirmed"));
  EXPECT_EQ(findings["run"]["outcome"], "rig_fault");
  EXPECT_THAT(output.err, HasSubstr("2 of the 32 acts planned were commanded and reported"));
}

// The demo is brewproof-testbed -- brewproof run ...: here with a shell that kills the controller.
Child::Output run_and_signal(const fs::path& folder, const std::string& signal,
                             double after_seconds) {
  const std::string share = std::string(BREWPROOF_BINARY_DIR) + "/share/brewproof";
  const std::string script =
      program + " run " + share + "/procedures/demo.procedure.yaml --bench " + share +
      "/procedures/demo.bench.yaml --out " + folder.string() + " --bench-log " + folder.string() +
      ".bench.log --seed 3 & pid=$!; sleep " + std::to_string(after_seconds) + "; kill -" + signal +
      " $pid; wait $pid";
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof-testbed";
  settings.arguments = {"--profile", share + "/fixtures/profiles/kiosk.yaml",
                        "--truth",   folder.string() + ".truth.jsonl",
                        "--",        "/bin/bash",
                        "-c",        script};
  settings.pipe_stdout = settings.pipe_stderr = true;
  return output_of(started(settings));
}

TEST(CutOffDemo, AfterKillMinusNineTheFolderOpensAsPartialWithEveryAcknowledgedTrial) {
  for (const double after : {3.05, 5.3, 7.71}) {
    const fs::path folder = fresh("killed-" + std::to_string(after));
    const auto output = run_and_signal(folder, "KILL", after);
    if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
    const auto journal = read_journal((folder / "journal.jsonl").string());
    ASSERT_TRUE(journal) << journal.error().message;
    EXPECT_FALSE(journal->closed);
    std::set<int> outcomes;
    for (const Record& record : journal->records)
      if (record.type == "outcome" && record.body.contains("trial"))
        outcomes.insert(record.body["trial"].get<int>());
    std::ifstream trials(folder / "trials.jsonl");
    int acknowledged = 0;
    for (std::string line; std::getline(trials, line); ++acknowledged)
      EXPECT_THAT(outcomes, Contains(json::parse(line)["trial"].get<int>()));
    const auto verified = run({"verify", folder.string()});
    EXPECT_EQ(verified.exit.code, 0) << verified.out;
    EXPECT_THAT(verified.out, HasSubstr("partial"));
    if (acknowledged == 0) continue;
    const auto analyzed = run({"analyze", folder.string()});
    EXPECT_EQ(analyzed.exit.code, 4) << analyzed.err;
    EXPECT_EQ(json::parse(text_of(folder / "findings.json"))["run"]["outcome"], "partial");
  }
}

// Runs a shell script beside the simulated machine.
Child::Output run_in_testbed(const fs::path& folder, const std::string& script) {
  const std::string share = std::string(BREWPROOF_BINARY_DIR) + "/share/brewproof";
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof-testbed";
  settings.arguments = {"--profile", share + "/fixtures/profiles/kiosk.yaml",
                        "--truth",   folder.string() + ".truth.jsonl",
                        "--",        "/bin/bash",
                        "-c",        script};
  settings.environment = {{"PROGRAM", program}, {"SHARE", share}, {"OUT", folder.string()}};
  settings.pipe_stdout = settings.pipe_stderr = true;
  return output_of(started(settings), std::chrono::minutes(4));
}

TEST(CutOffDemo, EveryActAndRunIsInTheLogAlsoWhereItWasKilled) {
  const fs::path folder = fresh("logged");
  const auto output = run_in_testbed(folder, R"(
    bench="--bench $SHARE/procedures/demo.bench.yaml --bench-log $OUT.bench.log"
    $PROGRAM act espresso $bench --out $OUT.act
    $PROGRAM run $SHARE/procedures/demo.procedure.yaml $bench --out $OUT --seed 3 & pid=$!
    until grep -q '"type":"intent"' $OUT/journal.jsonl 2>/dev/null; do sleep 0.05; done
    kill -KILL $pid; wait $pid
    $PROGRAM act latte $bench --out $OUT.act2)");
  if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
  const auto log = read_bench_log(folder.string() + ".bench.log");
  ASSERT_TRUE(log) << output.err;
  EXPECT_EQ(log->fault, "");
  std::vector<std::string> became;
  for (const BenchWork& work : log->work) became.push_back(work.kind + " " + work.outcome);
  EXPECT_THAT(became, ::testing::ElementsAre("act completed", "run partial", "act completed"))
      << output.err;
}

TEST(CutOffDemo, ControlCEndsTheTrialAndClosesTheFolder) {
  const fs::path folder = fresh("interrupted");
  const auto output = run_and_signal(folder, "INT", 5.0);
  if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
  EXPECT_EQ(output.exit.code, 130) << output.err;
  const auto journal = read_journal((folder / "journal.jsonl").string());
  ASSERT_TRUE(journal);
  EXPECT_TRUE(journal->closed);
  EXPECT_EQ(journal->records.back().body["outcome"], "aborted");
  EXPECT_EQ(run({"verify", folder.string()}).exit.code, 0);
}

}  // namespace
}  // namespace brewproof
