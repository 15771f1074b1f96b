#include "rig/proof/stop_outlook.h"

#include <algorithm>
#include <cmath>

#include "rig/model/generator.h"
#include "rig/proof/e_value.h"
#include "rig/proof/early_stop.h"
#include "rig/proof/workings.h"

namespace brewproof {
namespace {

constexpr std::size_t most_blocks = 1000;
constexpr int runs = 1000;

/// One message of one run, block by block.
class Followed {
 public:
  Followed(const StopQuestion& question, std::size_t patterns)
      : question_(question),
        stakes_(stake_of_event(question.events) / static_cast<double>(patterns)) {}

  /// A block more, in which `hits` acts and no sham show it. True: decided now.
  bool add(std::size_t hits) {
    ++blocks_;
    pattern_ +=
        std::string(hits, '1') + std::string(question_.acts + question_.shams - hits, '0') + '|';
    stakes_.add_block({pattern_});
    bets_.add({question_.acts + question_.shams, question_.acts, hits}, hits);
    return blocks_ >= question_.least_blocks &&
           decides({bets_.log_e(), stakes_.share_of(pattern_)}, share_of(question_.alpha));
  }
  [[nodiscard]] std::size_t blocks() const { return blocks_; }

 private:
  const StopQuestion& question_;
  Stakes stakes_;
  LotBets bets_;
  HitPattern pattern_;
  std::size_t blocks_ = 0;
};

std::size_t blocks_if_always(const StopQuestion& question, std::size_t patterns) {
  Followed message(question, patterns);
  while (message.blocks() < most_blocks)
    if (message.add(question.acts)) return message.blocks();
  return 0;
}

StopOutlook::Power power_of(const StopQuestion& question, std::size_t patterns, double follows) {
  Generator generator(1);
  constexpr std::uint64_t scale = 1'000'000;
  const auto part = static_cast<std::uint64_t>(std::lround(follows * scale));
  std::vector<std::size_t> decided_after;
  for (int run = 0; run < runs; ++run) {
    Followed message(question, patterns);
    while (message.blocks() < question.blocks) {
      std::size_t hits = 0;
      for (std::size_t act = 0; act < question.acts; ++act)
        if (generator.below(scale) < part) ++hits;
      if (!message.add(hits)) continue;
      decided_after.push_back(message.blocks());
      break;
    }
  }
  std::ranges::sort(decided_after);
  StopOutlook::Power power{follows, 0, 0};
  const auto before = std::ranges::lower_bound(decided_after, question.blocks);
  power.before_the_end =
      static_cast<double>(before - decided_after.begin()) / static_cast<double>(runs);
  if (decided_after.size() > runs / 2) power.median_blocks = decided_after[runs / 2];
  return power;
}

}  // namespace

StopOutlook stop_outlook(const StopQuestion& question, std::size_t patterns,
                         const std::vector<double>& follows) {
  StopOutlook outlook;
  outlook.blocks_if_always = blocks_if_always(question, patterns);
  for (const double part : follows) outlook.power.push_back(power_of(question, patterns, part));
  return outlook;
}

}  // namespace brewproof
