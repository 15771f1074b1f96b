#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/rig/procedure/written_files.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

class CheckAgainstBench : public testing::WrittenFiles {
 protected:
  // All misfits of a changed demo procedure on a changed demo bench, one a line.
  std::string misfits(std::string_view procedure_from, std::string_view procedure_to,
                      std::string_view bench_from = "", std::string_view bench_to = "") {
    const ProcedureFile file = good_procedure(
        with(source("procedures/demo.procedure.yaml"), procedure_from, procedure_to));
    const BenchFile bench =
        good_bench(with(source("procedures/demo.bench.yaml"), bench_from, bench_to));
    std::string lines;
    for (const Error& error : check_against_bench(file, bench)) {
      EXPECT_EQ(error.code, ErrorCode::bad_file);
      lines += (lines.empty() ? "" : "\n") + cut(error.message);
    }
    return lines;
  }
};

TEST_F(CheckAgainstBench, TheDemoFits) { EXPECT_EQ(misfits("", ""), ""); }

TEST_F(CheckAgainstBench, EveryValueOfAPressIsAControl) {
  EXPECT_EQ(misfits("[espresso, latte]", "[expresso, latte]"),
            "p.yaml:10:9: bench demo has no output control 'expresso'; did you mean 'espresso'?");
  EXPECT_EQ(misfits("\"${drink}\"", "\"button_${drink}\""),
            "p.yaml:10:9: bench demo has no output control 'button_espresso'; known here: dummy, "
            "espresso, latte\n"
            "p.yaml:10:9: bench demo has no output control 'button_latte'; known here: dummy, "
            "espresso, latte");
}

TEST_F(CheckAgainstBench, AMeterCannotBePressed) {
  EXPECT_EQ(misfits("[espresso, latte]", "[watts, latte]"),
            "p.yaml:10:9: bench demo has no output control 'watts'; known here: dummy, espresso, "
            "latte");
}

TEST_F(CheckAgainstBench, TheShamsControlIsNoButton) {
  EXPECT_EQ(misfits("[espresso, latte]", "[espresso, dummy]"),
            "p.yaml:10:9: control dummy is for sham only: pressing it does nothing to the machine");
  EXPECT_EQ(
      misfits("sham: {dummy: dummy}", "sham: {dummy: latte}"),
      "p.yaml:7:5: control latte is no dummy: it must be inert for the machine, and the bench "
      "file must say so with `for: sham`");
  EXPECT_EQ(misfits("sham: {dummy: dummy}", "sham: {dummy: dumy}"),
            "p.yaml:7:5: bench demo has no output control 'dumy'; did you mean 'dummy'?");
}

TEST_F(CheckAgainstBench, ARiseIsOfAMeterInItsUnit) {
  const std::string_view above =
      "confirm: {watts: {above: 500 W, within: 300 ms}}\n    sham: {dummy";
  const std::string_view scale =
      "confirm: {scale: {rises_by: 30..60 g, within: 60 s}}\n    sham: {dummy";
  EXPECT_EQ(misfits(above, scale),
            "p.yaml:11:22: there is no meter control 'scale'; known here: watts");
  EXPECT_EQ(
      misfits(above, "confirm: {watts: {rises_by: 30..60 g, within: 60 s}}\n    sham: {dummy"),
      "p.yaml:11:22: control watts measures power in W, and the rise is in kg");
  EXPECT_EQ(misfits(above, scale, "  watts: {meter: meter, quantity: power}",
                    "  watts: {meter: meter, quantity: power}\n"
                    "  scale: {meter: meter, quantity: mass}"),
            "");
}

TEST_F(CheckAgainstBench, CreditRisesInMoneyAndDosesInDoses) {
  const std::string_view above =
      "confirm: {watts: {above: 500 W, within: 300 ms}}\n    sham: {dummy";
  const auto confirmed_by = [&](const std::string& quantity, const std::string& rise) {
    return misfits(
        above, "confirm: {slot: {rises_by: " + rise + ", within: 2 s}}\n    sham: {dummy",
        "  watts: {meter: meter, quantity: power}",
        "  watts: {meter: meter, quantity: power}\n  slot: {meter: meter, quantity: " + quantity +
            "}");
  };
  EXPECT_EQ(confirmed_by("credit", "1.00..1.00 EUR"), "");
  EXPECT_EQ(confirmed_by("doses", "1..1 doses"), "");
  EXPECT_EQ(confirmed_by("coins", "1..2 coins"), "");
  EXPECT_EQ(confirmed_by("credit", "1..2 coins"),
            "p.yaml:11:21: control slot measures credit in money, and the rise is in coins");
  EXPECT_EQ(confirmed_by("doses", "1.00..2.00 EUR"),
            "p.yaml:11:21: control slot measures doses in doses, and the rise is in EUR");
}

