// Somebody uses the simulated machine by hand while a run goes on; or it rinses by itself.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "rig/evidence/journal.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// A whole simulated machine without a network: relay board, meter, and hands.
class UsedMachine : public SmallBench {
 protected:
  UsedMachine() {
    write("machine.yaml",
          "brewproof: profile/1\nname: quiet\ndrinks: {espresso: {item: 1, price: 1.80 EUR}}\n"
          "panel: {buttons: {1: espresso}, contact_delay: 1..3 ms}\n"
          "reader: {preselected: espresso}\nmeter: {averaging: 20 ms}\n"
          "brew: {starts: 5..15 ms, takes: 400..450 ms, watts: [1240], idle: [2.5, 3.5]}\n"
          "upkeep: {rinse: {after_idle: 60 min, takes: 400..450 ms, watts: [640]}}\n");
    machine_.emplace(simulated_machine());
    write("presses.procedure.yaml",
          procedure_text(", confirm: {watts: {above: 500 W, within: 2 s}}"));
  }
  void bench(const std::string& more) const {
    write("small.bench.yaml",
          "brewproof: bench/1\nname: small\ndut: {maker: Example, model: K95, serial: KD1}\n"
          "resources:\n  panel: {driver: lcus_relay, port: " +
              (place / "ports/panel").string() +
              ", channels: 4}\n  meter: {driver: pzem004t, port: " +
              (place / "ports/meter").string() +
              "}\ncontrols:\n"
              "  espresso: {output: panel/1, press: 60 ms, max_on: 20 s}\n"
              "  dummy: {output: panel/4, press: 60 ms, max_on: 20 s, for: sham}\n"
              "  watts: {meter: meter, quantity: power}\n"
              "ready: {watts: {below: 30 W, for: 50 ms, within: 60 s}}\n" +
              more);
  }
  void hands(const std::string& line) const {
    const int fd = open((place / "ports/hands").c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    EXPECT_EQ(::write(fd, line.data(), line.size()), static_cast<ssize_t>(line.size()));
    close(fd);
  }
  // The run, with `line` done by hand right after the first sham of the first block.
  void run_with(const std::string& line) {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = {
        "run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out", "r", "--seed",
        "7"};
    settings.working_folder = place.string();
    settings.pipe_stdout = settings.pipe_stderr = true;
    auto child = Child::start(settings);
    ASSERT_TRUE(child) << child.error().message;
    bool done = false;
    while (!done && child->running()) {
      std::set<int> shams;
      for (const Record& record : journal()) {
        if (record.type == "intent" && record.body.value("sham", false))
          shams.insert(record.body["trial"].get<int>());
        if (record.type == "outcome" && shams.contains(record.body.value("trial", 0))) done = true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ASSERT_TRUE(done);
    hands(line);
    auto output = child->finish(std::chrono::seconds(240));
    ASSERT_TRUE(output) << output.error().message;
    said_ = output->out;
  }
  std::vector<Record> journal() const {
    const auto check = read_journal((place / "r/journal.jsonl").string());
    return check ? check->records : std::vector<Record>();
  }
  std::optional<Child> machine_;
  std::string said_;
};

TEST_F(UsedMachine, ADrinkThatNobodyOrderedTakesItsBlockOutAndTheReserveReplacesIt) {
  bench("by_itself: {watts: {below: 900 W}}\n");
  run_with("press espresso\n");
  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["outcome"], "completed") << said_;
  ASSERT_EQ(findings["run"]["unplanned"].size(), 1u);
  EXPECT_EQ(findings["run"]["unplanned"][0]["by_itself"], false);
  EXPECT_EQ(findings["run"]["unplanned"][0]["block"], 1);
  EXPECT_GT(findings["run"]["unplanned"][0]["peak"].get<double>(), 900);
  std::set<std::string> reasons;
  for (const json& exclusion : findings["exclusions"]) reasons.insert(exclusion["reason"]);
  EXPECT_EQ(reasons, std::set<std::string>{"unplanned-act"});
  std::set<int> blocks;
  for (const Record& record : journal())
    if (record.type == "intent") blocks.insert(record.body["block"].get<int>());
  EXPECT_EQ(blocks, (std::set<int>{1, 2, 3}));  // 3 is the reserve
  EXPECT_THAT(said_, HasSubstr("the machine was used once where no act was assigned"));
  EXPECT_THAT(said_, HasSubstr("block 1 was lost"));
  EXPECT_THAT(text_of((place / "truth.jsonl").string()), ::testing::Not(HasSubstr("refused")));
  EXPECT_EQ(run({"verify", "r"}).exit.code, 0);
}

TEST_F(UsedMachine, ARinseThatTheBenchDescribesCostsNothing) {
  bench("by_itself: {watts: {below: 900 W}}\n");
  run_with("rinse\n");
  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["outcome"], "completed") << said_;
  ASSERT_EQ(findings["run"]["unplanned"].size(), 1u);
  EXPECT_EQ(findings["run"]["unplanned"][0]["by_itself"], true);
  EXPECT_EQ(findings["exclusions"].size(), 0u);
  EXPECT_THAT(said_, HasSubstr("it worked once by itself, as the bench file describes it"));
}

TEST_F(UsedMachine, ARinseThatTheBenchDoesNotDescribeCountsAsUnplanned) {
  bench("");
  run_with("rinse\n");
  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["unplanned"][0]["by_itself"], false);
  EXPECT_EQ(findings["exclusions"][0]["reason"], "unplanned-act");
}

}  // namespace
}  // namespace brewproof
