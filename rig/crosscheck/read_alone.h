// What no room claims is read through tshark: its three thousand dissectors need not be written
// again. Each value comes in as `tshark:<field>`; one decoder alone says it, and a note says so.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rig/crosscheck/dissection.h"
#include "rig/crosscheck/places.h"
#include "rig/crosscheck/tshark.h"
#include "rig/model/kept_message.h"
#include "rig/model/opinion.h"
#include "rig/model/result.h"

namespace brewproof {

struct ReadAloneLimits {
  std::uint64_t messages = 20'000;  // of one analysis
  std::size_t fields = 256;         // of one message
  std::size_t value = 4096;         // bytes of one value
};

/// No room claimed it: a datagram or a turn of a stream, told by its size.
[[nodiscard]] bool is_opaque(const KeptMessage& message);

class ReadingAlone {
 public:
  ReadingAlone(std::vector<KeptMessage>& messages, ReadAloneLimits limits)
      : messages_(messages), limits_(limits) {}

  struct Asked {
    std::size_t index;          // of the message
    std::uint64_t first, last;  // its frames in the file that tshark reads
  };
  struct Read {
    std::string protocol;
    std::vector<Field> fields;
    std::uint64_t explained = 0;  // bytes of values
    bool left_out = false;        // fields beyond the limit
    bool malformed = false;
  };
  using Reads = std::map<std::size_t, Read>;  // by message

  /// Of these messages those that the limit still allows; the others are counted.
  [[nodiscard]] std::vector<Asked> allowed(std::vector<Asked> asked);
  /// Has tshark read these messages of one file. Of several files at once, each in its thread.
  [[nodiscard]] Result<Reads> read(const Tshark& tshark, const std::string& capture,
                                   const std::vector<std::string>& arguments,
                                   std::vector<Asked> asked, const Places& places) const;
  void add(Reads reads) { reads_.merge(reads); }

  /// Adds to the messages what was read. A conversation's messages are called by tshark's name for
  /// the protocol where it has the same one for all of them, else they stay what they were.
  [[nodiscard]] std::vector<ReadAlone> apply();
  [[nodiscard]] std::uint64_t not_asked() const { return not_asked_; }
  /// Bytes from the DUT that apply() made values of.
  [[nodiscard]] std::uint64_t up_explained() const { return up_explained_; }

 private:
  void take(const Dissection& packet, Read& read) const;
  [[nodiscard]] std::string conversation(const KeptMessage& message) const;
  [[nodiscard]] std::map<std::string, std::string> names() const;

  std::vector<KeptMessage>& messages_;
  ReadAloneLimits limits_;
  Reads reads_;
  std::uint64_t asked_ = 0, not_asked_ = 0, up_explained_ = 0;
};

}  // namespace brewproof
