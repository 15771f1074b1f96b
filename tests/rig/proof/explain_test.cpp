#include "rig/proof/explain.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;
using testing::HasSubstr;
using testing::Not;

TEST(Arithmetic, LaysOpenBlocksLawAndPrice) {
  World world(7);
  synthetic::kiosk(world);
  world.input.design.draws = 9999;
  const std::string text = arithmetic(world.input, "F2");
  EXPECT_THAT(text, HasSubstr("F2: pay -> http POST /v1/order to api.kiosk.example"));
  EXPECT_THAT(text, HasSubstr("Law: blocks of 4+4. Window: 0..100 ms"));
  EXPECT_THAT(text, HasSubstr("    1             4 of 4              0 of 4\n"));
  EXPECT_THAT(text, HasSubstr("  all           16 of 16             0 of 16\n"));
  EXPECT_THAT(
      text,
      HasSubstr("block 1: N=8 n=4 T=4  P(a) = 0: 1/70, 1: 16/70, 2: 36/70, 3: 16/70, 4: 1/70"));
  EXPECT_THAT(text, HasSubstr("p = P(A >= 16) = 4.165e-08"));
  EXPECT_THAT(text, HasSubstr("p_adjusted = (1 + 0) / (1 + 9999) = 0.0001"));
  EXPECT_THAT(text, HasSubstr("app -> 02"));
  EXPECT_THAT(text, HasSubstr("= 4.779e-14 = 1/16!"));
  EXPECT_THAT(text, HasSubstr("12870 (all arrangements there are)"));
  EXPECT_THAT(text, HasSubstr("x 5 parameters"));
}

TEST(Arithmetic, PutsTheNumbersIntoTheFormulas) {
  World world(7);
  synthetic::kiosk(world);
  const std::string text = arithmetic(world.input, "F2");
  EXPECT_THAT(text, HasSubstr("         shows it  does not   all\n"
                              "  acts         16         0    16\n"
                              "  shams         0        16    16\n"));
  EXPECT_THAT(text, HasSubstr("as it fell: P(4) = C(4,4) C(4,0) / C(8,4) = 1 x 1 / 70 = 0.01429"));
  EXPECT_THAT(text, HasSubstr("0..100 ms              16 of 16     0 of 16  4.165e-08  chosen"));
  EXPECT_THAT(text, HasSubstr("at most p x tests = 4.165e-08 x "));
  // printf 'timing/7' | sha256sum
  EXPECT_THAT(text, HasSubstr("SHA-256(\"timing/7\"), 1d64631a080dd38f"));
  EXPECT_THAT(text, HasSubstr("rank 1 of 1000"));
}

// What rig/proof/README.md works by hand is what this run's explanation prints.
TEST(Arithmetic, ThePageThatIsWorkedByHandShowsItsLines) {
  World world(7);
  synthetic::kiosk(world);
  world.input.design.draws = 9999;
  const std::string text = arithmetic(world.input, "F2");
  std::ifstream page(BREWPROOF_SOURCE_DIR "/rig/proof/README.md");
  int shown = 0;
  bool by_hand = false, inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## ")) by_hand = line == "## By hand";
    if (!by_hand) continue;
    if (line.starts_with("```")) {
      inside = line == "```text";
    } else if (inside) {
      EXPECT_THAT(text, HasSubstr(line + "\n"));
      ++shown;
    }
  }
  EXPECT_GE(shown, 12);
}

// The card is a token of 3 bytes: 2^24 of them.
TEST(Arithmetic, BoundsAFalseMatchByWhatWasLookedAt) {
  World world(7);
  synthetic::kiosk(world);
  const std::string text = arithmetic_of_field(world.input, "body|json:/card");
  EXPECT_THAT(text, HasSubstr("F2: body|json:/card in the messages that belong to pay"));
  const std::size_t at = text.find("L x T x 2^(-8k) = ");
  ASSERT_NE(at, std::string::npos) << text;
  double scanned = 0, forms = 0, bits = 0, bound = 0;
  ASSERT_EQ(std::sscanf(text.c_str() + at, "L x T x 2^(-8k) = %lf x %lf x 2^(-%lf) = %lf", &scanned,
                        &forms, &bits, &bound),
            4)
      << text;
  EXPECT_EQ(bits, 24);
  EXPECT_GT(scanned, 100);
  EXPECT_NEAR(bound, scanned * forms / (1 << 24), bound * 1e-3);
}

TEST(Arithmetic, ASmallSetIsCountedOverAllItsArrangements) {
  World world(7);
  synthetic::kiosk(world);
  const std::string text = arithmetic_of_field(world.input, "body|json:/method");
  EXPECT_THAT(text, HasSubstr("arrangements of these levels: 16! / (8! 8!)"));
  EXPECT_THAT(text, HasSubstr("mutual information 1.0000 bits an act"));
  EXPECT_THAT(text, HasSubstr("as much of it in 2 of them, p = 2 / 12870 = 0.0001554"));
}

TEST(Arithmetic, AFieldIsToldTrialByTrial) {
  World world(7);
  synthetic::kiosk(world);
  const std::string text = arithmetic_of_field(world.input, "body|json:/card");
  for (const Trial* act : world.trials_of("pay", false)) {
    const std::string card = std::get<std::string>(act->params.at("card"));
    EXPECT_THAT(text, HasSubstr(fmt::format("  {:>5}  {:<24}  {}\n", act->trial, card, card)));
  }
  EXPECT_THAT(arithmetic_of_field(world.input, "body|json:/site"),
              HasSubstr("carries no drawn parameter"));
  EXPECT_EQ(arithmetic_of_field(world.input, "body|json:/gone"), "");
}

