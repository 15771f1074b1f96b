// A log made elsewhere may have another clock than the captures: then acts look as if nothing
// followed them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/command/foreign_captures.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

class LogClockOfCaptures : public FromElsewhere {
 protected:
  // As a rig sends them: before, after each block, at the end.
  static std::vector<Sent> sentinels(std::optional<std::int64_t> ahead_ms) {
    std::vector<Sent> sent;
    for (const std::int64_t at_ms : {5'000, 87'000, 167'000, 169'000})
      sent.push_back(sentinel(at_ms, ahead_ms));
    return sent;
  }
};

TEST_F(LogClockOfCaptures, ThatNobodyCheckedClaimsNoAbsence) {
  capture(0, 170);
  log_trials();
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(told(output), HasSubstr("INCONCLUSIVE"));
  EXPECT_THAT(told(output), HasSubstr("say --log-offset 0s"));
  EXPECT_THAT(told(output), Not(HasSubstr("None seen")));
  EXPECT_EQ(findings()["run"]["reasons"], json::array({"clock-unchecked"}));
  EXPECT_EQ(findings()["none"], json::array());
  EXPECT_EQ(findings()["background"][0]["max_excess"], json::object());
  EXPECT_EQ(findings()["analysis"].at("log_clock")["how"], "unchecked");
  EXPECT_THAT(text_of((place / "o/report.html").string()), HasSubstr("say --log-offset 0s"));
}

TEST_F(LogClockOfCaptures, ThatIsAheadShowsNothingAndDoesNotSayThatThereIsNothing) {
  capture({heartbeat(0, 200), answers(1500)});
  log_trials(20);
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(told(output), Not(HasSubstr("None seen")));
}

TEST_F(LogClockOfCaptures, ThatAPersonStatesIsMended) {
  capture({heartbeat(0, 170), answers(1500)});
  for (const auto& [ahead_s, stated] :
       {std::pair{20, "+20s"}, {20, "20 s"}, {-20, "-20s"}, {3600, "+1h"}}) {
    log_trials(ahead_s);
    const auto output = analyze({"--log-offset", stated});
    EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
    const json all = findings();
    ASSERT_EQ(all["findings"].size(), 1u) << stated;
    EXPECT_EQ(all["findings"][0]["timing"]["event_hits"], 8);
    EXPECT_EQ(all["findings"][0]["latency_ms"]["median"], 1500.0);
    EXPECT_EQ(all["findings"][0]["reasons"], json::array());
    EXPECT_EQ(all["analysis"].at("log_clock")["how"], "stated");
    EXPECT_EQ(all["analysis"].at("log_clock")["offset_ms"], 1000.0 * ahead_s);
  }
}

TEST_F(LogClockOfCaptures, ThatIsStatedToBeTheSameClaimsAbsence) {
  capture(0, 170);
  log_trials();
  const auto output = analyze({"--log-offset", "0"});
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  EXPECT_THAT(told(output), HasSubstr("stated to be one and the same clock"));
  EXPECT_THAT(told(output), HasSubstr("None seen"));
}

TEST_F(LogClockOfCaptures, ThatNobodyCheckedLeavesWhatWasFoundAndMarksIt) {
  capture({heartbeat(0, 170), answers(1500)});
  log_trials();
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  EXPECT_THAT(told(output), HasSubstr("PROVEN"));
  EXPECT_THAT(told(output), HasSubstr("(max); clock unchecked"));
  EXPECT_EQ(findings()["findings"][0]["reasons"], json::array({"clock-unchecked"}));
  EXPECT_EQ(findings()["run"]["reasons"], json::array());
}

