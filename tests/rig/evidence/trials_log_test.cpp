#include "rig/evidence/trials_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

// The example of the file's description.
const std::string pay =
    R"({"trial":17,"block":2,"event":"pay","start_ns":1760000000000000000,)"
    R"("act_ns":1760000000120000000,"end_ns":1760000006000000000,)"
    R"("params":{"method":"card","amount":180,"card":"04a1b2c3"},"observed":{"price":180},)"
    R"("status":"ok"})";

Result<std::vector<Trial>> read(const std::string& text) {
  const TemporaryFolder folder;
  put_file(folder.file("t.jsonl"), text);
  return read_trials_log(folder.file("t.jsonl"));
}

// What follows the file's name in the error.
std::string error_of(const std::string& text) {
  const auto trials = read(text);
  if (trials) return "no error";
  EXPECT_EQ(trials.error().code, ErrorCode::bad_file);
  const std::string& message = trials.error().message;
  return message.substr(message.find("t.jsonl") + 7);
}

std::string with(std::string text, const std::string& old, const std::string& now) {
  return text.replace(text.find(old), old.size(), now);
}

TEST(TrialsLog, ReadsATrial) {
  const auto trials = read(pay + "\n");
  ASSERT_TRUE(trials) << trials.error().message;
  Trial expected;
  expected.trial = 17;
  expected.block = 2;
  expected.event = "pay";
  expected.start_ns = 1'760'000'000'000'000'000;
  expected.act_ns = 1'760'000'000'120'000'000;
  expected.end_ns = 1'760'000'006'000'000'000;
  expected.params = {{"method", "card"}, {"amount", std::int64_t{180}}, {"card", "04a1b2c3"}};
  expected.observed = {{"price", std::int64_t{180}}};
  EXPECT_EQ(*trials, std::vector<Trial>{expected});
}

TEST(TrialsLog, AShamNamesItsEvent) {
  const auto trials = read(with(pay, R"("event":"pay")", R"("event":"sham","of":"pay")"));
  ASSERT_TRUE(trials);
  EXPECT_TRUE(trials->front().sham);
  EXPECT_EQ(trials->front().event, "pay");
}

TEST(TrialsLog, AShamOfNothingIsPooled) {
  const auto trials = read(with(pay, R"("event":"pay")", R"("event":"sham")"));
  ASSERT_TRUE(trials);
  EXPECT_TRUE(trials->front().sham);
  EXPECT_EQ(trials->front().event, "");
}

TEST(TrialsLog, WithoutActTheStartIsTheOrigin) {
  const auto trials = read(with(pay, R"("act_ns":1760000000120000000,)", ""));
  ASSERT_TRUE(trials);
  EXPECT_EQ(trials->front().origin_ns(), 1'760'000'000'000'000'000);
}

TEST(TrialsLog, WhatIsWrittenReadsBackTheSame) {
  Trial sham;
  sham.trial = 3;
  sham.event = "brew";
  sham.sham = true;
  sham.start_ns = 10;
  sham.end_ns = 20;
  sham.start_uncertainty_ns = 4;
  sham.params = {{"drink", "espresso"}, {"card", ""}};
  sham.currency = "EUR";
  sham.status = TrialStatus::excluded;
  sham.reason = "capture-gap";
  const auto trials = read(trial_json(sham) + "\n");
  ASSERT_TRUE(trials) << trials.error().message;
  EXPECT_EQ(trials->front(), sham);
}

TEST(TrialsLog, ALineIsCanonical) {
  Trial trial;
  trial.trial = 1;
  trial.block = 1;
  trial.event = "brew";
  trial.start_ns = 1;
  trial.act_ns = 2;
  trial.end_ns = 3;
  trial.params = {{"drink", "latte"}};
  EXPECT_EQ(trial_json(trial),
            R"({"act_ns":2,"block":1,"end_ns":3,"event":"brew","observed":{},)"
            R"("params":{"drink":"latte"},"start_ns":1,"status":"ok","trial":1})");
}

TEST(TrialsLog, AnEmptyLogIsAnError) {
  EXPECT_EQ(error_of(""), ":1:1: the trials log is empty: nothing was done");
}

TEST(TrialsLog, AnUnknownKeyIsAnErrorAtItsPlace) {
  EXPECT_THAT(
      error_of(pay + "\n" + with(with(pay, "17", "18"), R"("status")", R"("statsu":"","status")")),
      testing::StartsWith(":2:209: \"statsu\" is no key of a trial"));
}

TEST(TrialsLog, ATrialThatEndsBeforeItBeginsIsAnError) {
  EXPECT_EQ(
      error_of(with(pay, R"("end_ns":1760000006000000000)", R"("end_ns":1759999999999999999)")),
      ":1:97: trial 17 ends 1 ns before it begins");
}

TEST(TrialsLog, AnActOutsideOfItsTrialIsAnError) {
  EXPECT_EQ(
      error_of(with(pay, R"("act_ns":1760000000120000000)", R"("act_ns":1760000006000000001)")),
      ":1:68: the act of trial 17 lies outside of the trial");
}

TEST(TrialsLog, ARepeatedNumberIsAnErrorThatNamesBothPlaces) {
  EXPECT_THAT(error_of(pay + "\n" + pay + "\n"), testing::StartsWith(":2:2: trial 17 stands at "));
  EXPECT_THAT(error_of(pay + "\n" + pay + "\n"), EndsWith("t.jsonl:1 already"));
}

