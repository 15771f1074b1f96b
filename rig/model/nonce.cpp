#include "rig/model/nonce.h"

#include <fmt/core.h>

#include "rig/model/sha256.h"

namespace brewproof {
namespace {

constexpr std::uint64_t mask_of_53_bits = (std::uint64_t{1} << 53) - 1;

// 'it'\''s': the one quoting in which a shell changes nothing.
std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

}  // namespace

std::uint64_t seed_of_nonce(const NonceSeed& of) {
  const std::string digest = sha256(fmt::format("brewproof.seed/1\n{}\n{}\n{}\n{}", of.nonce,
                                                of.procedure_sha256, of.bench_sha256, of.counter));
  return std::stoull(digest.substr(0, 16), nullptr, 16) & mask_of_53_bits;
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
