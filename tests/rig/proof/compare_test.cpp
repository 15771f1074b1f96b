// Two and three runs of one imaginary machine, and of one that was changed.
#include "rig/proof/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;
using testing::HasSubstr;
using testing::IsEmpty;

using Change = std::function<void(std::vector<KeptMessage>&)>;

// A run, analysed; the change is made to what its machine sent.
struct Analysed {
  World world;
  Findings findings;
  Workings workings;

  explicit Analysed(std::uint64_t seed, const Change& change = {},
                    const std::function<void(World&)>& machine = synthetic::kiosk)
      : world(seed) {
    machine(world);
    if (change) change(world.input.messages);
    Proof proof = attribute(world.input);
    findings.findings = std::move(proof.findings);
    findings.candidates = std::move(proof.candidates);
    findings.none = std::move(proof.none);
    findings.background = std::move(proof.background);
    workings = work_out(world.input);
  }
  [[nodiscard]] RunView view() const { return {&findings, &world.input, &workings}; }
  [[nodiscard]] RunView findings_alone() const { return {&findings, nullptr, nullptr}; }
};

Change without(const std::string& kind, std::size_t keep_every = 0) {
  return [=](std::vector<KeptMessage>& messages) {
    std::size_t met = 0;
    std::erase_if(messages, [&](const KeptMessage& message) {
      return message.message() == kind && (keep_every == 0 || met++ % keep_every != 0);
    });
  };
}

Change each(const std::string& kind, const std::function<void(Message&)>& change) {
  return [=](std::vector<KeptMessage>& messages) {
    for (KeptMessage& message : messages) {
      if (message.message() != kind) continue;
      Message changed = message.whole();
      change(changed);
      message = changed;
    }
  };
}

Change renamed(const std::string& from, const std::string& to) {
  return each("POST /v1/order", [=](Message& message) {
    for (Field& field : message.fields)
      if (field.path == from) field.path = to;
  });
}

template <class... Runs>
EmissionsCompared compared(const Runs&... runs) {
  const std::vector<RunView> views{runs.view()...};
  return compare(views);
}

const EmissionComparison* about(const EmissionsCompared& compared, const std::string& event,
                                const std::string& message) {
  for (const EmissionComparison& emission : compared.emissions)
    if (emission.event == event && emission.message == message) return &emission;
  return nullptr;
}

const FieldComparison* field_of(const EmissionComparison& emission, const std::string& path) {
  for (const FieldComparison& field : emission.fields)
    if (field.path == path) return &field;
  return nullptr;
}

// Everything that is not "alike", in words.
std::vector<std::string> told(const EmissionsCompared& compared) {
  const std::string words[] = {"alike", "differs", "unsteady", "doubtful"};
  const auto word = [&](Standing standing) { return words[static_cast<std::size_t>(standing)]; };
  std::vector<std::string> all;
  for (const EmissionComparison& one : compared.emissions) {
    const std::string of = one.event + " " + one.message + " ";
    if (one.rate.standing != Standing::alike) all.push_back(of + word(one.rate.standing));
    if (one.latency && one.latency->standing != Standing::alike)
      all.push_back(of + "latency " + word(one.latency->standing));
    for (const FieldComparison& field : one.fields)
      all.push_back(of + field.path + " " + word(field.compared.standing));
  }
  return all;
}

TEST(Compare, TheSameMachineTwiceIsTheSame) {
  const Analysed a(7), b(8);
  const EmissionsCompared both = compared(a, b);
  EXPECT_THAT(told(both), IsEmpty());
  ASSERT_EQ(both.emissions.size(), 3u);  // a drink's, and a sale's two
  const EmissionComparison* order = about(both, "pay", "POST /v1/order");
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(order->runs[0].acts, (Tally{16, 16}));
  EXPECT_EQ(order->runs[1].acts, (Tally{16, 16}));
  EXPECT_EQ(order->runs[1].shams->of, 16);
  EXPECT_TRUE(order->latency);
  EXPECT_TRUE(order->runs[0].latency);
  EXPECT_THAT(both.background, IsEmpty());
}

TEST(Compare, ARunAgainstItselfHasNoSurprise) {
  const Analysed a(7);
  for (const EmissionComparison& emission : compared(a, a).emissions) {
    EXPECT_EQ(*emission.rate.test.p, 1);
    EXPECT_EQ(*emission.latency->test.p, 1);
  }
}

