// The terminal summary: what a person at the bench reads first.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "results/inert_text.h"
#include "results/report.h"
#include "results/sentences.h"
#include "results/terminal_text.h"
#include "rig/model/finding_words.h"

namespace brewproof {
namespace {

constexpr std::size_t most_listed = 8;       // backgrounds and candidates; the HTML report has all
constexpr std::size_t most_differences = 3;  // of two decoders

class Summary : private TerminalText {
 public:
  explicit Summary(const TextStyle& style) : TerminalText(style) {}

  std::string of(const Findings& findings) {
    verdict(findings);
    confirmations(findings);
    regression(findings);
    soak(findings);
    for (const Finding& finding : findings.findings) proven(finding);
    none_seen(findings);
    sensitivity(findings);
    candidates(findings);
    if (!findings.soak) background(findings);
    exclusions(findings);
    captures(findings);
    remarks(findings);
    tls(findings);
    opinion(findings);
    return std::move(out_);
  }

 private:
  void verdict(const Findings& findings) {
    const Headline line = headline(findings);
    const Ink color = line.tone == Headline::Tone::good       ? Ink::good
                      : line.tone == Headline::Tone::doubtful ? Ink::doubtful
                      : line.tone == Headline::Tone::bad      ? Ink::bad
                                                              : Ink::bold;
    out_ += "\n" + ink(color, line.word) + " ";
    wrap(line.text, 2, Ink::plain, columns_of(line.word) + 1);
    std::string about = findings.run.bench.empty() ? "" : inert(findings.run.bench) + ", ";
    about += inert(findings.analysis.law);
    if (findings.run.seed) about += fmt::format(", seed {}", *findings.run.seed);
    if (!findings.run.plan_sha256.empty()) about += ", plan " + inert(findings.run.plan_sha256, 12);
    paragraph(about, 2, Ink::dim);
    if (const std::string history = history_sentence(findings.run); !history.empty())
      paragraph(history, 2, Ink::dim);
    for (const std::string& text :
         {early_end_sentence(findings.run), actuation_sentence(findings.run),
          unplanned_sentence(findings.run), stops_sentence(findings.run),
          pauses_sentence(findings.run), commissioned_sentence(findings.run),
          payment_sentence(findings.run), identity_sentence(findings.run),
          machine_sentence(findings.run), restarts_sentence(findings.run),
          gateway_sentence(findings.run)})
      if (!text.empty()) paragraph(text, 2, Ink::dim);
    for (const std::string& text : books_sentences(findings.run)) paragraph(text, 2, Ink::dim);
    const auto& clock = findings.analysis.log_clock;
    for (const std::string& text : log_sentences(findings))
      paragraph(text, 2, clock && clock->unchecked() ? Ink::doubtful : Ink::dim);
    for (const std::string& text : interception_sentences(findings.run))
      paragraph(text, 4, Ink::dim);
  }

  void confirmations(const Findings& findings) {
    if (!findings.confirming) return;
    heading("Asked again: what run " + inert(findings.confirming->run, 80) + " claims");
    for (const std::string& line : confirmation_sentences(findings)) paragraph(line, 4);
  }

  void regression(const Findings& findings) {
    if (!findings.regression) return;
    heading("Held against run " + inert(findings.regression->base, 80));
    const std::vector<std::string> lines = regression_sentences(*findings.regression);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool told = i < findings.regression->lines.size();
      const bool red = told && findings.regression->lines[i].doubt.empty();
      paragraph(lines[i], 4, red ? Ink::bad : told ? Ink::doubtful : Ink::good);
    }
  }

  void soak(const Findings& findings) {
    if (!findings.soak) return;
    heading("What the machine sends while nobody does anything");
    for (const Recurrence& kind : findings.soak->kinds)
      paragraph(fmt::format("{}: {} {} to {}", recurrence_text(kind), inert(kind.protocol, 20),
                            inert(kind.message, 120), destination_text(kind.destination)),
                4);
    if (const std::string limits = soak_limits(*findings.soak); !limits.empty())
      paragraph(limits, 2, Ink::doubtful);
    const std::vector<std::string> lines = design_lines(*findings.soak);
    if (lines.empty()) return;
    heading("For the procedure");
    out_ += "design:\n";
    for (const std::string& line : lines) out_ += "  " + line + "\n";
  }

