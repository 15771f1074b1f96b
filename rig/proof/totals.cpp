#include "rig/proof/totals.h"

#include <fmt/core.h>

#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "rig/proof/lots.h"
#include "rig/proof/slots.h"
#include "rig/proof/step_down.h"

namespace brewproof {
namespace {

constexpr std::size_t most_levels = 8;  // of a parameter of which acts are counted by level
constexpr std::size_t most_tests = 1024;
constexpr double as_well = 1e-9;            // two fits
constexpr double unexplained_share = 1e-3;  // what is left of less is a clock

/// Which span each slot lies in.
std::vector<std::size_t> spans_of(const TotalSeries& series, std::size_t slots) {
  std::vector<std::size_t> span(slots, none);
  for (std::size_t i = 0; i < series.numbers.size(); ++i) {
    for (std::size_t slot = series.from[i] + 1; slot <= series.to[i]; ++slot) span[slot] = i;
  }
  return span;
}

/// A test with what never changes when it is asked again.
struct Probe {
  PartialFit fit;
  Figures fixed;                   // by span: of acts that do not count
  std::vector<std::size_t> spans;  // by position of the event's arms; of a sum by act
  Figures values;                  // of a sum, by act
  std::size_t shuffle = none;      // of a sum: which parameter's
  double observed = 1;             // its rank, as the lots fell
};

/// One parameter of one event, as it is shuffled: by deal the acts that were dealt together.
using Deals = std::vector<std::vector<std::size_t>>;

/// A way in which lots and parameters could have fallen.
struct Fall {
  std::vector<Bits> lots;                      // by event
  std::vector<std::vector<std::size_t>> from;  // by parameter and act: whose value it has
};

class TotalsFamily {
 public:
  TotalsFamily(const TotalsQuestion& question, const Slots& slots)
      : question_(question), slots_(slots) {
    for (const Arms& arms : *question.arms) {
      std::set<std::size_t>& here = counted_.emplace_back();
      for (std::size_t p = 0; p < arms.trials.size(); ++p) {
        if (has_bit(arms.acts, p)) here.insert(arms.trials[p]);
      }
      as_it_fell_.lots.push_back(arms.acts);
    }
  }

  Totals find() && {
    totals_.series = total_series(*question_.traffic, slots_);
    for (std::size_t e = 0; e < counted_.size(); ++e) {
      std::vector<std::size_t> shuffles;
      for (std::size_t i = 0; i < question_.parameters[e].size(); ++i) {
        shuffles.push_back(deals_.size());
        deals_.push_back(deals_among(question_.acts[e]));
        std::vector<std::size_t>& from = as_it_fell_.from.emplace_back(question_.acts[e].size());
        std::iota(from.begin(), from.end(), std::size_t{0});
      }
      for (std::size_t s = 0; s < totals_.series.size(); ++s) ask(e, s, shuffles);
    }
    if (!probes_.empty()) adjust();
    choose();
    return std::move(totals_);
  }

 private:
  [[nodiscard]] Deals deals_among(const std::vector<const Trial*>& acts) const {
    std::map<std::size_t, std::vector<std::size_t>> by_number;
    const std::vector<std::size_t> deal = deals_of(acts, question_.committed_blocks);
    for (std::size_t a = 0; a < acts.size(); ++a) by_number[deal[a]].push_back(a);
    Deals deals;
    for (auto& [number, members] : by_number) deals.push_back(std::move(members));
    return deals;
  }

  [[nodiscard]] bool sent(std::size_t event, const TotalSeries& series) const {
    return std::ranges::any_of(series.signatures,
                               [&](std::size_t s) { return question_.sent[event][s]; });
  }

