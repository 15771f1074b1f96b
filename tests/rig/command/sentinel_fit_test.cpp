// Where sentinels stand and what they say of it, worked by hand: three blocks of one trial of 4 s
// each, at 100, 120 and 150 s of the log's clock.

#include "rig/command/analysis/sentinel_fit.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

constexpr std::int64_t second = 1'000'000'000;

std::vector<Trial> log_of_three() {
  std::vector<Trial> trials;
  for (const std::int64_t begin_s : {100, 120, 150}) {
    Trial& trial = trials.emplace_back();
    trial.trial = static_cast<int>(trials.size());
    trial.block = trial.trial;
    trial.event = "brew";
    trial.start_ns = begin_s * second;
    trial.end_ns = (begin_s + 4) * second;
  }
  return trials;
}

std::vector<SentinelSeen> captured_at(const std::vector<std::int64_t>& seconds) {
  std::vector<SentinelSeen> sentinels;
  for (const std::int64_t s : seconds) sentinels.push_back({s * second, std::nullopt});
  return sentinels;
}

TEST(SentinelFit, LeavesTheOffsetsAtWhichTheLogHasRoomForThem) {
  // The log is 1000 s ahead: before at 90, between at 105 and 125, behind at 155 of the log.
  const SentinelFit fit = fit_sentinels(log_of_three(), captured_at({-910, -895, -875, -845}));
  EXPECT_EQ(fit.fault, "");
  // 105 may go from 104 to 120, 125 from 124 to 150, 90 up to 100, 155 down to 154: from 999 s to
  // 1010 s.
  EXPECT_EQ(fit.offset_ns, 2009 * second / 2);
  EXPECT_EQ(fit.uncertainty_ns, 11 * second / 2);
}

TEST(SentinelFit, IsNoOffsetWhereThatIsAmongThem) {
  const SentinelFit fit = fit_sentinels(log_of_three(), captured_at({90, 105, 125, 155}));
  EXPECT_EQ(fit.fault, "");
  EXPECT_EQ(fit.offset_ns, 0);
  EXPECT_EQ(fit.uncertainty_ns, 10 * second);
}

TEST(SentinelFit, IsWhatTheySayWhereTheySayIt) {
  std::vector<SentinelSeen> said = captured_at({-910, -895, -875, -845});
  for (SentinelSeen& sentinel : said) sentinel.sent_ns = sentinel.captured_ns + 1000 * second;
  *said[1].sent_ns -= 2'000'000;  // it was on its way for so long
  const SentinelFit fit = fit_sentinels(log_of_three(), said);
  EXPECT_EQ(fit.fault, "");
  EXPECT_EQ(fit.offset_ns, 1000 * second);
  EXPECT_EQ(fit.uncertainty_ns, 2'000'000);
}

TEST(SentinelFit, AsksWhereTheyStandWhenAnotherClockThanTheSendersWroteTheLog) {
  std::vector<SentinelSeen> said = captured_at({-910, -895, -875, -845});
  for (SentinelSeen& sentinel : said) sentinel.sent_ns = sentinel.captured_ns;
  EXPECT_GT(fit_sentinels(log_of_three(), said).offset_ns, 999 * second);
}

TEST(SentinelFit, IsNoneOfAnotherRunNorOfTooFew) {
  EXPECT_EQ(fit_sentinels(log_of_three(), {}).fault, "no-sentinels");
  EXPECT_EQ(fit_sentinels(log_of_three(), captured_at({90})).fault, "no-sentinels");
  // Nothing between blocks.
  EXPECT_EQ(fit_sentinels(log_of_three(), captured_at({90, 155})).fault, "sentinels-disagree");
  // One in the middle of a trial wherever the others are between.
  EXPECT_EQ(fit_sentinels(log_of_three(), captured_at({99, 102, 105, 125, 154})).fault,
            "sentinels-disagree");
}

TEST(SentinelFit, IsNoneWhereTheyLeaveMoreThanOne) {
  // One block; a sentinel every 10 s fits before, between and behind in many ways.
  std::vector<Trial> one = log_of_three();
  one.resize(1);
  EXPECT_EQ(fit_sentinels(one, captured_at({80, 90, 100, 110, 120})).fault, "sentinels-ambiguous");
}

}  // namespace
}  // namespace brewproof
