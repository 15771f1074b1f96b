#include "tests/zoo/zoo_input.h"

#include <stdexcept>

#include "tests/zoo/zoo_run.h"

namespace brewproof {

ProofInput input_of_machine(const std::string& machine, std::uint64_t seed) {
  const auto run = run_machine(machine, {seed, 0});
  if (!run) throw std::runtime_error(run.error().message);
  return decoded(*run);
}

std::vector<std::string> names_of_machines() { return all_machines(); }

}  // namespace brewproof
