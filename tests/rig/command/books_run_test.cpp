// A run that reads the machine's own books: the simulated vending machine with its audit port on a
// real pseudo-terminal, and the mistakes that its books make.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/evidence/journal.h"
#include "rig/model/books_held.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

class BooksRunTest : public SmallBench {
 protected:
  void machine(const std::string& mistakes, const std::string& every,
               const std::vector<std::string>& faults = {}) {
    write(
        "machine.yaml",
        "brewproof: profile/1\nname: vending\nidentity: {serial: KD1, type: K95, firmware: 2.1.7}\n"
        "drinks: {espresso: {item: 1, price: 1.80 EUR}}\n"
        "panel: {buttons: {1: espresso}, contact_delay: 1..3 ms}\n"
        "reader: {preselected: espresso, poll: 10 ms, gap: 1 ms}\nmeter: {averaging: 20 ms}\n"
        "audit: {id: QRS7654321" +
            mistakes +
            "}\nbrew: {starts: 5..15 ms, takes: 150..200 ms, watts: [1240], idle: [2.5, 3.5]}\n");
    machine_.emplace(simulated_machine(faults));
    const auto port = [this](const char* name) { return (place / "ports" / name).string(); };
    write("small.bench.yaml",
          "brewproof: bench/1\nname: small\ndut: {maker: Example, model: K95, serial: KD1}\n"
          "resources:\n  reader: {driver: qibixx_mdb, port: " +
              port("reader") + "}\n  meter: {driver: pzem004t, port: " + port("meter") +
              "}\n  audit: {driver: dex, port: " + port("audit") +
              "}\ncontrols:\n  card: {reader: reader}\n"
              "  watts: {meter: meter, quantity: power}\n"
              "ready: {watts: {below: 30 W, for: 50 ms, within: 60 s}}\npayment: emulated\n"
              "books: {from: audit, every: " +
              every + ", within: 2 s}\nlimits: {payments: 60, money: 200.00 EUR}\n");
    write("presses.procedure.yaml",
          "brewproof: procedure/1\nname: sales\nevents:\n  pay:\n    params:\n"
          "      amount: {from: 1.05 EUR, to: 9.75 EUR, step: 0.05 EUR, unique: true}\n"
          "      card: {token: 3 bytes, unique: true}\n"
          "    do: [pay: {reader: card, method: card, amount: \"${amount}\", card: \"${card}\"}]\n"
          "    confirm: {watts: {above: 500 W, within: 800 ms}}\n"
          "    sham: host\n    observe: 100 ms\n"
          "design: {blocks: 2, per_block: 4, reserve: 1, idle: 100 ms, drain: 10 ms, "
          "jitter: 50 ms, windows: [0..100 ms], alpha: 0.01}\n");
  }
  std::vector<BooksHeld> held() const {
    std::vector<BooksHeld> all;
    const auto journal = read_journal((place / "r/journal.jsonl").string());
    for (const Record& record : journal->records)
      if (record.type == "books")
        if (const auto read = read_books_held(record.body)) all.push_back(*read);
    return all;
  }
  std::optional<Child> machine_;
};

TEST_F(BooksRunTest, FiveAnswersAreHeldForEachTrialAndTheBooksAgree) {
  machine("", "trial");
  EXPECT_EQ(run(run_words({"--seed", "7"})).exit.code, 4);  // nothing is captured
  const auto all = held();
  ASSERT_THAT(all, SizeIs(17));
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_EQ(all[i].verdict, "agrees") << all[i].why;
  const json findings = json_of("r/findings.json");
  for (const json& arm : findings["run"]["actuation"]) {
    if (arm["arm"] != "pay") continue;
    for (const char* level : {"commanded", "accepted", "reported", "confirmed", "booked"})
      EXPECT_EQ(arm[level], 8) << level;
  }
  EXPECT_THAT(findings["run"]["books"], SizeIs(17));
  const auto told = run({"report", "r"});
  EXPECT_THAT(told.out, HasSubstr("8 booked"));
  EXPECT_THAT(told.out, HasSubstr("read 17 times: 8 drinks where 8 were"));
  EXPECT_THAT(text_of((place / "r/report.html").string()),
              HasSubstr("<th scope=\"col\" class=\"n\">Booked by the machine</th>"));

  EXPECT_THAT(run({"verify", "r"}).out, HasSubstr("books/0017.dts"));
  EXPECT_EQ(run({"books", "r/books/0001.dts", "r/books/0017.dts"}).exit.code, 0);
  std::ofstream(place / "r/books/0007.dts", std::ios::app) << "\r\n";
  EXPECT_NE(run({"verify", "r"}).exit.code, 0);
}

TEST_F(BooksRunTest, EachMistakeOfTheBooksIsCaughtAndNamed) {
  machine(", mistakes: {3: charged twice, 5: not booked, 7: not brewed}", "trial");
  const auto done = run(run_words({"--seed", "7"}));
  int sale = 0;
  for (const BooksHeld& each : held()) {
    if (each.acts.empty()) continue;
    ++sale;
    const std::string expected = sale == 3   ? "charged-twice"
                                 : sale == 5 ? "not-booked"
                                 : sale == 7 ? "not-brewed"
                                             : "agrees";
    EXPECT_EQ(each.verdict, expected) << "sale " << sale << ": " << each.why;
  }
  EXPECT_GE(sale, 7);
  for (const char* name : {"charged twice, or for more", "not booked", "booked, and not brewed"})
    EXPECT_THAT(done.out, HasSubstr(name));
}

TEST_F(BooksRunTest, ByBlockAMissingSaleLeavesTheRunInDoubt) {
  machine(", mistakes: {6: not booked}", "block");
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_EQ(done.exit.code, 4);
  ASSERT_THAT(held(), SizeIs(3));
  EXPECT_THAT(json_of("r/findings.json")["run"]["reasons"], Contains("unaccounted-vend"));
}

TEST_F(BooksRunTest, AnAuditPortThatDiesCostsNoRun) {
  machine("", "block", {"audit:silent@20+"});
  (void)run(run_words({"--seed", "7"}));
  const json findings = json_of("r/findings.json");
  EXPECT_EQ(findings["run"]["outcome"], "completed");
  EXPECT_THAT(findings["run"]["reasons"], Contains("books-unread"));
}

TEST_F(BooksRunTest, WithoutAPortThatAnswersNothingIsBegun) {
  machine("", "run", {"audit:silent"});
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_EQ(done.exit.code, 3);
  EXPECT_THAT(done.out + done.err, HasSubstr("the machine's books cannot be read"));
}

TEST_F(BooksRunTest, LintNamesAPortThatReadsNoBooks) {
  machine("", "trial");
  std::string bench = text_of((place / "small.bench.yaml").string());
  bench.replace(bench.find("from: audit"), 11, "from: meter");
  write("small.bench.yaml", bench);
  const auto done = run({"lint", "small.bench.yaml"});
  EXPECT_EQ(done.exit.code, 2);
  EXPECT_THAT(done.out + done.err,
              HasSubstr("there is no resource 'meter' that reads the machine's books"));
}

}  // namespace
}  // namespace brewproof
