// brewproof check: what the maker declares that each event may emit, held against what a run found.

#include <fmt/core.h>

#include <memory>

#include "rig/command/analysis/analysis.h"
#include "rig/command/command.h"
#include "rig/command/contract_text.h"
#include "rig/command/verb.h"
#include "rig/contract/contract_check.h"
#include "rig/model/canonical_json.h"

namespace brewproof {
namespace {

nlohmann::json line_json(const CheckedLine& line) {
  nlohmann::json json = {{"about", about_word(line.about)},
                         {"verdict", verdict_word(line.verdict)},
                         {"event", text_or_null(line.event)},
                         {"destination", text_or_null(line.destination)},
                         {"protocol", text_or_null(line.protocol)},
                         {"message", text_or_null(line.message)},
                         {"place", text_or_null(line.place)},
                         {"findings", line.findings},
                         {"fields", line.fields},
                         {"reasons", line.reasons},
                         {"text", line.text}};
  if (line.of_terminal) json["of"] = "terminal";
  return json;
}

Result<void> check(const std::string& path, const std::string& contract_path,
                   Invocation& invocation) {
  auto contract = read_contract_file(contract_path);
  if (!contract) return pass_on(std::move(contract));
  auto findings = findings_in(path);
  if (!findings) return pass_on(std::move(findings));
  if (findings->signatures.empty() && !(findings->findings.empty() && findings->background.empty()))
    return fail(ErrorCode::bad_file,
                "{}: does not list what was sent (an older brewproof made it): brewproof analyze "
                "{} makes it anew",
                path + "/findings.json", path);

  const ContractCheck checked = check_contract(*contract, *findings);
  nlohmann::json lines = nlohmann::json::array();
  for (const CheckedLine& line : checked.lines) lines.push_back(line_json(line));
  invocation.say(contract_text(*contract, checked, true, {invocation.color(), invocation.width()}));
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
