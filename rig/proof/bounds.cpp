#include "rig/proof/bounds.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>

namespace brewproof {

double rate_upper_limit(int hits, int trials, double confidence) {
  if (trials <= 0 || hits >= trials) return 1;
  return boost::math::ibeta_inv(hits + 1.0, static_cast<double>(trials - hits), confidence);
}

double rate_lower_limit(int hits, int trials, double confidence) {
  if (trials <= 0 || hits <= 0) return 0;
  return boost::math::ibeta_inv(static_cast<double>(hits), trials - hits + 1.0, 1 - confidence);
}

double none_seen_limit(int trials, double confidence) {
  if (trials <= 0) return 1;
  return 1 - std::pow(1 - confidence, 1.0 / trials);
}

double excess_upper_limit(int event_hits, int event_trials, int sham_hits, int sham_trials,
                          double confidence) {
  if (event_trials <= 0 || sham_trials <= 0) return 1;
  const double p1 = static_cast<double>(event_hits) / event_trials;
  const double p0 = static_cast<double>(sham_hits) / sham_trials;
  const double above = rate_upper_limit(event_hits, event_trials, confidence) - p1;
  const double below = p0 - rate_lower_limit(sham_hits, sham_trials, confidence);
  return std::min(1.0, p1 - p0 + std::sqrt(above * above + below * below));
}

}  // namespace brewproof
