// What a second decoder says, in words.
#include <fmt/core.h>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

constexpr std::size_t most_reading = 160;

std::string messages_text(std::uint64_t count) {
  return fmt::format("{} message{}", count_text(count), count == 1 ? "" : "s");
}

std::string compared_text(const AnalysisSettings& analysis) {
  std::uint64_t ours = 0, differing = 0, aside = 0;
  std::vector<std::string> kinds;
  for (const Opinion& opinion : analysis.opinions) {
    ours += opinion.ours;
    differing += opinion.differing;
    aside += opinion.aside;
    if (opinion.differing != 0)
      kinds.push_back(
          fmt::format("{}: {}", inert(opinion.kind, 40), count_text(opinion.differing)));
  }
  std::string text = " shows the same in " + messages_text(ours);
  if (ours == 0) text = " shows no message of a kind that is compared";
  if (differing != 0)
    text = fmt::format(" and this program differ in {} of {} ({})", count_text(differing),
                       messages_text(ours), list_text(kinds));
  if (aside != 0)
    text += fmt::format("; {} cut, malformed or of another form {} not compared",
                        messages_text(aside), aside == 1 ? "was" : "were");
  return text;
}

}  // namespace

std::string opinion_sentence(const Findings& findings) {
  const AnalysisSettings& analysis = findings.analysis;
  if (!analysis.cross_check) {
    if (analysis.no_cross_check.empty()) return "";
    return "No second opinion: " + inert(analysis.no_cross_check, 300) + ".";
  }
  std::string text =
      "Second opinion: " + inert(*analysis.cross_check, 60) + compared_text(analysis);
  std::vector<std::string> alone;
  std::uint64_t read_alone = 0;
  for (const ReadAlone& one : analysis.read_alone) {
    read_alone += one.messages;
    alone.push_back(fmt::format("{}: {}", inert(one.protocol, 40), count_text(one.messages)));
  }
  if (read_alone != 0)
    text += fmt::format("; it alone reads {} more ({})", count_text(read_alone), list_text(alone));
  if (analysis.not_asked != 0)
    text += fmt::format("; for {} beyond its limit it was not asked",
                        messages_text(analysis.not_asked));
  for (const Unheard& unheard : analysis.unheard)
    text += fmt::format("; none on {}: {}", capture_name(findings, unheard.file),
                        inert(unheard.why, 200));
  return text + ".";
}

std::string difference_sentence(const Findings& findings, const Opinion& opinion,
                                const Difference& difference) {
  const auto reading = [](const std::string& text) {
    return text.empty() ? std::string("no such message") : inert(text, most_reading);
  };
  return fmt::format("{}, {} frame {}: here {}; there {}", inert(opinion.kind, 40),
                     capture_name(findings, difference.file), difference.frame,
                     reading(difference.ours), reading(difference.theirs));
}

}  // namespace brewproof