TEST_F(CheckAgainstBench, ConfirmationAsksAMeterInItsUnit) {
  EXPECT_EQ(misfits("watts: {above: 500 W", "wats: {above: 500 W"),
            "p.yaml:11:21: there is no meter control 'wats'; did you mean 'watts'?");
  EXPECT_EQ(misfits("above: 500 W", "above: 2 A"),
            "p.yaml:11:22: control watts measures power in W, and the threshold is in A");
}

TEST_F(CheckAgainstBench, ABlockNeedsAnInterfaceOfTheMachines) {
  EXPECT_EQ(misfits("- press: \"${drink}\"", "- {block: everything}\n      - press: \"${drink}\""),
            "");
  EXPECT_EQ(
      misfits("- press: \"${drink}\"", "- {block: everything}\n      - press: \"${drink}\"",
              "  capture: dut0\n  paths: {ethernet: captured,", "  paths: {ethernet: blocked,"),
      "p.yaml:10:9: bench demo has no `network.capture`: there is no interface of the "
      "machine's at which its network could be blocked");
}

TEST_F(CheckAgainstBench, ADeclinedCardIsHeldAgainstTheReaderAsAPaymentIs) {
  const std::string_view pay =
      "pay: {reader: card, method: \"${method}\", amount: \"${amount}\", card: \"${card}\"}";
  const std::string both =
      std::string(pay) + "\n      - decline: {reader: cards, method: cash, card: \"00112233\"}";
  EXPECT_EQ(misfits(pay, both),
            "p.yaml:21:9: bench demo has no reader control 'cards'; did you mean 'card'?\n"
            "p.yaml:21:9: there is no payment method 'cash': card or app\n"
            "p.yaml:21:9: the card '00112233' must be 1 to 3 bytes in hex");
}

TEST_F(CheckAgainstBench, ACancelledCardIsHeldAgainstTheReaderAsWell) {
  const std::string_view pay =
      "pay: {reader: card, method: \"${method}\", amount: \"${amount}\", card: \"${card}\"}";
  const std::string both =
      std::string(pay) + "\n      - cancel: {reader: cards, method: card, card: \"a1\"}";
  EXPECT_EQ(misfits(pay, both),
            "p.yaml:21:9: bench demo has no reader control 'cards'; did you mean 'card'?");
}

TEST_F(CheckAgainstBench, PaymentsNeedAnEmulatedReader) {
  EXPECT_EQ(misfits("reader: card", "reader: card_reader"),
            "p.yaml:20:9: bench demo has no reader control 'card_reader'; known here: card");
  EXPECT_EQ(misfits("", "", "payment: emulated\n", ""),
            "p.yaml:20:9: bench demo does not emulate payments: it needs `payment: emulated` and a "
            "reader");
}

TEST_F(CheckAgainstBench, ACardIsPresentedToARealTerminalByAGuardedOutputThatSomebodyHears) {
  const std::string_view press = "- press: \"${drink}\"";
  const std::string present =
      "- present: {presenter: dummy, at_most: 2.00 USD}\n      - press: \"${drink}\"";
  EXPECT_THAT(misfits(press, present),
              ::testing::AllOf(
                  HasSubstr("p.yaml:10:9: bench demo has no real terminal: `present` needs "
                            "`payment: real`\n"),
                  HasSubstr("p.yaml:10:9: nobody on bench demo hears the payment bus, and what a "
                            "card paid would not be known: add a resource as {driver: qibixx_mdb, "
                            "sniff: only}\n"),
                  HasSubstr("p.yaml:10:9: control dummy shows no card: give it `drives: payment` "
                            "in "),
                  HasSubstr("p.yaml:10:9: the payment is in USD and the bench file's limit in "
                            "EUR")));
}

TEST_F(CheckAgainstBench, AMediaIdHoldsAMethodAndThreeBytes) {
  EXPECT_EQ(misfits("token: 3 bytes", "token: 4 bytes"),
            "p.yaml:20:9: the card token card has 4 bytes: the reader shows at most 3");
  EXPECT_EQ(misfits("one_of: [card, app]", "one_of: [card, apple]"),
            "p.yaml:20:9: there is no payment method 'apple': card or app");
}

TEST_F(CheckAgainstBench, TheLimitIsInThePaymentsCurrency) {
  EXPECT_EQ(misfits("", "", "300.00 EUR", "300.00 USD"),
            "p.yaml:20:9: the payment is in EUR and the bench file's limit in USD: the limit could "
            "not be kept");
}

// Its own bench: the demo's, whose latte button is a coin input.
class CoinsOnABench : public CheckAgainstBench {
 protected:
  std::string with_step(const std::string& step, const std::string& worth = ", worth: 0.50 EUR") {
    return misfits("- press: \"${drink}\"", "- press: \"${drink}\"\n      - " + step,
                   "latte: {output: panel/2, press: 60 ms, max_on: 500 ms}",
                   "latte: {output: panel/2, press: 60 ms, max_on: 500 ms}\n"
                   "  coin: {output: panel/3, press: 60 ms, max_on: 500 ms" +
                       worth + "}");
  }
};

