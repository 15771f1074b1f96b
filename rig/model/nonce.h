// The seed that an auditor's nonce stands for. The auditor chooses the nonce, the files and the
// count of earlier runs are fixed before it is known, so nobody at the bench can pick the lots.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace brewproof {

struct NonceSeed {
  std::string nonce;
  std::string procedure_sha256, bench_sha256;  // of the files' bytes
  int counter = 0;  // earlier runs of this procedure on this machine in the bench's log
};

/// The first 8 bytes of a digest, big-endian, modulo 2^53 so that the seed survives every JSON
/// reader.
[[nodiscard]] std::uint64_t seed_of_digest(std::string_view digest);

/// Of the SHA-256 of "brewproof.seed/1", the nonce, both hashes and the counter, joined by line
/// feeds.
[[nodiscard]] std::uint64_t seed_of_nonce(const NonceSeed& of);

/// The same as a line for a POSIX shell with sha256sum: prints the seed.
[[nodiscard]] std::string seed_command(const NonceSeed& of);

}  // namespace brewproof
