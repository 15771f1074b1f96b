// What cannot be right of a log is an error where it stands; what may be is told in the report.

#include "rig/command/analysis/foreign_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/command/foreign_captures.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ForeignLogFaults : public FromElsewhere {
 protected:
  std::string fault_of(const std::vector<json>& lines) const {
    log_lines(lines);
    const auto log = read_foreign_log((place / "t.jsonl").string());
    return log ? "" : log.error().message;
  }
  std::vector<LogRemark> remarks_of(const std::vector<json>& lines) const {
    log_lines(lines);
    const auto log = read_foreign_log((place / "t.jsonl").string());
    EXPECT_TRUE(log) << log.error().message;
    return log ? log->remarks : std::vector<LogRemark>();
  }
};

TEST_F(ForeignLogFaults, ASoundLogHasNone) {
  EXPECT_EQ(fault_of(trial_lines()), "");
  EXPECT_EQ(remarks_of(trial_lines()), std::vector<LogRemark>());
}

TEST_F(ForeignLogFaults, AShamOfAnEventThatNobodyDoesIsNamedWithTheLikelyOne) {
  auto lines = trial_lines();
  lines[1]["of"] = "brwe";
  EXPECT_THAT(fault_of(lines), AllOf(HasSubstr("t.jsonl:2:"), HasSubstr("sham of 'brwe'"),
                                     HasSubstr("did you mean 'brew'?")));
  capture(0, 170);
  const auto refused = analyze();
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("did you mean 'brew'?"));
}

TEST_F(ForeignLogFaults, AnEventThatIsSpelledAlmostLikeAnotherIsTold) {
  auto lines = trial_lines();
  lines[3]["event"] = "brwe";
  EXPECT_EQ(remarks_of(lines), (std::vector<LogRemark>{{"event-resembles", 1, 4, "brwe", "brew"}}));
  capture(0, 170);
  log_lines(lines);
  const auto output = analyze();
  EXPECT_THAT(told(output), HasSubstr("Event brwe (trial 4 is the first) has no sham"));
  EXPECT_THAT(told(output), HasSubstr("brwe has no sham to compare it with (1 act)"));
}

TEST_F(ForeignLogFaults, TwoTrialsAtOneMomentAreAnError) {
  auto lines = trial_lines();
  lines[5]["start_ns"] = lines[4]["start_ns"];
  lines[5]["end_ns"] = lines[4]["end_ns"];
  EXPECT_THAT(fault_of(lines),
              AllOf(HasSubstr("t.jsonl:6:"),
                    HasSubstr("trial 6 begins at the same nanosecond as trial 5 (line 5)")));
}

TEST_F(ForeignLogFaults, ATrialBeforeTheActOfAnotherIsAnError) {
  auto lines = trial_lines();
  lines[4]["act_ns"] = (trial_s(6) + 1) * 1'000'000'000;
  lines[4]["end_ns"] = (trial_s(6) + 6) * 1'000'000'000;
  EXPECT_THAT(fault_of(lines),
              AllOf(HasSubstr("t.jsonl:6:"),
                    HasSubstr("trial 6 begins 1000000000 ns before the act of trial 5 (line 5)")));
}

TEST_F(ForeignLogFaults, OverlapsAndMissingNumbersAreTold) {
  auto lines = trial_lines();
  for (json& line : lines) line["end_ns"] = line["end_ns"].get<std::int64_t>() + 10'000'000'000;
  lines.erase(lines.begin() + 8);
  lines.erase(lines.begin() + 11);
  EXPECT_EQ(remarks_of(lines), (std::vector<LogRemark>{{"numbers-missing", 2, 9, "", ""},
                                                       {"overlap", 11, 2, "", ""}}));
  capture(0, 170);
  log_lines(lines);
  const auto output = analyze();
  EXPECT_THAT(told(output), HasSubstr("2 are missing, trial 9 the first"));
  EXPECT_THAT(told(output), HasSubstr("11 of the log's trials, 2 the first, begin before"));
  EXPECT_EQ(findings()["analysis"].at("log_remarks")[0]["what"], "numbers-missing");
  EXPECT_THAT(text_of((place / "o/report.html").string()), HasSubstr("trial 9 the first"));
}

TEST_F(ForeignLogFaults, ACurrencyThatThereIsNotIsAnError) {
  auto lines = trial_lines();
  lines[2]["currency"] = "EURO";
  EXPECT_THAT(fault_of(lines), AllOf(HasSubstr("t.jsonl:3:"), HasSubstr("'EURO' is no currency")));
}

// Amounts in minor units, sent as "1.15".
TEST_F(ForeignLogFaults, TheCurrencyOfTheTrialsMakesTheirIntegersMoney) {
  auto lines = trial_lines();
  auto sent = heartbeat(0, 170);
  for (json& line : lines) {
    const int trial = line["trial"].get<int>();
    const int cents = 100 + 35 * trial;
    line["currency"] = "EUR";
    line["params"] = {{"amount", cents}};
    if (line["event"] == "sham") continue;
    const std::string text = "paid " + std::to_string(cents / 100) + "." +
                             std::to_string(1000 + cents % 100).substr(2) + " thanks";
    const Bytes frame = datagram_of(Bytes(text.begin(), text.end()));
    sent.push_back({10'000 * trial + 1'500, {frame.begin(), frame.end()}});
    sent.back().frame[36] ^= 1;
  }
  log_lines(lines);
  capture({sent});
  const auto output = analyze({"--log-offset", "0s"});
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  const json fields = findings()["findings"][0]["fields"];
  const auto amount = std::ranges::find_if(
      fields, [](const json& field) { return field.value("param", "") == "amount"; });
  ASSERT_NE(amount, fields.end()) << fields.dump(1);
  EXPECT_EQ((*amount)["matched"], 8);
}

TEST_F(ForeignLogFaults, TooFewTrialsAreCountedAndSoAreThoseThatWouldDo) {
  auto lines = trial_lines();
  lines.resize(8);
  log_lines(lines);
  capture(0, 170);
  const auto output = analyze({"--log-offset", "0s"});
  EXPECT_EQ(output.exit.code, 4);
  EXPECT_THAT(told(output),
              HasSubstr("too few trials are left to prove anything of brew: 4 acts and 4 shams, "
                        "where perfect separation has p 0.014, and 0.005 is needed: 8 acts and "
                        "their shams would do"));
  const json few = findings().at("unprovable")[0];
  EXPECT_EQ(few["acts"], 4);
  EXPECT_EQ(few["needed_acts"], 8);
}

}  // namespace
}  // namespace brewproof
