// The host time of an adapter's stamps: what is stated must hold for every event, whatever the
// clock's drift and the lines' delays are within the limit.

#include "drivers/mdb/adapter_clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace brewproof::mdb {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t second = 1'000 * ms;

TEST(AdapterClock, ATickLiesBetweenItsCommandAndItsLine) {
  AdapterClock clock;
  EXPECT_FALSE(clock.at(100));
  clock.not_after(100, 5 * second);
  EXPECT_FALSE(clock.at(100));
  clock.not_before(100, 5 * second - 30 * ms);
  const auto bound = clock.at(100);
  ASSERT_TRUE(bound);
  // The tick is 0.1 ms long: the event may lie at its end.
  EXPECT_EQ(bound->latest_ns, 5 * second + 100'020);
  EXPECT_EQ(bound->earliest_ns, 5 * second - 30 * ms - 100'020);
}

// By hand: ten seconds away, at 200 ppm, a bound is 2 ms worse.
TEST(AdapterClock, AnAnchorBoundsEveryTickAsFarAsTheClocksMayDrift) {
  AdapterClock clock;
  clock.not_after(0, 5 * second);
  clock.not_before(-1, 5 * second - 30 * ms);
  EXPECT_EQ(clock.at(100'000)->latest_ns, 15 * second + 2 * ms + 100'020);
  EXPECT_EQ(clock.at(100'000)->earliest_ns, 15 * second - 30 * ms - 2 * ms);
  EXPECT_EQ(clock.at(-20'000)->latest_ns, 3 * second + 400'000 + 100'020);
  EXPECT_EQ(clock.at(-20'000)->earliest_ns, 3 * second - 30 * ms - 400'000);
}

TEST(AdapterClock, ALateLineDoesNotWorsenWhatIsKnown) {
  AdapterClock clock;
  clock.not_after(0, 5 * second);
  clock.not_before(-1, 5 * second);
  const std::int64_t latest = clock.at(1000)->latest_ns;
  clock.not_after(1000, 9 * second);
  clock.not_before(1000, 2 * second);
  EXPECT_EQ(clock.at(1000)->latest_ns, latest);
}

TEST(AdapterClock, LaterAnchorsBoundEarlierTicks) {
  AdapterClock clock;
  clock.not_before(-1, 0);
  clock.not_after(0, 500 * ms);     // half a second late
  clock.not_after(1000, 101 * ms);  // a tenth of a second later, one millisecond late
  EXPECT_EQ(clock.at(0)->latest_ns, 1 * ms + 20'000 + 100'020);
}

TEST(AdapterClock, AClockThatIsWorseThanItsLimitContradictsItself) {
  AdapterClock clock;
  clock.not_before(0, 0);
  clock.not_after(0, 1 * ms);
  clock.not_before(1'000'000, 101 * second);  // 100 s by the adapter: 1 % slow
  EXPECT_FALSE(clock.at(1'000'000));
}

struct Event {
  std::int64_t true_ns = 0, ticks = 0, arrives_ns = 0;
};

// An adapter that is polled, commanded now and then, and whose rate wanders within the limit.
struct Adapter {
  std::mt19937_64 random;
  double ppm, wander_ppm;
  double phase = 0;

  [[nodiscard]] double uniform(double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random);
  }
  // Its clock as a function of the host's: the integral of 1 + ppm + wander * sin.
  [[nodiscard]] std::int64_t ticks_at(std::int64_t ns) const {
    const double t = static_cast<double>(ns);
    const double omega = 2 * 3.14159265358979 / (600.0 * second);
    const double wandered = wander_ppm * 1e-6 / omega * (1 - std::cos(omega * t + phase));
    return static_cast<std::int64_t>(
        std::floor((t * (1 + ppm * 1e-6) + wandered) / AdapterClock::tick_ns));
  }
  // Lines come within milliseconds, some of them in bursts when the host was busy.
  [[nodiscard]] std::int64_t delay() {
    const double burst = uniform(0, 1) < 0.02 ? uniform(50, 800) : 0;
    return static_cast<std::int64_t>((0.3 + -3 * std::log(uniform(1e-9, 1)) + burst) * ms);
  }
};

class Drifting : public ::testing::TestWithParam<std::pair<double, double>> {};

TEST_P(Drifting, TheStatedBoundHoldsForEveryEvent) {
  std::vector<double> widths, errors;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Adapter adapter{std::mt19937_64(seed), GetParam().first, GetParam().second,
                    static_cast<double>(seed)};
    AdapterClock clock;
    std::vector<Event> told;
    clock.not_before(adapter.ticks_at(0), 0);
    std::int64_t commanded_ns = -1, next_command = 3 * second;
    // An hour, polled each 50 to 200 ms, a command each half a minute.
    for (std::int64_t now = 0; now < 3600 * second;) {
      now += static_cast<std::int64_t>(adapter.uniform(50, 200) * ms);
      const Event event{now, adapter.ticks_at(now), now + adapter.delay()};
      clock.not_after(event.ticks, event.arrives_ns);
      if (commanded_ns >= 0) clock.not_before(event.ticks, std::exchange(commanded_ns, -1));
      if (now > next_command) {
        commanded_ns = now + static_cast<std::int64_t>(adapter.uniform(0, 40) * ms);
        next_command = now + 30 * second;
      }
      // Told once a few younger lines have come, as they are in a run.
      told.push_back(event);
      if (told.size() < 4) continue;
      const Event& old = told[told.size() - 4];
      const auto bound = clock.at(old.ticks);
      ASSERT_TRUE(bound);
      ASSERT_LE(bound->earliest_ns, old.true_ns);
      ASSERT_GE(bound->latest_ns, old.true_ns);
      widths.push_back(static_cast<double>(bound->latest_ns - bound->earliest_ns) / ms);
      errors.push_back(static_cast<double>(bound->latest_ns - old.true_ns) / ms);
    }
  }
  const auto median = [](std::vector<double>& of) {
    std::ranges::nth_element(of, of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2));
    return of[of.size() / 2];
  };
  // It is worth stating: far less than a poll of doubt, and the bound lies close to the event.
  const double width = median(widths), error = median(errors);
  RecordProperty("median_width_us", static_cast<int>(width * 1000));
  RecordProperty("median_error_us", static_cast<int>(error * 1000));
  EXPECT_LT(width, 90);
  EXPECT_LT(error, 3);
}

INSTANTIATE_TEST_SUITE_P(Of, Drifting,
                         ::testing::Values(std::pair{0.0, 0.0}, std::pair{100.0, 50.0},
                                           std::pair{-150.0, 40.0}, std::pair{180.0, 15.0}));

}  // namespace
}  // namespace brewproof::mdb
