// brewproof lint: every fault of bench, procedure and contract files, as file:line:col.

#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <regex>

#include "drivers/catalogue.h"
#include "rig/bench/bench_file.h"
#include "rig/command/command.h"
#include "rig/command/inputs.h"
#include "rig/command/verb.h"
#include "rig/contract/category_file.h"
#include "rig/contract/contract_file.h"
#include "rig/evidence/run_folder.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {
namespace {

// What the file says it is: the word before "/1" of its `brewproof:` key.
std::string kind_of(const std::string& text) {
  static const std::regex key(R"((?:^|\n)brewproof:[ \t]*([a-z-]+)/)");
  std::smatch match;
  return std::regex_search(text, match, key) ? match[1].str() : "";
}

std::vector<Error> faults_of(const std::string& path, std::vector<BenchFile>& benches,
                             std::vector<ProcedureFile>& procedures) {
  auto text = read_file_whole(path);
  if (!text) return {{ErrorCode::bad_file, text.error().message}};
  const std::string kind = kind_of(*text);
  if (kind == "bench") {
    auto bench = read_bench_file(path, driver_table());
    if (!bench) return {bench.error()};
    benches.push_back(std::move(*bench));
  } else if (kind == "procedure") {
    auto procedure = read_procedure_file(path);
    if (!procedure) return {procedure.error()};
    // What could prove nothing is a fault of the file, whatever the seed.
    if (auto plan = make_plan(*procedure, 1); !plan) return {plan.error()};
    procedures.push_back(std::move(*procedure));
    if (auto contract = contract_of(procedures.back()); !contract) return {contract.error()};
  } else if (kind == "contract") {
    if (auto contract = read_contract_file(path); !contract) return {contract.error()};
  } else if (kind == "data-categories") {
    if (auto table = read_category_text(*text, path); !table) return {table.error()};
  } else {
    return {{ErrorCode::bad_file,
             fmt::format(
                 "{}:1:1: the file does not say what it is: its first key must be "
                 "\"brewproof: bench/1\", \"procedure/1\", \"contract/1\" or \"data-categories/1\"",
                 path)}};
  }
  return {};
}

void lint(const std::vector<std::string>& paths, Invocation& invocation) {
  std::vector<Error> faults;
  std::vector<BenchFile> benches;
  std::vector<ProcedureFile> procedures;
  for (const std::string& path : paths)
    for (Error& fault : faults_of(path, benches, procedures)) faults.push_back(std::move(fault));
  for (const ProcedureFile& procedure : procedures)
    for (const BenchFile& bench : benches)
      for (Error& fault : check_against_bench(procedure, bench)) faults.push_back(std::move(fault));

  nlohmann::json lines = nlohmann::json::array();
  for (const Error& fault : faults) {
    invocation.say(fault.message);
    lines.push_back(fault.message);
  }
  if (faults.empty())
    invocation.say(fmt::format("{} file{}: no faults", paths.size(), paths.size() == 1 ? "" : "s"));
  else
    invocation.exit = ExitCode::usage;
  invocation.answer({{"files", paths.size()}, {"faults", lines}});
}

}  // namespace

void add_lint(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "lint", "check bench, procedure and contract files");
  auto paths = std::make_shared<std::vector<std::string>>();
  verb.texts("file", *paths,
             "files; a bench and a procedure together are checked against each other",
             Verb::Need::required);
  verb.action([paths, &invocation] { lint(*paths, invocation); });
}

}  // namespace brewproof
