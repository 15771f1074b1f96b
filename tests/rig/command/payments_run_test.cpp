// A run whose acts are coins by pulses and cards that are to be denied: the simulated vending
// machine with its coin input, its reader and its books.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/evidence/journal.h"
#include "rig/model/books_held.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class PaymentsRunTest : public SmallBench {
 protected:
  void machine(const std::string& money = "300.00 EUR", const std::string& funds = "0.50 EUR") {
    write("machine.yaml",
          "brewproof: profile/1\nname: vending\nidentity: {serial: KD1, type: K95, firmware: "
          "2.1.7}\n"
          "drinks: {espresso: {item: 1, price: 1.80 EUR}}\n"
          "panel: {buttons: {1: espresso}, coins: {channel: 3, worth: 0.50 EUR}, contact_delay: "
          "1..3 ms, debounce: 5 ms}\n"
          "reader: {preselected: espresso, poll: 10 ms, gap: 1 ms, checks_funds: true}\n"
          "meter: {averaging: 20 ms}\naudit: {id: QRS7654321}\n"
          "brew: {starts: 5..15 ms, takes: 150..200 ms, watts: [1240], idle: [2.5, 3.5]}\n");
    machine_.emplace(simulated_machine());
    const auto port = [this](const char* name) { return (place / "ports" / name).string(); };
    write("small.bench.yaml",
          "brewproof: bench/1\nname: small\ndut: {maker: Example, model: K95, serial: KD1}\n"
          "resources:\n  panel: {driver: lcus_relay, port: " +
              port("panel") + ", channels: 4}\n  reader: {driver: qibixx_mdb, port: " +
              port("reader") + "}\n  meter: {driver: pzem004t, port: " + port("meter") +
              "}\n  audit: {driver: dex, port: " + port("audit") +
              "}\ncontrols:\n  espresso: {output: panel/1, press: 60 ms, max_on: 2 s}\n"
              "  coin: {output: panel/3, press: 30 ms, min_off: 40 ms, max_on: 2 s, worth: 0.50 "
              "EUR}\n"
              "  dummy: {output: panel/4, press: 30 ms, max_on: 2 s, for: sham}\n"
              "  card: {reader: reader}\n  watts: {meter: meter, quantity: power}\n"
              "ready: {watts: {below: 30 W, for: 50 ms, within: 60 s}}\npayment: emulated\n"
              "books: {from: audit, every: trial, within: 5 s}\nlimits: {payments: 60, money: " +
              money + "}\n");
    write("presses.procedure.yaml",
          "brewproof: procedure/1\nname: sales\nevents:\n  coins:\n    params:\n"
          "      amount: {from: 2.00 EUR, to: 14.00 EUR, step: 0.50 EUR, unique: true}\n"
          "    do: [{insert: {coin: coin, amount: \"${amount}\"}}, {press: espresso}]\n"
          "    confirm: {watts: {above: 500 W, within: 800 ms}}\n"
          "    sham: {dummy: dummy}\n    observe: 100 ms\n"
          "  refused:\n    params: {card: {token: 3 bytes, unique: true}}\n"
          "    do: [pay: {reader: card, method: card, amount: 1.80 EUR, funds: " +
              funds +
              ", card: \"${card}\", expect: denied}]\n"
              "    sham: host\n    observe: 100 ms\n"
              "design: {blocks: 2, per_block: 4, reserve: 1, idle: 100 ms, drain: 10 ms, "
              "jitter: 50 ms, windows: [0..100 ms], alpha: 0.01}\n");
  }
  std::vector<Record> records(const std::string& type) const {
    std::vector<Record> all;
    const auto journal = read_journal((place / "r/journal.jsonl").string());
    for (const Record& record : journal->records)
      if (record.type == type) all.push_back(record);
    return all;
  }
  /// Trials of an event: their status.
  std::vector<std::string> statuses(const std::string& event) const {
    std::vector<std::string> all;
    std::istringstream lines(text_of((place / "r/trials.jsonl").string()));
    for (std::string line; std::getline(lines, line);)
      if (const json trial = json::parse(line); trial["event"] == event)
        all.push_back(trial["status"].get<std::string>() + " " + trial.value("reason", ""));
    return all;
  }
  std::optional<Child> machine_;
};

TEST_F(PaymentsRunTest, CoinsBuyDrinksAndCardsWithTooLittleNoneAndTheBooksAgree) {
  machine();
  EXPECT_EQ(run(run_words({"--seed", "7"})).exit.code, 4);  // nothing is captured
  EXPECT_THAT(statuses("coins"), Each("ok "));
  EXPECT_THAT(statuses("coins"), SizeIs(8));
  EXPECT_THAT(statuses("refused"), Each("ok "));
  EXPECT_THAT(statuses("refused"), SizeIs(8));
  int bought = 0;
  for (const Record& record : records("books")) {
    const auto held = read_books_held(record.body);
    ASSERT_TRUE(held);
    if (held->verdict == "first") continue;
    EXPECT_EQ(held->verdict, "agrees") << held->why;
    const json& cash = record.body["cash"];
    if (cash["expected"][1] == 0) continue;
    ++bought;
    EXPECT_EQ(cash["moved"], cash["expected"][1]);
    EXPECT_EQ(held->vends.moved, 1);
  }
  EXPECT_EQ(bought, 8);
  const std::string truth = text_of((place / "truth.jsonl").string());
  EXPECT_THAT(truth, HasSubstr("accepted"));
  const auto books = run({"books", "r/books/0001.dts", "r/books/0033.dts"});
  EXPECT_THAT(books.out, HasSubstr("cash in"));
}

TEST_F(PaymentsRunTest, TheLimitOfMoneyEndsTheRunBeforeTheCoinThatWouldPassIt) {
  machine("9.00 EUR");
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_EQ(done.exit.code, 5);
  EXPECT_THAT(done.err, HasSubstr("would exceed the bench file's limit of 900 EUR minor units"));
  std::int64_t sum = 0;
  for (const Record& record : records("outcome"))
    if (record.body.contains("steps"))
      for (const json& step : record.body["steps"])
        sum += step.contains("insert") ? step["amount"].get<std::int64_t>() : 0;
  EXPECT_LE(sum, 900);
}

TEST_F(PaymentsRunTest, ACardThatIsGoodForThePriceAfterAllIsAFailedTrialAndNoStrangersDrink) {
  machine("300.00 EUR", "5.00 EUR");
  (void)run(run_words({"--seed", "7"}));
  EXPECT_THAT(statuses("refused"),
              Each("unconfirmed the payment was approved, and was to be denied"));
  for (const Record& record : records("books"))
    EXPECT_THAT(record.body["verdict"].get<std::string>(), AnyOf("first", "agrees"));
}

}  // namespace
}  // namespace brewproof
