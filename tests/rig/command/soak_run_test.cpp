// What `run --soak` refuses, and how its time is written.
#include <gmock/gmock.h>

#include "rig/command/soak_time.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t s = 1'000'000'000;

TEST(SoakTime, IsWrittenAsInFilesOrAsAShellLikesIt) {
  EXPECT_EQ(soak_ns("30 min").value(), 1800 * s);
  EXPECT_EQ(soak_ns("30m").value(), 1800 * s);
  EXPECT_EQ(soak_ns("30min").value(), 1800 * s);
  EXPECT_EQ(soak_ns("90s").value(), 90 * s);
  EXPECT_EQ(soak_ns("1.5 h").value(), 5400 * s);
  EXPECT_EQ(soak_ns("168h").value(), 604'800 * s);
}

TEST(SoakTime, AnythingElseIsRefused) {
  for (const char* text : {"", "30", "m", "30x", "-5s", "thirty minutes", "30 m m", "1h30m"})
    EXPECT_THAT(soak_ns(text).error().message, HasSubstr("is no time")) << text;
  for (const char* text : {"0s", "500ms", "169h"})
    EXPECT_THAT(soak_ns(text).error().message, HasSubstr("1 s at least and a week at most"))
        << text;
}

class SoakRun : public SmallBench {
 protected:
  std::string refused(const std::vector<std::string>& more) const {
    const auto output = run(run_words(more));
    EXPECT_EQ(output.exit.code, 2) << output.out << output.err;
    EXPECT_FALSE(fs::exists(place / "r"));
    return output.err;
  }
};

TEST_F(SoakRun, WhereNothingIsCapturedThereIsNothingToHear) {
  EXPECT_THAT(refused({"--soak", "5s"}), HasSubstr("network.capture"));
}

TEST_F(SoakRun, LongerThanTheBenchMayRunIsRefused) {
  std::string bench =
      bench_text() +
      "network: {capture: lo, paths: {ethernet: captured}}\nlimits: {wall_clock: 10 min}\n";
  bench.replace(bench.find("serial: KD1"), 11, "serial: KD1, mac: [\"02:c0:ff:ee:00:01\"]");
  write("small.bench.yaml", bench);
  EXPECT_THAT(refused({"--soak"}), HasSubstr("1800 s is more than limits.wall_clock (600 s)"));
  EXPECT_THAT(refused({"--soak", "11m"}), HasSubstr("660 s is more"));
}

TEST_F(SoakRun, ItDoesNothingElse) {
  EXPECT_THAT(refused({"--soak", "5s", "--resume"}), HasSubstr("--soak"));
  EXPECT_THAT(refused({"--soak", "5s", "--confirm", "base"}), HasSubstr("--soak"));
  EXPECT_THAT(refused({"--soak", "x"}), HasSubstr("--soak x: is no time"));
}

}  // namespace
}  // namespace brewproof
