#include "rig/proof/step_down.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "rig/model/parallel.h"

namespace brewproof {
namespace {

constexpr double rounding = 1 + 1e-9;
constexpr std::size_t hypotheses_a_task = 64, tasks_at_once = 16;

std::vector<std::size_t> order_of(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(p[a], a) < std::pair(p[b], b); });
  return order;
}

/// `as_small`, by place in `order`: in how many re-draws it, or one that ranks behind it, came out
/// as surprising.
std::vector<double> adjusted_from(const std::vector<std::size_t>& order,
                                  const std::vector<std::size_t>& as_small, std::size_t draws,
                                  Redraws kind) {
  const std::size_t itself = kind == Redraws::sampled ? 1 : 0;
  std::vector<double> adjusted(order.size(), 1.0);
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

}  // namespace

std::vector<double> step_down(
    std::span<const double> observed, std::size_t draws,
    const std::function<void(std::size_t count)>& draw,
    const std::function<void(std::size_t hypothesis, std::span<double> p)>& p_of, std::size_t steps,
    Redraws kind) {
  const std::vector<std::size_t> order = order_of(observed);
  std::vector<std::size_t> as_small(observed.size());  // by place in `order`
  // As many hypotheses at once as the cache holds: whole tasks, for threads to share.
  const std::size_t at_once = std::min(order.size(), tasks_at_once * hypotheses_a_task);
  std::vector<double> room(at_once * step_down_batch), smallest(step_down_batch);
  for (std::size_t done = 0; done < draws;) {
    const std::size_t count = std::min(step_down_batch, draws - done);
    done += count;
    draw(count);
    std::fill(smallest.begin(), smallest.end(), 1.0);
    // From the least to the most surprising: each is compared with the smallest p among itself
    // and all that are less surprising than it.
    for (std::size_t end = order.size(); end > 0; end -= std::min(end, at_once)) {
      const std::size_t begin = end - std::min(end, at_once);
      const auto p_at = [&](std::size_t place) {
        return std::span(room).subspan((place - begin) * step_down_batch, count);
      };
      const std::size_t tasks = (end - begin + hypotheses_a_task - 1) / hypotheses_a_task;
      in_parallel(tasks, (end - begin) * steps, [&](std::size_t task) {
        const std::size_t first = begin + task * hypotheses_a_task;
        for (std::size_t place = first; place < std::min(end, first + hypotheses_a_task); ++place)
          p_of(order[place], p_at(place));
      });
      for (std::size_t place = end; place-- > begin;) {
        const std::span<const double> p = p_at(place);
        const double line = observed[order[place]] * rounding;
        std::size_t reached = 0;
        for (std::size_t d = 0; d < count; ++d) {
          smallest[d] = std::min(smallest[d], p[d]);
          reached += smallest[d] <= line ? 1 : 0;
        }
        as_small[place] += reached;
      }
    }
  }
  return adjusted_from(order, as_small, draws, kind);
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
