// What changed, as a person reads it: the runs, what else differs, what the machine emits, and what
// follows from that.
#include <fmt/core.h>

#include <algorithm>

#include "results/diff.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "results/terminal_text.h"

namespace brewproof {
namespace {

constexpr std::size_t label_columns = 10;  // the longest change_word and a blank or two
constexpr std::size_t most_notes = 6;      // of one message; --json has all
constexpr std::size_t most_listed = 8;
constexpr const char* arrow = " → ";

std::string after_arrow(const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t v = 0; v < values.size(); ++v)
    text += std::string(v == 0 ? "" : arrow) + values[v];
  return text;
}

std::string counts_text(const std::vector<std::optional<Tally>>& counts) {
  std::vector<std::string> texts;
  for (const auto& count : counts)
    texts.push_back(count ? fmt::format("{} of {}", count->hits, count->of) : "not told");
  return after_arrow(texts);
}

// Of a hash the beginning is enough to tell it from another.
std::string value_text(const std::string& value) {
  const bool hash =
      value.size() == 64 && value.find_first_not_of("0123456789abcdef") == std::string::npos;
  return value.empty() ? "none" : inert(value, hash ? 12 : 60);
}

std::string test_text(const DifferenceTest& test) {
  if (!test.p) return "no test";
  return fmt::format("p {} (adjusted {})", probability_text(*test.p),
                     probability_text(test.p_adjusted.value_or(1)));
}

std::string standing_text(const Compared& compared) {
  std::string text = test_text(compared.test);
  if (compared.again && compared.again->p)
    text += fmt::format("; old again against old: p {} (adjusted {})",
                        probability_text(*compared.again->p),
                        probability_text(compared.again->p_adjusted.value_or(1)));
  return text;
}

std::string_view weight_word(Weight weight) {
  switch (weight) {
    case Weight::firmware:
      return "";
    case Weight::forbids:
      return "may be a cause as well";
    case Weight::bracketed:
      return "not the cause: the last run has it otherwise, or brackets it";
    case Weight::told:
      return "cannot reach the machine";
  }
  return "";
}

class DiffText : private TerminalText {
 public:
  explicit DiffText(const TextStyle& style) : TerminalText(style) {}

  std::string of(const RunComparison& comparison) {
    runs(comparison);
    surroundings(comparison);
    emissions(comparison.compared);
    background(comparison.compared);
    conclusion(comparison);
    return std::move(out_);
  }

 private:
  void runs(const RunComparison& comparison) {
    heading("Runs");
    for (std::size_t r = 0; r < comparison.runs.size(); ++r) {
      const ComparedRun& run = comparison.runs[r];
      std::string text = inert(run.path, 200);
      if (run.started_ns) text += ", " + utc_text(*run.started_ns);
      text += ", firmware " + (run.firmware.empty() ? "not known" : inert(run.firmware, 60));
      text += ", " + inert(run.outcome, 20);
      if (!run.from_packets) text += ", its findings alone: the packets are not there";
      row(std::string(role_word(r)), text);
      for (const std::string& reason : run.reasons)
        row("", "INCONCLUSIVE: " + reason_sentence(reason), Ink::doubtful);
    }
  }

  void surroundings(const RunComparison& comparison) {
    heading("What differs around the machine");
    if (comparison.context.empty()) paragraph("nothing that these runs tell of", 4);
    for (const ContextDifference& difference : comparison.context) {
      std::vector<std::string> values;
      for (const std::string& value : difference.values) values.push_back(value_text(value));
      std::string text = after_arrow(values);
      if (difference.what != difference.group) text = inert(difference.what, 60) + ": " + text;
      if (const std::string_view word = weight_word(difference.weight); !word.empty())
        text += fmt::format(" ({})", word);
      row(difference.group, text,
          difference.weight == Weight::forbids ? Ink::doubtful : Ink::plain);
    }
  }

  void emissions(const EmissionsCompared& compared) {
    heading("What the machine emits");
    if (compared.emissions.empty())
      paragraph("no run claims anything, so nothing can be compared", 4);
    for (const EmissionComparison& emission : compared.emissions) one(emission, compared.alpha);
  }

