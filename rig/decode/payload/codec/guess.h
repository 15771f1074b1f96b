// What a hidden text would begin and end with: documents are told by their brackets.
#pragma once

#include "rig/decode/payload/alphabet.h"

namespace brewproof::decode {

/// May a document (JSON, XML) begin with these two characters?
constexpr bool begins_document(std::uint8_t first, std::uint8_t second) {
  const bool white = second == ' ' || second == '\t' || second == '\r' || second == '\n';
  const bool letter = (second | 0x20) >= 'a' && (second | 0x20) <= 'z';
  switch (first) {
    case '{':
      return second == '"' || second == '}' || white;
    case '[':
      return second == '"' || second == '{' || second == '[' || second == ']' || second == '-' ||
             (second >= '0' && second <= '9') || white;
    case '<':
      return second == '?' || second == '!' || letter;
    default:
      return false;
  }
}

constexpr bool ends_document(std::uint8_t last) {
  return last == '}' || last == ']' || last == '>' || last == '\n';
}

}  // namespace brewproof::decode
