// Handshake messages (RFC 8446 section 4, RFC 5246 section 7.4), put together from the records that
// carry them: several may share a record, one may run over several. Each becomes a message.
#pragma once

#include <array>
#include <string_view>

#include "rig/decode/outlet.h"
#include "rig/decode/packet/flow.h"
#include "rig/decode/tls/session.h"

namespace brewproof::decode {

class TlsHandshake {
 public:
  TlsHandshake(Flow& flow, Outlet& out, TlsSession& session)
      : flow_(&flow), out_(&out), session_(&session), half_{Half(out.budget), Half(out.budget)} {}

  /// What one record carries, never sealed or opened. `wire`: its bytes with header and sealing,
  /// which count on the first message that ends in it.
  void add(Side from, ByteView content, std::size_t wire, const Span& span);
  /// The beginning of a record whose rest was never captured.
  void add_cut(Side from, ByteView content, std::size_t wire, const Span& span,
               std::string_view why);
  /// Nothing more comes from this side: what is under construction goes out.
  void end(Side from, std::string_view why);

  /// A message is under construction.
  [[nodiscard]] bool unfinished(Side from) const { return !half_[index(from)].bytes.empty(); }

 private:
  struct Half {
    explicit Half(Budget& budget) : bytes(budget) {}
    HeldBytes bytes;           // of an unfinished message
    std::size_t overhead = 0;  // of records, not counted on a message yet
    Span span;                 // of the message under construction
    Span latest;               // of the last record
  };
  std::size_t read(Side from, Half& half, ByteView bytes);
  void message(Side from, Half& half, std::uint8_t type, ByteView body);
  void cut(Side from, Half& half, ByteView bytes, std::string_view why);
  Message& begin(Side from, Half& half, std::size_t size);
  void read_body(Message& message, Side from, std::uint8_t type, ByteView body, bool whole);
  void read_client_hello(Message& message, Side from, ByteView body, bool whole);
  void read_server_hello(Message& message, ByteView body, bool whole);

  Flow* flow_;
  Outlet* out_;
  TlsSession* session_;
  std::array<Half, 2> half_;
};

/// Whether content may begin a handshake message: after a gap or a late start it may as well be
/// sealed without our knowing.
[[nodiscard]] bool begins_tls_handshake(ByteView content);

}  // namespace brewproof::decode
