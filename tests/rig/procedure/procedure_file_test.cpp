#include "rig/procedure/procedure_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "rig/contract/contract_file.h"
#include "tests/rig/procedure/written_files.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr std::string_view kiosk = R"(brewproof: procedure/1
name: kiosk sale records
events:
  brew:
    params: {drink: {one_of: [espresso, latte], balanced: true}}
    do: [press: "${drink}"]
    confirm: {watts: {above: 500 W, within: 5 s}}
    sham: {dummy: dummy}
    observe: 6 s
  pay:
    params: {method: {one_of: [card, app]}, amount: {from: 1.05 EUR, to: 9.75 EUR, step: 0.05 EUR, unique: true}, card: {token: 3 bytes}}
    do: [pay: {reader: card, method: "${method}", amount: "${amount}", card: "${card}"}, wait: 2 s]
    sham: host
    observe: 6 s
design: {blocks: 4, per_block: 4, reserve: 1, background: 15 s, idle: 60 s, drain: 2 s, jitter: 15 s, windows: [0..1 s, 0..2 s, 0..5 s], alpha: 0.01}
contract: kiosk.contract.yaml
)";

// The second list entry of `do` in one-line form is a map of its own.
std::string whole() {
  std::string text(kiosk);
  text.replace(text.find("[pay: {"), 1, "[{");
  text.replace(text.find("}, wait: 2 s]"), 13, "}}, {wait: 2 s}]");
  return text;
}

class ProcedureFileTest : public testing::WrittenFiles {};

