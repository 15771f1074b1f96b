#include "rig/model/nonce.h"

#include <fmt/core.h>

#include "rig/model/sha256.h"

namespace brewproof {
namespace {

// 'it'\''s': the one quoting in which a shell changes nothing.
std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

std::uint64_t seed_of_digest(std::string_view digest) {
  return first_64_bits(digest) & ((std::uint64_t{1} << 53) - 1);
}

std::uint64_t seed_of_nonce(const NonceSeed& of) {
  return seed_of_digest(sha256(fmt::format("brewproof.seed/1\n{}\n{}\n{}\n{}", of.nonce,
                                           of.procedure_sha256, of.bench_sha256, of.counter)));
}

// The digits that the mask clears anyway are left out: a shell's integers are signed.
std::string seed_command(const NonceSeed& of) {
  return fmt::format(
      "echo $((0x$(printf 'brewproof.seed/1\\n%s\\n%s\\n%s\\n%s' {} {} {} {} | sha256sum | cut "
      "-c3-16) "
      "& 0x1fffffffffffff))",
      shell_word(of.nonce), of.procedure_sha256, of.bench_sha256, of.counter);
}

}  // namespace brewproof
