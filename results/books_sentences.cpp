#include <fmt/format.h>
#include <fmt/ranges.h>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

std::string about(const BooksHeld& held) {
  if (held.trials.empty()) return "After the last trial";
  if (held.trials.size() == 1) return fmt::format("Trial {}", held.trials.front());
  return fmt::format("Trials {} to {}", held.trials.front(), held.trials.back());
}

// The words of issue and report for what a reading showed.
std::string named(const BooksHeld& held) {
  if (held.verdict == "charged-twice") return "charged twice, or for more than was approved";
  if (held.verdict == "not-booked") return "not booked";
  if (held.verdict == "not-brewed") return "booked, and not brewed";
  if (held.verdict == "other-amount") return "booked with another amount";
  if (held.verdict == "unaccounted-vend") return "more is booked than was asked for";
  return "nothing is proven";
}

}  // namespace

std::vector<std::string> books_sentences(const FindingsRun& run) {
  if (run.books.empty()) return {};
  std::int64_t readings = 0, vends = 0, charged = 0, cash = 0;
  CountBounds asked_vends, asked_charged, asked_cash;
  for (const BooksHeld& held : run.books) {
    readings += held.reading == 0 ? 0 : 1;
    vends += held.vends.moved.value_or(0);
    charged += held.charged.moved.value_or(0);
    asked_vends += held.vends.asked;
    asked_charged += held.charged.asked;
    if (!held.cash || !held.cash->moved) continue;
    cash += *held.cash->moved;
    asked_cash += held.cash->asked;
  }
  std::vector<std::string> lines{
      fmt::format("The machine's books, read {} time{}: {} drinks where {} were asked for",
                  readings, readings == 1 ? "" : "s", vends, text_of(asked_vends))};
  std::string money;
  if (asked_charged.most > 0 || charged > 0)
    money += fmt::format(", {} charged where {} was asked for or approved", charged,
                         text_of(asked_charged));
  if (asked_cash.most > 0 || cash > 0)
    money += fmt::format(", {} in cash where {} was inserted", cash, text_of(asked_cash));
  if (!money.empty()) lines.front() += money + " (minor units)";
  for (const BooksHeld& held : run.books) {
    if (held.verdict == "unread")
      lines.push_back(
          fmt::format("{}: the books could not be read: {}", about(held), inert(held.why, 200)));
    if (disagrees(held))
      lines.push_back(fmt::format("{}: {}: {} (readings {} and {}: {})", about(held), named(held),
                                  inert(held.why, 300), held.since, held.reading,
                                  inert(held.file, 60)));
  }
  return lines;
}

}  // namespace brewproof
