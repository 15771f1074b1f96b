#include "rig/proof/peri_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "rig/proof/explain.h"
#include "tests/rig/proof/found.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::finding_for;
using synthetic::ms;
using synthetic::World;
using testing::HasSubstr;

std::uint64_t all_of(const std::vector<std::uint64_t>& bins) {
  return std::accumulate(bins.begin(), bins.end(), std::uint64_t{0});
}

/// 16 acts, each answered 33 ms later; and 7 ms before the contact of every sham of block 1 the
/// same message, which no window holds.
PeriEvent around_a_drink() {
  World world(3);
  world.deal({"brew"});
  for (const Trial& trial : world.input.trials) {
    if (!trial.sham) {
      world.send(trial.origin_ns() + 33 * ms, "a.example", 1883, "mqtt", "PUBLISH k/brew", {}, 1);
    } else if (trial.block == 1) {
      world.send(trial.origin_ns() - 7 * ms, "a.example", 1883, "mqtt", "PUBLISH k/brew", {}, 1);
    }
  }
  const Proof proof = attribute(world.input);
  const Finding* brew = finding_for(proof, "brew", "PUBLISH k/brew");
  EXPECT_TRUE(brew && brew->peri_event);
  return brew && brew->peri_event ? *brew->peri_event : PeriEvent{};
}

TEST(PeriEvent, CountsByLagAroundActsAndAroundShams) {
  const PeriEvent around = around_a_drink();
  // The window is 0..100 ms: 20 bins up to 200 ms, and 5 before the contact.
  EXPECT_EQ(around.bin_ns, 10 * ms);
  EXPECT_EQ(around.from_ns, -50 * ms);
  ASSERT_EQ(around.acts.size(), 25u);
  ASSERT_EQ(around.shams.size(), 25u);
  EXPECT_EQ(around.act_count, 16);
  EXPECT_EQ(around.sham_count, 16);
  EXPECT_EQ(around.acts[5 + 3], 16u);  // 30..40 ms
  EXPECT_EQ(all_of(around.acts), 16u);
  EXPECT_EQ(around.shams[4], 4u);  // -10..0 ms
  EXPECT_EQ(all_of(around.shams), 4u);
}

TEST(PeriEvent, ExplainShowsTheBinsThatAreNotEmpty) {
  Finding finding;
  EXPECT_EQ(histogram_in_words(finding), "");
  finding.peri_event = around_a_drink();
  const std::string text = histogram_in_words(finding);
  EXPECT_THAT(text, HasSubstr("around 16 acts and 16 shams"));
  EXPECT_THAT(text, HasSubstr("  -10..0                             0       4\n"
                              "  30..40                            16       0\n"));
}

TEST(PeriEvent, OfWhatIsCarriedThereIsNone) {
  World world(11);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  std::string last = "0";
  auto act = world.input.trials.begin();
  world.every(700 * ms, 300 * ms, [&](std::int64_t t) {
    for (; act != world.input.trials.end() && act->origin_ns() < t; ++act)
      if (!act->sham) last = to_text(act->params.at("amount"));
    world.send(t, "a.example", 1883, "mqtt", "PUBLISH k/hb", {synthetic::text("p", last)}, 1);
  });
  const Finding* carried = nullptr;
  const Proof proof = attribute(world.input);
  for (const Finding& finding : proof.findings)
    if (finding.relation == "carried_by") carried = &finding;
  ASSERT_TRUE(carried);
  EXPECT_FALSE(carried->peri_event);
}

}  // namespace
}  // namespace brewproof