TEST(TrialsLog, MissingKeysAreErrors) {
  EXPECT_EQ(error_of(R"({})"), ":1:1: the trial has no \"trial\"");
  EXPECT_EQ(error_of(with(pay, R"(,"status":"ok")", "")), ":1:1: the trial has no \"status\"");
  EXPECT_EQ(error_of(with(pay, R"("event":"pay",)", "")), ":1:1: the trial has no \"event\"");
}

TEST(TrialsLog, WrongTypesAreErrorsAtTheirKey) {
  EXPECT_EQ(error_of(with(pay, ":17,", ":\"17\",")),
            ":1:2: \"trial\" is an integer of at least 1, not \"17\"");
  EXPECT_EQ(error_of(with(pay, ":17,", ":0,")),
            ":1:2: \"trial\" is an integer of at least 1, not 0");
  EXPECT_EQ(error_of(with(pay, ":17,", ":17.5,")),
            ":1:2: \"trial\" is an integer of at least 1, not 17.5");
  EXPECT_EQ(error_of(with(pay, ":17,", ":99999999999,")),
            ":1:2: \"trial\" is an integer of at least 1, not 99999999999");
  EXPECT_EQ(error_of(with(pay, ":180,", ":1.80,")),
            ":1:152: the value of \"amount\" is a text or an integer (money: minor units)");
  EXPECT_THAT(error_of(with(pay, R"("status":"ok")", R"("status":"fine")")),
              HasSubstr("\"status\" is ok, excluded or unconfirmed, not \"fine\""));
}

TEST(TrialsLog, ADoubledKeyIsAnError) {
  EXPECT_EQ(error_of(with(pay, R"("event")", R"("trial":18,"event")")),
            ":1:23: key \"trial\" stands here a second time");
}

TEST(TrialsLog, AListOrADeepObjectIsAnError) {
  EXPECT_THAT(error_of(with(pay, ":180,", ":[1],")), EndsWith(": no list may stand here"));
  EXPECT_THAT(error_of("[1]"), EndsWith(": a line is one JSON object"));
  EXPECT_THAT(error_of("17"), EndsWith(": a line is one JSON object"));
  EXPECT_THAT(error_of(std::string(100'000, '[')), EndsWith(": a line is one JSON object"));
}

TEST(TrialsLog, BrokenJsonIsAnErrorAtItsColumn) {
  EXPECT_EQ(error_of(R"({"trial":17,,})"), ":1:13: is not valid JSON from here on");
  EXPECT_EQ(error_of(R"({"trial":17)"), ":1:12: the line ends before its JSON does");
}

TEST(TrialsLog, ATimeBeyondTheCenturyIsAnError) {
  EXPECT_THAT(error_of(with(pay, ":1760000006000000000", ":9223372036854775807")),
              HasSubstr("\"end_ns\" is in nanoseconds since 1970"));
}

TEST(TrialsLog, AnEmptyLineIsAnError) {
  EXPECT_THAT(error_of(pay + "\n\n" + with(pay, "17", "18")),
              testing::StartsWith(":2:1: an empty line"));
}

TEST(TrialsLog, BlocksStandInAllLinesOrInNone) {
  EXPECT_THAT(error_of(pay + "\n" + with(with(pay, "17", "18"), R"("block":2,)", "")),
              HasSubstr("\"block\" stands in all lines or in none"));
}

TEST(TrialsLog, HostileKeysCannotReachTheTerminal) {
  const std::string error = error_of("{\"\\u001b]0;x\\u0007\xe2\x80\xae\":1}");
  EXPECT_THAT(error, HasSubstr(R"("\u001b]0;x\u0007\u202e")"));
}

TEST(TrialsLog, LinesMayEndInCarriageReturnAndLineFeed) { EXPECT_TRUE(read(pay + "\r\n")); }

TEST(TrialsLog, TruncatedAnywhereItIsAnErrorNeverACrash) {
  for (std::size_t cut = 1; cut < pay.size(); ++cut) EXPECT_FALSE(read(pay.substr(0, cut))) << cut;
}

TEST(TrialsPrefix, ATornLastLineOfACutOffRunIsToldAndLeftOut) {
  const TemporaryFolder folder;
  put_file(folder.file("t.jsonl"), pay + "\n" + pay.substr(0, 20));
  const auto prefix = read_trials_prefix(folder.file("t.jsonl"));
  ASSERT_TRUE(prefix);
  EXPECT_EQ(prefix->trials.size(), 1u);
  EXPECT_THAT(prefix->torn, EndsWith("t.jsonl:2: is torn: the file ends after 20 bytes of it"));
}

TEST(TrialsPrefix, AWholeLineWithoutLineFeedCounts) {
  const TemporaryFolder folder;
  put_file(folder.file("t.jsonl"), pay);
  const auto prefix = read_trials_prefix(folder.file("t.jsonl"));
  ASSERT_TRUE(prefix);
  EXPECT_EQ(prefix->trials.size(), 1u);
  EXPECT_EQ(prefix->torn, "");
}

TEST(TrialsPrefix, MayBeEmpty) {
  const TemporaryFolder folder;
  put_file(folder.file("t.jsonl"), "");
  EXPECT_TRUE(read_trials_prefix(folder.file("t.jsonl"))->trials.empty());
}

TEST(TrialsPrefix, IsAsStrictAsTheLogOtherwise) {
  const TemporaryFolder folder;
  put_file(folder.file("t.jsonl"), "{\"trial\":\n" + pay + "\n");
  EXPECT_FALSE(read_trials_prefix(folder.file("t.jsonl")));
}

}  // namespace
}  // namespace brewproof