TEST(Compare, WhatIsNotSentAnyMoreVanished) {
  const Analysed a(7), b(8, without("POST /v1/order"));
  const EmissionsCompared both = compared(a, b);
  EXPECT_THAT(told(both), testing::ElementsAre("pay POST /v1/order differs"));
  const EmissionComparison* order = about(both, "pay", "POST /v1/order");
  EXPECT_TRUE(order->claimed(0));
  EXPECT_FALSE(order->claimed(1));
  EXPECT_EQ(order->runs[1].acts, (Tally{0, 16}));
  EXPECT_FALSE(order->latency);
  EXPECT_NEAR(*order->rate.test.p, 2 / 601080390.0, 1e-15);  // C(32,16)
  EXPECT_NEAR(*order->rate.test.p_adjusted, *order->rate.test.p * static_cast<double>(both.tests),
              1e-12);
  EXPECT_THAT(told(compared(b, a)), testing::ElementsAre("pay POST /v1/order differs"));
}

// Each would be one more test to pay for, and would tell no more than its content does.
TEST(Compare, BytesAtAnOffsetAreNoPathsOfTheirOwn) {
  const auto content = [](FieldType type) {
    return each("POST /v1/order", [type](Message& message) {
      const std::int64_t sent_ms = message.time_ns / 1'000'000;
      const std::string longer = sent_ms % 3 == 0 ? "" : "1020304050";
      message.fields.push_back(
          {"payload", std::to_string(sent_ms % 100'000 + 900'000) + longer, type});
    });
  };
  const Analysed number_a(7, content(FieldType::integer)), number_b(8, content(FieldType::integer));
  const Analysed bytes_a(7, content(FieldType::bytes)), bytes_b(8, content(FieldType::bytes));
  EXPECT_EQ(compared(bytes_a, bytes_b).tests, compared(number_a, number_b).tests);
}

// 16 of 16 against 15 of 16 is no difference; against 4 of 16 one.
TEST(Compare, ARateThatFellIsShownWhereTheCountsShowIt) {
  const Analysed a(7);
  const Analysed quarter(8, without("POST /v1/order", 4));
  const EmissionsCompared both = compared(a, quarter);
  const EmissionComparison* order = about(both, "pay", "POST /v1/order");
  EXPECT_EQ(order->runs[1].acts, (Tally{4, 16}));
  EXPECT_EQ(order->rate.standing, Standing::differs);
}

// One block: the new run cannot prove its own claim, nor a difference from 16 of 16 any other way
// than by all against none.
TEST(Compare, WhatOneRunAloneClaimsIsDoubtfulWhereNoTestShowsADifference) {
  const auto three_of_four = [](std::vector<KeptMessage>& messages) {
    std::size_t met = 0;
    std::erase_if(messages, [&](const KeptMessage& message) {
      return message.message() == "POST /v1/order" && met++ % 2 == 0;
    });
  };
  const auto small = [](World& world) {
    world.deal({"pay"}, 1);
    world.deal_amounts("pay", "amount");
    for (const Trial* trial : world.trials_of("pay", false))
      world.send(trial->origin_ns() + 40 * ms, "api.kiosk.example", 80, "http", "POST /v1/order");
  };
  const auto large = [](World& world) {
    world.deal({"pay"}, 3);
    world.deal_amounts("pay", "amount");
    for (const Trial* trial : world.trials_of("pay", false))
      world.send(trial->origin_ns() + 40 * ms, "api.kiosk.example", 80, "http", "POST /v1/order");
  };
  const Analysed a(7, {}, large), b(8, three_of_four, small);
  const EmissionsCompared both = compared(a, b);
  const EmissionComparison* order = about(both, "pay", "POST /v1/order");
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(order->runs[0].acts, (Tally{12, 12}));
  EXPECT_EQ(order->runs[1].acts, (Tally{2, 4}));
  EXPECT_EQ(order->rate.standing, Standing::doubtful);
}

TEST(Compare, AFieldThatMovedIsGoneAtOnePathAndThereAtTheOther) {
  const Analysed a(7), b(8, renamed("body|json:/cents", "body|json:/total"));
  const EmissionsCompared both = compared(a, b);
  EXPECT_THAT(told(both),
              testing::UnorderedElementsAre("pay POST /v1/order body|json:/cents differs",
                                            "pay POST /v1/order body|json:/total differs"));
  const FieldComparison* was = field_of(*about(both, "pay", "POST /v1/order"), "body|json:/cents");
  EXPECT_EQ(was->parameter, "amount");
  EXPECT_EQ(was->form, "minor units");
  EXPECT_THAT(was->runs, testing::ElementsAre(Tally{16, 16}, Tally{0, 16}));
}

TEST(Compare, AFieldWithoutAParameterIsLookedAtToo) {
  const Analysed a(7), b(8, renamed("body|json:/site", "body|json:/place"));
  const EmissionsCompared both = compared(a, b);
  EXPECT_THAT(told(both),
              testing::UnorderedElementsAre("pay POST /v1/order body|json:/site differs",
                                            "pay POST /v1/order body|json:/place differs"));
}