TEST_F(CoinsOnABench, AnAmountIsSoManyPulses) {
  EXPECT_EQ(with_step("insert: coin"), "");
  EXPECT_EQ(with_step("insert: {coin: coin, amount: 2.00 EUR}"), "");
  EXPECT_EQ(with_step("insert: {coin: coin, amount: 2.20 EUR}"),
            "p.yaml:11:9: 2.20 EUR cannot be inserted: coin takes 1 to 100 pulses of 0.50 EUR");
  EXPECT_EQ(with_step("insert: {coin: coin, amount: 50.50 EUR}"),
            "p.yaml:11:9: 50.50 EUR cannot be inserted: coin takes 1 to 100 pulses of 0.50 EUR");
  EXPECT_EQ(with_step("insert: {coin: coin, amount: 2.00 USD}"),
            "p.yaml:11:9: 2.00 USD cannot be inserted: coin takes 1 to 100 pulses of 0.50 EUR\n"
            "p.yaml:11:9: the payment is in USD and the bench file's limit in EUR: the limit could "
            "not be kept");
}

TEST_F(CoinsOnABench, ARangeOfAmountsIsLookedAtWhole) {
  const auto with_range = [&](const std::string& range) {
    return misfits("      drink: {one_of: [espresso, latte], balanced: true}\n    do:\n",
                   "      drink: {one_of: [espresso, latte], balanced: true}\n"
                   "      sum: {" +
                       range +
                       ", unique: true}\n    do:\n"
                       "      - insert: {coin: coin, amount: \"${sum}\"}\n",
                   "  latte: {output: panel/2",
                   "  coin: {output: panel/3, press: 60 ms, max_on: 500 ms, worth: 0.50 EUR}\n"
                   "  latte: {output: panel/2");
  };
  EXPECT_EQ(with_range("from: 1.00 EUR, to: 9.00 EUR, step: 0.50 EUR"), "");
  EXPECT_EQ(with_range("from: 1.00 EUR, to: 9.00 EUR, step: 0.25 EUR"),
            "p.yaml:11:9: 1.25 EUR cannot be inserted: coin takes 1 to 100 pulses of 0.50 EUR");
}

TEST_F(CoinsOnABench, MoneyIsNoButtonAndAButtonNoMoney) {
  EXPECT_EQ(with_step("press: coin"),
            "p.yaml:11:9: a press of coin is money: write `insert: coin`, which the limits count");
  EXPECT_EQ(with_step("insert: espresso"),
            "p.yaml:11:9: control espresso is worth nothing: the bench file must say what a pulse "
            "of it is worth, as `worth: 0.50 EUR`");
  EXPECT_EQ(with_step("insert: coni"),
            "p.yaml:11:9: bench demo has no output control 'coni'; did you mean 'coin'?");
  EXPECT_EQ(with_step("insert: coin", ", worth: 0.50 USD"),
            "b.yaml:20:9: a pulse is worth 0.50 USD, and `limits.money` is in EUR: the limit could "
            "not be kept");
}

TEST_F(CheckAgainstBench, OnlyARelayInTheMainsCutsThem) {
  const auto with_power = [&](const std::string& step, const std::string& keys) {
    return misfits("- press: \"${drink}\"", "- press: \"${drink}\"\n      - " + step,
                   "latte: {output: panel/2, press: 60 ms, max_on: 500 ms}",
                   "latte: {output: panel/2, press: 60 ms, max_on: 500 ms}\n"
                   "  plug: {output: panel/3, press: 60 ms, " +
                       keys + "}");
  };
  const std::string mains = "max_on: 20 s, drives: mains";
  EXPECT_EQ(with_power("power: plug", "max_on: 500 ms, drives: mains"), "");
  EXPECT_EQ(with_power("power: plug", "max_on: 500 ms"),
            "p.yaml:11:9: control plug does not cut the mains: the bench file must say that it "
            "does, with `drives: mains`");
  EXPECT_EQ(with_power("power: {cycle: plug, for: 21 s}", mains),
            "p.yaml:11:9: the mains are off for 21000 ms, and dummy may be on for 500 ms at most: "
            "raise its max_on, or shorten `for`\n"
            "p.yaml:11:9: the mains are off for 21000 ms, and plug may be on for 20000 ms at most: "
            "raise its max_on, or shorten `for`");
}

TEST_F(CheckAgainstBench, SilenceIsHeardWhereSomethingIsCaptured) {
  EXPECT_EQ(misfits("- press: \"${drink}\"",
                    "- wait: {quiet: 1 s, within: 9 s}\n      - press: \"${drink}\"",
                    "  capture: dut0\n  paths: {ethernet: captured, ",
                    "  paths: {ethernet: unobserved, "),
            "p.yaml:10:9: bench demo has no `network.capture`: nobody hears whether the machine is "
            "quiet");
}

}  // namespace
}  // namespace brewproof
