#include "rig/decode/http2/grpc.h"

#include <algorithm>

#include "rig/decode/text.h"

namespace brewproof::decode::http2 {
namespace {

constexpr std::string_view grpc = "application/grpc";

}  // namespace

GrpcMessages::Piece GrpcMessages::take(ByteView bytes) {
  Piece piece;
  while (prefix_size_ < prefix_.size() && piece.size < bytes.size()) {
    prefix_[prefix_size_++] = bytes[piece.size++];
    if (prefix_size_ == prefix_.size()) {
      ByteReader reader(ByteView(prefix_).subspan(1));
      left_ = reader.be32();
    }
  }
  if (prefix_size_ < prefix_.size()) return piece;
  const std::size_t count = std::min<std::size_t>(left_, bytes.size() - piece.size);
  piece.content = bytes.subspan(piece.size, count);
  piece.size += count;
  left_ -= static_cast<std::uint32_t>(count);
  piece.ends = left_ == 0;
  if (piece.ends) prefix_size_ = 0;
  return piece;
}

bool GrpcMessages::skip(std::uint64_t count) {
  if (prefix_size_ < prefix_.size() || count >= left_) return false;
  left_ -= static_cast<std::uint32_t>(count);
  return true;
}

bool is_grpc(std::string_view content_type) {
  if (content_type.size() < grpc.size() ||
      !equal_ignoring_case(content_type.substr(0, grpc.size()), grpc))
    return false;
  const std::string_view rest = content_type.substr(grpc.size());
  return rest.empty() || rest[0] == '+' || rest[0] == ';' || rest[0] == ' ';
}

std::string_view message_type(std::string_view content_type) {
  return contains_ignoring_case(content_type, "+json") ? "application/json"
                                                       : "application/protobuf";
}

}  // namespace brewproof::decode::http2
