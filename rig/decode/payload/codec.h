// A codec undoes one encoding of a value: base64, gzip, XOR. Each stands in a file of its own in
// codec/ and has one line in codecs.cpp; it recognises its encoding by content.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode {

/// One attempt to undo an encoding.
struct Opening {
  Bytes& bytes;            // empty at first; then what came out, also before a fault
  std::size_t limit = 0;   // this many bytes may come out
  bool declared = false;   // the protocol says that it is this encoding
  std::string step = {};   // its step in the field path where that is more than its name: "xor:5a"
  std::string fault = {};  // "" = whole; else what stopped it, and at which byte
  bool limit_reached = false;
  /// Magic bytes and check sums leave no doubt: what comes out is shown even if it is no structure.
  bool proven = false;

  /// Appends as much as is allowed; false: that was not all.
  bool add(ByteView more);
  /// May `count` bytes come out? False: the fault says that they may not.
  [[nodiscard]] bool can_hold(std::size_t count);
};

struct Codec {
  std::string_view name;  // as in field paths
  // HTTP content coding (RFC 9110 section 8.4.1), or as a room declares it
  std::string_view coding = {};
  /// So much fits it that only a structure right below it counts.
  bool doubtful = false;
  /// A cheap look at the first bytes; nullptr: never guessed, only opened where it is declared.
  bool (*looks)(ByteView packed) = nullptr;
  void (*open)(ByteView packed, Opening& opening) = nullptr;
};

/// In the order in which they are tried.
[[nodiscard]] std::span<const Codec* const> codecs();

/// Does it begin as printable ASCII? Text and binary encodings keep out of each other's way.
[[nodiscard]] bool begins_as_text(ByteView bytes);

}  // namespace brewproof::decode