  void proven(const Finding& finding) {
    const Ink color = finding.grade == 'A' ? Ink::good : Ink::doubtful;
    const std::string event = inert(finding.event, 40), message = message_text(finding, 200);
    const std::string arrow = finding.relation == "carried_by" ? " rides on " : " sends ";
    std::string tail = fmt::format("{}  {}", inert(finding.id, 8), finding.grade);
    out_ += "\n  " + ink(Ink::bold, event) + ink(Ink::dim, arrow) + ink(Ink::bold, message);
    const std::size_t used = 2 + columns_of(event) + columns_of(arrow) + columns_of(message);
    const std::size_t room = used + columns_of(tail);
    out_ += room + 2 <= width_ ? std::string(width_ - room, ' ') : std::string("  ");
    out_ += ink(color, tail) + "\n";

    if (finding.destination.from_terminal) row("from", sender_text(finding.destination));
    std::string to = host_text(finding.destination);
    if (!finding.destination.name.empty() && !finding.destination.address.empty())
      to += fmt::format(" ({})", inert(finding.destination.address));
    to += fmt::format(", {}{}", inert(finding.protocol), finding.tls ? " in TLS" : "");
    if (finding.destination.name.empty()) to += " (the capture holds no name for it)";
    row("to", to);
    timing(finding);
    if (const std::string others = contrast_text(finding); !others.empty())
      row("contrast", others, Ink::dim);
    fields(finding);
    if (finding.grade != 'A') row("grade", grade_sentence(finding), Ink::doubtful);
    for (const std::string& reason : finding.reasons)
      row("but", reason_sentence(reason), Ink::doubtful);
  }

  void timing(const Finding& finding) {
    if (!finding.timing) {
      row("seen", "no effect on time: the message comes anyway, its content tells");
      return;
    }
    const Timing& t = *finding.timing;
    std::string shams = "no sham arm";
    if (!finding.against.empty()) shams = fmt::format("{} of {} shams", t.sham_hits, t.sham_trials);
    row("seen", fmt::format("{} of {} trials, {}, {}; p {} (adjusted {})", t.event_hits,
                            t.event_trials, shams, window_text(t.window), probability_text(t.p),
                            probability_text(t.p_adjusted)));
    if (t.event_rate)
      row("rate", fmt::format("{} of the acts{}", interval_text(*t.event_rate),
                              t.sham_rate ? fmt::format(", {} of the shams (95 %)",
                                                        interval_text(*t.sham_rate))
                                          : " (95 %)"));
    if (t.p_worst)
      row("worst case", fmt::format("p {} if every lost trial had spoken against it",
                                    probability_text(*t.p_worst)));
    if (finding.latency)
      row("after",
          fmt::format("{} (median), {} (95 %), {} (max){}", span_text(finding.latency->median_ns),
                      span_text(finding.latency->p95_ns), span_text(finding.latency->max_ns),
                      latency_is_unchecked(finding) ? "; clock unchecked" : ""));
  }

  void fields(const Finding& finding) {
    std::map<std::string, std::string> others;  // kind -> paths
    std::size_t longest = 0;
    for (const FieldFinding& field : finding.fields)
      if (!carried_word(field).empty())
        longest = std::max(longest, columns_of(inert(field.path, 60)));
    for (const FieldFinding& field : finding.fields) {
      const std::string path = inert(field.path, 60);
      if (carried_word(field).empty()) {
        std::string& paths = others[std::string(kind_word(field.kind))];
        paths += (paths.empty() ? "" : ", ") + path;
        continue;
      }
      std::string text = path + std::string(longest - columns_of(path), ' ');
      if (field.of > 0) text += fmt::format("  {} of {}", field.matched, field.of);
      if (field.cut > 0) text += fmt::format(", {} cut by the capture", field.cut);
      if (!field.form.empty()) text += ", " + inert(field.form, 40);
      if (field.provenance.came_in_first > 0)
        text += fmt::format(", {} had come in first", field.provenance.came_in_first);
      if (!field.carries.empty()) text += ", " + added_text(field);
      if (const std::string values = values_of(field); !values.empty()) text += ": " + values;
      stimulus_row(carried_word(field), text);
    }
    for (const auto& [kind, paths] : others) row(kind, paths, Ink::dim);
    meanings(finding);
  }

  void meanings(const Finding& finding) {
    std::map<std::string, std::string> paths;  // by category
    for (const FieldFinding& field : finding.fields) {
      if (field.meaning.category.empty()) continue;
      std::string& of = paths[field.meaning.category];
      of += (of.empty() ? "" : ", ") + inert(field.path, 60);
    }
    for (const auto& [category, of] : paths) row("data", inert(category, 40) + ": " + of, Ink::dim);
    for (const FieldFinding& field : finding.fields)
      if (!field.meaning.identity.empty())
        row("identity",
            fmt::format("{} in {}: {}", inert(field.meaning.identity, 40), inert(field.path, 60),
                        inert(field.meaning.identity_reason, 200)),
            Ink::dim);
  }

  static std::string values_of(const FieldFinding& field) {
    std::string text;
    for (std::size_t i = 0; i < field.mapping.size() && i < 4; ++i)
      text += fmt::format("{}{} → {}", i == 0 ? "" : ", ", inert(field.mapping[i].first, 24),
                          inert(field.mapping[i].second, 24));
    for (std::size_t i = 0; field.mapping.empty() && i < field.examples.size(); ++i)
      text += (i == 0 ? "" : ", ") + inert(field.examples[i], 24);
    return text;
  }