TEST_F(ProcedureFileTest, AWholeFileIsReadAsAValue) {
  const ProcedureFile file = good_procedure(whole());
  EXPECT_EQ(file.name, "kiosk sale records");
  EXPECT_EQ(file.text, whole());
  EXPECT_EQ(file.contract, "kiosk.contract.yaml");
  EXPECT_EQ(file.blocks, 4);
  EXPECT_EQ(file.per_block, 4);
  EXPECT_EQ(file.reserve, 1);
  EXPECT_EQ(file.background, 15s);
  EXPECT_EQ(file.idle, 60s);
  EXPECT_EQ(file.drain, 2s);
  EXPECT_EQ(file.jitter, 15s);
  EXPECT_EQ(file.alpha, 0.01);
  EXPECT_EQ(file.draws, 9999U);
  EXPECT_THAT(file.windows, ElementsAre(Window{0, 1'000'000'000}, Window{0, 2'000'000'000},
                                        Window{0, 5'000'000'000}));

  const EventSpec& brew = file.events.at("brew");
  ASSERT_EQ(brew.steps.size(), 1U);
  EXPECT_EQ(brew.steps[0].kind, Step::Kind::press);
  EXPECT_EQ(brew.steps[0].control, "${drink}");
  EXPECT_EQ(brew.sham, "dummy");
  EXPECT_EQ(brew.sham_control, "dummy");
  EXPECT_EQ(brew.observe, 6s);
  ASSERT_EQ(brew.confirm.size(), 1U);
  EXPECT_EQ(brew.confirm[0].above, 500.0);
  EXPECT_EQ(brew.confirm[0].within, 5s);
  EXPECT_EQ(brew.confirm[0].unit, "W");
  EXPECT_THAT(brew.parameters.at("drink").levels, ElementsAre(Value("espresso"), Value("latte")));
  EXPECT_TRUE(brew.parameters.at("drink").balanced);

  const EventSpec& pay = file.events.at("pay");
  EXPECT_EQ(pay.sham, "host");
  const ParameterSpec& amount = pay.parameters.at("amount");
  EXPECT_EQ(amount.kind, ParameterSpec::Kind::range);
  EXPECT_EQ(amount.from, 105);
  EXPECT_EQ(amount.to, 975);
  EXPECT_EQ(amount.step, 5);
  EXPECT_EQ(amount.currency, "EUR");
  EXPECT_TRUE(amount.unique);
  EXPECT_EQ(pay.parameters.at("card").token_bytes, 3);
  EXPECT_TRUE(pay.parameters.at("card").unique);
  ASSERT_EQ(pay.steps.size(), 2U);
  EXPECT_EQ(pay.steps[0].kind, Step::Kind::pay);
  EXPECT_EQ(pay.steps[0].control, "card");
  EXPECT_EQ(pay.steps[0].arguments.at("amount"), "${amount}");
  EXPECT_EQ(pay.steps[1].duration, 2s);
}

TEST_F(ProcedureFileTest, StepsBlockTheNetworkAndUnblockIt) {
  const ProcedureFile file = good_procedure(
      with(whole(), "do: [press: \"${drink}\"]",
           "do: [{block: \"203.0.113.10:443\"}, {press: \"${drink}\"}, {wait: 5 s}, {unblock: "
           "everything}]"));
  const std::vector<Step>& steps = file.events.at("brew").steps;
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps[0].kind, Step::Kind::block);
  EXPECT_EQ(steps[0].control, "203.0.113.10:443");
  EXPECT_EQ(steps[3].kind, Step::Kind::unblock);
  EXPECT_EQ(steps[3].control, "everything");
}

TEST_F(ProcedureFileTest, ACardIsDeclinedWithoutAnAmount) {
  const ProcedureFile file = good_procedure(
      with(with(whole(), "pay: {reader: card, method: \"${method}\", amount: \"${amount}\",",
                "decline: {reader: card, method: \"${method}\","),
           " amount: {from: 1.05 EUR, to: 9.75 EUR, step: 0.05 EUR, unique: true},", ""));
  const Step& step = file.events.at("pay").steps[0];
  EXPECT_EQ(step.kind, Step::Kind::decline);
  EXPECT_EQ(step.control, "card");
  EXPECT_EQ(step.arguments.at("card"), "${card}");
}

TEST_F(ProcedureFileTest, AMeterRisesByARange) {
  const ProcedureFile file = good_procedure(with(whole(), "{watts: {above: 500 W, within: 5 s}}",
                                                 "{scale: {rises_by: 30..60 g, within: 60 s}}"));
  const Condition& confirm = file.events.at("brew").confirm.at(0);
  ASSERT_TRUE(confirm.rises_by);
  EXPECT_DOUBLE_EQ(confirm.rises_by->least, 0.03);
  EXPECT_DOUBLE_EQ(confirm.rises_by->most, 0.06);
  EXPECT_EQ(confirm.rises_by->written, "30..60 g");
  EXPECT_EQ(confirm.unit, "kg");
  EXPECT_EQ(confirm.within, 60s);
}

TEST_F(ProcedureFileTest, WhatIsWrongWithARiseIsToldAtItsPlace) {
  const auto confirm = [&](const std::string& text) {
    return faults(with(whole(), "{above: 500 W, within: 5 s}", text));
  };
  EXPECT_EQ(confirm("{raises_by: 30..60 g, within: 5 s}"),
            "p.yaml:7:22: events.brew.confirm.watts has no threshold: add `above: 500 W` or "
            "`below: 30 W`, or `is: on` for an input\n"
            "p.yaml:7:23: unknown key events.brew.confirm.watts.raises_by; did you mean "
            "'rises_by'?");
  EXPECT_EQ(confirm("{rises_by: 60..30 g, within: 5 s}"),
            "p.yaml:7:33: events.brew.confirm.watts.rises_by: '60..30 g' ends before it begins, or "
            "is empty: write it as 30..60 g");
  EXPECT_EQ(confirm("{rises_by: 0..30 g, within: 5 s}"),
            "p.yaml:7:33: events.brew.confirm.watts.rises_by is '0..30 g': what does not rise "
            "would do: begin it above 0");
  EXPECT_EQ(confirm("{rises_by: 0..0 count, within: 5 s}"),
            "p.yaml:7:33: events.brew.confirm.watts.rises_by is '0..0 count': what does not rise "
            "would do: begin it above 0");
  EXPECT_EQ(confirm("{rises_by: 30..60 g, above: 3 g, within: 5 s}"),
            "p.yaml:7:33: events.brew.confirm.watts has a threshold too: `rises_by` stands alone");
  EXPECT_EQ(confirm("{rises_by: 30..60 gr, within: 5 s}"),
            "p.yaml:7:33: events.brew.confirm.watts.rises_by: '30..60 gr' has an unknown unit "
            "'gr'; did you mean 'g'?");
  EXPECT_EQ(confirm("{rises_by: 30..60 g, for: 1 s, within: 5 s}"),
            "p.yaml:7:48: events.brew.confirm.watts.for: what has risen need not stay: take `for` "
            "out");
}

TEST_F(ProcedureFileTest, ACardIsTakenBackWithoutAnAmount) {
  const ProcedureFile file = good_procedure(
      with(with(whole(), "pay: {reader: card, method: \"${method}\", amount: \"${amount}\",",
                "cancel: {reader: card, method: \"${method}\","),
           " amount: {from: 1.05 EUR, to: 9.75 EUR, step: 0.05 EUR, unique: true},", ""));
  const Step& step = file.events.at("pay").steps[0];
  EXPECT_EQ(step.kind, Step::Kind::cancel);
  EXPECT_EQ(step.control, "card");
  EXPECT_EQ(step.arguments.at("method"), "${method}");
}

TEST_F(ProcedureFileTest, ABlockIsOfAnAddressAndNotOfAName) {
  EXPECT_EQ(
      faults(with(whole(), "do: [press: \"${drink}\"]",
                  "do: [{block: api.example}, {press: \"${drink}\"}]")),
      "p.yaml:6:18: events.brew.do[1].block is 'api.example': write `everything`, an address, "
      "or an address with its port as \"203.0.113.10:443\"");
}

TEST_F(ProcedureFileTest, TheNetworkIsLeftAloneAsLongAsAnActMayBeConfirmed) {
  const auto with_wait = [&](const std::string& time) {
    return with(whole(), "do: [press: \"${drink}\"]",
                "do: [{block: everything}, {press: \"${drink}\"}, {wait: " + time +
                    "}, {unblock: everything}]");
  };
  EXPECT_EQ(faults(with_wait("5 s")), "");
  EXPECT_EQ(
      faults(with_wait("4 s")),
      "p.yaml:7:14: events.brew.confirm may take 5 s, and 4 s after its last contact the event "
      "touches the network (p.yaml:6:65): let it wait as long before that");
}

TEST_F(ProcedureFileTest, AWrittenAmountIsKeptInMinorUnits) {
  const ProcedureFile file = good_procedure(
      with(with(whole(), "amount: \"${amount}\"", "amount: 1.80 EUR"),
           ", amount: {from: 1.05 EUR, to: 9.75 EUR, step: 0.05 EUR, unique: true}", ""));
  EXPECT_EQ(file.events.at("pay").steps[0].arguments.at("amount"), "180");
  EXPECT_EQ(file.events.at("pay").steps[0].arguments.at("currency"), "EUR");
}

TEST_F(ProcedureFileTest, SmallSetsMayBeMoneyOrNumbersButNotMixed) {
  const std::string money = with(whole(), "[espresso, latte]", "[1.00 EUR, 2.00 EUR]");
  EXPECT_EQ(
      faults(money),
      "p.yaml:6:17: events.brew.do[1].press: the parameter drink must be a one_of of names of "
      "controls");
  EXPECT_EQ(
      faults(with(whole(), "[espresso, latte]", "[espresso, 2]")),
      "p.yaml:5:41: events.brew.params.drink.one_of[2]: all values must be of one kind: texts, "
      "whole numbers, or money of one currency");
  EXPECT_EQ(faults(with(whole(), "[espresso, latte]", "[espresso, NO]")),
            "p.yaml:5:41: events.brew.params.drink.one_of[2]: 'NO' needs quotes to be text: some "
            "YAML readers take it for a boolean");
}

TEST_F(ProcedureFileTest, SubstitutionsNameDeclaredParameters) {
  EXPECT_EQ(faults(with(whole(), "press: \"${drink}\"", "press: \"${drnk}\"")),
            "p.yaml:6:9: no step uses the parameter drink: write \"${drink}\" where it belongs, or "
            "take it out\n"
            "p.yaml:6:17: events.brew.do[1].press: there is no parameter 'drnk'; did you mean "
            "'drink'?");
  EXPECT_EQ(faults(with(whole(), "press: \"${drink}\"", "press: \"${drink}${\"")),
            "p.yaml:6:9: no step uses the parameter drink: write \"${drink}\" where it belongs, or "
            "take it out\n"
            "p.yaml:6:17: events.brew.do[1].press: '${drink}${' has a ${ without its name and }");
}

TEST_F(ProcedureFileTest, AmountsAreMoney) {
  EXPECT_EQ(faults(with(whole(), "from: 1.05 EUR, to: 9.75 EUR, step: 0.05 EUR",
                        "from: 105, to: 975, step: 5")),
            "p.yaml:12:60: events.pay.do[1].pay.amount: the parameter amount is no money: give it "
            "values as 1.05 EUR");
  EXPECT_EQ(
      faults(with(whole(), "amount: \"${amount}\"", "amount: \"${amount}0\"")),
      "p.yaml:12:60: events.pay.do[1].pay.amount is '${amount}0': it must be one parameter, or "
      "money");
}

TEST_F(ProcedureFileTest, RangesEndOnAStepAfterTheyBegin) {
  const auto range = [&](std::string_view to) {
    return faults(with(whole(), "from: 1.05 EUR, to: 9.75 EUR, step: 0.05 EUR, unique: true", to));
  };
  const std::string at = "p.yaml:11:53: events.pay.params.amount";
  EXPECT_EQ(range("from: 1.05 EUR, to: 9.76 EUR, step: 0.05 EUR, unique: true"),
            at + ": to is not reached from `from` in whole steps");
  EXPECT_EQ(range("from: 1.05 EUR, to: 1.00 EUR, step: 0.05 EUR, unique: true"),
            at + " ends before it begins: to is less than from");
  EXPECT_EQ(
      range("from: 1.05 EUR, to: 2.05 USD, step: 0.05 EUR, unique: true"),
      at + ": from, to and step must be of one kind: whole numbers, or money of one currency");
  EXPECT_EQ(range("from: 1.05 EUR, to: 2.05 EUR, step: 0.00 EUR, unique: true"),
            at + ".step must be more than 0");
  EXPECT_EQ(
      range("from: 1.00 EUR, to: 2.00 EUR"),
      at + " has 101 values: with more than 64 add `unique: true`, so that each is used once");
  EXPECT_EQ(range("from: 1.00 EUR, to: 2.00 EUR, step: 0.50 EUR"), "");
}

TEST_F(ProcedureFileTest, TokensHaveOneToSixteenBytes) {
  EXPECT_EQ(faults(with(whole(), "3 bytes", "17 bytes")),
            "p.yaml:11:129: events.pay.params.card.token must have 1 to 16 bytes");
  EXPECT_EQ(faults(with(whole(), "3 bytes", "0 bytes")),
            "p.yaml:11:129: events.pay.params.card.token must have 1 to 16 bytes");
}

TEST_F(ProcedureFileTest, AlphaIsOutOfRange) {
  EXPECT_EQ(faults(with(whole(), "alpha: 0.01", "alpha: 5")),
            "p.yaml:15:145: design.alpha is '5': it must be from 1e-09 to 0.5");
}

TEST_F(ProcedureFileTest, AnEarlyEndIsAWishOfItsOwn) {
  EXPECT_FALSE(good_procedure(whole()).stop);
  const auto stop = good_procedure(with(whole(), "alpha: 0.01", "stop: {when: decided}")).stop;
  ASSERT_TRUE(stop);
  EXPECT_EQ(stop->least_blocks, 1);
  EXPECT_EQ(good_procedure(with(whole(), "alpha: 0.01", "stop: {when: decided, least_blocks: 3}"))
                .stop->least_blocks,
            3);
}

TEST_F(ProcedureFileTest, ARuleForAnEarlyEndThatIsNoneIsRefusedWithItsPlace) {
  const auto said = [&](std::string_view stop) {
    return faults(with(whole(), "alpha: 0.01", stop));
  };
  EXPECT_EQ(said("stop: {when: bored}"),
            "p.yaml:15:151: design.stop.when is 'bored': decided is the only rule there is");
  EXPECT_EQ(said("stop: {least_blocks: 2}"), "p.yaml:15:144: design.stop.when is missing");
  EXPECT_EQ(said("stop: {when: decided, least_blocks: 0}"),
            "p.yaml:15:174: design.stop.least_blocks is '0': it must be from 1 to 1000");
  EXPECT_EQ(said("stop: {when: decided, least_blocks: 4}"),
            "p.yaml:15:144: design.stop.least_blocks is 4 and the design has 4 blocks: the rule "
            "could never end the run");
  // Its message could come after the border of a block.
  EXPECT_EQ(faults(with(with(whole(), "alpha: 0.01", "stop: {when: decided}"),
                        "[0..1 s, 0..2 s, 0..5 s]", "[0..8 s]")),
            "p.yaml:15:128: design.stop looks at windows that are over when each event's "
            "observation is, and none of design.windows ends within the 6000 ms of brew: add one, "
            "or lengthen its `observe`");
}

TEST_F(ProcedureFileTest, EventNamesDoNotClashWithOtherWords) {
  EXPECT_EQ(
      faults(with(whole(), "  pay:\n", "  background:\n")),
      "p.yaml:11:5: no event can be named background: the word means something else in trials "
      "and findings");
}

TEST_F(ProcedureFileTest, AContractNeedsItsStarsInQuotes) {
  const auto contract = [&](std::string_view fields) {
    const auto read = read_contract_file(write(
        "c.yaml", with("brewproof: contract/1\nallow:\n"
                       "  - {event: pay, destination: a.example, protocol: http, message: POST /x, "
                       "fields: FIELDS, purpose: sales}\n",
                       "FIELDS", fields)));
    return read ? std::string() : cut(read.error().message);
  };
  EXPECT_EQ(contract("[\"*\"]"), "");
  EXPECT_EQ(contract("[body|json:/sn, query:k]"), "");
  EXPECT_EQ(contract("[*]"),
            "c.yaml:3:86: alias not found after *: to write a * put it in quotes: \"*\"");
}

TEST_F(ProcedureFileTest, AContractIsReadAsAValue) {
  const auto contract =
      read_contract_file(write("c.yaml", source("procedures/kiosk.contract.yaml")));
  ASSERT_TRUE(contract) << contract.error().message;
  EXPECT_EQ(contract->name, "kiosk declaration");
  ASSERT_EQ(contract->allow.size(), 3U);
  EXPECT_EQ(contract->allow[0].event, "pay");
  EXPECT_EQ(contract->allow[0].message, "POST /v1/order");
  EXPECT_EQ(contract->allow[0].fields[1], "body|json:/sn");
  EXPECT_TRUE(contract->allow[0].place.ends_with("c.yaml:6:5")) << contract->allow[0].place;
  EXPECT_EQ(contract->background.size(), 8U);
  EXPECT_TRUE(contract->otherwise_fail);
}

TEST_F(ProcedureFileTest, NoTruncationOfAShippedFileCrashes) {
  for (const char* name : {"demo", "kiosk"}) {
    const std::string bench = source(std::string("procedures/") + name + ".bench.yaml");
    const std::string procedure_text =
        source(std::string("procedures/") + name + ".procedure.yaml");
    const std::string contract = source(std::string("procedures/") + name + ".contract.yaml");
    ASSERT_GT(procedure_text.size(), 500U);
    int whole_procedures = 0;
    for (std::size_t length = 0; length <= procedure_text.size(); ++length)
      whole_procedures += faults(procedure_text.substr(0, length)).empty() ? 1 : 0;
    EXPECT_LT(whole_procedures, 120);  // cuts behind the last required key
    EXPECT_GT(whole_procedures, 0);
    for (std::size_t length = 0; length <= bench.size(); ++length)
      (void)read_bench_file(write("b.yaml", bench.substr(0, length)), testing::named_drivers());
    for (std::size_t length = 0; length <= contract.size(); ++length)
      (void)read_contract_file(write("c.yaml", contract.substr(0, length)));
  }
}

TEST_F(ProcedureFileTest, NoChangeOfAShippedFileCrashes) {
  const std::string text = source("procedures/demo.procedure.yaml");
  std::uint32_t state = 1;  // a small congruential generator is enough to scatter the changes
  const auto next = [&state](std::uint32_t bound) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % bound;
  };
  constexpr std::string_view bytes = "\t\n !\"#$%&'*,-0:>?@[]`{|}~\x7f\xc3\xff";
  for (int round = 0; round < 1500; ++round) {
    std::string changed = text;
    for (std::uint32_t edits = 1 + next(4); edits > 0; --edits) {
      const std::size_t at = next(static_cast<std::uint32_t>(changed.size()));
      const char byte = bytes[next(static_cast<std::uint32_t>(bytes.size()))];
      switch (next(3)) {
        case 0:
          changed[at] = byte;
          break;
        case 1:
          changed.insert(at, 1, byte);
          break;
        default:
          changed.erase(at, 1 + next(8));
      }
    }
    const auto read = procedure(changed);
    if (read) (void)check_against_bench(*read, BenchFile{});
  }
}

TEST_F(ProcedureFileTest, AStepMayBeForAPersonToDo) {
  const std::string press = "do: [press: \"${drink}\"]";
  const auto with = [&](const std::string& step) {
    std::string text = whole();
    text.replace(text.find(press), press.size(), "do: [" + step + "]");
    return text;
  };
  const ProcedureFile file = good_procedure(
      with("{operator: {ask: \"press ${drink}\", sham: look away, choices: [done, it is dark], "
           "within: 2 min}}, {wait: ready}"));
  const EventSpec& brew = file.events.at("brew");
  ASSERT_EQ(brew.steps.size(), 2U);
  EXPECT_EQ(brew.steps[0].kind, Step::Kind::by_operator);
  EXPECT_EQ(brew.steps[0].asked.ask, "press ${drink}");
  EXPECT_EQ(brew.steps[0].asked.sham, "look away");
  EXPECT_THAT(brew.steps[0].asked.choices, ElementsAre("done", "it is dark"));
  EXPECT_EQ(brew.steps[0].asked.within, 2min);
  EXPECT_EQ(brew.steps[1].kind, Step::Kind::wait_ready);
  EXPECT_EQ(last_contact(brew), 0U);
  EXPECT_TRUE(needs_operator(brew));
  EXPECT_FALSE(needs_operator(file.events.at("pay")));
  const ProcedureFile plain = good_procedure(with("{operator: {ask: \"press ${drink}\"}}"));
  EXPECT_EQ(asked_text(plain.events.at("brew").steps[0].asked, true),
            "do nothing  (Enter: it is done)");
  EXPECT_EQ(asked_text(brew.steps[0].asked, false), "press ${drink}  (1: done, 2: it is dark)");
}

// The brew of the demo with other steps; `params` loses its parameter.
class StepsTest : public ProcedureFileTest {
 protected:
  static std::string steps(const std::string& text, const std::string& params = "") {
    return with(with(whole(), "do: [press: \"${drink}\"]", "do: [" + text + "]"),
                "params: {drink: {one_of: [espresso, latte], balanced: true}}",
                params.empty() ? "params: {}" : params);
  }
};

TEST_F(StepsTest, ACoinIsInsertedOrAnAmountOfThem) {
  const ProcedureFile file = good_procedure(
      steps("{insert: coin}, {insert: {coin: \"${slot}\", amount: \"${sum}\"}}",
            "params: {slot: {one_of: [coin, bill]}, sum: {from: 1.00 EUR, to: 5.00 EUR, step: 0.50 "
            "EUR, unique: true}}"));
  const std::vector<Step>& steps = file.events.at("brew").steps;
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].kind, Step::Kind::insert);
  EXPECT_EQ(steps[0].control, "coin");
  EXPECT_TRUE(steps[0].arguments.empty());
  EXPECT_EQ(steps[1].control, "${slot}");
  EXPECT_EQ(steps[1].arguments.at("amount"), "${sum}");
}