// "01" for card becomes "1": the same place, another code.
TEST(Compare, AnotherCodeAtTheSamePathIsAChange) {
  const Analysed a(7), b(8, each("POST /v1/order", [](Message& message) {
                           for (Field& field : message.fields)
                             if (field.path == "body|json:/method") field.value.erase(0, 1);
                         }));
  const EmissionsCompared both = compared(a, b);
  const FieldComparison* method =
      field_of(*about(both, "pay", "POST /v1/order"), "body|json:/method");
  ASSERT_NE(method, nullptr);
  EXPECT_EQ(method->compared.standing, Standing::differs);
  EXPECT_THAT(method->runs, testing::ElementsAre(Tally{16, 16}, Tally{0, 16}));
}

TEST(Compare, AConstantThatChangedIsSaidAndCountsForNothing) {
  const Analysed a(7), b(8, each("POST /v1/order", [](Message& message) {
                           for (Field& field : message.fields)
                             if (field.path == "body|json:/site") field.value = "hall";
                         }));
  const EmissionsCompared both = compared(a, b);
  EXPECT_THAT(told(both), IsEmpty());
  EXPECT_THAT(about(both, "pay", "POST /v1/order")->notes,
              testing::Contains(HasSubstr(R"(/site is always "lobby", then "hall")")));
}

TEST(Compare, ALaterMessageHasAnotherLatencyAndTheSameRate) {
  const Analysed a(7), b(8, each("POST /v1/order", [](Message& m) { m.time_ns += 80 * ms; }));
  const EmissionsCompared both = compared(a, b);
  const EmissionComparison* order = about(both, "pay", "POST /v1/order");
  EXPECT_EQ(order->rate.standing, Standing::alike);
  EXPECT_EQ(order->latency->standing, Standing::differs);
  EXPECT_EQ(order->window->end_ns, 200 * ms) << "the window that holds both claims";
}

// A part of a shared unit is the same part where the other run has nothing else in it.
TEST(Compare, APartIsCountedWhereTheOtherRunHasOnlyThat) {
  const auto shared = [](bool with_environment) {
    return [=](World& world) {
      world.deal({"brew"});
      if (with_environment)
        world.every(90 * ms, 30 * ms, [&](std::int64_t t) {
          world.send(t, "mq.x.example", 1883, "mqtt", "PUBLISH m", {synthetic::text("type", "env")},
                     1);
        });
      for (const Trial* trial : world.trials_of("brew", false))
        world.send(trial->origin_ns() + 40 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH m",
                   {synthetic::text("type", "brew")}, 1);
    };
  };
  const Analysed a(7, {}, shared(true)), b(8, {}, shared(false));
  const EmissionsCompared both = compared(a, b);
  ASSERT_EQ(both.emissions.size(), 1u);
  EXPECT_EQ(both.emissions[0].runs[0].node, "type=brew");
  EXPECT_THAT(told(both), IsEmpty());
  EXPECT_EQ(both.emissions[0].runs[0].acts, (Tally{16, 16}));
  // The run without drinks has the environment alone, and of the part nothing.
  const Analysed c(
      9,
      [](std::vector<KeptMessage>& messages) {
        std::erase_if(messages,
                      [](const KeptMessage& m) { return (*m.fields().begin()).value == "brew"; });
      },
      shared(true));
  EXPECT_THAT(told(compared(a, c)), testing::ElementsAre("brew PUBLISH m differs"));
  EXPECT_EQ(compared(a, c).emissions[0].runs[1].acts, (Tally{0, 16}));
}

TEST(Compare, WhatRidesOnAHeartbeatIsComparedByWhatItTells) {
  const auto beating = [](bool tells) {
    return [=](World& world) {
      world.deal({"brew"});
      world.deal_levels("brew", "drink", {"espresso", "latte"});
      world.every(330 * ms, 60 * ms, [&](std::int64_t t) {
        std::string last = "none";
        for (const Trial& trial : world.input.trials)
          if (!trial.sham && trial.origin_ns() < t)
            last = std::get<std::string>(trial.params.at("drink"));
        world.send(t, "mq.x.example", 1883, "mqtt", "PUBLISH hb",
                   {synthetic::text("last", tells ? last : "none")}, 1);
      });
    };
  };
  const Analysed a(7, {}, beating(true)), b(8, {}, beating(true)), c(9, {}, beating(false));
  const EmissionsCompared same = compared(a, b);
  ASSERT_EQ(same.emissions.size(), 1u);
  EXPECT_EQ(same.emissions[0].relation, "carried_by");
  EXPECT_THAT(told(same), IsEmpty());
  EXPECT_THAT(told(compared(a, c)), testing::ElementsAre("brew PUBLISH hb differs"));
}

