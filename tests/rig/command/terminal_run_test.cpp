// Runs with a real card at a real terminal: the simulated machine's own, on the bus that the rig
// only sniffs, with a presenter on the relay board. No network: the terminal decides alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/evidence/journal.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class TerminalRunTest : public SmallBench {
 protected:
  void machine(const std::string& terminal = "", const std::string& at_most = "2.00 EUR") {
    write("machine.yaml",
          "brewproof: profile/1\nname: terminal\n"
          "identity: {serial: KD1, type: K95, firmware: 2.1.7}\n"
          "drinks: {espresso: {item: 1, price: 1.80 EUR}}\n"
          "panel: {buttons: {1: espresso}, contact_delay: 1..3 ms}\n"
          "reader: {preselected: espresso, poll: 10 ms, gap: 1 ms}\nmeter: {averaging: 20 ms}\n"
          "audit: {id: QRS7654321}\n"
          "brew: {starts: 5..15 ms, takes: 300..350 ms, watts: [1240], idle: [2.5, 3.5]}\n"
          "terminal: {presenter: 3, seen_after: 10..20 ms, decides: 10..30 ms, card: "
          "\"01c0ffee\"" +
              terminal + "}\n");
    machine_.emplace(simulated_machine());
    const auto port = [this](const char* name) { return (place / "ports" / name).string(); };
    write("small.bench.yaml",
          "brewproof: bench/1\nname: small\ndut: {maker: Example, model: K95, serial: KD1}\n"
          "resources:\n  panel: {driver: lcus_relay, port: " +
              port("panel") + ", channels: 4}\n  bus: {driver: qibixx_mdb, sniff: only, port: " +
              port("reader") + "}\n  meter: {driver: pzem004t, port: " + port("meter") +
              "}\n  audit: {driver: dex, port: " + port("audit") +
              "}\ncontrols:\n"
              "  arm: {output: panel/3, press: 80 ms, max_on: 1 s, drives: payment}\n"
              "  dummy: {output: panel/4, press: 80 ms, max_on: 1 s, for: sham}\n"
              "  watts: {meter: meter, quantity: power}\n"
              "ready: {watts: {below: 30 W, for: 50 ms, within: 60 s}}\n"
              "payment: real\nterminal: {maker: Example, model: T1, mac: [\"02:7e:00:00:00:01\"]}\n"
              "books: {from: audit, every: trial, within: 5 s}\n"
              "limits: {payments: 60, money: 200.00 EUR}\n");
    write("presses.procedure.yaml",
          "brewproof: procedure/1\nname: real cards\nevents:\n  pay:\n"
          "    do: [present: {presenter: arm, at_most: " +
              at_most +
              ", within: 2 s}]\n"
              "    confirm: {watts: {above: 500 W, within: 1 s}}\n"
              "    sham: {dummy: dummy}\n    observe: 200 ms\n"
              "design: {blocks: 2, per_block: 4, reserve: 1, idle: 100 ms, drain: 10 ms, "
              "jitter: 50 ms, windows: [0..200 ms], alpha: 0.01}\n");
  }
  std::vector<Record> journalled(const std::string& type) const {
    std::vector<Record> found;
    const auto journal = read_journal((place / "r/journal.jsonl").string());
    for (const Record& record : journal->records)
      if (record.type == type) found.push_back(record);
    return found;
  }
  int count(const std::string& event) const {
    int times = 0;
    for (const Record& record : journalled("payment")) times += record.body["event"] == event;
    return times;
  }
  std::optional<Child> machine_;
};

TEST_F(TerminalRunTest, CardsArePaidBrewedAndBookedWhileTheRigSaysNothingOnTheBus) {
  machine();
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_EQ(done.exit.code, 4) << done.err;  // nothing is captured
  const json findings = json_of("r/findings.json");
  ASSERT_EQ(findings["run"]["outcome"], "completed") << done.err;
  for (const json& arm : findings["run"]["actuation"]) {
    if (arm["arm"] != "pay") continue;
    for (const char* level : {"commanded", "reported", "confirmed", "booked"})
      EXPECT_EQ(arm[level], 8) << level;
  }
  for (const json& held : findings["run"]["books"])
    EXPECT_THAT(held["verdict"].get<std::string>(), ::testing::AnyOf("first", "agrees"));
  EXPECT_EQ(count("session_begun"), 8);
  EXPECT_EQ(count("vend_succeeded"), 8);
  std::ifstream trials(place / "r/trials.jsonl");
  for (std::string line; std::getline(trials, line);) {
    const auto trial = json::parse(line);
    if (trial["event"] == "sham") continue;
    EXPECT_EQ(trial["observed"], (json{{"price", 180}, {"charged", 180}})) << line;
  }
  EXPECT_EQ(findings["run"]["payment"], "real");
  EXPECT_EQ(findings["run"]["terminal"]["model"], "T1");
  EXPECT_THAT(done.out, AllOf(HasSubstr("real payment terminal Example T1; what it sends is told "
                                        "apart"),
                              Not(HasSubstr("terminal replaced"))));
  EXPECT_EQ(run({"verify", "r"}).exit.code, 0);
}

// One of eight acts that was none is more than a run may have.
TEST_F(TerminalRunTest, ARefusedCardIsUnconfirmedAndSaysWhy) {
  machine(", denies: [2]");
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_THAT(done.out + done.err, HasSubstr("the terminal denied the payment"));
  int refused = 0;
  std::ifstream trials(place / "r/trials.jsonl");
  for (std::string line; std::getline(trials, line);)
    refused += json::parse(line).value("reason", "") == "the terminal denied the payment";
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(count("session_begun"), 2);
  EXPECT_EQ(count("vend_denied"), 1);
}

TEST_F(TerminalRunTest, ACardThatPaysMoreThanItMayIsTheLastOne) {
  machine("", "1.50 EUR");
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_EQ(done.exit.code, 5);
  EXPECT_THAT(done.out + done.err,
              HasSubstr("the card paid 180 EUR (minor units), where the step says at_most 150"));
  EXPECT_EQ(count("session_begun"), 1);
}

}  // namespace
}  // namespace brewproof
