// One QUIC connection as it is seen from outside: its hellos are opened and put together, all that
// follows is sealed. A message is a packet; a hello that runs over several packets is one message
// with the bytes of all of them.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "rig/decode/quic/crypto_stream.h"
#include "rig/decode/quic/initial.h"
#include "rig/decode/room.h"
#include "rig/decode/tls/tally.h"

namespace brewproof::decode {

class QuicConnection final : public Session {
 public:
  QuicConnection(Flow& flow, Outlet& out)
      : flow_(&flow), out_(&out), half_{Half(out.budget), Half(out.budget)}, tally_(flow, out) {}

  /// Reads a datagram: packets with long headers, then perhaps one with a short header.
  void read(const Datagram& datagram, const std::vector<QuicPacket>& packets);
  void end(std::string_view why) override;
  /// Packets with short headers cannot be told without it.
  [[nodiscard]] bool lasts() const override { return confirmed_; }
  /// A packet was opened, so what follows is QUIC.
  [[nodiscard]] bool confirmed() const { return confirmed_; }

 private:
  /// What one side sends.
  struct Half {
    explicit Half(Budget& budget) : crypto(budget) {}
    QuicKeys keys;
    std::uint32_t keys_version = 0;
    CryptoStream crypto;
    Bytes id;                 // as the other side addresses it
    std::size_t waiting = 0;  // bytes of packets that carry an unfinished hello
    Span waiting_span;
  };
  Half& half(Side side) { return half_[index(side)]; }
  std::optional<QuicOpened> open(Side from, const QuicPacket& packet);
  void read_initial(const Datagram& datagram, const QuicPacket& packet, std::size_t size);
  void read_frames(Message& message, Half& from, const QuicOpened& opened);
  bool send_hellos(Side from, const QuicPacket& packet);
  void send_sealed(const Datagram& datagram, const QuicPacket& packet, std::size_t size);
  void send_short(const Datagram& datagram, ByteView bytes, std::size_t size);
  Message& begin_packet(const Datagram& datagram, std::size_t size, std::size_t captured);
  void count_sealed(const Datagram& datagram) {
    tally_.sealed("quic", datagram.span.first, client_random_);
  }
  void add_hello(Message& message, Side from, std::uint8_t type, ByteView body);

  Flow* flow_;
  Outlet* out_;
  std::array<Half, 2> half_;
  Bytes origin_;  // the destination of the client's first packet: keys come from it
  Side client_ = Side::client;
  bool confirmed_ = false;
  Bytes client_random_;
  SessionTally tally_;
};

/// A client's first packet: it opens with keys from its own destination.
[[nodiscard]] bool begins_quic(const QuicPacket& packet);

}  // namespace brewproof::decode
