// Acts that are known by what a meter rose by, on the virtual clock; and the whole loop with a
// scale under the spout.
#include "rig/procedure/confirm_act.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/procedure/scripted_run.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Condition rises(double least, double most, std::chrono::nanoseconds within) {
  Condition condition;
  condition.control = "scale";
  condition.unit = "kg";
  condition.rises_by = RiseRange{least / 1000, most / 1000, fmt::format("{}..{} g", least, most)};
  condition.within = within;
  return condition;
}

Condition draws_power(std::chrono::nanoseconds within) {
  Condition condition;
  condition.control = "watts";
  condition.unit = "W";
  condition.above = 500;
  condition.within = within;
  return condition;
}

class ConfirmActTest : public ::testing::Test {
 protected:
  using Series = std::function<Result<double>(std::int64_t since_contact_ns)>;
  // Grams in, kilograms out.
  Sighting confirmed(const std::vector<Condition>& conditions) {
    auto result = confirm(conditions);
    if (result) return *result;
    ADD_FAILURE() << result.error().message;
    return {};
  }
  Result<Sighting> confirm(const std::vector<Condition>& conditions) {
    auto bases = read_bases(conditions, measure, clock, wait);
    if (!bases) return pass_on(std::move(bases));
    contact = clock.now().raw_ns;
    return confirm_act(conditions, *bases, measure, clock, wait, *contact);
  }

  VirtualClock clock;
  std::optional<std::int64_t> contact;
  int asked = 0;
  Series grams = [](std::int64_t) { return 180.0; };
  Series watts = [](std::int64_t) { return 3.0; };
  bool moving = false;
  Measure measure = [this](const std::string& control) -> Result<Meter::Reading> {
    ++asked;
    const std::int64_t since = contact ? clock.now().raw_ns - *contact : -1;
    auto value = control == "scale" ? grams(since) : watts(since);
    if (!value) return pass_on(std::move(value));
    return Meter::Reading{control == "scale" ? *value / 1000 : *value, clock.now(), moving};
  };
  Wait wait = [this](std::int64_t raw_ns) -> Result<void> {
    clock.sleep_until(raw_ns);
    return {};
  };
};

// 20 g a second from the second second on, 45 g in all.
double pour(std::int64_t since) {
  const double seconds = static_cast<double>(since) / 1e9;
  return 180 + std::clamp((seconds - 1) * 20, 0.0, 45.0);
}