TEST_F(StepsTest, WhatIsWrongWithACoinIsToldAtItsPlace) {
  EXPECT_EQ(faults(steps("{insert: {coin: slot, amuont: 1.00 EUR}}")),
            "p.yaml:6:32: unknown key events.brew.do[1].insert.amuont; did you mean 'amount'?");
  EXPECT_EQ(faults(steps("{insert: {coin: \"${sum}\"}}",
                         "params: {sum: {one_of: [1.00 EUR, 2.00 EUR]}}")),
            "p.yaml:6:26: events.brew.do[1].insert.coin: the parameter sum must be a one_of of "
            "names of controls");
  EXPECT_EQ(faults(steps("{press: espresso, insert: coin}")),
            "p.yaml:6:10: events.brew.do[1] must be exactly one of press, pay, decline, cancel, "
            "present, insert, power, operator, wait, block, limit and unblock");
}

TEST_F(StepsTest, APaymentIsToBeDeniedForWantOfFunds) {
  const ProcedureFile file = good_procedure(steps(
      "{pay: {reader: card, method: card, amount: 1.80 EUR, funds: 0.50 EUR, expect: denied}}, "
      "{pay: {reader: card, method: card, amount: 1.80 EUR, expect: approved}}"));
  const std::vector<Step>& steps = file.events.at("brew").steps;
  EXPECT_TRUE(steps[0].to_be_denied);
  EXPECT_EQ(steps[0].arguments.at("funds"), "50");
  EXPECT_EQ(steps[0].arguments.at("amount"), "180");
  EXPECT_FALSE(steps[1].to_be_denied);
}

