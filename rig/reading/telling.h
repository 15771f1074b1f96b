// What the decoding process tells the controller, over a pipe, in batches: messages as they are
// complete, and at the end of each batch how far it is, so that whole batches alone are a state
// that adds up. What the controller orders of it comes first, the other way, behind its length too;
// a capture that is followed comes behind the order.
//
// A batch is its length (32 bits, little-endian) and then: the version, records, a `state` record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/decode/decoder.h"
#include "rig/model/form.h"
#include "rig/model/result.h"
#include "rig/reading/proto_wish.h"

namespace brewproof {

inline constexpr std::uint8_t telling_version = 4;
/// No batch passes this: the longest message (decode's max_fields and max_value) is far below.
inline constexpr std::size_t longest_batch = 256u << 20;

/// One capture file as far as it was read.
struct FileRead {
  std::uint64_t packets = 0;
  std::int64_t first_ns = 0, last_ns = 0;  // of its packets; both 0 where it has none
  std::optional<std::uint64_t> dropped;    // nullopt: the file does not say
  bool ended = false;                      // read to its end, or to the damage
  std::string fault;                       // "" = whole; else what is damaged, with file:offset
  KeyLogRead keys;                         // its own secrets of TLS sessions, unnamed
  friend bool operator==(const FileRead&, const FileRead&) = default;
};

/// What is to be decoded.
struct DecodeOrder {
  struct File {
    std::string path;  // to open
    std::string name;  // in texts
    friend bool operator==(const File&, const File&) = default;
  };
  std::vector<File> files;
  std::string key_log;            // of TLS sessions; it is read apart too
  std::vector<ProtoWish> protos;  // what they name is read by name
  DecodeOptions options;          // without what is made of the key log and the .proto files
  /// The one file is not opened: its bytes come behind the order, as they are captured, and what
  /// they hold is told as soon as no more are there.
  bool follows = false;
};

enum class Told : std::uint8_t {
  message = 1,
  state,    // number of the file in hand and what is known of it, then the totals until now
  refusal,  // nothing can be decoded: an error, and the end
  done      // everything was decoded: the end
};

void write(const DecodeOrder& order, FormWriter& to);
void write(const Message& message, FormWriter& to);
void write(const FileRead& file, FormWriter& to);
void write(const DecodeTotals& totals, FormWriter& to);
void write(const Error& error, FormWriter& to);

// Each takes what write() made, from bytes of any origin. Where the reader is not ok() afterwards
// the value is of no use.
[[nodiscard]] DecodeOrder read_order(FormReader& from);
[[nodiscard]] Message read_message(FormReader& from);
[[nodiscard]] FileRead read_file(FormReader& from);
[[nodiscard]] DecodeTotals read_totals(FormReader& from);
[[nodiscard]] Error read_error(FormReader& from);

}  // namespace brewproof