  static Ink ink_of(std::string_view word) {
    if (word == "same") return Ink::good;
    return word == "doubtful" || word == "unsteady" ? Ink::doubtful : Ink::bad;
  }

  void one(const EmissionComparison& emission, double alpha) {
    const std::string_view word = change_word(emission);
    const std::string gap(label_columns - word.size(), ' ');
    out_ += "\n  " + ink(ink_of(word), std::string(word)) + gap;
    wrap(fmt::format("{} {} {} to {}, {}{}", inert(emission.event, 40),
                     emission.relation == "carried_by" ? "rides on" : "sends",
                     inert(emission.message, 200), destination_text(emission.destination),
                     inert(emission.protocol, 20), emission.tls ? " in TLS" : ""),
         2 + label_columns, Ink::bold, 2 + label_columns);
    row("finding", after_arrow(ids_of(emission)));
    row("acts",
        counts_text(tallies(emission, &EmissionComparison::Side::acts)) +
            (emission.window ? ", " + window_text(*emission.window) : "") + "; " +
            standing_text(emission.rate),
        row_ink(emission.rate.standing));
    if (std::ranges::any_of(emission.runs, [](const auto& run) { return run.shams.has_value(); }))
      row("shams", counts_text(tallies(emission, &EmissionComparison::Side::shams)), Ink::dim);
    latency(emission);
    for (const FieldComparison& field : emission.fields) this->field(field);
    doubts(emission, alpha);
    notes(emission);
  }

  static Ink row_ink(Standing standing) {
    return standing == Standing::alike     ? Ink::plain
           : standing == Standing::differs ? Ink::bad
                                           : Ink::doubtful;
  }

  static std::vector<std::string> ids_of(const EmissionComparison& emission) {
    std::vector<std::string> ids;
    for (std::size_t r = 0; r < emission.runs.size(); ++r) {
      const EmissionComparison::Side& side = emission.runs[r];
      std::string id = emission.claimed(r) ? fmt::format("{} ({})", inert(side.id, 8), side.grade)
                                           : std::string("not shown");
      if (side.node) id += " where " + inert(*side.node, 60);
      ids.push_back(std::move(id));
    }
    return ids;
  }

  static std::vector<std::optional<Tally>> tallies(
      const EmissionComparison& emission, std::optional<Tally> EmissionComparison::Side::* which) {
    std::vector<std::optional<Tally>> all;
    for (const EmissionComparison::Side& side : emission.runs) all.push_back(side.*which);
    return all;
  }

  void latency(const EmissionComparison& emission) {
    std::vector<std::string> medians;
    bool any = false;
    for (const EmissionComparison::Side& side : emission.runs) {
      any = any || side.latency.has_value();
      medians.push_back(side.latency ? span_text(side.latency->median_ns) : "none");
    }
    if (!any) return;
    row("after",
        after_arrow(medians) + " (median); " +
            (emission.latency ? standing_text(*emission.latency) : "no test"),
        emission.latency ? row_ink(emission.latency->standing) : Ink::plain);
  }

  void field(const FieldComparison& field) {
    std::string text = inert(field.path, 80);
    if (!field.parameter.empty())
      text += fmt::format(" carries {} ({})", inert(field.parameter, 30), inert(field.form, 30));
    row("field",
        fmt::format("{}: {}; {}", text, counts_text(field.runs), standing_text(field.compared)),
        row_ink(field.compared.standing));
  }

  // Why a doubt is one, as far as the counts say.
  void doubts(const EmissionComparison& emission, double alpha) {
    const DifferenceTest& test = emission.rate.test;
    if (emission.rate.standing == Standing::unsteady)
      return row("but", "the runs with the old state differ from one another", Ink::doubtful);
    if (emission.rate.standing != Standing::doubtful) return;
    if (!test.p) return row("but", "a run does not tell how often", Ink::doubtful);
    if (test.smallest_p > alpha)
      return row("but",
                 fmt::format("these counts could not show a difference: the smallest p they can "
                             "give is {}; more trials could",
                             probability_text(test.smallest_p)),
                 Ink::doubtful);
    row("but", "not every run claims it, and no difference is shown", Ink::doubtful);
  }