TEST_F(ConfirmActTest, ARiseIntoTheRangeIsConfirmedWhenItGotThere) {
  grams = pour;
  moving = true;
  const Sighting found = confirmed({rises(30, 60, std::chrono::seconds(10))});
  ASSERT_TRUE(found.met);
  EXPECT_EQ(found.why_not, "");
  EXPECT_NEAR(static_cast<double>(found.met->end.raw_ns - *contact) / 1e9, 2.5, 0.11);
  ASSERT_THAT(found.rises, SizeIs(1));
  EXPECT_DOUBLE_EQ(found.rises[0].base.value, 0.18);
  EXPECT_DOUBLE_EQ(found.rises[0].value.value, 0.225);
  EXPECT_TRUE(found.rises[0].value.moving);
  EXPECT_EQ(clock.now().raw_ns - *contact, 10'000 * ms);  // it may not go beyond until then
}

TEST_F(ConfirmActTest, TooLittleAndTooMuchAreNotConfirmedAndSayBothNumbers) {
  grams = pour;
  const Sighting little = confirmed({rises(50, 60, std::chrono::seconds(10))});
  EXPECT_FALSE(little.met);
  EXPECT_EQ(little.why_not, "scale rose by 45 g within 10 s, not by 50..60 g");
  contact.reset();
  const Sighting much = confirmed({rises(10, 40, std::chrono::seconds(10))});
  EXPECT_FALSE(much.met);
  EXPECT_THAT(much.why_not, ::testing::MatchesRegex("scale rose by 4[0-9.]+ g, not by 10..40 g"));
  EXPECT_TRUE(much.rises[0].reached);
  EXPECT_LT(clock.now().raw_ns - *contact, 4000 * ms);  // nothing can mend it
}

TEST_F(ConfirmActTest, WhatRoseBeforeTheActIsNotTheActs) {
  grams = [](std::int64_t) { return 240.0; };
  EXPECT_EQ(confirmed({rises(30, 60, std::chrono::seconds(1))}).why_not,
            "scale rose by 0 g within 1 s, not by 30..60 g");
}

TEST_F(ConfirmActTest, ACupMayBeTakenAway) {
  grams = [](std::int64_t since) { return since > 5'000 * ms ? 0.0 : pour(since); };
  EXPECT_TRUE(confirmed({rises(30, 60, std::chrono::seconds(10))}).met);
}

TEST_F(ConfirmActTest, PowerAndMassMustBothBeSeenEachInItsTime) {
  grams = pour;
  watts = [](std::int64_t since) { return since > 200 * ms && since < 900 * ms ? 1200.0 : 3.0; };
  const auto both = std::vector{draws_power(milliseconds(1000)), rises(30, 60, milliseconds(4000))};
  const Sighting found = confirmed(both);
  ASSERT_TRUE(found.met);
  EXPECT_GT(found.met->end.raw_ns - *contact, 2000 * ms);
  contact.reset();
  watts = [](std::int64_t) { return 3.0; };
  EXPECT_EQ(confirmed(both).why_not, "no sensor confirmed the act");
  contact.reset();
  watts = [](std::int64_t since) { return since >= 0 ? 1200.0 : 3.0; };
  grams = [](std::int64_t) { return 180.0; };
  const Sighting dry = confirmed(both);
  EXPECT_FALSE(dry.met);
  EXPECT_THAT(dry.why_not, HasSubstr("scale rose by 0 g"));
}

TEST_F(ConfirmActTest, ALostAnswerCostsNothing) {
  int lost = 0;
  grams = [&](std::int64_t since) -> Result<double> {
    if (++lost % 3 == 0) return fail(ErrorCode::timeout, "lost");
    return pour(since);
  };
  EXPECT_TRUE(confirmed({rises(30, 60, std::chrono::seconds(10))}).met);
}

TEST_F(ConfirmActTest, AMeterThatCannotBeReadIsTheRigsFault) {
  grams = [](std::int64_t) -> Result<double> { return fail(ErrorCode::timeout, "silent"); };
  EXPECT_FALSE(confirm({rises(30, 60, std::chrono::seconds(10))}));
  EXPECT_FALSE(contact);  // the act was not done
  grams = [](std::int64_t since) -> Result<double> {
    if (since > 5'000 * ms) return fail(ErrorCode::timeout, "silent");
    return pour(since);
  };
  const auto gone = confirm({rises(30, 60, std::chrono::seconds(10))});
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().message, "silent");
  EXPECT_NEAR(static_cast<double>(clock.now().raw_ns - *contact) / 1e9, 12, 0.1);
}

TEST_F(ConfirmActTest, AnUnpluggedMeterIsToldAtOnce) {
  grams = [](std::int64_t since) -> Result<double> {
    if (since > 500 * ms) return fail(ErrorCode::io, "gone");
    return pour(since);
  };
  EXPECT_FALSE(confirm({rises(30, 60, std::chrono::seconds(10))}));
  EXPECT_LT(clock.now().raw_ns - *contact, 1000 * ms);
}

// The other sensor's readings do not speak for it.
TEST_F(ConfirmActTest, ADeadPowerMeterBesideAScaleIsTheRigsFaultToo) {
  grams = pour;
  watts = [](std::int64_t) -> Result<double> { return fail(ErrorCode::protocol, "garbled"); };
  EXPECT_FALSE(confirm({draws_power(milliseconds(1000)), rises(30, 60, milliseconds(4000))}));
  Condition heavy = draws_power(milliseconds(1000));
  heavy.control = "scale";
  heavy.above = 0.1;
  EXPECT_FALSE(confirm({draws_power(milliseconds(1000)), heavy}));
}

TEST_F(ConfirmActTest, ALongPourIsNotReadMoreOftenThanItShows) {
  grams = pour;
  EXPECT_TRUE(confirmed({rises(30, 60, std::chrono::seconds(60))}).met);
  EXPECT_LT(asked, 320);
}

// A scale beside the power meter: each press of espresso pours `poured` grams within 200 ms.
class WeighedRun : public ScriptedRun {
 protected:
  WeighedRun() {
    bench_file.controls["scale"] = bench_file.controls.at("watts");
    bench_file.controls["scale"].name = "scale";
    bench_file.controls["scale"].quantity = "mass";
    procedure.events.at("brew").confirm = {rises(30, 60, milliseconds(300))};
    scene.on_log = [this](const std::string& line) {
      if (line == "on 1") standing += poured;
    };
    scene.mass = [this](const testing::Scene&) -> Result<double> {
      if (silent) return fail(ErrorCode::timeout, "the scale is silent");
      return standing / 1000;
    };
  }
  nlohmann::json outcome_of(int trial) {
    for (const Record& record : journal())
      if (record.type == "outcome" && record.body["trial"] == trial) return record.body;
    return nullptr;
  }
  double standing = 180, poured = 40;
  bool silent = false;
};

TEST_F(WeighedRun, EachBrewIsConfirmedByItsOwnRise) {
  const LoopResult result = go();
  EXPECT_EQ(result.outcome, "completed");
  for (const Trial& trial : result.trials) EXPECT_EQ(trial.status, TrialStatus::ok);
  const nlohmann::json first = outcome_of(1), sham = outcome_of(3);
  EXPECT_FALSE(first["confirmed_ns"].is_null());
  ASSERT_THAT(first["rises"], SizeIs(1));
  EXPECT_EQ(first["rises"][0]["control"], "scale");
  EXPECT_EQ(first["rises"][0]["unit"], "kg");
  EXPECT_DOUBLE_EQ(first["rises"][0]["base"]["value"], 0.18);
  EXPECT_DOUBLE_EQ(first["rises"][0]["last"]["value"], 0.22);
  EXPECT_EQ(first["rises"][0]["reached_ns"], first["confirmed_ns"]);
  EXPECT_TRUE(sham["confirmed_ns"].is_null());
  EXPECT_DOUBLE_EQ(sham["rises"][0]["base"]["value"], 0.22);
  EXPECT_TRUE(sham["rises"][0]["reached_ns"].is_null());
}

// Around acts as often as they are looked at, between them twice a second.
TEST_F(WeighedRun, WhatConfirmsIsSampledFromTheFirstIdleTimeOn) {
  std::vector<Sample> samples;
  sampled = [&](const Sample& sample) { samples.push_back(sample); };
  plan.idle_ns = 5'000 * ms;
  const LoopResult result = go();
  ASSERT_THAT(samples, ::testing::Not(IsEmpty()));
  std::int64_t before = samples.front().at.raw_ns, longest = 0, in_idle = 0;
  for (const Sample& sample : samples) {
    EXPECT_EQ(sample.meter, "scale");
    EXPECT_EQ(sample.quantity, "mass");
    EXPECT_EQ(sample.unit, "kg");
    longest = std::max(longest, sample.at.raw_ns - before);
    before = sample.at.raw_ns;
    in_idle += sample.at.real_ns < result.trials[0].start_ns - 500 * ms ? 1 : 0;
  }
  EXPECT_LE(longest, 620 * ms);  // the waits within an act are left alone
  EXPECT_GE(in_idle, 9);
  EXPECT_LE(in_idle, 12);
}

TEST_F(WeighedRun, AHalfEmptyCupIsUnconfirmedWithItsNumbers) {
  poured = 12.5;
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::unconfirmed);
  EXPECT_EQ(result.trials[0].reason, "scale rose by 12.5 g within 0.3 s, not by 30..60 g");
}

TEST_F(WeighedRun, ABrewInAShamsTimeWasSomebodyElses) {
  scene.on_log = [this](const std::string& line) {
    if (line == "on 1" || line == "on 4") standing += poured;
  };
  const LoopResult result = go();
  EXPECT_EQ(result.trials[2].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[2].reason, "unaccounted-vend");
}

TEST_F(WeighedRun, AScaleThatIsSilentBeforeTheActCostsNoCoffee) {
  silent = true;
  const LoopResult result = go();
  EXPECT_EQ(result.trials[0].status, TrialStatus::excluded);
  EXPECT_EQ(result.trials[0].reason, "rig-fault");
  EXPECT_EQ(outcome_of(1)["fault"], "the scale is silent");
  EXPECT_EQ(standing, 180);
}

}  // namespace
}  // namespace brewproof