TEST(Compare, WhatAddsUpHasNoRateAndIsToldAsANote) {
  const auto counting = [](World& world) {
    world.input.design.draws = 9999;
    world.deal({"brew"});
    world.every(100 * synthetic::ms, 50 * synthetic::ms, [&](std::int64_t t) {
      const auto cups = std::ranges::count_if(world.input.trials, [&](const Trial& trial) {
        return !trial.sham && trial.origin_ns() < t;
      });
      world.send(t, "mqtt.example", 1883, "mqtt", "PUBLISH hb",
                 {synthetic::text("/cups", std::to_string(1700 + cups))}, 1);
    });
  };
  const Analysed a(7, {}, counting), b(8, {}, counting);
  const EmissionsCompared both = compared(a, b);
  ASSERT_EQ(both.emissions.size(), 1u);
  EXPECT_EQ(both.emissions[0].relation, "carried_by");
  EXPECT_THAT(both.emissions[0].notes,
              testing::ElementsAre("run 1 finds that count of brew adds up in /cups",
                                   "run 2 finds that count of brew adds up in /cups"));
  EXPECT_THAT(told(both), testing::ElementsAre("brew PUBLISH hb doubtful"));  // not tested
}

TEST(Compare, OldNewOldNeedsBothOldOnesToAgree) {
  const Analysed a(7), b(8, without("POST /v1/order")), c(9);
  EXPECT_THAT(told(compared(a, b, c)), testing::ElementsAre("pay POST /v1/order differs"));
  const EmissionsCompared all = compared(a, b, c);
  EXPECT_EQ(*about(all, "pay", "POST /v1/order")->rate.again->p, 1);
  // The last is as the new one: it went away by itself.
  EXPECT_THAT(told(compared(a, b, b)), testing::ElementsAre("pay POST /v1/order unsteady"));
}

// The runs' messages are put into kinds together: sizes make the same clusters then.
TEST(Compare, ASealedKindIsNamedByTheSizesThatItHas) {
  const Analysed a(7), b(8, [](std::vector<KeptMessage>& messages) {
    Message sealed = messages.front().whole();
    sealed.protocol = "tls";
    sealed.peer = {"", "198.51.100.9", 443};
    for (std::uint64_t i = 0; i < 40; ++i) {
      sealed.size = 200 + i * 37 % 500;
      sealed.message =
          fmt::format("record {}..{} B", sealed.size / 10 * 10, sealed.size / 10 * 10 + 9);
      messages.emplace_back(sealed);
    }
  });
  const EmissionsCompared both = compared(a, b);
  ASSERT_EQ(both.background.size(), 1u);
  EXPECT_EQ(both.background[0].message, "record 200..699 B");
}

TEST(Compare, AKindThatOnlyOneRunHasIsListedAsBackground) {
  const Analysed a(7), b(8, [](std::vector<KeptMessage>& messages) {
    Message beacon = messages.front().whole();
    beacon.protocol = "udp";
    beacon.message = "datagram";
    beacon.peer = {"", "198.51.100.9", 9};
    messages.emplace_back(beacon);
  });
  const EmissionsCompared both = compared(a, b);
  ASSERT_EQ(both.background.size(), 1u);
  EXPECT_EQ(both.background[0].destination.address, "198.51.100.9");
  EXPECT_THAT(both.background[0].counts, testing::ElementsAre(0, 1));
}

// Of findings alone: what was never met came after no act; what was met, nobody knows after what.
TEST(CompareFindings, WhatTheyDoNotTellIsDoubtful) {
  const Analysed a(7), b(8, without("POST /v1/order")), c(9);
  const std::vector<RunView> gone{a.view(), b.findings_alone()};
  EXPECT_THAT(told(compare(gone)), testing::ElementsAre("pay POST /v1/order differs"));

  Findings elsewhere = b.findings;
  const Finding& order =
      *std::ranges::find(a.findings.findings, "POST /v1/order", &Finding::message);
  elsewhere.background.push_back({order.destination, order.protocol, order.message, 3, {}});
  const std::vector<RunView> met{a.findings_alone(), {&elsewhere, nullptr, nullptr}};
  EXPECT_THAT(told(compare(met)), testing::ElementsAre("pay POST /v1/order doubtful"));

  const std::vector<RunView> same{a.findings_alone(), c.findings_alone()};
  EXPECT_THAT(told(compare(same)), IsEmpty());
  EXPECT_FALSE(about(compare(same), "pay", "POST /v1/order")->latency);
}

TEST(CompareFindings, AReadingThatMovedIsSeenInThem) {
  const Analysed a(7), b(8, renamed("body|json:/cents", "body|json:/total"));
  const std::vector<RunView> runs{a.findings_alone(), b.findings_alone()};
  EXPECT_THAT(told(compare(runs)),
              testing::UnorderedElementsAre("pay POST /v1/order body|json:/cents differs",
                                            "pay POST /v1/order body|json:/total differs"));
}

}  // namespace
}  // namespace brewproof