  void ask(std::size_t event, std::size_t s, const std::vector<std::size_t>& shuffles) {
    const TotalSeries& series = totals_.series[s];
    if (sent(event, series)) return;
    const std::vector<std::size_t> span = spans_of(series, slots_.count());
    const std::size_t spans = series.numbers.size();
    // What else explains: acts of every other event, and of this one those that do not count.
    std::vector<Figures> beside{Figures(spans, 1.0), series.seconds};
    std::map<std::string, Figures> others;
    Figures fixed(spans), own(spans);
    const std::string& name = (*question_.arms)[event].event;
    for (std::size_t t = 0; t < question_.trials->size(); ++t) {
      const Trial& trial = (*question_.trials)[t];
      const std::size_t in = trial.sham ? none : span[slots_.at(trial.origin_ns())];
      if (in == none) continue;
      if (trial.event != name) {
        others.try_emplace(trial.event, Figures(spans)).first->second[in] += 1;
      } else {
        own[in] += 1;
        if (!counted_[event].contains(t)) fixed[in] += 1;
      }
    }
    for (auto& [other, counts] : others) beside.push_back(std::move(counts));

    TotalTest test;
    test.event = event;
    test.series = s;
    const Arms& arms = (*question_.arms)[event];
    Probe probe{PartialFit(series.numbers, beside), fixed, {}, {}, none, 1};
    for (const std::size_t t : arms.trials) {
      probe.spans.push_back(span[slots_.at((*question_.trials)[t].origin_ns())]);
    }
    if (arms.sham_count > 0) add(test, beside, std::move(probe));
    beside.push_back(own);
    for (std::size_t i = 0; i < question_.parameters[event].size(); ++i) {
      ask_parameter(test, beside, span, question_.parameters[event][i], shuffles[i]);
    }
  }

  void ask_parameter(TotalTest test, const std::vector<Figures>& beside,
                     const std::vector<std::size_t>& span, const DrawnParameter& parameter,
                     std::size_t shuffle) {
    const TotalSeries& series = totals_.series[test.series];
    const std::vector<const Trial*>& acts = question_.acts[test.event];
    std::vector<std::size_t> spans;
    std::set<Value> levels;
    Figures amounts;
    for (const Trial* act : acts) {
      spans.push_back(span[slots_.at(act->origin_ns())]);
      const Value* value = value_of(*act, parameter.name);
      levels.insert(value ? *value : Value{std::string{}});
      const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
      if (number != nullptr) amounts.push_back(static_cast<double>(*number));
    }
    const auto probe_of = [&](Figures values) {
      return Probe{PartialFit(series.numbers, beside),
                   Figures(series.numbers.size()),
                   spans,
                   std::move(values),
                   shuffle,
                   1};
    };
    test.parameter = parameter.name;
    if (amounts.size() == acts.size() && !series.bytes) {
      test.of = TotalOf::sum;
      add(test, beside, probe_of(std::move(amounts)));
    }
    if (parameter.unique || levels.size() > most_levels) return;
    test.of = TotalOf::level;
    for (const Value& level : levels) {
      Figures is(acts.size());
      for (std::size_t a = 0; a < acts.size(); ++a) {
        const Value* value = value_of(*acts[a], parameter.name);
        is[a] = (value ? *value : Value{std::string{}}) == level ? 1 : 0;
      }
      test.level = to_text(level);
      add(test, beside, probe_of(std::move(is)));
      if (levels.size() == 2) break;  // the other one is the rest of the count
    }
  }

  void add(TotalTest test, const std::vector<Figures>& beside, Probe probe) {
    if (probe.fit.freedom() < least_freedom || probes_.size() == most_tests) return;
    const Figures& numbers = totals_.series[test.series].numbers;
    const double mean =
        std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
    double all = 0, left = 0;
    for (const double number : numbers) all += (number - mean) * (number - mean);
    for (const double number : probe.fit.left()) left += number * number;
    test.share = left / all;
    if (test.share < unexplained_share) return;
    test.explained_by = explained_by(probe, test.event, as_it_fell_);
    test.beside = beside;
    test.r = probe.fit.correlation(test.explained_by);
    probe.observed = rank_of_fit(test.r, probe.fit.freedom());
    totals_.tests.push_back(std::move(test));
    probes_.push_back(std::move(probe));
  }

