#include "rig/proof/step_down.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace brewproof {
namespace {

constexpr double rounding = 1 + 1e-9;

std::vector<std::size_t> order_of(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(p[a], a) < std::pair(p[b], b); });
  return order;
}

}  // namespace

std::vector<double> step_down(std::span<const double> observed, std::size_t draws,
                              const RedrawnP& redraw, Redraws kind) {
  const std::vector<std::size_t> order = order_of(observed);
  std::vector<std::size_t> as_small(observed.size());  // by place in `order`
  std::vector<double> p(observed.size());
  for (std::size_t draw = 0; draw < draws; ++draw) {
    redraw(draw, p);
    // From the least to the most surprising: each is compared with the smallest p among itself
    // and all that are less surprising than it.
    double smallest = 1;
    for (std::size_t place = order.size(); place-- > 0;) {
      smallest = std::min(smallest, p[order[place]]);
      if (smallest <= observed[order[place]] * rounding) ++as_small[place];
    }
  }
  const std::size_t itself = kind == Redraws::sampled ? 1 : 0;
  std::vector<double> adjusted(observed.size(), 1.0);
  double least = 0;
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t of = draws + itself;
    const double share =
        of == 0 ? 1.0 : static_cast<double>(as_small[place] + itself) / static_cast<double>(of);
    least = std::max(least, share);
    adjusted[order[place]] = least;
  }
  return adjusted;
}

std::vector<bool> benjamini_hochberg(std::span<const double> p, double level) {
  const std::vector<std::size_t> order = order_of(p);
  std::vector<bool> found(p.size());
  bool accepted = false;
  for (std::size_t place = order.size(); place-- > 0;) {
    const double line = level * static_cast<double>(place + 1) / static_cast<double>(p.size());
    accepted = accepted || p[order[place]] <= line * rounding;
    found[order[place]] = accepted;
  }
  return found;
}

}  // namespace brewproof
