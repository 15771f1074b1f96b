// What is asked of many falls of the lots at once against asking one after another.
#include "rig/proof/falls.h"

#include <gtest/gtest.h>

#include "rig/model/generator.h"
#include "rig/proof/every_kth.h"
#include "rig/proof/lots.h"
#include "rig/proof/own_messages.h"
#include "tests/rig/proof/walk_world.h"

namespace brewproof {
namespace {

class FallsOf100Slots : public testing::Test {
 protected:
  static constexpr std::size_t positions = 100;  // two words of bits

  FallsOf100Slots() {
    Lots lots(arms_);
    Bits acts = arms_.acts;
    for (std::size_t f = 0; f < step_down_batch; ++f) {
      lots.redraw(generator_, acts);
      falls_.set(f, acts);
      plain_.push_back(acts);
    }
  }

  static std::string ten_blocks() {
    std::string lots;
    for (int block = 0; block < 10; ++block) lots += "asasasasas ";
    return lots;
  }

  Bits seen_in(std::uint64_t out_of) {
    Bits seen = empty_bits(positions);
    for (std::size_t p = 0; p < positions; ++p) {
      if (generator_.below(out_of) == 0) set_bit(seen, p);
    }
    return seen;
  }

  void expect_scores(const LotWalk& walk, const std::vector<std::size_t>& scores) {
    for (std::size_t f = 0; f < scores.size(); ++f)
      EXPECT_EQ(scores[f], score_of(walk, plain_[f])) << f;
  }

  Arms arms_ = line_up(synthetic::slots(ten_blocks())).arms.at(0);
  Generator generator_{11};
  Falls falls_{positions};
  std::vector<Bits> plain_;
};

TEST_F(FallsOf100Slots, EveryKthIsScoredAsItsWalkIs) {
  for (const std::size_t k : {2, 3, 7}) {
    const Bits seen = seen_in(2 * k);
    std::vector<std::size_t> scores(step_down_batch);
    score_every_kth(seen, k, falls_, scores);
    expect_scores(every_kth_walk(seen, positions, k), scores);
  }
}

TEST_F(FallsOf100Slots, AMessageInTheFirstAndInTheLastSlotCountsToo) {
  Bits seen = empty_bits(positions);
  for (const std::size_t p : {0, 63, 64, 99}) set_bit(seen, p);
  std::vector<std::size_t> scores(7);  // not all falls are asked for
  score_every_kth(seen, 31, falls_, scores);
  expect_scores(every_kth_walk(seen, positions, 31), scores);
}

TEST_F(FallsOf100Slots, OwnMessagesAreScoredAsTheirWalkIs) {
  std::vector<InWindow> windows;
  InWindow last;
  for (std::size_t slot = 0; slot < positions; ++slot) {
    last.first = std::min(last.first + generator_.below(2), last.end + 1);
    last.end = std::max(last.first, last.end + generator_.below(2));
    windows.push_back(last);
  }
  const LotWalk walk = own_message_walk(windows);
  ASSERT_GT(walk.states, 1u);
  std::vector<std::size_t> scores(step_down_batch, 5);
  score_own_messages(windows, falls_, scores);
  expect_scores(walk, scores);
}

TEST_F(FallsOf100Slots, EveryKthOfAllEventsIsScoredAsItsWalkIs) {
  for (const std::size_t k : {2, 5}) {
    const Bits seen = seen_in(2 * k);
    std::vector<Between> between;
    for (std::size_t slot = 0; slot < positions; ++slot)
      between.push_back(
          {static_cast<std::uint16_t>(generator_.below(3)), generator_.below(8) == 0});
    between[3].acts = 0xffff;
    const LotWalk walk = every_kth_walk(seen, positions, k, between);
    std::vector<std::size_t> scores(step_down_batch, 5);
    score_every_kth_of_all(seen, k, between, falls_, scores);
    expect_scores(walk, scores);
  }
}

}  // namespace
}  // namespace brewproof
