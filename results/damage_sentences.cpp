// What the rig lost of a run, in words.
#include <fmt/core.h>

#include <cmath>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {

std::string interval_text(const RateInterval& rate) {
  return fmt::format("{:.0f}..{:.0f} %", std::floor(100 * rate.low), std::ceil(100 * rate.high));
}

std::vector<std::string> damage_sentences(const Findings& findings) {
  constexpr double unlike = 0.05;
  std::vector<std::string> sentences;
  sentences.reserve(findings.damage.size());
  for (const DamageBalance& of : findings.damage)
    sentences.push_back(fmt::format(
        "of {} {} of {} acts and {} of {} shams were lost (p {}){}", inert(of.event, 60),
        of.acts_lost, of.acts, of.shams_lost, of.shams, probability_text(of.p),
        of.p <= unlike ? ": not alike, so that what was lost may be no accident" : ""));
  return sentences;
}

}  // namespace brewproof
