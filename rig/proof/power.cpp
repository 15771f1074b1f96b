#include "rig/proof/power.h"

#include <cmath>
#include <vector>

#include "rig/model/generator.h"
#include "rig/proof/stratified.h"

namespace brewproof {
namespace {

constexpr int runs = 10'000;

// Of a block in which so many acts, and no sham, show the message: all of them fell on acts.
std::vector<double> ln_p_by_hits(const PowerQuestion& question) {
  std::vector<double> ln_p;
  for (std::size_t hits = 0; hits <= question.acts; ++hits)
    ln_p.push_back(std::log(smallest_p({{question.acts + question.shams, question.acts, hits}})));
  return ln_p;
}

}  // namespace

double chance_to_be_proven(const PowerQuestion& question, double follows) {
  // p is the product over the blocks: no fall of the lots shows more.
  const std::vector<double> ln_p = ln_p_by_hits(question);
  constexpr std::uint64_t scale = 1'000'000;
  const auto part = static_cast<std::uint64_t>(std::lround(follows * scale));
  const double needed = std::log(question.level) + 1e-9;
  Generator generator(1);
  int proven = 0;
  for (int run = 0; run < runs; ++run) {
    double sum = 0;
    for (std::size_t block = 0; block < question.blocks; ++block) {
      std::size_t hits = 0;
      for (std::size_t act = 0; act < question.acts; ++act)
        if (generator.below(scale) < part) ++hits;
      sum += ln_p[hits];
    }
    if (sum <= needed) ++proven;
  }
  return static_cast<double>(proven) / runs;
}

}  // namespace brewproof
