// Messages inside the DATA of a gRPC call (gRPC over HTTP/2): one byte that says whether it is
// packed, four of length, the message.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode::http2 {

/// Finds where messages begin and end in bytes that come in pieces.
class GrpcMessages {
 public:
  struct Piece {
    std::size_t size = 0;  // bytes taken
    ByteView content;      // of these, the message's own
    bool ends = false;     // the message ends with them
  };
  /// Takes bytes of one message from the front of `bytes`, which are not empty.
  Piece take(ByteView bytes);
  [[nodiscard]] bool between() const { return prefix_size_ == 0; }
  [[nodiscard]] bool packed() const { return prefix_[0] != 0; }
  /// Bytes were lost: false where it is not known any more which message they belonged to.
  [[nodiscard]] bool skip(std::uint64_t count);

 private:
  std::array<std::uint8_t, 5> prefix_{};
  std::size_t prefix_size_ = 0;
  std::uint32_t left_ = 0;
};

[[nodiscard]] bool is_grpc(std::string_view content_type);
/// The media type of the messages themselves: "application/grpc+json" carries application/json.
[[nodiscard]] std::string_view message_type(std::string_view content_type);

}  // namespace brewproof::decode::http2
