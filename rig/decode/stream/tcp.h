// One TCP connection: both directions put in order and handed on as a conversation.
#pragma once

#include "rig/decode/stream/conversation.h"
#include "rig/decode/stream/reassembly.h"

namespace brewproof::decode {

struct TcpHeader {
  static constexpr std::uint8_t fin = 1, syn = 2, rst = 4, ack = 16;
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t sequence = 0, acknowledgement = 0;
  std::uint8_t flags = 0;
  std::size_t length = 0;  // with options
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

class TcpConnection {
 public:
  TcpConnection(Flow& flow, Outlet& out);

  /// `wire_length`: of the payload before a snap length cut it.
  void segment(Side from, const TcpHeader& header, ByteView payload, std::size_t wire_length,
               const Span& span);
  /// Sends out what is under construction: the capture ends here, or the flow has to make room.
  void finish(std::string_view why);

  /// A SYN that cannot belong to this connection: the ports are used again.
  [[nodiscard]] bool reused_by(Side from, const TcpHeader& header) const;
  /// Both sides have closed, or one has reset.
  [[nodiscard]] bool closed() const;

 private:
  struct Direction final : InOrder {
    Direction(TcpConnection& owner, Side side);
    void bytes(ByteView bytes, const Span& span) override;
    void gap(std::uint64_t count) override;

    TcpConnection& connection;
    Side side;
    Reassembly order;
    bool fin_seen = false, ended = false;
    std::uint32_t fin_sequence = 0;
  };
  Direction& direction(Side side) { return side == Side::client ? client_ : server_; }
  [[nodiscard]] const Direction& direction(Side side) const {
    return side == Side::client ? client_ : server_;
  }
  void end(Direction& from, std::string_view why);

  const Flow& flow_;
  Outlet& out_;
  Conversation conversation_;
  Direction client_, server_;
};

}  // namespace brewproof::decode
