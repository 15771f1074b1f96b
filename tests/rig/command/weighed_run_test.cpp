// A run whose acts are confirmed by the mass of what was poured: the simulated machine with a scale
// under its spout, everything on real pseudo-terminals.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/evidence/journal.h"
#include "rig/evidence/samples_log.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class WeighedRunTest : public SmallBench {
 protected:
  void machine(const std::string& grams, const std::vector<std::string>& faults = {}) {
    write("machine.yaml",
          "brewproof: profile/1\nname: weighed\ndrinks: {espresso: {item: 1, price: 1.80 EUR}}\n"
          "panel: {buttons: {1: espresso}, contact_delay: 1..3 ms}\n"
          "reader: {preselected: espresso}\nmeter: {averaging: 20 ms}\n"
          "scale: {cup: 180 g, pours: " +
              grams +
              "}\n"
              "brew: {starts: 5..15 ms, takes: 300..350 ms, watts: [1240], idle: [2.5, 3.5]}\n");
    machine_.emplace(simulated_machine(faults));
    const auto port = [this](const char* name) { return (place / "ports" / name).string(); };
    write("small.bench.yaml",
          "brewproof: bench/1\nname: small\ndut: {maker: Example, model: K95, serial: KD1}\n"
          "resources:\n  panel: {driver: lcus_relay, port: " +
              port("panel") + ", channels: 4}\n  meter: {driver: pzem004t, port: " + port("meter") +
              "}\n  balance: {driver: scale, port: " + port("scale") +
              "}\ncontrols:\n"
              "  espresso: {output: panel/1, press: 60 ms, max_on: 20 s}\n"
              "  dummy: {output: panel/4, press: 60 ms, max_on: 20 s, for: sham}\n"
              "  watts: {meter: meter, quantity: power}\n"
              "  scale: {meter: balance, quantity: mass}\n"
              "ready: {watts: {below: 30 W, for: 50 ms, within: 60 s}}\n");
    write("presses.procedure.yaml",
          procedure_text(", confirm: {watts: {above: 500 W, within: 800 ms}, "
                         "scale: {rises_by: 30..60 g, within: 800 ms}}"));
  }
  std::optional<Child> machine_;
};

TEST_F(WeighedRunTest, EachPourIsConfirmedAndEveryReadingIsOnRecord) {
  machine("36..44 g");
  EXPECT_EQ(run(run_words({"--seed", "7"})).exit.code, 4);  // nothing is captured
  const json findings = json_of("r/findings.json");
  ASSERT_EQ(findings["run"]["outcome"], "completed");
  int brews = 0;
  double total = 0;
  const auto journal = read_journal((place / "r/journal.jsonl").string());
  ASSERT_TRUE(journal);
  for (const Record& record : journal->records) {
    if (record.type != "outcome" || !record.body.contains("rises")) continue;
    const json& rise = record.body["rises"].at(0);
    EXPECT_EQ(rise["control"], "scale");
    const double by = rise["last"]["value"].get<double>() - rise["base"]["value"].get<double>();
    if (record.body["confirmed_ns"].is_null()) {
      EXPECT_NEAR(by, 0, 1e-9);  // a sham
      continue;
    }
    ++brews;
    total += by;
    EXPECT_GE(by, 0.036 - 1e-5);
    EXPECT_LE(by, 0.044 + 1e-5);
    EXPECT_FALSE(rise["reached_ns"].is_null());
  }
  EXPECT_EQ(brews, 8);

  const auto samples = read_samples_log((place / "r/samples.jsonl").string());
  ASSERT_TRUE(samples) << samples.error().message;
  double least = 1e9, most = 0;
  std::map<std::string, int> count;
  bool moved = false;
  for (const Sample& sample : *samples) {
    ++count[sample.meter + " " + sample.quantity + " " + sample.unit];
    if (sample.meter != "scale") continue;
    least = std::min(least, sample.value);
    most = std::max(most, sample.value);
    moved = moved || sample.moving;
  }
  EXPECT_EQ(count.size(), 2u);
  EXPECT_GT(count["watts power W"], 16);
  EXPECT_GT(count["scale mass kg"], 16 * 10);
  EXPECT_NEAR(least, 0.18, 1e-9);
  EXPECT_NEAR(most - least, total, 1e-4);
  EXPECT_TRUE(moved);
  EXPECT_THAT(text_of((place / "r/report.html").string()), HasSubstr("<path class=\"meter\""));

  const auto verified = run({"verify", "r"});
  EXPECT_EQ(verified.exit.code, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("samples.jsonl"));
  std::ofstream(place / "r/samples.jsonl", std::ios::app) << "{}\n";
  EXPECT_NE(run({"verify", "r"}).exit.code, 0);
}

TEST_F(WeighedRunTest, AMachineThatPoursTooMuchIsNotConfirmed) {
  machine("90..95 g");
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_NE(done.exit.code, 0);
  EXPECT_THAT(done.out + done.err, HasSubstr("not by 30..60 g"));
}

TEST_F(WeighedRunTest, AScaleThatDiesIsTheRigsFault) {
  machine("36..44 g", {"scale:silent@40+"});
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_NE(done.exit.code, 0);
  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["outcome"], "rig_fault");
  for (const json& exclusion : findings["exclusions"]) EXPECT_EQ(exclusion["reason"], "rig-fault");
}

TEST_F(WeighedRunTest, PlanSaysHowEachEventIsConfirmed) {
  machine("36..44 g");
  const auto planned =
      run({"plan", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--seed", "7"});
  EXPECT_THAT(planned.out, HasSubstr("brew by watts above 500 W within 0.8 s and scale rises by "
                                     "30..60 g within 0.8 s"));
}

}  // namespace
}  // namespace brewproof
