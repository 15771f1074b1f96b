// Every machine of the zoo, run twice: what differs between two runs of one machine is luck, and
// must not be called a difference.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/proof/compare.h"
#include "tests/zoo/zoo_input.h"

namespace brewproof {
namespace {

// Analysed as `brewproof analyze` would.
struct Looked {
  ProofInput input;
  Findings findings;
  Workings workings;

  Looked(const std::string& machine, std::uint64_t seed) {
    input = input_of_machine(machine, seed);
    Proof proof = attribute(input);
    findings.findings = std::move(proof.findings);
    findings.candidates = std::move(proof.candidates);
    findings.none = std::move(proof.none);
    findings.background = std::move(proof.background);
    workings = work_out(input);
  }
  [[nodiscard]] RunView view() const { return {&findings, &input, &workings}; }
};

class TwiceTheSame : public testing::TestWithParam<std::string> {};

TEST_P(TwiceTheSame, ShowsNoDifference) {
  const Looked first(GetParam(), 1), second(GetParam(), 2);
  const std::vector<RunView> runs{first.view(), second.view()};
  const EmissionsCompared both = compare(runs);
  for (const EmissionComparison& emission : both.emissions) {
    EXPECT_NE(emission.rate.standing, Standing::differs) << emission.event << emission.message;
    if (emission.latency) {
      EXPECT_NE(emission.latency->standing, Standing::differs) << emission.message;
    }
    for (const FieldComparison& field : emission.fields)
      EXPECT_NE(field.compared.standing, Standing::differs) << emission.message << field.path;
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& machine) {
  std::string name;
  for (const char c : machine.param)
    if (c != '-') name += c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(OfEachMachine, TwiceTheSame, testing::ValuesIn(names_of_machines()),
                         test_name);

}  // namespace
}  // namespace brewproof
