// A few machines of the zoo, off-line: what is claimed of them is so, and what they hide well
// enough is not made up. `./dev zoo` prints the whole table.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "rig/capture/capture_file.h"
#include "rig/evidence/trials_log.h"
#include "rig/process/child.h"
#include "tests/zoo/examine.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Zoo : public ::testing::Test {
 protected:
  void TearDown() override { fs::remove_all(scratch_); }
  Examined examined(const std::string& machine, std::uint64_t seed = 1) {
    Examined one = examine(machine, {seed, 0}, false);
    EXPECT_EQ(one.fault, "");
    return one;
  }
  fs::path scratch_ =
      fs::path(::testing::TempDir()) / ("brewproof-zoo-" + std::to_string(::getpid()));
};

TEST_F(Zoo, OfTheHonestMachineEverythingIsFoundAndNothingElse) {
  const Score score = examined("honest").score;
  EXPECT_EQ(score.emissions.truly, 3);  // a drink's, and a sale's two
  EXPECT_EQ(score.emissions.found, 3);
  EXPECT_THAT(score.wrong, IsEmpty());
  EXPECT_THAT(score.missed, IsEmpty());
  EXPECT_EQ(score.stimuli.f1(), 1);
}

TEST_F(Zoo, OfTheSilentNothingIsClaimed) {
  for (const char* machine : {"silent", "metronome", "bursts"})
    EXPECT_EQ(examined(machine).score.emissions.claims, 0) << machine;
}

TEST_F(Zoo, OfTheBadLineAndTheTunnelWhatIsClaimedIsSo) {
  for (const char* machine : {"lossy", "ipv6-vlan"}) {
    const Score score = examined(machine).score;
    EXPECT_EQ(score.emissions.precision(), 1) << machine;
    EXPECT_EQ(score.emissions.found, score.emissions.truly) << machine;
  }
}

TEST_F(Zoo, OfTheMachineThatSpeaksInStructsWhatStandsAtAnOffsetIsFound) {
  const Score score = examined("fixed-binary").score;
  EXPECT_THAT(score.wrong, IsEmpty());
  EXPECT_THAT(score.missed, IsEmpty());
}

TEST_F(Zoo, ARefusedCardIsFoundWhereNothingElseIsTold) {
  const Score score = examined("declined").score;
  EXPECT_EQ(score.emissions.truly, 1);
  EXPECT_EQ(score.emissions.found, 1);
  EXPECT_EQ(score.stimuli.f1(), 1);
  EXPECT_THAT(score.wrong, IsEmpty());
}

TEST_F(Zoo, WhatWaitedForTheNetworkIsFoundWhenItIsThroughAgain) {
  const Score score = examined("keeper").score;
  EXPECT_EQ(score.emissions.precision(), 1);
  EXPECT_EQ(score.stimuli.f1(), 1);
  // What it asks in vain meanwhile is found too. Only for some acts it has to connect again.
  EXPECT_THAT(score.missed, ::testing::Each(HasSubstr("CONNECT")));
}

TEST_F(Zoo, TheWayAroundABlockIsFound) {
  const Score score = examined("second-way").score;
  EXPECT_EQ(score.emissions.precision(), 1);
  EXPECT_THAT(score.missed, IsEmpty());
}

// Asked after each block, as a run asks: a drink and a sale that are always told of need two
// blocks.
TEST_F(Zoo, TheRuleForAnEarlyEndDecidesWhatTheHonestMachineSends) {
  const Examined one = examine("honest", {1, 4}, true);
  ASSERT_EQ(one.decided.size(), 2u);
  for (const Decided& event : one.decided) {
    EXPECT_TRUE(event.sends) << event.event;
    EXPECT_EQ(event.acts, 16);
    ASSERT_TRUE(event.cups) << event.event;
    EXPECT_GE(*event.cups, 8);
    EXPECT_LE(*event.cups, 12);
  }
}

TEST_F(Zoo, TheRuleForAnEarlyEndDecidesNothingOfTheSilent) {
  const Examined one = examine("silent", {1, 4}, true);
  ASSERT_EQ(one.decided.size(), 2u);
  for (const Decided& event : one.decided) EXPECT_FALSE(event.sends || event.cups) << event.event;
}

TEST_F(Zoo, TheHabitOfFifteenSecondsClaimsWhatTheSilentMachineNeverDid) {
  EXPECT_GT(examined("silent").habit.wrong, 0);
}

