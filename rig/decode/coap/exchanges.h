// The requests and responses of one CoAP conversation. Responses are matched by token (RFC 7252
// section 5.3.2), notifications of what is observed too (RFC 7641); what comes in blocks is put
// together into one message (RFC 7959); what is sent again because its acknowledgement was lost is
// counted on the first copy (RFC 7252 section 4.2). Bounded: 16 exchanges; the oldest makes room,
// those that observe last of all.
#pragma once

#include <deque>
#include <string>

#include "rig/decode/coap/fields.h"
#include "rig/decode/coap/message.h"
#include "rig/decode/room.h"
#include "rig/decode/stream/held_bytes.h"

namespace brewproof::decode {

class CoapExchanges final : public Session {
 public:
  CoapExchanges(Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  void read(const Datagram& datagram, const CoapMessage& coap);
  void end(std::string_view why) override;
  /// What is observed may stay as it is for hours.
  [[nodiscard]] bool lasts() const override;

  /// The message belongs to an exchange that was seen to begin: so it is CoAP on any port.
  [[nodiscard]] bool knows(Side from, const CoapMessage& coap) const;

 private:
  /// A message, perhaps of several datagrams, that waits for more: further blocks, or the sign that
  /// no further copy will come.
  struct Unit {
    Unit(Budget& budget, bool is_response) : payload(budget), response(is_response) {}
    Message message;
    Span span;
    HeldBytes payload;  // of blocks
    CoapContent content;
    std::size_t next_offset = 0;  // of the block to come
    std::uint16_t id = 0;         // of the latest datagram, as `hash`
    std::uint64_t hash = 0;
    bool response = false;
    bool seen = false, held = false, in_blocks = false, hole = false;
  };
  struct Exchange {
    Exchange(Side asks, Budget& budget)
        : client(asks), request(budget, false), response(budget, true) {}
    Side client;
    Bytes token;
    std::string label;           // "GET /a/b"
    std::uint64_t resource = 0;  // hash of method and options, but those of blocks
    bool observes = false;
    Unit request, response;
  };

  bool repeat(const Datagram& datagram, const CoapMessage& coap);
  void read_empty(const Datagram& datagram, const CoapMessage& coap);
  void read_request(const Datagram& datagram, const CoapMessage& coap);
  void read_response(const Datagram& datagram, const CoapMessage& coap);
  bool continue_request(const Datagram& datagram, const CoapMessage& coap, std::uint64_t resource);
  void begin_unit(Unit& unit, const Datagram& datagram, const CoapMessage& coap,
                  const std::optional<CoapBlock>& block, std::string_view label);
  void add_block(Unit& unit, const Datagram& datagram, const CoapBlock& block, ByteView payload);
  void finish_payload(Unit& unit);
  void release(Unit& unit, std::string_view why);
  void make_room();
  void release_overdue(std::int64_t now_ns);
  Exchange* by_token(Side client, ByteView token);
  Unit* by_id(Side from, std::uint16_t id);

  Flow* flow_;
  Outlet* out_;
  std::deque<Exchange> exchanges_;  // oldest first
};

}  // namespace brewproof::decode
