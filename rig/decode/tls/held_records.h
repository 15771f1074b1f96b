// What a server says before the client's hello came: a tap with two ports may write neighbours the
// wrong way round, and what opens the server's records stands in the client's hello. A bounded
// number of bytes waits.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/decode/stream/held_bytes.h"
#include "rig/decode/tls/records.h"

namespace brewproof::decode {

class HeldRecords {
 public:
  explicit HeldRecords(Budget& budget) : budget_(&budget) {}

  /// Keeps a copy; false: it is the last one for which there was room.
  [[nodiscard]] bool add(const TlsRecord& record, std::string_view why) {
    Held& held = held_.emplace_back(Held{record, {}, HeldBytes(*budget_), std::string(why)});
    std::copy(record.header.begin(), record.header.end(), held.header.begin());
    held.content.append(record.content);
    size_ += record.content.size();
    return size_ < most_bytes && held_.size() < most_records;
  }

  /// Gives all of them, in order, to use(record, why).
  template <class Use>
  void release(Use use) {
    std::vector<Held> all = std::move(held_);
    held_.clear();
    size_ = 0;
    for (Held& held : all) {
      held.record.header = ByteView(held.header).first(held.record.header.size());
      held.record.content = held.content.view();
      use(held.record, std::string_view(held.why));
    }
  }

 private:
  static constexpr std::size_t most_bytes = 65536, most_records = 64;
  struct Held {
    TlsRecord record;  // its views are set when it is released
    std::array<std::uint8_t, tls_record_header> header;
    HeldBytes content;
    std::string why;
  };
  Budget* budget_;
  std::vector<Held> held_;
  std::size_t size_ = 0;
};

}  // namespace brewproof::decode
