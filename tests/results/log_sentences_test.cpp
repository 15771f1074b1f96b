// An action log that was made elsewhere, in every output.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "results/findings_json.h"
#include "results/report.h"
#include "results/sentences.h"
#include "tests/results/sample_report.h"

namespace brewproof {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t second = 1'000'000'000, midday = 1'760'011'200 * second;

LogClock clock_of(const std::string& how, std::int64_t offset_s) {
  LogClock clock;
  clock.how = how;
  clock.offset_ns = offset_s * second;
  clock.log = {midday, midday + 600 * second};
  clock.captures = {midday - 60 * second, midday + 660 * second};
  clock.trials = 32;
  return clock;
}

Findings of_foreign_log() {
  Findings findings = sample_report().findings;
  findings.analysis.log_clock = clock_of("unchecked", 0);
  findings.analysis.log_clock->why_unchecked = "no-sentinels";
  findings.analysis.log_remarks = {{"numbers-missing", 10, 21, "", ""},
                                   {"event-resembles", 1, 4, "brwe", "brew"}};
  findings.unprovable = {{"brwe", "no-sham", 1, 0},
                         {"pay", "too-few-trials", 2, 2, 1.0 / 6, 0.005, 8}};
  return findings;
}

std::string told(const LogClock& clock) {
  Findings findings;
  findings.analysis.log_clock = clock;
  std::string text;
  for (const std::string& line : log_sentences(findings)) text += line + "\n";
  return text;
}

TEST(LogSentences, AreNoneOfARunOfOurs) {
  EXPECT_THAT(log_sentences(sample_report().findings), IsEmpty());
}

TEST(LogSentences, SayHowTheClockIsKnown) {
  EXPECT_THAT(told(clock_of("stated", 0)), HasSubstr("stated to be one and the same clock"));
  EXPECT_THAT(told(clock_of("stated", 3600)),
              HasSubstr("the log's clock 1 h ahead of the captures'; its times were mended"));
  LogClock clock = clock_of("sentinels", -20);
  clock.uncertainty_ns = 3'000'000;
  EXPECT_THAT(told(clock), HasSubstr("by the rig's sentinels in the captures the log's clock 20 s "
                                     "behind the captures', to within 3 ms"));
  EXPECT_THAT(told(clock_of("unchecked", 0)), HasSubstr("say --log-offset 0s"));
}

TEST(LogSentences, FindTheLikelyCauseOfALogElsewhere) {
  LogClock clock = clock_of("unchecked", 0);
  clock.outside = 32;
  clock.log = {midday - 5 * 3600 * second, midday - 5 * 3600 * second + 600 * second};
  EXPECT_THAT(told(clock), HasSubstr("Then say --log-offset -5h"));
  clock.log = {midday + 20'700 * second, midday + 21'300 * second};  // Nepal
  EXPECT_THAT(told(clock), HasSubstr("Then say --log-offset +345min"));
  clock.log = {midday / 1'000'000, midday / 1'000'000 + 600'000};
  EXPECT_THAT(told(clock), HasSubstr("look like milliseconds"));
  clock.log = {midday / second, midday / second + 600};
  EXPECT_THAT(told(clock), HasSubstr("look like seconds"));
  clock.log = {midday / 1'000, midday / 1'000 + 600'000'000};
  EXPECT_THAT(told(clock), HasSubstr("look like microseconds"));
  clock.log = {midday + 90'000 * second, midday + 90'600 * second};
  EXPECT_THAT(told(clock), HasSubstr("are log and captures of one run?"));
}

TEST(LogSentences, SayHowManyTrialsThereAreAndHowManyWouldDo) {
  EXPECT_EQ(unprovable_sentence(of_foreign_log().unprovable[0]),
            "brwe has no sham to compare it with (1 act)");
  EXPECT_EQ(unprovable_sentence(of_foreign_log().unprovable[1]),
            "too few trials are left to prove anything of pay: 2 acts and 2 shams, where perfect "
            "separation has p 0.17, and 0.005 is needed: 8 acts and their shams would do");
}

TEST(LogSentences, StandInBothReports) {
  ReportInput input = sample_report();
  input.findings = of_foreign_log();
  input.findings.run.reasons = {"no-sham", "too-few-trials"};
  const std::string text =
      std::regex_replace(text_summary(input.findings, {false, 100}), std::regex("\\s+"), " ");
  EXPECT_THAT(text, HasSubstr("brwe has no sham to compare it with (1 act); too few trials"));
  EXPECT_THAT(text, HasSubstr("say --log-offset 0s"));
  const std::string page = html_report(input);
  EXPECT_THAT(page, HasSubstr("<h4>The action log</h4>"));
  EXPECT_THAT(page, HasSubstr("trial 21 the first"));
}

TEST(LogSentences, AreWrittenAndReadBack) {
  const Findings findings = of_foreign_log();
  const std::string written = findings_json(findings);
  const auto all = nlohmann::json::parse(written);
  EXPECT_EQ(all["unprovable"][1].dump(),
            R"({"acts":2,"event":"pay","least_p":0.16666666666666666,"needed_acts":8,)"
            R"("needed_p":0.005,"reason":"too-few-trials","shams":2})");
  const auto read = read_findings_json(written, "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->analysis.log_clock, findings.analysis.log_clock);
  EXPECT_EQ(read->analysis.log_remarks, findings.analysis.log_remarks);
  EXPECT_EQ(read->unprovable, findings.unprovable);
  EXPECT_EQ(findings_json(*read), written);
}

}  // namespace
}  // namespace brewproof