  [[nodiscard]] static Figures explained_by(const Probe& probe, std::size_t event,
                                            const Fall& fall) {
    Figures counts = probe.fixed;
    if (probe.shuffle == none) {
      const Bits& acts = fall.lots[event];
      for (std::size_t p = 0; p < probe.spans.size(); ++p) {
        if (probe.spans[p] != none && has_bit(acts, p)) counts[probe.spans[p]] += 1;
      }
      return counts;
    }
    const std::vector<std::size_t>& from = fall.from[probe.shuffle];
    for (std::size_t a = 0; a < probe.spans.size(); ++a) {
      if (probe.spans[a] != none) counts[probe.spans[a]] += probe.values[from[a]];
    }
    return counts;
  }

  void draw(Generator& generator, std::vector<Lots>& lots, Fall& fall) const {
    for (std::size_t e = 0; e < lots.size(); ++e) lots[e].redraw(generator, fall.lots[e]);
    for (std::size_t s = 0; s < deals_.size(); ++s) {
      for (const std::vector<std::size_t>& deal : deals_[s]) {
        std::vector<std::size_t> from = deal;
        generator.shuffle(std::span(from));
        for (std::size_t i = 0; i < deal.size(); ++i) fall.from[s][deal[i]] = from[i];
      }
    }
  }

  void adjust() {
    std::vector<Lots> lots(question_.arms->begin(), question_.arms->end());
    Generator generator = redraw_generator(question_.seed, "totals");
    const std::size_t draws = question_.draws;
    std::vector<Fall> falls(std::min(draws, step_down_batch), as_it_fell_);
    Figures observed;
    observed.reserve(probes_.size());
    std::size_t spans = 0;
    for (const Probe& probe : probes_) {
      observed.push_back(probe.observed);
      spans = std::max(spans, probe.fixed.size());
    }
    const std::vector<Adjusted> adjusted = step_down(
        observed, draws,
        [&](std::size_t count) {
          for (std::size_t d = 0; d < count; ++d) draw(generator, lots, falls[d]);
        },
        [&](std::size_t i, std::span<double> p) {
          const Probe& probe = probes_[i];
          TotalTest& test = totals_.tests[i];
          for (std::size_t d = 0; d < p.size(); ++d) {
            const double r = probe.fit.correlation(explained_by(probe, test.event, falls[d]));
            p[d] = rank_of_fit(r, probe.fit.freedom());
            if (p[d] <= probe.observed * (1 + 1e-9)) ++test.as_far;
          }
          test.draws += p.size();
        },
        step_down_batch * 8 * spans, Redraws::sampled, {question_.level, 1, {}});
    for (std::size_t i = 0; i < probes_.size(); ++i) {
      TotalTest& test = totals_.tests[i];
      test.p = static_cast<double>(test.as_far + 1) / static_cast<double>(test.draws + 1);
      test.p_adjusted = adjusted[i].p;
    }
  }

  void read_fit(std::size_t i) {
    TotalTest& test = totals_.tests[i];
    const PartialFit& fit = probes_[i].fit;
    test.per_unit = fit.slope(test.explained_by);
    const Figures left = fit.left_of(test.explained_by);
    test.spans = static_cast<int>(left.size());
    for (std::size_t k = 0; k < left.size(); ++k) {
      const double off = fit.left()[k] - test.per_unit * left[k];
      if (std::abs(off) < std::abs(test.per_unit) / 2) ++test.matched;
    }
  }

  /// Of a level that is not the counted one, the counted one is the other.
  void name_level(TotalTest& test) const {
    if (test.of != TotalOf::level || test.per_unit >= 0) return;
    std::set<std::string> levels;
    for (const Trial* act : question_.acts[test.event]) {
      const Value* value = value_of(*act, test.parameter);
      levels.insert(value ? to_text(*value) : "");
    }
    if (levels.size() != 2) return;
    levels.erase(test.level);
    test.level = *levels.begin();
    test.r = -test.r;
    test.per_unit = -test.per_unit;
    for (std::size_t k = 0; k < test.explained_by.size(); ++k) {
      test.explained_by[k] = test.beside.back()[k] - test.explained_by[k];
    }
  }

