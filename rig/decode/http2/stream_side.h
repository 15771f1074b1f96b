// One direction of one stream (RFC 9113 section 8.1): a request or a response while its frames
// arrive. A gRPC call that streams gives one message for each of its own. Kept and used again.
#pragma once

#include <string>
#include <string_view>

#include "rig/decode/http/body.h"
#include "rig/decode/http/exchange.h"
#include "rig/decode/http2/grpc.h"
#include "rig/decode/http2/header_blocks.h"
#include "rig/decode/packet/span.h"

namespace brewproof::decode::http2 {

/// Where a message goes and what it belongs to.
struct Place {
  Flow& flow;
  Outlet& out;
  Side from;
  std::string& request;   // the label of the stream's request; "" where it is not known
  bool promised = false;  // a request that a server makes for the client
};

class StreamSide {
 public:
  explicit StreamSide(Budget& budget) : body_(budget), share_(budget) {}
  /// Empties it for another stream.
  void reset();

  /// `wire` bytes of a frame that are not its content: its header, padding, a header block.
  void count(const Place& place, std::uint64_t wire, const Span& span);
  /// The header, an interim one or the trailer. `wire` bytes of frames carried it.
  void header(const Place& place, HeaderBlocks& blocks, ByteView block, std::uint64_t wire,
              const Span& span);
  /// A header block that is not there whole.
  void lost_header(const Place& place, std::uint64_t wire, const Span& span, std::string_view why);
  /// A DATA frame begins; its header has `wire` bytes.
  void begin_data(const Place& place, std::uint64_t wire, std::uint32_t length, const Span& span);
  void data(const Place& place, ByteView piece, const Span& span);
  /// Bytes of its content were never captured.
  void gap(std::uint64_t count);
  void mark_gap() { gap_ = true; }
  /// A frame of it is not as it should be.
  void malformed(const Place& place, std::string why);
  /// Its last frame was read.
  void finish(const Place& place);
  /// Nothing more comes.
  void cut(const Place& place, std::string_view why);

 private:
  void begin(const Place& place, const Span& span);
  void field(const Place& place, std::string_view name, std::string_view value);
  void first_line(const Place& place);
  void send(const Place& place);

  Message message_;
  bool begun_ = false, gap_ = false;
  std::uint64_t wire_ = 0;
  Span span_;
  Body body_;

  // What its header said; it holds for all messages of the stream.
  bool header_seen_ = false;
  unsigned status_ = 0;
  std::string method_, target_, authority_, type_, encoding_, grpc_encoding_;
  std::string label_;
  HeaderFields fields_;
  std::size_t list_size_ = 0, values_ = 0;
  Share share_;  // of the memory that its fields take

  bool grpc_ = false;
  GrpcMessages messages_;
  bool whole_ = false, packed_ = false;  // a gRPC message has ended
};

}  // namespace brewproof::decode::http2