TEST_F(LogClockOfCaptures, IsToldByWhatTheRigsSentinelsSay) {
  capture({heartbeat(0, 170), answers(1500), sentinels(20'000)});
  log_trials(20);
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  const json all = findings();
  EXPECT_EQ(all["analysis"].at("log_clock")["how"], "sentinels");
  EXPECT_EQ(all["analysis"].at("log_clock")["offset_ms"], 20'000.0);
  EXPECT_EQ(all["findings"][0]["timing"]["event_hits"], 8);
  EXPECT_EQ(all["findings"][0]["latency_ms"]["median"], 1500.0);
  EXPECT_THAT(told(output), HasSubstr("by the rig's sentinels in the captures the log's clock 20 s "
                                      "ahead of the captures'"));
}

TEST_F(LogClockOfCaptures, IsToldRoughlyByWhereSentinelsStand) {
  capture({heartbeat(0, 170), answers(1500), sentinels(std::nullopt)});
  log_trials(20);
  const auto output = analyze();
  const json clock = findings()["analysis"].at("log_clock");
  EXPECT_EQ(clock["how"], "unchecked");
  EXPECT_EQ(clock["why_unchecked"], "sentinels-rough");
  EXPECT_NEAR(clock["offset_ms"].get<double>(), 20'000, 2'000);
  EXPECT_THAT(told(output), HasSubstr("too rough for the windows"));
}

TEST_F(LogClockOfCaptures, OutsideOfTheirTimeIsSaidWithBothRangesAndTheLikelyCause) {
  capture(0, 170);
  log_trials(8 * 3600);
  const auto zone = analyze();
  EXPECT_EQ(zone.exit.code, 4) << zone.out << zone.err;
  EXPECT_THAT(told(zone), HasSubstr("the log goes from 2025-10-09 16:53:30 UTC to 2025-10-09 "
                                    "16:56:06 UTC, the captures from 2025-10-09 08:53:20 UTC to "
                                    "2025-10-09 08:56:10 UTC."));
  EXPECT_THAT(told(zone), HasSubstr("Then say --log-offset +8h"));
  EXPECT_EQ(findings()["run"]["reasons"], json::array({"log-elsewhere", "no-trials"}));

  log_lines(trial_lines(0, 1'000'000));
  EXPECT_THAT(told(analyze()), HasSubstr("look like milliseconds"));
  log_trials(40'000'000);
  EXPECT_THAT(told(analyze()), HasSubstr("are log and captures of one run?"));
}

// What is declared was shown; that nothing else came was not.
TEST_F(LogClockOfCaptures, ThatNobodyCheckedPassesNoContract) {
  std::ofstream(place / "c.yaml") << R"(brewproof: contract/1
name: answers
allow:
  - {event: brew, destination: "192.0.2.1:265", protocol: udp, message: datagram 0..9 B, fields: ["*"], purpose: answer, category: diagnostics}
background:
  - {destination: "192.0.2.1:9", protocol: udp, message: datagram 0..9 B, fields: ["*"], purpose: heartbeat, category: diagnostics}
otherwise: fail
)";
  capture({heartbeat(0, 200), answers(1500)});
  log_trials();
  EXPECT_EQ(analyze({"--log-offset", "0s"}).exit.code, 0);
  EXPECT_EQ(run({"check", "o", "--contract", "c.yaml"}).exit.code, 0);
  EXPECT_EQ(analyze().exit.code, 0);
  const auto unchecked = run({"check", "o", "--contract", "c.yaml"});
  EXPECT_EQ(unchecked.exit.code, 4);
  EXPECT_THAT(unchecked.out, HasSubstr("clock-unchecked"));
  log_trials(20);
  EXPECT_EQ(analyze().exit.code, 4);
  EXPECT_EQ(findings().at("unprovable")[0]["acts"], 8);
  EXPECT_THAT(run({"check", "o", "--contract", "c.yaml"}).out, Not(HasSubstr("no trial of brew")));
}

TEST_F(LogClockOfCaptures, IsStatedAsATimeAndForForeignLogsOnly) {
  capture(0, 170);
  log_trials();
  for (const char* offset : {"soon", "3", "3 parsec", "2000000 h", "", "+-3s"}) {
    const auto refused = analyze({std::string("--log-offset=") + offset});
    if (*offset == '\0') continue;  // as if it were not there
    EXPECT_EQ(refused.exit.code, 2) << offset;
    EXPECT_THAT(refused.err, HasSubstr("--log-offset")) << offset;
  }
  std::filesystem::create_directories(place / "run");
  std::ofstream(place / "run/plan.json") << "{}";
  const auto of_run = run({"analyze", "run", "--log-offset", "3s"});
  EXPECT_EQ(of_run.exit.code, 2);
  EXPECT_THAT(of_run.err, HasSubstr("one clock"));
}

}  // namespace
}  // namespace brewproof
