#include "rig/command/exit_code.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

// A full disk ends a run (3); that its empty log cannot be analysed (2) is said behind it.
TEST(ExitCode, OfSeveralTheGravestHolds) {
  const ExitCode order[] = {ExitCode::interlock,    ExitCode::bench,
                            ExitCode::interrupted,  ExitCode::usage,
                            ExitCode::internal,     ExitCode::expectation_failed,
                            ExitCode::inconclusive, ExitCode::done};
  for (std::size_t i = 0; i < std::size(order); ++i)
    for (std::size_t j = i; j < std::size(order); ++j) {
      EXPECT_EQ(graver(order[i], order[j]), order[i]);
      EXPECT_EQ(graver(order[j], order[i]), order[i]);
    }
  EXPECT_EQ(graver(ExitCode::terminated, ExitCode::usage), ExitCode::terminated);
}

}  // namespace
}  // namespace brewproof
