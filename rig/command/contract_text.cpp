#include "rig/command/contract_text.h"

#include <fmt/core.h>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {
namespace {

constexpr std::size_t longest = 120;

std::string colored(Declared verdict, const std::string& text, bool color) {
  constexpr const char* inks[] = {"1;32", "1;33", "1;33", "1;31"};
  return color ? fmt::format("\x1b[{}m{}\x1b[0m", inks[static_cast<int>(verdict)], text) : text;
}

std::string why(const std::string& reason) {
  constexpr std::pair<std::string_view, std::string_view> own[] = {
      {"not-tried", "the procedure of this run never did it; another run can"},
      {"sealed", "it cannot be read: give the analysis the secrets (--keylog)"},
      {"candidate", "what follows was not proven; more blocks can tell"},
      {"not-attributed", "some came that were not shown to follow what they are declared for"},
      {"fields-cut", "it has more fields than findings.json lists"}};
  for (const auto& [code, sentence] : own)
    if (code == reason) return std::string(sentence);
  return reason_sentence(reason);
}

/// "POST /v1/order to api.kiosk.example, http", "nothing else".
std::string subject(const CheckedLine& line) {
  if (line.about == CheckedLine::About::nothing_else) return "nothing else";
  return fmt::format("{} to {}, {}", inert(line.message, longest), inert(line.destination, longest),
                     inert(line.protocol, longest));
}

std::string line_text(const CheckedLine& line, bool color) {
  const std::string word = fmt::format("{:<12}", verdict_word(line.verdict));
  std::string out = fmt::format("{}  {}: {}: {}\n", colored(line.verdict, word, color),
                                line.event.empty() ? "background" : inert(line.event, 60),
                                subject(line), inert(line.text, 400));
  for (const std::string& path : line.fields)
    out += fmt::format("{:14}not declared: {}\n", "", inert(path, longest));
  for (const std::string& reason : line.reasons)
    out += fmt::format("{:14}{}: {}\n", "", reason, why(reason));
  if (line.verdict != Declared::pass && !line.place.empty())
    out += fmt::format("{:14}declared at {}\n", "", inert(line.place, longest));
  return out;
}

}  // namespace

ExitCode exit_code(Declared verdict) {
  if (verdict == Declared::fail) return ExitCode::expectation_failed;
  return verdict == Declared::inconclusive ? ExitCode::inconclusive : ExitCode::done;
}

std::string contract_text(const ContractFile& contract, const ContractCheck& check, bool all,
                          bool color) {
  const std::string word(verdict_word(check.verdict));
  std::string out =
      fmt::format("{}  {}\n\n", colored(check.verdict, word, color),
                  inert(contract.name.empty() ? contract.path : contract.name, longest));
  for (const CheckedLine& line : check.lines)
    if (all || line.verdict != Declared::pass) out += line_text(line, color);
  return out;
}

}  // namespace brewproof
