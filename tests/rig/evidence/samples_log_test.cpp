#include "rig/evidence/samples_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

const Sample cup{"scale", "mass", "kg", 0.1823, {1'000, 1'760'000'000'000'000'000}, true};

TEST(SamplesLog, WritesALineWithEachTimeByItsName) {
  EXPECT_EQ(sample_json(cup), R"({"meter":"scale","moving":true,"quantity":"mass","raw_ns":1000,)"
                              R"("real_ns":1760000000000000000,"unit":"kg","value":0.1823})");
}

TEST(SamplesLog, ReadsWhatItWroteAndLeavesOutWhatIsTorn) {
  const TemporaryFolder folder;
  Sample second = cup;
  second.moving = false;
  second.value = -12;
  put_file(folder.file("s.jsonl"), sample_json(cup) + "\n[]\n{\"meter\":5}\n\n" +
                                       sample_json(second) + "\n" + sample_json(cup).substr(0, 40));
  const auto samples = read_samples_log(folder.file("s.jsonl"));
  ASSERT_TRUE(samples) << samples.error().message;
  EXPECT_THAT(*samples, ::testing::ElementsAre(cup, second));
}

TEST(SamplesLog, ARunFromBeforeThereWereSamplesHasNone) {
  const TemporaryFolder folder;
  const auto samples = read_samples_log(folder.file("s.jsonl"));
  ASSERT_TRUE(samples);
  EXPECT_THAT(*samples, ::testing::IsEmpty());
}

}  // namespace
}  // namespace brewproof
