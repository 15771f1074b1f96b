#include "rig/model/nonce.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace brewproof {
namespace {

const NonceSeed small{"abc", std::string(64, 'a'), std::string(64, 'b'), 3};

std::uint64_t printed_by_a_shell(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  std::uint64_t seed = 0;
  EXPECT_EQ(std::fscanf(pipe, "%lu", &seed), 1) << command;
  EXPECT_EQ(pclose(pipe), 0);
  return seed;
}

// printf 'brewproof.seed/1\nabc\naaaa...\nbbbb...\n3' | sha256sum
TEST(Nonce, IsASeedOfFiftyThreeBits) { EXPECT_EQ(seed_of_nonce(small), 0x182831ae8ff36eU); }

TEST(Nonce, EachOfItsFourPartsChangesTheSeed) {
  NonceSeed other = small;
  other.nonce = "abd";
  EXPECT_NE(seed_of_nonce(other), seed_of_nonce(small));
  other = small;
  other.procedure_sha256[0] = 'c';
  EXPECT_NE(seed_of_nonce(other), seed_of_nonce(small));
  other = small;
  other.bench_sha256[0] = 'c';
  EXPECT_NE(seed_of_nonce(other), seed_of_nonce(small));
  other = small;
  other.counter = 4;
  EXPECT_NE(seed_of_nonce(other), seed_of_nonce(small));
}

TEST(Nonce, TheShellLineGivesTheSameSeed) {
  for (const char* nonce : {"abc", "it's \"quoted\" $HOME `x`", "two\nlines", "%s \\n"}) {
    NonceSeed of = small;
    of.nonce = nonce;
    EXPECT_EQ(printed_by_a_shell(seed_command(of)), seed_of_nonce(of)) << nonce;
  }
}

}  // namespace
}  // namespace brewproof
