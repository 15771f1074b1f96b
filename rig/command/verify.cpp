// brewproof verify: does the journal's chain hold, and do the files have the hashes it names?

#include <fmt/core.h>

#include <memory>

#include "rig/command/command.h"
#include "rig/evidence/run_folder.h"

namespace brewproof {
namespace {

const char* word_of(const Verification::Line& line) {
  return line.holds ? "holds" : line.checked ? "FAILS" : "unchecked";
}

Result<void> verify(const std::string& path, Invocation& invocation) {
  auto folder = RunFolder::open(path);
  if (!folder) return pass_on(std::move(folder));
  auto verification = verify_run(*folder);
  if (!verification) return pass_on(std::move(verification));
  std::string text;
  nlohmann::json lines = nlohmann::json::array();
  for (const Verification::Line& line : verification->lines) {
    text += fmt::format("{:<9}  {}{}\n", word_of(line), line.what,
                        line.detail.empty() ? "" : ": " + line.detail);
    lines.push_back({{"what", line.what}, {"state", word_of(line)}, {"detail", line.detail}});
  }
  if (!verification->closed)
    text += "The run was cut off: it is partial. What is listed above is what there is of it.\n";
  text += verification->holds() ? "Everything that is here is as it was written.\n"
                                : "Something was changed or damaged after it was written.\n";
  invocation.say(text);
  invocation.answer(
      {{"holds", verification->holds()}, {"closed", verification->closed}, {"lines", lines}});
  if (!verification->holds()) invocation.exit = ExitCode::expectation_failed;
  return {};
}

}  // namespace

void add_verify(CLI::App& app, Invocation& invocation) {
  CLI::App* verb = app.add_subcommand("verify", "check a run's journal chain and file hashes");
  auto run = std::make_shared<std::string>();
  verb->add_option("run", *run, "run folder")->required();
  verb->callback([run, &invocation] {
    if (auto done = verify(*run, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
