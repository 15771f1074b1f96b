// What is compared, kind by kind: how a message of ours and a message of tshark's are written as
// the same line of text. The table (kind_table.cpp) is the list of all that is compared.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/crosscheck/dissection.h"
#include "rig/model/kept_message.h"

namespace brewproof {

/// Bytes of a value that are compared: a little less than the decoder keeps of a long one.
inline constexpr std::size_t most_compared = 4000;

/// One value of either side, before it is brought into the common form.
struct Cell {
  std::string_view value;
  bool bytes = false;  // lower-case hex of bytes that are no text
};
/// Appends what the cell is in the common form: nothing, one value or several.
using Form = void (*)(const Cell& cell, std::vector<std::string>& values);

struct Column {
  std::string_view name;
  /// Paths of our fields, by blanks. `label:1` is the label's first word, `label:2` what follows
  /// it, `query:*` keys and values of all fields that begin so, `property:=` their values and, of
  /// pairs, the keys, `body...` the content of a part.
  std::string_view ours;
  Form our_form;
  /// Names of their leaves, by blanks.
  std::string_view theirs;
  Form their_form;
  bool first = false;  // of their leaves counts alone
};

struct Kind {
  std::string_view name;  // "http requests"
  bool (*ours)(const KeptMessage& message);
  std::string_view layer;   // of tshark's
  std::string_view begins;  // the leaf that begins a message; "": each layer is one
  std::string_view has;     // the leaves that a message of this kind must have, by blanks,
  std::string_view equal;   // the first with one of these values; "": any
  std::span<const Column> columns;
  /// Of this kind, but made of several of theirs, or opened further than they do.
  bool (*aside)(const KeptMessage& message) = nullptr;
};

[[nodiscard]] std::span<const Kind> kinds();

enum class LineReading : std::uint8_t {
  none,   // of another kind
  line,   // to be compared
  aside,  // of this kind, but no line can be made of it
};
[[nodiscard]] LineReading read_ours(const Kind& kind, const KeptMessage& message,
                                    std::string& line);

/// Each of their messages of this kind in one packet.
void read_theirs(const Kind& kind, const Dissection& packet,
                 const std::function<void(const std::string& line)>& use);

}  // namespace brewproof