TEST_F(StepsTest, WhatIsWrongWithAnExpectedEndIsToldAtItsPlace) {
  const auto pay = [](const std::string& more) {
    return steps("{pay: {reader: card, method: card, amount: 1.80 EUR, " + more + "}}");
  };
  EXPECT_EQ(faults(pay("expect: denied")),
            "p.yaml:6:71: events.brew.do[1].pay.expect is denied, and the card is good for any "
            "price: add `funds:`, less than what the machine asks");
  EXPECT_EQ(faults(pay("expect: denid, funds: 0.50 EUR")),
            "p.yaml:6:71: events.brew.do[1].pay.expect: 'denid' is not possible here; did you mean "
            "'denied'?");
  EXPECT_EQ(faults(pay("funds: 0.50 USD")),
            "p.yaml:6:70: events.brew.do[1].pay.funds is in USD and the amount in EUR");
}

TEST_F(StepsTest, TheMainsAreCutForAWhile) {
  const ProcedureFile file =
      good_procedure(steps("{power: mains}, {power: {cycle: mains, for: 5 s}}, {wait: ready}"));
  const EventSpec& event = file.events.at("brew");
  EXPECT_EQ(event.steps[0].kind, Step::Kind::power);
  EXPECT_EQ(event.steps[0].control, "mains");
  EXPECT_EQ(event.steps[0].duration, 0s);
  EXPECT_EQ(event.steps[1].duration, 5s);
  EXPECT_EQ(last_contact(event), 1U);
  EXPECT_TRUE(cuts_power(event));
  EXPECT_FALSE(cuts_power(file.events.at("pay")));
  EXPECT_EQ(faults(steps("{power: {cycle: mains, fro: 5 s}}")),
            "p.yaml:6:33: unknown key events.brew.do[1].power.fro; did you mean 'for'?");
  EXPECT_EQ(faults(steps("{power: {cycle: mains, for: 0 s}}")),
            "p.yaml:6:38: events.brew.do[1].power.for must be at least 1 ms");
}