  [[nodiscard]] bool alike(const TotalSeries& a, const TotalSeries& b) const {
    if (a.bytes != b.bytes) return false;
    const Signature& one = question_.traffic->signatures[a.signatures.front()];
    const Signature& other = question_.traffic->signatures[b.signatures.front()];
    if (a.bytes) {
      return one.destination == other.destination && one.protocol == other.protocol &&
             one.tls == other.tls;
    }
    if (a.signatures != b.signatures) return false;
    if (!a.slice || !b.slice) return a.path == b.path;
    return a.slice->of == b.slice->of && a.slice->overlaps(*b.slice);
  }

  /// The more acts, the fewer bytes: acts put such messages off, none of them is told of by more.
  [[nodiscard]] bool puts_off(const TotalTest& test) const {
    return totals_.series[test.series].bytes && test.of != TotalOf::level && test.r < 0;
  }

  /// One for each event, unit and path: the closest fit; of equals the sum before the count, then
  /// the narrowest.
  void choose() {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < totals_.tests.size(); ++i) {
      const TotalTest& test = totals_.tests[i];
      if (test.p_adjusted <= question_.level && test.r * test.r * test.share >= least_share &&
          !puts_off(test)) {
        found.push_back(i);
      }
    }
    const auto rank = [&](std::size_t i) {
      const TotalTest& test = totals_.tests[i];
      const TotalSeries& series = totals_.series[test.series];
      return std::tuple(test.event, rank_of_fit(test.r, probes_[i].fit.freedom()),
                        test.of == TotalOf::count, series.slice ? series.slice->width : 0, i);
    };
    std::ranges::sort(found, {}, rank);
    for (const std::size_t i : found) {
      const bool told = std::ranges::any_of(totals_.claimed, [&](std::size_t known) {
        return totals_.tests[known].event == totals_.tests[i].event &&
               alike(totals_.series[totals_.tests[known].series],
                     totals_.series[totals_.tests[i].series]);
      });
      if (told) continue;
      totals_.claimed.push_back(i);
      read_fit(i);
      name_level(totals_.tests[i]);
      tell_others(i);
    }
  }

  /// Another parameter that fits the same numbers exactly as well went together with this one.
  void tell_others(std::size_t i) {
    TotalTest& test = totals_.tests[i];
    if (test.of == TotalOf::count) return;
    std::set<std::string> told = {test.parameter};
    for (std::size_t j = 0; j < totals_.tests.size(); ++j) {
      TotalTest& other = totals_.tests[j];
      const bool alike = other.event == test.event && other.series == test.series &&
                         other.of != TotalOf::count &&
                         std::abs(std::abs(other.r) - std::abs(test.r)) < as_well;
      if (!alike || !told.insert(other.parameter).second) continue;
      read_fit(j);
      name_level(other);
      test.or_else.push_back(total_in_words(other, (*question_.arms)[test.event].event));
    }
  }

  const TotalsQuestion& question_;
  const Slots& slots_;
  std::vector<std::set<std::size_t>> counted_;  // by event: trials that are acts and count
  std::vector<Deals> deals_;                    // by parameter
  Fall as_it_fell_;
  std::vector<Probe> probes_;  // by test
  Totals totals_;
};

}  // namespace

Totals find_totals(const TotalsQuestion& question) {
  const Slots slots(*question.trials);
  return TotalsFamily(question, slots).find();
}

std::string total_in_words(const TotalTest& test, const std::string& event) {
  std::string words = test.of == TotalOf::sum     ? "sum of " + test.parameter
                      : test.of == TotalOf::count ? "count of " + event
                                                  : fmt::format("count of {} with {}={}", event,
                                                                test.parameter, test.level);
  for (const std::string& other : test.or_else) words += " or " + other;
  return words;
}

}  // namespace brewproof
