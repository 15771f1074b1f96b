// brewproof check: what the maker declares that each event may emit, held against what a run found.

#include <fmt/core.h>

#include <memory>

#include "results/findings_json.h"
#include "results/inert_text.h"
#include "results/sentences.h"
#include "rig/command/command.h"
#include "rig/command/verb.h"
#include "rig/contract/contract_check.h"
#include "rig/evidence/run_folder.h"

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

nlohmann::json line_json(const CheckedLine& line) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? nlohmann::json(nullptr) : nlohmann::json(text);
  };
  return {{"about", about_word(line.about)},
          {"verdict", verdict_word(line.verdict)},
          {"event", or_null(line.event)},
          {"destination", or_null(line.destination)},
          {"protocol", or_null(line.protocol)},
          {"message", or_null(line.message)},
          {"place", or_null(line.place)},
          {"findings", line.findings},
          {"fields", line.fields},
          {"reasons", line.reasons},
          {"text", line.text}};
}

Result<void> check(const std::string& path, const std::string& contract_path,
                   Invocation& invocation) {
  auto contract = read_contract_file(contract_path);
  if (!contract) return pass_on(std::move(contract));
  const std::string file = path + "/findings.json";
  auto text = read_file_whole(file);
  if (!text)
    return fail(ErrorCode::bad_file, "{}: brewproof analyze {} makes it", text.error().message,
                path);
  auto findings = read_findings_json(*text, file);
  if (!findings) return pass_on(std::move(findings));
  if (findings->signatures.empty() && !(findings->findings.empty() && findings->background.empty()))
    return fail(ErrorCode::bad_file,
                "{}: does not list what was sent (an older brewproof made it): brewproof analyze "
                "{} makes it anew",
                file, path);

  const ContractCheck checked = check_contract(*contract, *findings);
  std::string out = fmt::format(
      "{}  {}\n\n",
      colored(checked.verdict, std::string(verdict_word(checked.verdict)), invocation.color()),
      contract->name.empty() ? inert(contract->path, longest) : inert(contract->name, longest));
  nlohmann::json lines = nlohmann::json::array();
  for (const CheckedLine& line : checked.lines) {
    out += line_text(line, invocation.color());
    lines.push_back(line_json(line));
  }
  invocation.say(out);
  invocation.answer({{"schema", "brewproof.check/1"},
                     {"contract", contract->name},
                     {"run", findings->run.id},
                     {"verdict", verdict_word(checked.verdict)},
                     {"lines", lines}});
  if (checked.verdict == Declared::fail) invocation.exit = ExitCode::expectation_failed;
  if (checked.verdict == Declared::inconclusive) invocation.exit = ExitCode::inconclusive;
  return {};
}

}  // namespace

void add_check(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "check", "hold what the maker declares against what a run found");
  struct Arguments {
    std::string run, contract;
  };
  auto arguments = std::make_shared<Arguments>();
  verb.text("run", arguments->run, "run folder, or a folder that analyze made",
            Verb::Need::required);
  verb.text("--contract", arguments->contract, "what each event may emit (contract/1)",
            Verb::Need::required);
  verb.action([arguments, &invocation] {
    if (auto done = check(arguments->run, arguments->contract, invocation); !done)
      invocation.refuse(done.error());
  });
}

}  // namespace brewproof
