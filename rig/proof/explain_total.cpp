// The arithmetic of a running total: what it grew by between messages against acts or sums.

#include <fmt/core.h>

#include "rig/proof/explain_parts.h"
#include "rig/proof/totals.h"

namespace brewproof::explaining {

void write_total(const TotalTest& test, const ProofInput& input, const Workings& workings,
                 Lines out) {
  const TotalSeries& series = workings.totals.series[test.series];
  const std::string& event = workings.lineup.arms[test.event].event;
  const std::string what = printable(total_in_words(test, event));
  fmt::format_to(out, "\nfield {} adds up: {}, {:.6g} more with each{}\n", printable(series.path),
                 what, test.per_unit, series.bytes ? " (bytes)" : "");
  fmt::format_to(out,
                 "Time is cut where trials begin; slot k begins with the k-th trial, counted in "
                 "time. A span lies between the\nlast messages of two slots; in it are the trials "
                 "of the slots given. Explained beside by: a constant, seconds{}.\n\n"
                 "  slots      seconds  {:>12}  {:>12}  beside\n",
                 test.beside.size() > 2 ? ", and the counts of other acts (beside)" : "",
                 series.bytes ? "bytes" : "grew by", "acts or sum");
  for (std::size_t i = 0; i < series.numbers.size(); ++i) {
    fmt::format_to(out, "  {:>4}..{:<4} {:>8.3f}  {:>12.10g}  {:>12.10g} ", series.from[i] + 1,
                   series.to[i], series.seconds[i], series.numbers[i], test.explained_by[i]);
    for (std::size_t k = 2; k < test.beside.size(); ++k) {
      fmt::format_to(out, " {:.10g}", test.beside[k][i]);
    }
    fmt::format_to(out, "\n");
  }
  const auto law = test.of == TotalOf::count
                       ? std::string("the lots of each event fell again within their blocks")
                       : fmt::format("{} was shuffled among its acts as it was dealt",
                                     printable(test.parameter));
  const auto draws = static_cast<double>(test.draws);
  fmt::format_to(
      out,
      "\n  partial correlation of the two columns, freed of what is beside: r = {:.9f}\n"
      "  in {} of {} spans the number, rounded, tells the {}\n"
      "  {} {} times (generator seeded from {}, \"totals\"); |r| was as large in {}\n"
      "  p = (1 + {}) / (1 + {}) = {:.4g}\n"
      "  over all {} tests of totals (step-down min-p, ranked by (1 - r^2)^(f/2), f = spans - "
      "columns - 1):\n"
      "  p_adjusted = (1 + {:.0f}) / (1 + {}) = {:.4g}; totals' share of alpha {} is {:.4g}: "
      "claimed\n",
      test.r, test.matched, test.spans, test.of == TotalOf::sum ? "sum" : "acts", law, test.draws,
      input.design.seed, test.as_far, test.as_far, test.draws, test.p, workings.totals.tests.size(),
      test.p_adjusted * (draws + 1) - 1, test.draws, test.p_adjusted, input.design.alpha,
      totals_share(input.design.alpha));
}

}  // namespace brewproof::explaining
