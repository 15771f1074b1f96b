// brewproof check: what the maker declares that each event may emit, held against what a run found.

#include <fmt/core.h>

#include <memory>

#include "results/findings_json.h"
#include "rig/command/command.h"
#include "rig/command/contract_text.h"
#include "rig/command/verb.h"
#include "rig/contract/contract_check.h"
#include "rig/evidence/run_folder.h"

namespace brewproof {
namespace {

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
  nlohmann::json lines = nlohmann::json::array();
  for (const CheckedLine& line : checked.lines) lines.push_back(line_json(line));
  invocation.say(contract_text(*contract, checked, true, invocation.color()));
  invocation.answer({{"schema", "brewproof.check/1"},
                     {"contract", contract->name},
                     {"run", findings->run.id},
                     {"verdict", verdict_word(checked.verdict)},
                     {"lines", lines}});
  invocation.exit = exit_code(checked.verdict);
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
