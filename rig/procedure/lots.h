// The lots of a plan: one independent stream of the named generator for each purpose, so that a
// parameter more changes nobody else's lots, and the ways values are dealt to slots. Integers only:
// the same on every compiler.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/generator.h"
#include "rig/model/value.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

/// State words = the four big-endian words of SHA-256("brewproof.plan/1\n<seed>\n<purpose>").
[[nodiscard]] Generator stream(std::uint64_t seed, std::string_view purpose);

/// The levels of a small set: one_of as written, a range without `unique` spelled out.
[[nodiscard]] std::vector<Value> levels_of(const ParameterSpec& spec);

/// How many different values a unique parameter has; 2^63 for tokens of 8 bytes and more.
[[nodiscard]] std::uint64_t different_values(const ParameterSpec& spec);

/// `count` values from `levels`: each count/levels times, the remainder to levels drawn without
/// replacement, all shuffled. Not `balanced`: each drawn on its own.
[[nodiscard]] std::vector<Value> deal(const std::vector<Value>& levels, bool balanced,
                                      std::size_t count, Generator& lots);

/// `count` values of a unique parameter that are not in `used`, which they join. The caller has
/// checked that there are enough.
[[nodiscard]] std::vector<Value> draw_unique(const ParameterSpec& spec, std::size_t count,
                                             std::set<Value>& used, Generator& lots);

}  // namespace brewproof
