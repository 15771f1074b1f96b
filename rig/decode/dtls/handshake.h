// Handshake messages over DTLS (RFC 6347 section 4.2), put together from fragments that may come in
// any order and again. Each becomes a message with the bytes of all records that carried it.
#pragma once

#include <array>
#include <list>

#include "rig/decode/quic/crypto_stream.h"
#include "rig/decode/room.h"

namespace brewproof::decode {

class DtlsHandshake {
 public:
  DtlsHandshake(Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  /// What one record carries, open. `wire`: its bytes with the header, which count on the messages.
  void add(Side from, ByteView content, std::size_t wire, const Span& span);
  /// Nothing more comes: what is under construction goes out.
  void end(std::string_view why);
  /// As the server selected it; 0: not known yet.
  [[nodiscard]] std::uint16_t version() const { return version_; }
  /// Of the latest hello; empty: none was captured.
  [[nodiscard]] ByteView client_random() const { return client_random_; }

 private:
  struct Pending {
    Pending(Side side, std::uint16_t number, std::uint8_t kind, std::size_t size, Budget& budget)
        : from(side), sequence(number), type(kind), length(size), bytes(budget) {}
    Side from;
    std::uint16_t sequence;
    std::uint8_t type;
    std::size_t length;
    CryptoStream bytes;
    std::size_t wire = 0;  // of the records that carried it
    Span span;
  };
  std::list<Pending>::iterator pending(Side from, std::uint16_t sequence, std::uint8_t type,
                                       std::size_t length);
  void send(std::list<Pending>::iterator at, std::string_view cut);
  void add_body(Message& message, Side from, std::uint8_t type, ByteView body, bool whole);
  void send_unread(Side from, ByteView content, std::size_t wire, const Span& span);

  Flow* flow_;
  Outlet* out_;
  std::uint16_t version_ = 0;
  Bytes client_random_;
  std::list<Pending> pending_;           // oldest first
  std::array<std::uint64_t, 2> sent_{};  // by side: a bit for each of the first 64 numbers
};

}  // namespace brewproof::decode
