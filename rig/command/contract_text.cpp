#include "rig/command/contract_text.h"

#include <fmt/core.h>

#include "results/inert_text.h"
#include "results/sentences.h"
#include "results/terminal_text.h"

namespace brewproof {
namespace {

constexpr std::size_t longest = 120;

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

/// "POST /v1/order to api.kiosk.example, http", the same "from the payment terminal", "nothing
/// else".
std::string subject(const CheckedLine& line) {
  if (line.about == CheckedLine::About::nothing_else) return "nothing else";
  return fmt::format("{} to {}, {}{}", inert(line.message, longest),
                     inert(line.destination, longest), inert(line.protocol, longest),
                     line.of_terminal ? ", from the payment terminal" : "");
}

class ContractText : TerminalText {
 public:
  using TerminalText::TerminalText;

  std::string of(const ContractFile& contract, const ContractCheck& check, bool all) && {
    verdict(check.verdict, verdict_word(check.verdict));
    out_ += "  " + inert(contract.name.empty() ? contract.path : contract.name, longest) + "\n\n";
    for (const CheckedLine& line : check.lines)
      if (all || line.verdict != Declared::pass) one(line);
    return std::move(out_);
  }

 private:
  static constexpr std::size_t indent = 14;  // behind the longest verdict

  void verdict(Declared verdict, std::string_view word) {
    constexpr Ink inks[] = {Ink::good, Ink::doubtful, Ink::doubtful, Ink::bad};
    out_ += ink(inks[static_cast<int>(verdict)], std::string(word));
  }

  void one(const CheckedLine& line) {
    verdict(line.verdict, fmt::format("{:<12}", verdict_word(line.verdict)));
    out_ += "  ";
    wrap(fmt::format("{}: {}: {}", line.event.empty() ? "background" : inert(line.event, 60),
                     subject(line), inert(line.text, 400)),
         indent, Ink::plain, indent);
    for (const std::string& path : line.fields)
      paragraph("not declared: " + inert(path, longest), indent);
    for (const std::string& reason : line.reasons) paragraph(reason + ": " + why(reason), indent);
    if (line.verdict != Declared::pass && !line.place.empty())
      paragraph("declared at " + inert(line.place, longest), indent);
  }
};

}  // namespace

ExitCode exit_code(Declared verdict) {
  if (verdict == Declared::fail) return ExitCode::expectation_failed;
  return verdict == Declared::inconclusive ? ExitCode::inconclusive : ExitCode::done;
}

std::string contract_text(const ContractFile& contract, const ContractCheck& check, bool all,
                          const TextStyle& style) {
  return ContractText(style).of(contract, check, all);
}

}  // namespace brewproof
