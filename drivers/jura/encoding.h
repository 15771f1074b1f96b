// How the service port of Jura machines (Eugster "Toptronic", first version) writes characters:
// each byte as four on the wire, which carry two of its bits each, the lowest pair first, in the
// places 04 and 20; all other places are 1 when we write and are not looked at when we read, since
// machines send them differently. Lines end with CR LF (Jutta-Proto/protocol-cpp, README and
// protocol_snoops). Pure.
//
//   "TY:\r\n"   DB DF DF DF  DF FB DF DF  FB FB FF DB  DF FF DB DB  FB FB DB DB
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::jura {

inline constexpr std::size_t wire_bytes_each = 4;

[[nodiscard]] Bytes encode(std::string_view text);

/// Lines out of wire bytes that come in pieces. Nothing on the wire says where a character begins:
/// it is read in each of the four ways at once, so that bytes too many before a line, or one that
/// was lost, do not hide it. Who asks must know its line: read wrongly, wire bytes are characters
/// too.
class LineDecoder {
 public:
  void feed(ByteView bytes);
  /// The next whole line without CR LF.
  [[nodiscard]] std::optional<std::string> next();

 private:
  struct Reading {
    std::size_t taken = 0;  // wire bytes of the character that is being read
    unsigned character = 0;
    std::string line;
  };
  void take(Reading& reading, std::uint8_t byte);

  std::array<Reading, wire_bytes_each> readings_;
  std::size_t heard_ = 0;  // wire bytes in all, as far as it matters
  std::deque<std::string> lines_;
};

}  // namespace brewproof::jura
