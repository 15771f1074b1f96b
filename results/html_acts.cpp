// What is known of the acts: five answers kept apart, from the command to the machine's own books.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "results/html_parts.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "rig/model/actuation.h"
#include "rig/model/finding_words.h"

namespace brewproof {
namespace {

constexpr std::size_t most_rows = 1000;

std::string values_text(const Parameters& values, const std::string& currency) {
  std::string text;
  for (const auto& [name, value] : values)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", inert(name, 40),
                        inert(to_text(value), 60));
  if (!text.empty() && !currency.empty()) text += ", " + inert(currency, 10);
  return text;
}

std::string table_head(std::initializer_list<std::pair<const char*, bool>> columns) {
  std::string out = "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>";
  for (const auto& [name, is_number] : columns)
    out += fmt::format("<th scope=\"col\"{}>{}</th>", is_number ? " class=\"n\"" : "", name);
  return out + "</tr></thead><tbody>\n";
}

// "16" or "15, 1 not"; a dash where nobody could tell.
std::string yes_and_no(int yes, int no) {
  if (yes + no == 0) return "\u2013";
  return no == 0 ? std::to_string(yes) : fmt::format("{}, {} not", yes, no);
}

// faults.md, ring 2: a command is not yet an act.
std::string levels_table(const std::vector<ActuationCount>& counts) {
  if (counts.empty()) return "";
  std::string out = table_head({{"Arm", false},
                                {"Commanded", true},
                                {"Accepted by the device", true},
                                {"Reported by the device", true},
                                {"Confirmed by a sensor", true},
                                {"Booked by the machine", true}});
  for (const ActuationCount& count : counts) {
    std::string reported = yes_and_no(count.reported, 0);
    if (count.unreported > 0) reported += fmt::format(" ({} have no read-back)", count.unreported);
    out += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
        inert_html(count.arm, 60), count.commanded, yes_and_no(count.accepted, 0), reported,
        yes_and_no(count.confirmed, count.unconfirmed), yes_and_no(count.booked, count.unbooked));
  }
  return out +
         "</tbody></table></div><p class=\"note\">In trials. A dash: nobody could tell. Each "
         "answer has its clock bracket in results.sqlite, table actuation.</p>\n";
}

std::string moved_text(const BookedCount& count) {
  return fmt::format("{} of {}", count.moved ? std::to_string(*count.moved) : "?",
                     text_of(count.asked));
}

std::string numbers_text(const std::vector<int>& numbers) {
  if (numbers.empty()) return "";
  if (numbers.size() == 1) return std::to_string(numbers.front());
  return fmt::format("{} to {}", numbers.front(), numbers.back());
}

std::string books_part(const FindingsRun& run) {
  if (run.books.empty()) return "";
  std::string out = "<h4>The machine's own books</h4>\n";
  for (const std::string& line : books_sentences(run))
    out += "<p>" + inert_html(line, 600) + "</p>\n";
  out += fmt::format("<details><summary>All {} readings</summary>", run.books.size());
  out += table_head({{"Reading", true},
                     {"Held against", true},
                     {"After trials", true},
                     {"Drinks", true},
                     {"Payments", true},
                     {"Their sum", true},
                     {"Cash", true},
                     {"Verdict", false}});
  for (std::size_t i = 0; i < std::min(most_rows, run.books.size()); ++i) {
    const BooksHeld& held = run.books[i];
    const bool compared = held.since != 0;
    const std::string why = held.why.empty() ? "" : ": " + held.why;
    out += fmt::format(
        "<tr><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
        "<td class=\"n\">{}</td><td>{}</td></tr>\n",
        held.reading == 0 ? "\u2013" : code(held.file), compared ? std::to_string(held.since) : "",
        numbers_text(held.trials), compared ? moved_text(held.vends) : "",
        compared ? moved_text(held.charges) : "", compared ? moved_text(held.charged) : "",
        held.cash ? moved_text(*held.cash) : "", inert_html(held.verdict + why, 400));
  }
  return out +
         "</tbody></table></div><p class=\"note\">Booked of what was asked for, by counters since "
         "initialisation; sums in minor units. <code>brewproof books</code> with two of the files "
         "shows every counter that moved.</p></details>\n";
}

// Yes, no, or nobody can tell.
const char* mark(const std::optional<bool>& answer) {
  if (!answer) return "<td>\u2013</td>";
  return *answer ? "<td>yes</td>" : "<td class=\"bad\">no</td>";
}

std::string trials_table(const ReportInput& input) {
  const std::vector<Trial>& trials = input.trials;
  if (trials.empty()) return "";
  const std::map<int, Answers> answers = answers_of(input.actuations);
  std::string out = fmt::format("<details><summary>All {} trials</summary>", trials.size()) +
                    table_head({{"Trial", true},
                                {"Block", true},
                                {"Arm", false},
                                {"Drawn", false},
                                {"Observed", false},
                                {"Act", false},
                                {"Commanded", false},
                                {"Accepted", false},
                                {"Reported", false},
                                {"Confirmed", false},
                                {"Booked", false},
                                {"Status", false}});
  for (std::size_t i = 0; i < std::min(most_rows, trials.size()); ++i) {
    const Trial& trial = trials[i];
    std::string status(status_word(trial.status));
    if (!trial.reason.empty()) status += ": " + trial.reason;
    const auto found = answers.find(trial.trial);
    const Answers known = found == answers.end() ? Answers() : found->second;
    out += fmt::format(
        "<tr><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}{}</td><td>{}</td><td>{}</td>"
        "<td class=\"mono\">{}</td>{}{}{}{}{}<td>{}</td></tr>\n",
        trial.trial, trial.block ? std::to_string(*trial.block) : "", trial.sham ? "sham " : "",
        inert_html(trial.event, 40), inert_html(values_text(trial.params, trial.currency), 300),
        inert_html(values_text(trial.observed, ""), 300), trial.origin_ns(), mark(known.commanded),
        mark(known.accepted), mark(known.reported), mark(known.confirmed), mark(known.booked),
        inert_html(status, 200));
  }
  out += "</tbody></table></div>";
  if (trials.size() > most_rows)
    out += fmt::format("<p class=\"note\">and {} more, in trials.jsonl</p>",
                       trials.size() - most_rows);
  return out + "</details>\n";
}

}  // namespace

std::string acts_section(const ReportInput& input) {
  if (input.trials.empty()) return "";
  return section_head("acts", "What is known of the acts",
                      "A command is not yet an act. For each trial five answers are kept apart: it "
                      "was commanded, the device accepted it, the device reports it when asked, "
                      "an independent sensor saw it, and the machine itself booked it.") +
         "<div class=\"card\">" + levels_table(input.findings.run.actuation) +
         books_part(input.findings.run) + trials_table(input) + "</div>\n";
}

}  // namespace brewproof
