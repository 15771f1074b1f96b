#include "rig/decode/stream/tcp.h"

namespace brewproof::decode {
namespace {

constexpr std::int64_t reset_window = 1 << 20;  // a reset further ahead is not believed

}  // namespace

TcpConnection::Direction::Direction(TcpConnection& owner, Side which)
    : connection(owner), side(which), order(owner.out_.budget, owner.out_.options.max_buffer) {}

void TcpConnection::Direction::bytes(ByteView bytes, const Span& span) {
  ended = false;  // a reset that was followed by bytes was none
  if (side == connection.flow_.dut) connection.out_.uplink.in_order(bytes.size());
  connection.conversation_.bytes(side, bytes, span);
}

void TcpConnection::Direction::gap(std::uint64_t count) {
  connection.out_.totals.gap_bytes += count;
  connection.conversation_.gap(side, count);
}

TcpConnection::TcpConnection(Flow& flow, Outlet& out)
    : flow_(flow),
      out_(out),
      conversation_(flow, out),
      client_(*this, Side::client),
      server_(*this, Side::server) {}

bool TcpConnection::reused_by(Side from, const TcpHeader& header) const {
  if (!header.has(TcpHeader::syn) || header.has(TcpHeader::ack)) return false;
  const Direction& sender = direction(from);
  if (from == Side::server && !conversation_.started(from))
    return true;  // we took the wrong side for it
  return sender.order.synchronized() && sender.order.first_sequence() != header.sequence + 1;
}

bool TcpConnection::closed() const { return client_.ended && server_.ended; }

void TcpConnection::segment(Side from, const TcpHeader& header, ByteView payload,
                            std::size_t wire_length, const Span& span) {
  Direction& sender = direction(from);
  Direction& receiver = direction(other(from));
  std::uint32_t sequence = header.sequence;
  if (header.has(TcpHeader::syn)) {
    ++sequence;  // a SYN takes one number; bytes on it (RFC 7413) come after that
    if (!sender.order.synchronized()) {
      sender.order.synchronize(sequence);
      conversation_.starts(from);
    }
  }
  if (header.has(TcpHeader::ack))
    receiver.order.acknowledged(header.acknowledgement, span.first_ns);
  if (wire_length != 0) sender.order.add(sequence, payload, wire_length, span, sender);
  if (sender.order.waiting()) sender.order.review(span.first_ns, sender);
  if (receiver.order.waiting()) receiver.order.review(span.first_ns, receiver);

  if (header.has(TcpHeader::fin) && !sender.fin_seen) {
    sender.fin_seen = true;
    sender.fin_sequence = sequence + static_cast<std::uint32_t>(wire_length);
  }
  if (sender.fin_seen && !sender.ended &&
      (!sender.order.synchronized() || sender.order.ahead(sender.fin_sequence) <= 0))
    end(sender, "the connection was closed");
  if (header.has(TcpHeader::rst)) {
    const std::int64_t ahead =
        sender.order.synchronized() ? sender.order.ahead(header.sequence) : 0;
    if (ahead >= -1 && ahead <= reset_window) {
      for (Direction* side : {&sender, &receiver}) {
        side->order.flush(*side);
        if (!side->ended) end(*side, "the connection was reset");
      }
    }
  }
  if (closed()) conversation_.close();
}

void TcpConnection::end(Direction& from, std::string_view why) {
  from.ended = true;
  conversation_.end(from.side, why);
}

void TcpConnection::finish(std::string_view why) {
  for (Direction* side : {&client_, &server_}) {
    side->order.flush(*side);
    if (!side->ended) end(*side, why);
  }
  conversation_.close();
}

}  // namespace brewproof::decode
