// What a run may say of a machine whose packets may have gone another way, or nowhere.
#include <gmock/gmock.h>

#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class UnwatchedPaths : public SmallBench {
 protected:
  Child::Output run_with(const std::string& network) {
    write("small.bench.yaml", bench_text(network));
    return run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out", "r"});
  }
  nlohmann::json findings() const {
    return nlohmann::json::parse(text_of((place / "r/findings.json").string()), nullptr, false);
  }
};

TEST_F(UnwatchedPaths, AnUndeclaredPathMakesNoneSeenInconclusive) {
  const auto output = run_with("");
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("INCONCLUSIVE"));
  const auto found = findings();
  EXPECT_EQ(found["run"]["verdict"], "INCONCLUSIVE");
  EXPECT_THAT(found["run"]["reasons"], Contains("path-unobserved"));
  EXPECT_EQ(found["run"]["paths"]["reader_modem"], "unobserved");
  ASSERT_EQ(found["none"].size(), 1u);
  EXPECT_THAT(found["none"][0]["reasons"], ElementsAre("path-unobserved"));
  std::string report = text_of((place / "r/report.html").string());
  EXPECT_THAT(report,
              HasSubstr("INCONCLUSIVE: the machine has a network path that nobody watched"));
  // The same from the folder alone.
  EXPECT_EQ(run({"analyze", "r"}).exit.code, 4);
}

TEST_F(UnwatchedPaths, WhereEachIsBlockedOrAbsentNothingIsInDoubt) {
  const auto output = run_with(
      "network: {paths: {ethernet: blocked, wifi: absent, cellular: absent, bluetooth: absent, "
      "reader_modem: absent}}\n");
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  const auto found = findings();
  EXPECT_THAT(found["run"]["reasons"], Not(Contains("path-unobserved")));
  EXPECT_EQ(found["none"][0]["reasons"].size(), 0u);
}

TEST_F(UnwatchedPaths, OneThatIsCalledUnobservedIsEnough) {
  const auto output = run_with(
      "network: {paths: {ethernet: blocked, wifi: absent, cellular: absent, bluetooth: unobserved, "
      "reader_modem: absent}}\n");
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(findings()["run"]["reasons"], ElementsAre("path-unobserved"));
}

// A fault of the station is no silence of the machine.
TEST_F(UnwatchedPaths, NothingMovesBeforeTheNetworkStands) {
  const std::string with_mac = bench_text(
      "network: {mode: gateway, capture: nosuch1, uplink: nosuch2, address: 10.77.0.1/24, "
      "dhcp_range: [10.77.0.50, 10.77.0.99]}\n");
  std::string text = with_mac;
  text.replace(text.find("serial: KD1"), 11, "serial: KD1, mac: [\"02:c0:ff:ee:00:01\"]");
  write("small.bench.yaml", text);
  const auto output =
      run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out", "r"});
  EXPECT_EQ(output.exit.code, 3) << output.out;
  EXPECT_THAT(output.err, HasSubstr("the machine's network does not stand (network.mode is "
                                    "gateway):\n  interface nosuch1, the machine's side: there is "
                                    "none of that name\n"));
  EXPECT_THAT(output.err, HasSubstr("sudo brewproof doctor --bench small.bench.yaml --set-up"));
  EXPECT_FALSE(fs::exists(place / "r"));
}

}  // namespace
}  // namespace brewproof
