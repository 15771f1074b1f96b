// What is not the same around the machine.
#include "rig/command/analysis/surroundings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/command/command_line.h"

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

Surroundings of(std::map<std::string, std::map<std::string, std::string>> groups) {
  groups["time"].try_emplace("day", "2026-11-01");
  return {std::move(groups)};
}

// "server api: 192.0.2.1 | 192.0.2.2"
std::vector<std::string> told(const std::vector<Surroundings>& runs) {
  std::vector<std::string> all;
  for (const ContextDifference& difference : differences(runs)) {
    std::string text = difference.group + " " + difference.what + ":";
    for (const std::string& value : difference.values) text += " " + value;
    all.push_back(std::move(text));
  }
  return all;
}

TEST(Surroundings, WhatIsTheSameIsNoDifference) {
  const Surroundings run = of({{"machine", {{"firmware", "1"}}}, {"bench", {{"name", "k"}}}});
  EXPECT_THAT(told({run, run, run}), IsEmpty());
}

TEST(Surroundings, AKeyThatOneRunDoesNotHaveDiffers) {
  EXPECT_THAT(told({of({{"bench", {{"a", "1"}, {"b", "2"}}}}), of({{"bench", {{"a", "1"}}}})}),
              ElementsAre("bench b: 2 "));
}

TEST(Surroundings, WhatOnlySomeRunsKnowIsOneDifference) {
  EXPECT_THAT(told({of({{"bench", {{"a", "1"}, {"b", "2"}}}}), of({})}),
              ElementsAre("bench bench: known not known"));
}

TEST(Surroundings, RunsThatDoNotTellTheirDayMayBeOfDifferentDays) {
  EXPECT_THAT(told({{}, {}}), ElementsAre("time time: not known not known"));
}

TEST(Surroundings, NamesThatOneRunNeverMetSayNothing) {
  EXPECT_THAT(told({of({{"server", {{"api", "192.0.2.1"}, {"old", "192.0.2.9"}}}}),
                    of({{"server", {{"api", "192.0.2.2"}}}})}),
              ElementsAre("server api: 192.0.2.1 192.0.2.2"));
}

// One that one run saw and the other did not may have been another one there.
TEST(Surroundings, ACertificateThatOneRunDidNotSeeIsADifference) {
  EXPECT_THAT(told({of({{"certificate", {{"api", "ab CN=x"}}}}), of({})}),
              ElementsAre("certificate api: ab CN=x "));
}

TEST(Surroundings, TheFirmwareAndWhatCannotReachTheMachineAreWeighedApart) {
  const auto all = differences(
      {of({{"machine", {{"firmware", "1"}, {"serial", "a"}}}, {"run", {{"seed", "1"}}}}),
       of({{"machine", {{"firmware", "2"}, {"serial", "b"}}}, {"run", {{"seed", "2"}}}})});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].weight, Weight::firmware);
  EXPECT_EQ(all[1].weight, Weight::forbids);  // another machine
  EXPECT_EQ(all[2].weight, Weight::told);
}

class SurroundingsOfARun : public CommandLine {
 protected:
  SurroundingsOfARun() {
    put("bench.yaml",
        "brewproof: bench/1\nname: k\ndut: {model: K95}\nresources:\n"
        "  panel: {driver: lcus_relay, port: /dev/p}\nnetwork: {paths: {wifi: absent}}\n");
    put("procedure.yaml", "brewproof: procedure/1\nname: p\n");
    put("plan.json", "{}");
    FindingsRun& run = analysis.report.findings.run;
    run.dut_json = R"({"firmware":"2.1.7","state":{"account":"test"}})";
    run.operator_name = "Anna";
    run.started_ns = 1'760'000'000'000'000'000;
  }
  Surroundings read() const {
    auto opened = RunFolder::open(place.string());
    auto all = surroundings_of(*opened, analysis);
    if (!all) throw std::runtime_error(all.error().message);
    return *all;
  }

  void put(const std::string& name, const std::string& text) const {
    std::ofstream(place / name, std::ios::binary) << text;
  }

  Analysis analysis;
};

TEST_F(SurroundingsOfARun, HaveTheMachineAndTheBenchKeyByKey) {
  auto groups = read().groups;
  EXPECT_THAT(groups["machine"], UnorderedElementsAre(std::pair("firmware", "2.1.7"),
                                                      std::pair("state.account", "test")));
  EXPECT_EQ(groups["boards"]["panel.port"], "/dev/p");
  EXPECT_EQ(groups["network"]["paths.wifi"], "absent");
  EXPECT_THAT(groups["bench"],
              UnorderedElementsAre(std::pair("brewproof", "bench/1"), std::pair("name", "k")));
  EXPECT_EQ(groups["procedure"]["name"], "p");
  EXPECT_EQ(groups["time"]["day"], "2025-10-09");
  EXPECT_EQ(groups["run"]["operator"], "Anna");
}

TEST_F(SurroundingsOfARun, HaveWhatTheBoardsAnsweredAndTheProgramThatRan) {
  analysis.journal.push_back(
      {1,
       "plan",
       {},
       {{"program", "brewproof 0.1.0"},
        {"source_sha256", "ab"},
        {"commissioned", {{"at_ns", nullptr}, {"by", "there is no record r.json"}}}}});
  analysis.journal.push_back({2, "outcome", {}, {{"devices", {{"panel", "LCUS-4 rev 2"}}}}});
  auto groups = read().groups;
  EXPECT_EQ(groups["boards"]["panel answers"], "LCUS-4 rev 2");
  EXPECT_EQ(groups["program"]["rig"], "brewproof 0.1.0");
  EXPECT_EQ(groups["run"]["commissioned"], "no");
}

TEST_F(SurroundingsOfARun, HaveServersByNameAndTheCertificatesTheyShow) {
  Message hello;
  hello.from_dut = true;
  hello.peer = {"api.x.example", "192.0.2.1", 443};
  Message shown = hello;
  shown.from_dut = false;
  shown.fields = {{"certificate:0/sha256", std::string(64, 'a'), FieldType::bytes},
                  {"certificate:0/subject", "CN=api.x.example"},
                  {"certificate:1/sha256", std::string(64, 'b'), FieldType::bytes}};
  Message elsewhere = hello;
  elsewhere.peer.address = "192.0.2.2";
  analysis.proof_input.messages = {hello, shown, elsewhere};
  auto groups = read().groups;
  EXPECT_EQ(groups["server"]["api.x.example"], "192.0.2.1, 192.0.2.2");
  EXPECT_EQ(groups["certificate"]["api.x.example"], std::string(16, 'a') + " CN=api.x.example");
}

TEST_F(SurroundingsOfARun, HaveWhatWasOpenedOfTls) {
  TlsByPeer& tls = analysis.report.findings.analysis.tls.by_peer;
  tls[{"api.x.example", "192.0.2.1", 443}] = {2, 1, {}};
  tls[{"", "192.0.2.9", 8883}] = {2, 0, {}};
  auto groups = read().groups;
  EXPECT_EQ(groups["tls"]["api.x.example:443"], "opened");
  EXPECT_EQ(groups["tls"]["192.0.2.9:8883"], "sealed");
}

TEST_F(SurroundingsOfARun, WithoutABenchFileAreAnErrorThatNamesIt) {
  std::filesystem::remove(place / "bench.yaml");
  const auto all = surroundings_of(*RunFolder::open(place.string()), analysis);
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().message, StartsWith((place / "bench.yaml").string()));
}

}  // namespace
}  // namespace brewproof
