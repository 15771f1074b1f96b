#include "rig/procedure/lots.h"

#include <fmt/format.h>

#include <array>
#include <numeric>
#include <span>
#include <utility>

#include "rig/model/bytes.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

std::uint64_t hex_word(std::string_view digits) {
  std::uint64_t word = 0;
  for (const char c : digits)
    word = word << 4 | static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  return word;
}

Value draw(const ParameterSpec& spec, Generator& lots) {
  if (spec.kind == ParameterSpec::Kind::range)
    return spec.from + spec.step * static_cast<std::int64_t>(lots.below(different_values(spec)));
  Bytes token(static_cast<std::size_t>(spec.token_bytes));
  for (std::uint8_t& byte : token) byte = static_cast<std::uint8_t>(lots.below(256));
  return to_hex(token);
}

}  // namespace

Generator stream(std::uint64_t seed, std::string_view purpose) {
  const std::string digest = sha256(fmt::format("brewproof.plan/1\n{}\n{}", seed, purpose));
  std::array<std::uint64_t, 4> state{};
  for (std::size_t i = 0; i < state.size(); ++i)
    state[i] = hex_word(std::string_view(digest).substr(16 * i, 16));
  return Generator(state);
}

std::vector<Value> levels_of(const ParameterSpec& spec) {
  if (spec.kind != ParameterSpec::Kind::range) return spec.levels;
  std::vector<Value> levels;
  for (std::int64_t value = spec.from; value <= spec.to; value += spec.step)
    levels.emplace_back(value);
  return levels;
}

std::uint64_t different_values(const ParameterSpec& spec) {
  if (spec.kind == ParameterSpec::Kind::range)
    return static_cast<std::uint64_t>((spec.to - spec.from) / spec.step) + 1;
  if (spec.kind == ParameterSpec::Kind::token)
    return spec.token_bytes >= 8 ? std::uint64_t{1} << 63
                                 : std::uint64_t{1} << (8 * spec.token_bytes);
  return spec.levels.size();
}

std::vector<Value> deal(const std::vector<Value>& levels, bool balanced, std::size_t count,
                        Generator& lots) {
  std::vector<Value> hand;
  if (!balanced) {
    for (std::size_t i = 0; i < count; ++i) hand.push_back(levels[lots.below(levels.size())]);
    return hand;
  }
  std::vector<std::size_t> order(levels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (count % levels.size() != 0) lots.shuffle(std::span(order));
  for (std::size_t i = 0; i < count; ++i) hand.push_back(levels[order[i % levels.size()]]);
  lots.shuffle(std::span(hand));
  return hand;
}

std::vector<Value> draw_unique(const ParameterSpec& spec, std::size_t count, std::set<Value>& used,
                               Generator& lots) {
  std::vector<Value> values;
  while (values.size() < count) {
    Value value = draw(spec, lots);
    if (used.insert(value).second) values.push_back(std::move(value));
  }
  return values;
}

}  // namespace brewproof
