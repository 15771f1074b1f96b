// Bus traffic as the standard prints it: "VMC 10* 10  PER 00*", a * behind each byte whose mode bit
// is set.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/mdb/block.h"

namespace brewproof::mdb::testing {

struct Spoken {
  From from{};
  Bytes bytes;
  std::vector<bool> mode_bits;
};

inline std::vector<Spoken> transcript(std::string_view text) {
  std::vector<Spoken> all;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    if (word == "VMC" || word == "PER") {
      all.push_back({word == "VMC" ? From::master : From::peripheral, {}, {}});
      continue;
    }
    all.back().bytes.push_back(static_cast<std::uint8_t>(std::stoul(word, nullptr, 16)));
    all.back().mode_bits.push_back(word.back() == '*');
  }
  return all;
}

/// "13* 00 00 64" -> four bytes.
inline Bytes bytes_of(std::string_view text) {
  return transcript("VMC " + std::string(text)).front().bytes;
}

/// The content of a whole block, whose check byte must hold.
inline Bytes content_of(std::string_view text, From from) {
  const Bytes bytes = bytes_of(text);
  const auto block = read_block(bytes, from);
  if (!block) {
    ADD_FAILURE() << fault_text(block.error(), bytes);
    return {};
  }
  return {block->content.begin(), block->content.end()};
}

}  // namespace brewproof::mdb::testing
