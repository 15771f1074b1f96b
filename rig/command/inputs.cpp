#include "rig/command/inputs.h"

#include <filesystem>
#include <random>

#include "drivers/catalogue.h"
#include "rig/command/bench_work.h"
#include "rig/evidence/bench_log.h"
#include "rig/model/sha256.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/service_stops.h"

namespace brewproof {
namespace {

std::uint64_t drawn_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32 | device()) >> 11;  // survives every JSON reader
}

// Reads the bench's log, and does not make one: `plan` writes nothing.
Result<NonceSeed> nonce_seed(const SeedChoice& choice, const BenchFile& bench,
                             const ProcedureFile& procedure) {
  auto log = read_bench_log(bench_log_of(bench, choice.bench_log));
  if (!log) return pass_on(std::move(log));
  return NonceSeed{choice.nonce, sha256(procedure.text), sha256(bench.text),
                   runs_of(log->work, procedure.name, machine_of(bench))};
}

}  // namespace

Result<std::optional<ContractFile>> contract_of(const ProcedureFile& procedure) {
  if (procedure.contract.empty()) return std::optional<ContractFile>();
  const std::string path = std::filesystem::path(procedure.path).parent_path() / procedure.contract;
  if (!std::filesystem::exists(path))
    return fail(ErrorCode::bad_file,
                "{}: there is no contract {} beside the procedure: write it, or leave the key out",
                procedure.contract_place, path);
  auto contract = read_contract_file(path);
  if (!contract) return pass_on(std::move(contract));
  return std::optional(std::move(*contract));
}

Error joined(const std::vector<Error>& faults) {
  Error all{faults.front().code, ""};
  for (const Error& fault : faults) {
    if (!all.message.empty()) all.message += '\n';
    all.message += fault.message;
  }
  return all;
}

Result<Inputs> read_inputs(const std::string& procedure_path, const std::string& bench_path,
                           const SeedChoice& choice, const PlanWish& wish) {
  auto bench = read_bench_file(bench_path, driver_table());
  auto procedure = read_procedure_file(procedure_path);
  // Both files' faults at once: a person mends them in one go.
  std::vector<Error> faults;
  if (!bench) faults.push_back(bench.error());
  if (!procedure) faults.push_back(procedure.error());
  if (faults.empty()) faults = check_against_bench(*procedure, *bench);
  if (!faults.empty()) return tl::unexpected(joined(faults));

  if (choice.seed && !choice.nonce.empty())
    return fail(ErrorCode::usage,
                "--seed and --nonce exclude each other: a nonce stands for a seed");
  std::optional<NonceSeed> nonce;
  if (!choice.nonce.empty()) {
    auto found = nonce_seed(choice, *bench, *procedure);
    if (!found) return pass_on(std::move(found));
    nonce = std::move(*found);
  }
  if (wish.blocks > 0) {
    procedure->blocks = wish.blocks;
    procedure->stop.reset();
  }
  const std::uint64_t seed = nonce ? seed_of_nonce(*nonce) : choice.seed.value_or(drawn_seed());
  if (wish.soak_ns > 0) {
    Plan soak = soak_plan(*procedure, seed, wish.soak_ns);
    return Inputs{std::move(*bench), std::move(*procedure), std::move(soak), std::nullopt};
  }
  auto plan = make_plan(*procedure, seed, choice.nonce);
  if (!plan) return pass_on(std::move(plan));
  auto stops = service_stops(*plan, *procedure, *bench);
  if (!stops) return pass_on(std::move(stops));
  plan->stops = std::move(*stops);
  const auto& gateway = bench->network.gateway;
  const bool let_be = gateway && wish.blocks == 0;
  auto passive = passive_blocks(*plan, let_be ? gateway->passive_percent : 0);
  if (!passive) return pass_on(std::move(passive));
  plan->passive_blocks = std::move(*passive);
  return Inputs{std::move(*bench), std::move(*procedure), std::move(*plan), std::move(nonce)};
}

}  // namespace brewproof