  void stimulus_row(const std::string& parameter, const std::string& text) {
    constexpr std::size_t label_columns = 13;
    const std::size_t used = columns_of(parameter);
    out_ += "    " + ink(Ink::good, parameter) +
            std::string(used < label_columns ? label_columns - used : 1, ' ') + text + "\n";
  }

  void none_seen(const Findings& findings) {
    if (findings.none.empty()) return;
    heading("None seen");
    for (const NoneSeen& none : findings.none) paragraph(none_sentence(none), 2);
    if (const std::string paths = paths_sentence(findings.run); !paths.empty())
      paragraph("Network paths " + paths + ".", 2, Ink::dim);
  }

  void sensitivity(const Findings& findings) {
    if (findings.spikes.empty()) return;
    heading("Sensitivity: emissions added to copies of what the machine sent");
    for (const SpikeRecovery& spike : findings.spikes)
      paragraph(inert(spike.event, 40) + ": " + spike_text(spike), 4,
                covered(spike) ? Ink::dim : Ink::doubtful);
  }

  void candidates(const Findings& findings) {
    if (findings.candidates.empty()) return;
    heading("Candidates, not proven");
    for (std::size_t i = 0; i < findings.candidates.size() && i < most_listed; ++i) {
      const Finding& finding = findings.candidates[i];
      std::string text =
          fmt::format("{}: {} to {}", inert(finding.event, 40), message_text(finding, 80),
                      destination_text(finding.destination));
      if (finding.timing)
        text += fmt::format(" ({} of {} against {} of {}, p {})", finding.timing->event_hits,
                            finding.timing->event_trials, finding.timing->sham_hits,
                            finding.timing->sham_trials, probability_text(finding.timing->p));
      paragraph(text, 2, Ink::dim);
    }
    more(findings.candidates.size());
  }

  void background(const Findings& findings) {
    if (findings.background.empty()) return;
    heading("Background, not shown to follow any act");
    std::size_t longest = 0;
    for (const Background& b : findings.background)
      longest = std::max(longest, std::to_string(b.count).size());
    for (std::size_t i = 0; i < findings.background.size() && i < most_listed; ++i) {
      const Background& b = findings.background[i];
      out_ += ink(Ink::dim, fmt::format("  {:>{}} × ", b.count, longest));
      const std::string told = told_text(findings, b);
      wrap(fmt::format("{} {} to {}{}", inert(b.protocol, 20), inert(b.message, 80),
                       destination_text(b.destination), told.empty() ? "" : "; tells " + told),
           longest + 5, Ink::dim, longest + 5);
    }
    more(findings.background.size());
  }

  void exclusions(const Findings& findings) {
    if (findings.exclusions.empty()) return;
    heading("Left out");
    for (const Exclusion& exclusion : findings.exclusions)
      paragraph(
          fmt::format("{} trial{} of {}: {}", exclusion.trials, exclusion.trials == 1 ? "" : "s",
                      inert(exclusion.arm, 60), reason_sentence(exclusion.reason)),
          2);
    for (const std::string& sentence : damage_sentences(findings)) paragraph(sentence, 2);
  }

  void captures(const Findings& findings) {
    const std::vector<std::string> doubts = capture_sentences(findings);
    if (!doubts.empty()) heading("The captures leave in doubt");
    list(doubts, 2, Ink::doubtful);
  }

  void remarks(const Findings& findings) {
    const std::vector<std::string> met = remark_sentences(findings);
    if (!met.empty()) heading("Met when decoding");
    list(met, 2, Ink::dim);
  }

  void tls(const Findings& findings) {
    const std::string text = tls_sentence(findings);
    if (text.empty()) return;
    out_ += "\n";
    paragraph(text, 2, Ink::dim);
    list(sealed_sentences(findings), 4, Ink::doubtful);
  }

  void opinion(const Findings& findings) {
    const std::string text = opinion_sentence(findings);
    if (text.empty()) return;
    out_ += "\n";
    paragraph(text, 2, Ink::dim);
    std::size_t listed = 0;
    for (const Opinion& opinion : findings.analysis.opinions)
      for (const Difference& difference : opinion.differences)
        if (listed++ < most_differences)
          paragraph(difference_sentence(findings, opinion, difference), 4, Ink::doubtful);
    if (listed > most_differences)
      paragraph(fmt::format("and {} more, in the report", listed - most_differences), 4, Ink::dim);
  }

  void list(const std::vector<std::string>& sentences, std::size_t indent, Ink color) {
    for (std::size_t i = 0; i < sentences.size() && i < most_listed; ++i)
      paragraph(sentences[i], indent, color);
    more(sentences.size());
  }

  void more(std::size_t count) {
    if (count > most_listed)
      paragraph(fmt::format("and {} more, in the report", count - most_listed), 2, Ink::dim);
  }
};

}  // namespace

std::string text_summary(const Findings& findings, const TextStyle& style) {
  return Summary(style).of(findings);
}

}  // namespace brewproof
