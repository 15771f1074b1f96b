// What a regression run found to be otherwise than an earlier run.
#include <fmt/core.h>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

std::string doubt_text(const std::string& code) {
  constexpr std::pair<std::string_view, std::string_view> own[] = {
      {"no-difference-shown", "it is not confirmed, but so few acts show no difference either"},
      {"no-counts", "the earlier run does not tell how often it came"},
      {"not-opened", "it is sealed here, and what went there was opened then: give the same keys"}};
  for (const auto& [known, meaning] : own)
    if (known == code) return std::string(meaning);
  return reason_sentence(code);
}

}  // namespace

std::string red_line_sentence(const RedLine& line) {
  const std::string message =
      fmt::format("{} to {}", inert(line.message, 120), destination_text(line.destination));
  std::string text;
  if (line.what == "claim-gone")
    text = fmt::format("{}: {} does not send {} as it did", inert(line.claim, 16),
                       inert(line.event, 40), message);
  else if (line.what == "new-message")
    text = fmt::format("new: {}, {}{}, {} message{}", message, inert(line.protocol, 20),
                       line.tls ? " in TLS" : "", line.count, line.count == 1 ? "" : "s");
  else
    text = fmt::format("new in {}:", message);
  for (std::size_t i = 0; i < line.fields.size() && i < 8; ++i)
    text += (i == 0 ? " " : ", ") + inert(line.fields[i], 120);
  if (line.fields.size() > 8) text += fmt::format(" and {} more", line.fields.size() - 8);
  if (line.p_adjusted) text += ", p " + probability_text(*line.p_adjusted);
  return line.doubt.empty() ? "RED " + text : "doubtful " + text + ": " + doubt_text(line.doubt);
}

std::vector<std::string> regression_sentences(const Regression& regression) {
  std::vector<std::string> lines;
  lines.reserve(regression.lines.size());
  for (const RedLine& line : regression.lines) lines.push_back(red_line_sentence(line));
  if (lines.empty()) lines.emplace_back("no red line: every claim came back, and nothing is new");
  return lines;
}

}  // namespace brewproof
