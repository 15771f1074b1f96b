// What a person and a program are told of two runs.
#include "results/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/results/sample_comparison.h"

namespace brewproof {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DiffText, TellsWhatDiffersAroundTheMachineBeforeWhatItEmits) {
  const std::string text = diff_text(sample_comparison(), {false, 120});
  EXPECT_LT(text.find("panel.port"), text.find("What the machine emits"));
  EXPECT_THAT(text, HasSubstr("    machine      firmware: 2.1.7 → 2.1.8\n"));
  EXPECT_THAT(text, HasSubstr("panel.port: /dev/a → none (may be a cause as well)"));
  EXPECT_THAT(text, HasSubstr("plan: aaaaaaaaaaaa… → bbbbbbbbbbbb… (cannot reach the machine)"));
}

TEST(DiffText, HasTheCountsAndTheTestOfEachDifference) {
  const std::string text = diff_text(sample_comparison(), {false, 120});
  EXPECT_THAT(text,
              HasSubstr("  vanished  pay sends POST /v1/order to api.kiosk.example:80, http"));
  EXPECT_THAT(text, HasSubstr("F2 (A) where type=sale → not shown"));
  EXPECT_THAT(text, HasSubstr("16 of 16 → 0 of 16, within 1 s; p 3.3e-9 (adjusted 1.0e-8)"));
  EXPECT_THAT(text, HasSubstr("41 ms → none (median); no test"));
  EXPECT_THAT(text,
              HasSubstr("body|json:/cents carries amount (minor units): 16 of 16 → not told"));
  EXPECT_THAT(text, HasSubstr("DIFFERENT  2 of 2 messages changed, 0 doubtful. 7 tests"));
}

TEST(DiffText, SaysFirmwareOrWhyNot) {
  RunComparison comparison = sample_comparison();
  EXPECT_THAT(diff_text(comparison, {false, 120}),
              HasSubstr("Not said to be the firmware: this differs as well: boards panel.port."));
  comparison.firmware = true;
  comparison.why.clear();
  EXPECT_THAT(diff_text(comparison, {false, 120}),
              HasSubstr("It is the firmware: 2.1.7 → 2.1.8, and nothing else"));
  comparison.compared.emissions.clear();
  comparison.outcome = Outcome::alike;
  EXPECT_THAT(diff_text(comparison, {false, 120}), Not(HasSubstr("is the firmware")));
}

TEST(DiffText, IsColouredOnlyWhereThatIsAskedFor) {
  EXPECT_THAT(diff_text(sample_comparison(), {true, 100}), HasSubstr("\x1b[1;31mvanished\x1b[0m"));
  EXPECT_THAT(diff_text(sample_comparison(), {false, 100}), Not(HasSubstr("\x1b")));
}

TEST(DiffText, SaysWhyCountsShowNothing) {
  RunComparison comparison = sample_comparison();
  EmissionComparison& emission = comparison.compared.emissions[0];
  emission.rate.standing = Standing::doubtful;
  EXPECT_THAT(diff_text(comparison, {false, 120}), HasSubstr("not every run claims it"));
  emission.rate.test.smallest_p = 0.029;
  EXPECT_THAT(diff_text(comparison, {false, 120}),
              HasSubstr("the smallest p they can give is 0.029"));
  emission.rate.test.p.reset();
  EXPECT_THAT(diff_text(comparison, {false, 120}), HasSubstr("a run does not tell how often"));
}

TEST(DiffText, ChangeWordIsTheGravestThatIsShown) {
  EmissionComparison emission = sample_comparison().compared.emissions[1];
  EXPECT_EQ(change_word(emission), "fields");
  emission.rate.standing = Standing::differs;
  EXPECT_EQ(change_word(emission), "rate");
  emission.runs[0].id.clear();
  EXPECT_EQ(change_word(emission), "appeared");
  emission.rate.standing = Standing::doubtful;
  emission.fields.clear();
  EXPECT_EQ(change_word(emission), "doubtful");
  emission.latency->standing = Standing::differs;
  EXPECT_EQ(change_word(emission), "latency");
}

TEST(DiffJson, KeepsWhatIsNotKnownNull) {
  const auto json = nlohmann::json::parse(diff_json(sample_comparison()));
  EXPECT_EQ(json["schema"], "brewproof.diff/1");
  EXPECT_EQ(json["outcome"], "differs");
  EXPECT_EQ(json["context"][1]["values"].dump(), R"(["/dev/a",null])");
  EXPECT_EQ(json["emissions"][0]["runs"][1]["finding"], nullptr);
  EXPECT_EQ(json["emissions"][0]["runs"][1]["grade"], nullptr);
  EXPECT_EQ(json["emissions"][1]["fields"][0]["counts"][1], nullptr);
  EXPECT_EQ(json["emissions"][0]["window_ms"].dump(), "[0,1000]");
}

}  // namespace
}  // namespace brewproof
