// Parts of one parent that have the same name are told apart as in XPath: `item`, `item[2]`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/decode/text.h"

namespace brewproof::decode {

class Siblings {
 public:
  /// Which one of this name it is, from 1. Beyond 64 names all count as the first of theirs.
  std::size_t next(std::uint64_t name) {
    constexpr std::size_t most = 64;
    for (Name& known : names_)
      if (known.name == name) return ++known.count;
    if (names_.size() < most) names_.push_back({name, 1});
    return 1;
  }
  std::size_t next(std::string_view name) { return next(std::hash<std::string_view>{}(name)); }

  /// Appends "[2]" and so on; nothing for the first.
  static void append(std::string& path, std::size_t number) {
    if (number < 2) return;
    path += '[';
    append_number(path, number);
    path += ']';
  }

 private:
  struct Name {
    std::uint64_t name;
    std::size_t count;
  };
  std::vector<Name> names_;
};

}  // namespace brewproof::decode