  void notes(const EmissionComparison& emission) {
    for (std::size_t n = 0; n < emission.notes.size() && n < most_notes; ++n)
      row("note", inert(emission.notes[n], 300), Ink::dim);
    if (emission.notes.size() > most_notes)
      row("", fmt::format("and {} more, with --json", emission.notes.size() - most_notes),
          Ink::dim);
  }

  void background(const EmissionsCompared& compared) {
    if (compared.background.empty()) return;
    heading("Background that not every run has (untested)");
    for (std::size_t b = 0; b < compared.background.size() && b < most_listed; ++b) {
      const BackgroundComparison& one = compared.background[b];
      std::vector<std::string> counts;
      for (const std::uint64_t count : one.counts) counts.push_back(fmt::format("{} ×", count));
      paragraph(fmt::format("{} {} to {}: {}", inert(one.protocol, 20), inert(one.message, 80),
                            destination_text(one.destination), after_arrow(counts)),
                4, Ink::dim);
    }
    if (compared.background.size() > most_listed)
      paragraph(fmt::format("and {} more, with --json", compared.background.size() - most_listed),
                4, Ink::dim);
  }

  void conclusion(const RunComparison& comparison) {
    const EmissionsCompared& compared = comparison.compared;
    std::size_t changed = 0, doubtful = 0;
    for (const EmissionComparison& emission : compared.emissions) {
      const Ink color = ink_of(change_word(emission));
      changed += color == Ink::bad ? 1 : 0;
      doubtful += color == Ink::doubtful ? 1 : 0;
    }
    const bool differs = comparison.outcome == Outcome::differs;
    const bool doubt = comparison.outcome == Outcome::inconclusive;
    const std::string word = differs ? "DIFFERENT" : doubt ? "INCONCLUSIVE" : "NO DIFFERENCE SHOWN";
    out_ += "\n" + ink(differs ? Ink::bad : doubt ? Ink::doubtful : Ink::good, word) + " ";
    wrap(fmt::format(
             "{} of {} messages changed, {} doubtful. {} tests are one family (Holm): chance alone "
             "shows even one difference in {} of all comparisons at most.",
             changed, compared.emissions.size(), doubtful, compared.tests,
             percent_text(compared.alpha)),
         2, Ink::plain, word.size() + 1);
    if (changed == 0) return;
    if (comparison.firmware)
      paragraph("It is the firmware: " + firmwares(comparison) +
                    ", and nothing else sets the runs " + "apart as far as they tell.",
                2, Ink::bold);
    else
      paragraph("Not said to be the firmware: " + inert(comparison.why, 600) + ".", 2,
                Ink::doubtful);
  }

  static std::string firmwares(const RunComparison& comparison) {
    std::vector<std::string> all;
    for (const ComparedRun& run : comparison.runs) all.push_back(inert(run.firmware, 60));
    return after_arrow(all);
  }
};

}  // namespace

std::string_view role_word(std::size_t run) {
  constexpr std::string_view words[] = {"old", "new", "old again"};
  return words[std::min<std::size_t>(run, 2)];
}

std::string_view change_word(const EmissionComparison& emission) {
  const auto any_field = [&](Standing standing) {
    return std::ranges::any_of(emission.fields, [&](const FieldComparison& field) {
      return field.compared.standing == standing;
    });
  };
  const auto late = [&](Standing standing) {
    return emission.latency && emission.latency->standing == standing;
  };
  if (emission.rate.standing == Standing::differs) {
    if (emission.claimed(0) != emission.claimed(1))
      return emission.claimed(1) ? "appeared" : "vanished";
    return "rate";
  }
  if (any_field(Standing::differs)) return "fields";
  if (late(Standing::differs)) return "latency";
  for (const Standing standing : {Standing::unsteady, Standing::doubtful})
    if (emission.rate.standing == standing || late(standing) || any_field(standing))
      return standing == Standing::unsteady ? "unsteady" : "doubtful";
  return "same";
}

std::string diff_text(const RunComparison& comparison, const TextStyle& style) {
  return DiffText(style).of(comparison);
}

}  // namespace brewproof
