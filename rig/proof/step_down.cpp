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

/// By place: the most surprising hypothesis first.
class Places {
 public:
  Places(std::span<const double> observed, Redraws kind, const StepDownBounds& bounds)
      : observed_(observed),
        bounds_(bounds),
        itself_(kind == Redraws::sampled ? 1 : 0),
        order_(order_of(observed)),
        asked_(order_.size()),
        as_small_(order_.size()),
        draws_(order_.size()) {
    std::iota(asked_.begin(), asked_.end(), std::size_t{0});
    while (told_ < order_.size() && observed[order_[told_]] <= bounds.told) ++told_;
    leave_what_cannot_matter();
  }

  /// Places of which p is asked, in order.
  [[nodiscard]] const std::vector<std::size_t>& asked() const { return asked_; }
  [[nodiscard]] std::size_t hypothesis(std::size_t place) const { return order_[place]; }

  /// What a batch of re-draws gave to a place; `smallest`: what it gave to all behind it.
  void count(std::size_t place, std::span<const double> p, std::span<double> smallest) {
    if (place >= told_) {
      for (std::size_t d = 0; d < p.size(); ++d) smallest[d] = std::min(smallest[d], p[d]);
      return;
    }
    const double line = line_of(place);
    std::size_t reached = 0;
    for (std::size_t d = 0; d < p.size(); ++d) {
      smallest[d] = std::min(smallest[d], p[d]);
      reached += smallest[d] <= line ? 1 : 0;
    }
    as_small_[place] += reached;
    draws_[place] += p.size();
  }

  /// Leaves those which came out so plainly, and with them all that rank behind, for their adjusted
  /// p are no smaller; and all that no re-draw can make as surprising as what stays.
  void leave() {
    double least = 0;
    std::size_t stay = 0;
    for (; stay < told_; ++stay) {
      least = std::max(least, share(stay));
      if (least > std::max(plainly, 2 * bounds_.level)) break;
    }
    told_ = stay;
    leave_what_cannot_matter();
  }

  [[nodiscard]] std::vector<Adjusted> adjusted() const {
    std::vector<Adjusted> adjusted(order_.size());
    Adjusted least{0, 0};
    for (std::size_t place = 0; place < order_.size(); ++place) {
      if (observed_[order_[place]] > bounds_.told) break;
      if (const double here = share(place); here > least.p) least = {here, draws_[place]};
      adjusted[order_[place]] = least;
    }
    return adjusted;
  }

 private:
  void leave_what_cannot_matter() {
    std::erase_if(asked_, [&](std::size_t place) {
      return told_ == 0 || (place >= told_ && !bounds_.smallest.empty() &&
                            bounds_.smallest[order_[place]] > line_of(told_ - 1));
    });
  }

  [[nodiscard]] double line_of(std::size_t place) const {
    return observed_[order_[place]] * rounding;
  }
  /// Of the re-draws in which it, or one that ranks behind it, came out as surprising.
  [[nodiscard]] double share(std::size_t place) const {
    const std::size_t of = draws_[place] + itself_;
    return of == 0 ? 1.0
                   : static_cast<double>(as_small_[place] + itself_) / static_cast<double>(of);
  }

  std::span<const double> observed_;
  const StepDownBounds& bounds_;
  std::size_t itself_;
  std::vector<std::size_t> order_;  // hypotheses
  std::vector<std::size_t> asked_;
  std::size_t told_ = 0;  // the first so many places are adjusted
  std::vector<std::size_t> as_small_, draws_;
};

}  // namespace

std::vector<Adjusted> step_down(
    std::span<const double> observed, std::size_t draws,
    const std::function<void(std::size_t count)>& draw,
    const std::function<void(std::size_t hypothesis, std::span<double> p)>& p_of, std::size_t steps,
    Redraws kind, const StepDownBounds& bounds) {
  Places places(observed, kind, bounds);
  // As many hypotheses at once as the cache holds: whole tasks, for threads to share.
  const std::size_t at_once = std::min(observed.size(), tasks_at_once * hypotheses_a_task);
  std::vector<double> room(at_once * step_down_batch), smallest(step_down_batch);
  for (std::size_t done = 0; done < draws && !places.asked().empty();) {
    if (done == step_down_batch && kind == Redraws::sampled) {
      places.leave();
      if (places.asked().empty()) break;
    }
    const std::vector<std::size_t>& asked = places.asked();
    const std::size_t count = std::min(step_down_batch, draws - done);
    done += count;
    draw(count);
    std::ranges::fill(smallest, 1.0);
    // From the least to the most surprising: each is compared with the smallest p among itself
    // and all that are less surprising than it.
    for (std::size_t end = asked.size(); end > 0; end -= std::min(end, at_once)) {
      const std::size_t begin = end - std::min(end, at_once);
      const auto p_at = [&](std::size_t i) {
        return std::span(room).subspan((i - begin) * step_down_batch, count);
      };
      const std::size_t tasks = (end - begin + hypotheses_a_task - 1) / hypotheses_a_task;
      in_parallel(tasks, (end - begin) * steps, [&](std::size_t task) {
        const std::size_t first = begin + task * hypotheses_a_task;
        for (std::size_t i = first; i < std::min(end, first + hypotheses_a_task); ++i)
          p_of(places.hypothesis(asked[i]), p_at(i));
      });
      for (std::size_t i = end; i-- > begin;) places.count(asked[i], p_at(i), smallest);
    }
  }
  return places.adjusted();
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
