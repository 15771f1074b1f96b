// The step-down asked re-draw by re-draw, as one works it out by hand.
#pragma once

#include <functional>

#include "rig/model/parallel.h"
#include "rig/proof/step_down.h"

namespace brewproof {

/// `redraw` fills `p` with the p-values that re-draw number `draw` gives to every hypothesis.
inline std::vector<double> step_down_by_draw(
    std::span<const double> observed, std::size_t draws,
    const std::function<void(std::size_t draw, std::span<double> p)>& redraw, Redraws kind) {
  std::vector<std::vector<double>> batch;  // by re-draw
  std::size_t drawn = 0;
  const std::vector<Adjusted> adjusted = step_down(
      observed, draws,
      [&](std::size_t count) {
        batch.assign(count, std::vector<double>(observed.size()));
        for (std::vector<double>& p : batch) redraw(drawn++, p);
      },
      [&](std::size_t hypothesis, std::span<double> p) {
        for (std::size_t d = 0; d < p.size(); ++d) p[d] = batch[d][hypothesis];
      },
      worth_a_thread, kind);
  std::vector<double> p;
  for (const Adjusted& one : adjusted) p.push_back(one.p);
  return p;
}

}  // namespace brewproof