TEST(Arithmetic, APacketLeadsToItsTrialAndFinding) {
  World world(7);
  synthetic::kiosk(world);
  const Trial& act = *world.trials_of("pay", false).front();
  const auto order = std::ranges::find_if(world.input.messages, [&](const KeptMessage& message) {
    return message.message() == "POST /v1/order" && message.time_ns > act.origin_ns();
  });
  const std::string text = arithmetic_of_frame(world.input, 0, order->first.frame);
  EXPECT_THAT(text, HasSubstr("http POST /v1/order to api.kiosk.example"));
  EXPECT_THAT(text, HasSubstr(fmt::format("of trial {} (block 1): pay\n", act.trial)));
  EXPECT_THAT(text, HasSubstr("F2 is about it"));
  EXPECT_THAT(text, HasSubstr("p = P(A >= 16) = 4.165e-08"));
  EXPECT_EQ(arithmetic_of_frame(world.input, 0, 1'000'000), "");

  Message short_of = order->whole();
  short_of.notes = {"cut by the snap length"};
  short_of.gap = short_of.fields.front().cut = true;
  *order = short_of;
  const std::string cut = arithmetic_of_frame(world.input, 0, order->first.frame);
  EXPECT_THAT(cut, HasSubstr("note: cut by the snap length"));
  EXPECT_THAT(cut, HasSubstr("bytes of it were never captured"));
  EXPECT_THAT(cut, HasSubstr("(it may go on: the capture ends here)"));
}

TEST(Arithmetic, APacketOfTheBackgroundShowsWhatSpeaksAgainstEachEvent) {
  World world(7);
  synthetic::kiosk(world);
  const auto poll =
      std::ranges::find(world.input.messages, std::string("GET /v1/config"), &KeptMessage::message);
  const std::string text = arithmetic_of_frame(world.input, 0, poll->first.frame);
  EXPECT_THAT(text, HasSubstr("no event was found to send it"));
  EXPECT_THAT(text, HasSubstr("not claimed: brew ? http GET /v1/config"));
  EXPECT_THAT(text, HasSubstr("not claimed: pay ? http GET /v1/config"));
}

TEST(Arithmetic, OfOverlappingWindowsSaysWhichMessageIsWhose) {
  // One block of 8, slots 510 ms apart or more; each act is told of 600 to 1,000 ms later.
  World world(7);
  world.deal({"brew"}, 3);
  world.input.design.windows = {{0, 350 * ms}, {350 * ms, 1'200 * ms}};
  for (const Trial& trial : world.input.trials) {
    if (!trial.sham)
      world.send(trial.origin_ns() + world.within(600 * ms, 1'000 * ms), "mq.x.example", 1883,
                 "mqtt", "PUBLISH told", {}, 1);
  }
  const std::string text = arithmetic(world.input, "F1");
  EXPECT_THAT(text, HasSubstr("Window: 350..1200 ms"));
  EXPECT_THAT(text, HasSubstr("350..1200 ms           12 of 12"));
  EXPECT_THAT(text, HasSubstr("0..1200 ms"));
  EXPECT_THAT(text, HasSubstr("block  trial  lot   messages in its window    takes\n    1      1"));
  EXPECT_THAT(text, HasSubstr("acts with a message of their own: 12\n  P(12) = "));
  EXPECT_THAT(text, HasSubstr("  12 is the most there could be\n  p = P(S >= 12) = "));
}

TEST(Arithmetic, OfEverySecondActCountsThem) {
  World world(7);
  world.deal({"brew"});
  int brewed = 0;
  for (const Trial& trial : world.input.trials) {
    if (!trial.sham && ++brewed % 2 == 0)
      world.send(trial.origin_ns() + 20 * ms, "mq.x.example", 1883, "mqtt", "PUBLISH told", {}, 1);
  }
  const std::string text = arithmetic(world.input, "F1");
  EXPECT_THAT(text, HasSubstr("act   yes                       number 2: counts\n"));
  EXPECT_THAT(text, HasSubstr("messages at the right act: 8\n"));
}

TEST(Arithmetic, AFindingThatDoesNotExistIsSaid) {
  World world(7);
  synthetic::kiosk(world);
  EXPECT_THAT(arithmetic(world.input, "F9"),
              HasSubstr("There is no finding \"F9\": this run has 3 findings"));
  EXPECT_THAT(arithmetic({}, "\x1b[2J"), HasSubstr("\"\\x1b[2J\""));
}

TEST(Arithmetic, TextOfTheMachineIsEscaped) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    const std::string drink = std::get<std::string>(trial.params.at("drink"));
    world.send(trial.origin_ns() + 10 * ms, "evil\x1b]0;x", 80, "http", "POST /\x1b[2J\n",
               {synthetic::text("p\x07q", drink == "latte" ? "\x9b"
                                                             "31m"
                                                           : "\r")});
  }
  const std::string text = arithmetic(world.input, "F1");
  EXPECT_THAT(text, HasSubstr("POST /\\x1b[2J\\x0a"));
  EXPECT_THAT(text, HasSubstr("p\\x07q"));
  EXPECT_THAT(text, HasSubstr("latte -> \\x9b31m"));
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << static_cast<int>(c);
}

}  // namespace
}  // namespace brewproof
