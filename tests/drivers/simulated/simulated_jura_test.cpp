// The simulated Jura with the driver that it is made for: both sides were written from the same
// sources and share neither code nor tables. Every model, and every fault of a line and of a
// machine.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/drivers/station.h"
#include "tests/fixtures/machine/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds pressed{300};

struct JuraAtBench {
  sim::ScratchFolder folder;
  sim::Simulator machine;
  Station station;
  std::unique_ptr<Device> device;

  explicit JuraAtBench(const std::string& model, const std::vector<std::string>& more = {},
                       std::map<std::string, std::string> options = {})
      : machine(arguments(model, more)) {
    EXPECT_EQ(machine.line(), "ready");
    options["port"] = folder.path() / "port";
    options.emplace("model", model);
    device = station.opened("jura", std::move(options));
  }

  [[nodiscard]] std::vector<std::string> arguments(const std::string& model,
                                                   const std::vector<std::string>& more) const {
    std::vector<std::string> all{"jura",    "--port", folder.path() / "port", "--model", model,
                                 "--takes", "50"};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  double count(const std::string& name) {
    const auto reading = device->as_meter()->read("count_" + name);
    EXPECT_TRUE(reading) << reading.error().message;
    return reading ? reading->value : -1;
  }
};

TEST(SimulatedJura, EveryModelsKeysCountWhatTheyAre) {
  struct Case {
    const char *model, *counter;
    int channel;
    const char *key, *brewed;
  };
  for (const auto& [model, counter, channel, key, brewed] :
       {Case{"e6", "espresso", 1, "key 04 espresso", "brewed espresso"},
        Case{"e6", "coffee", 5, "key 09 coffee", "brewed coffee"},
        Case{"f50", "rinse", 1, "key 02 rinse", "brewed rinse"},
        Case{"f50", "double_coffee", 3, "key 07 double coffee", "brewed double coffee"},
        Case{"f50", "brews_for_life", 2, "key 06 coffee", "brewed coffee"},
        Case{"f7", "double_espresso", 2, "key 05 double espresso", "brewed double espresso"},
        Case{"j6", "espresso", 1, "key 07 espresso", "brewed espresso"},
        Case{"ena", "coffee", 2, "key 0A large coffee", "brewed large coffee"}}) {
    JuraAtBench jura(model);
    ASSERT_TRUE(jura.device);
    const double before = jura.count(counter);
    ASSERT_TRUE(jura.device->as_pulse_switch()->pulse(channel, pressed));
    EXPECT_EQ(jura.machine.line(), key);
    EXPECT_EQ(jura.machine.line(), brewed);
    EXPECT_EQ(jura.count(counter), before + 1) << model << ' ' << counter;
  }
}

TEST(SimulatedJura, TankAndTrayAreTheSameLinesOnEveryModel) {
  for (const char* model : {"e6", "f50", "f7", "j6", "ena"}) {
    const auto lines = [model](const std::vector<std::string>& more) {
      JuraAtBench jura(model, more);
      Input& input = *jura.device->as_input();
      return std::pair(input.sense(1).value(), input.sense(2).value());
    };
    EXPECT_EQ(lines({}), std::pair(true, true)) << model;
    EXPECT_EQ(lines({"--tank-empty"}), std::pair(false, true)) << model;
    EXPECT_EQ(lines({"--tray-out"}), std::pair(true, false)) << model;
  }
}

// It says `ok:` all the same: only the counter shows it.
TEST(SimulatedJura, AMachineThatSaysOkAndDoesNothingDoesNotCount) {
  JuraAtBench jura("e6", {"--fault", "inert"});
  ASSERT_TRUE(jura.device);
  const double before = jura.count("espresso");
  EXPECT_TRUE(jura.device->as_pulse_switch()->pulse(1, pressed));
  EXPECT_EQ(jura.machine.line(), "key 04 espresso");
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_EQ(jura.count("espresso"), before);
}

TEST(SimulatedJura, ACounterThatIsStuckIsReadAsItStands) {
  JuraAtBench jura("e6", {"--fault", "stuck"});
  ASSERT_TRUE(jura.device);
  const double before = jura.count("espresso");
  EXPECT_TRUE(jura.device->as_pulse_switch()->pulse(1, pressed));
  EXPECT_EQ(jura.machine.line(), "key 04 espresso");
  EXPECT_EQ(jura.machine.line(), "brewed espresso");
  EXPECT_EQ(jura.count("espresso"), before);
}

TEST(SimulatedJura, ActuatorsAreToldOnAndOffByName) {
  JuraAtBench jura("e6", {}, {{"allow.0", "FN:01"}, {"allow.1", "FN:02"}});
  ASSERT_TRUE(jura.device);
  Switch& outputs = *jura.device->as_switch();
  EXPECT_TRUE(outputs.set(6, true));
  EXPECT_EQ(jura.machine.line(), "told FN:01");
  EXPECT_TRUE(outputs.all_off());
  EXPECT_EQ(jura.machine.line(), "told FN:02");
}

// Of the wire's own errors nothing can be seen but that a line is not whole: a machine that says
// nothing, or half of it, has perhaps been pressed.
class FaultyJura : public ::testing::TestWithParam<std::string> {};

TEST_P(FaultyJura, ThePressIsPassedOnOrAnErrorAndNeverRepeated) {
  const std::string fault = GetParam();
  JuraAtBench jura("e6", {"--fault", fault});
  ASSERT_TRUE(jura.device);
  const auto sent = jura.device->as_pulse_switch()->pulse(1, pressed);
  const bool hides_the_answer = fault.starts_with("silent") || fault.starts_with("truncate") ||
                                fault.starts_with("refuse") || fault.starts_with("late:5500");
  EXPECT_EQ(sent.has_value(), !hides_the_answer) << (sent ? "" : sent.error().message);
  // The next one is taken by itself, whatever comes late.
  const auto after = jura.device->as_meter()->read("count_espresso");
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_GE(after->value, 4364);
  EXPECT_LE(after->value, 4365);
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultyJura,
                         ::testing::Values("silent@2", "truncate@2", "truncate:19@2", "refuse@2",
                                           "late:300", "late:5500@2", "corrupt", "echo", "split:1",
                                           "garbage", "garbage:1", "garbage:4", "rushed:1"));

TEST(SimulatedJura, UnpluggedItIsGone) {
  JuraAtBench jura("e6", {"--fault", "vanish@2"});
  ASSERT_TRUE(jura.device);
  const auto sent = jura.device->as_pulse_switch()->pulse(1, pressed);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::io) << sent.error().message;
}

}  // namespace
}  // namespace brewproof::testing
