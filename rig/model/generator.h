// The named generator "xoshiro256**/1": every lot of a plan and every re-draw of an analysis comes
// from it. Library shuffles and distributions differ between implementations; this one is written
// out, so that an auditor can repeat it: xoshiro256** 1.0 seeded by splitmix64 (David Blackman and
// Sebastiano Vigna, public domain, prng.di.unimi.it), bounded draws by rejection, Fisher-Yates from
// the end. A change of any output is a new name.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace brewproof {

inline constexpr std::string_view generator_name = "xoshiro256**/1";

/// One step of splitmix64: advances `state` and returns 64 mixed bits.
constexpr std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15u;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

class Generator {
 public:
  /// The four state words are the first four outputs of splitmix64 from `seed`.
  explicit constexpr Generator(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = splitmix64(seed);
  }
  /// From the state words themselves; not all may be zero.
  explicit constexpr Generator(const std::array<std::uint64_t, 4>& state) : state_(state) {}

  /// The next 64 bits.
  constexpr std::uint64_t next() {
    auto& s = state_;
    const std::uint64_t result = std::rotl(s[1] * 5, 7) * 9;
    const std::uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = std::rotl(s[3], 45);
    return result;
  }

  /// Uniform in [0, bound): the lowest (2^64 mod bound) values are drawn again, the rest is reduced
  /// modulo `bound`. A bound of 0 or 1 gives 0 and draws nothing.
  constexpr std::uint64_t below(std::uint64_t bound) {
    if (bound < 2) return 0;
    std::uint64_t bits = next();
    // (2^64 mod bound) lies below `bound`: it is worked out only for what lies there, too.
    if (bits < bound) {
      const std::uint64_t unfair = (0 - bound) % bound;
      while (bits < unfair) bits = next();
    }
    return bits % bound;
  }

  /// Fisher-Yates from the end: for i = n-1 .. 1, item i changes places with item below(i + 1).
  template <class T>
  constexpr void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i-- > 1;) {
      const auto j = static_cast<std::size_t>(below(i + 1));
      using std::swap;
      if (i != j) swap(items[i], items[j]);
    }
  }

 private:
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace brewproof