TEST_F(StepsTest, SilenceIsWaitedForAtMostSoLong) {
  const ProcedureFile file =
      good_procedure(steps("{wait: {quiet: 5 s, within: 2 min}}, {press: espresso}"));
  const Step& step = file.events.at("brew").steps[0];
  EXPECT_EQ(step.kind, Step::Kind::wait_quiet);
  EXPECT_EQ(step.duration, 5s);
  EXPECT_EQ(step.within, 2min);
  EXPECT_TRUE(is_wait(step));
  EXPECT_EQ(faults(steps("{wait: {quiet: 5 s, within: 3 s}}, {press: espresso}")),
            "p.yaml:6:38: events.brew.do[1].wait.within is shorter than the silence that is waited "
            "for");
  EXPECT_EQ(faults(steps("{wait: {quite: 5 s, within: 9 s}}, {press: espresso}")),
            "p.yaml:6:17: events.brew.do[1].wait.quiet is missing\n"
            "p.yaml:6:18: unknown key events.brew.do[1].wait.quite; did you mean 'quiet'?");
}

TEST_F(StepsTest, ANetworkIsLimitedToARate) {
  const ProcedureFile file =
      good_procedure(steps("{limit: {to: \"203.0.113.10:443\", rate: 2 kB/s}}, {press: espresso}, "
                           "{wait: 5 s}, {unblock: "
                           "everything}"));
  const Step& step = file.events.at("brew").steps[0];
  EXPECT_EQ(step.kind, Step::Kind::limit);
  EXPECT_EQ(step.control, "203.0.113.10:443");
  EXPECT_EQ(step.rate, 2000);
  EXPECT_EQ(last_contact(file.events.at("brew")), 1U);
  for (const std::string wrong : {"8 kb/s", "0 kB/s", "1.5 kB/s", "8kB/s", "2000 MB/s"})
    EXPECT_EQ(faults(steps("{limit: {to: everything, rate: " + wrong + "}}, {press: espresso}")),
              "p.yaml:6:41: events.brew.do[1].limit.rate is '" + wrong +
                  "': write it as 500 bytes/s, 8 kB/s or 2 MB/s, up to 1000 MB/s");
}

}  // namespace
}  // namespace brewproof