TEST_F(Zoo, TheSameSeedGivesTheSameBytes) {
  const auto bytes = [&](const std::string& folder, std::uint64_t seed) {
    auto run = run_machine("honest", {seed, 2});
    if (!run) throw std::runtime_error(run.error().message);
    EXPECT_TRUE(write_run(*run, scratch_ / folder));
    std::ifstream in(scratch_ / folder / "capture.pcap", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string first = bytes("a", 3);
  EXPECT_GT(first.size(), 10'000u);
  EXPECT_TRUE(bytes("b", 3) == first);
  EXPECT_FALSE(bytes("c", 4) == first);
}

TEST_F(Zoo, TheCaptureThatIsWrittenHoldsTheFramesThatWereDecoded) {
  const auto run = run_machine("ipv6-vlan", {1, 2});
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_TRUE(write_run(*run, scratch_));
  auto reader = CaptureFileReader::open((scratch_ / "capture.pcap").string(), 0);
  ASSERT_TRUE(reader) << reader.error().message;
  for (const sim::WireFrame& frame : run->run.frames) {
    const auto packet = reader->next();
    ASSERT_TRUE(packet && *packet);
    EXPECT_EQ((*packet)->time_ns, frame.t_ns);
    EXPECT_TRUE(std::equal(
        (*packet)->data.begin(), (*packet)->data.end(), frame.bytes.begin(), frame.bytes.end(),
        [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }));
  }
  const auto trials = read_trials_log((scratch_ / "trials.jsonl").string());
  ASSERT_TRUE(trials) << trials.error().message;
  EXPECT_EQ(*trials, run->run.trials);
}

TEST_F(Zoo, EveryMachineIsReadAndRuns) {
  const auto machines = all_machines();
  EXPECT_GE(machines.size(), 20u);
  for (const std::string& machine : machines) {
    const ZooOptions two_blocks{1, 2};
    const auto run = run_machine(machine, two_blocks);
    ASSERT_TRUE(run) << run.error().message;
    // In each block four acts and four shams of each event.
    EXPECT_EQ(run->run.trials.size(), 16 * zoo_procedure(machine, two_blocks)->events.size())
        << machine;
    for (const Trial& trial : run->run.trials) EXPECT_EQ(trial.status, TrialStatus::ok) << machine;
  }
}

// ---- the program ----

Child::Output brewproof_zoo(const std::vector<std::string>& arguments) {
  ChildSettings settings;
  settings.program = BREWPROOF_ZOO;
  settings.arguments = arguments;
  settings.pipe_stdout = settings.pipe_stderr = true;
  auto started = Child::start(settings);
  if (!started) throw std::runtime_error(started.error().message);
  auto output = started->finish(std::chrono::minutes(2));
  if (!output) throw std::runtime_error(output.error().message);
  return *output;
}

TEST_F(Zoo, OneMachineIsMadeAndNeitherNoneNorSeveral) {
  const std::string folder = scratch_.string();
  const auto made = brewproof_zoo({"make", "honest", "--blocks", "2", "--out", folder});
  EXPECT_EQ(made.exit.code, 0) << made.err;
  EXPECT_TRUE(fs::exists(scratch_ / "capture.pcap"));
  fs::remove_all(scratch_);
  EXPECT_EQ(brewproof_zoo({"make", "--out", folder}).exit.code, 2);
  EXPECT_EQ(brewproof_zoo({"make", "honest", "silent", "--out", folder}).exit.code, 2);
  EXPECT_FALSE(fs::exists(scratch_));
}

TEST_F(Zoo, AMachineThatCannotBeReadIsSaidAndNotLeftOut) {
  const auto drawn = brewproof_zoo({"score", "silent", "no-such-machine", "--aa", "1"});
  EXPECT_EQ(drawn.exit.code, 2);
  EXPECT_THAT(drawn.err, HasSubstr("no-such-machine"));
}

// A run of its own is not needed to see whether the scale is true.
TEST(ZooScore, TellsTheFoundTheMissedAndTheFalse) {
  Design design;
  design.events["pay"].parameters["amount"];
  const std::vector<nlohmann::ordered_json> lines = {
      nlohmann::ordered_json::parse(
          R"({"event":"pay","destination":"a.example","protocol":"http","message":"POST /o/{}",
              "fields":{"/cents":"stimulus:amount","/n":"counter"}})"),
      nlohmann::ordered_json::parse(
          R"({"event":"background","destination":"a.example","protocol":"mqtt","message":"PUBLISH hb",
              "fields":{"/last":"stimulus:amount"},"carries":["pay"]})")};
  const Truth truth(lines, design);
  Finding right;
  right.event = "pay";
  right.destination.name = "a.example";
  right.protocol = "http";
  right.message = "POST /o/17";
  right.fields = {{"body|json:/cents", FieldKind::stimulus, "amount", "", {}, {}, {}, 0, 0, 0, {}},
                  {"body|json:/n", FieldKind::constant, "", "", {}, {}, {}, 0, 0, 0, {}}};
  Finding wrong = right;
  wrong.message = "GET /else";
  wrong.fields.clear();
  const Score score = truth.score(std::vector<Finding>{right, wrong});
  EXPECT_EQ(score.emissions.truly, 2);
  EXPECT_EQ(score.emissions.found, 1);
  EXPECT_EQ(score.emissions.claims, 2);
  EXPECT_EQ(score.emissions.wrong, 1);
  EXPECT_EQ(score.stimuli.truly, 2);
  EXPECT_EQ(score.stimuli.found, 1);
  EXPECT_EQ(score.stimuli.wrong, 0);
  EXPECT_EQ(score.kinds, 1);
  EXPECT_EQ(score.right, 0);
}

TEST(ZooScore, ATextMayCarrySeveralParameters) {
  Design design;
  design.events["pay"].parameters["amount"];
  design.events["pay"].parameters["card"];
  const std::vector<nlohmann::ordered_json> lines = {nlohmann::ordered_json::parse(
      R"({"event":"pay","destination":"a.example","protocol":"icmp","message":"echo request",
          "fields":{"":"stimulus:amount stimulus:card"}})")};
  Finding finding;
  finding.event = "pay";
  finding.destination.name = "a.example";
  finding.protocol = "icmp";
  finding.message = "echo request";
  for (const char* parameter : {"amount", "card"})
    finding.fields.push_back(
        {"payload", FieldKind::stimulus, parameter, "", {}, {}, {}, 0, 0, 0, {}});
  const Score both = Truth(lines, design).score(std::vector<Finding>{finding});
  EXPECT_EQ(both.stimuli.truly, 2);
  EXPECT_EQ(both.stimuli.found, 2);
  EXPECT_EQ(both.stimuli.wrong, 0);
  finding.fields.pop_back();
  const Score one = Truth(lines, design).score(std::vector<Finding>{finding});
  EXPECT_EQ(one.stimuli.found, 1);
  EXPECT_THAT(one.missed, testing::ElementsAre("pay: icmp echo request to a.example  = card"));
}

// Bytes overlap where other paths are equal or not.
TEST(ZooScore, BytesAreComparedByTheirOffsets) {
  Design design;
  design.events["pay"].parameters["amount"];
  const std::vector<nlohmann::ordered_json> lines = {nlohmann::ordered_json::parse(
      R"({"event":"pay","destination":"a.example","protocol":"udp","message":"datagram",
          "fields":{"|bytes:0+4":"counter","|bytes:4+2":"constant","|bytes:12+4":"stimulus:amount"}})")};
  const auto score = [&](const std::string& path, FieldKind kind) {
    Finding finding;
    finding.event = "pay";
    finding.destination.name = "a.example";
    finding.protocol = "udp";
    finding.fields = {{path, kind, "amount", "", {}, {}, {}, 0, 0, 0, {}}};
    return Truth(lines, design).score(std::vector<Finding>{finding});
  };
  EXPECT_EQ(score("bytes:12+2", FieldKind::stimulus).stimuli.found, 1);
  EXPECT_EQ(score("bytes:11+6", FieldKind::stimulus).stimuli.found, 1);
  EXPECT_EQ(score("bytes:15+2", FieldKind::stimulus).stimuli.wrong, 1);
  EXPECT_EQ(score("payload", FieldKind::stimulus).stimuli.found, 1);
  EXPECT_EQ(score("bytes:3+1", FieldKind::counter).right, 1);
  EXPECT_EQ(score("bytes:3+1", FieldKind::random).right, 0);
  EXPECT_EQ(score("bytes:0+3", FieldKind::constant).kinds, 0);  // that part never changed
  EXPECT_EQ(score("bytes:0+4", FieldKind::constant).kinds, 1);
  EXPECT_EQ(score("bytes:4+2", FieldKind::constant).right, 1);
  EXPECT_EQ(score("bytes:6+2", FieldKind::constant).kinds, 0);  // nothing is told of it
}

}  // namespace
}  // namespace brewproof
