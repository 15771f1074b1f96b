#include "rig/decode/tcp.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_undecided = 16384;    // bytes a room may ask for before it decides
constexpr std::int64_t reset_window = 1 << 20;  // a reset further ahead is not believed

}  // namespace

TcpConnection::Direction::Direction(TcpConnection& owner, Side which)
    : connection(owner),
      side(which),
      order(owner.out_.budget, owner.out_.options.max_buffer),
      unread(owner.out_.budget) {}

void TcpConnection::Direction::bytes(ByteView bytes, const Span& span) {
  ended = false;  // a reset that was followed by bytes was none
  unread.feed(bytes, span);
  connection.pump(*this);
  unread.keep();
  touched = true;
}

void TcpConnection::Direction::gap(std::uint64_t count) {
  connection.out_.totals.gap_bytes += count;
  touched = true;
  if (connection.reader_ != nullptr) {
    if (!connection.reader_->gap(side, count)) connection.reader_.reset();
  }
  if (connection.reader_ == nullptr) {
    connection.leave_opaque(*this);
    connection.opaque_.gap(side);
  }
}

TcpConnection::TcpConnection(Flow& flow, Outlet& out)
    : flow_(flow),
      out_(out),
      opaque_(flow, out),
      client_(*this, Side::client),
      server_(*this, Side::server) {}

bool TcpConnection::reused_by(Side from, const TcpHeader& header) const {
  if (!header.has(TcpHeader::syn) || header.has(TcpHeader::ack)) return false;
  const Direction& sender = direction(from);
  if (from == Side::server && !sender.from_start) return true;  // we took the wrong side for it
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
      sender.from_start = true;
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
  if (closed()) {
    reader_.reset();
    opaque_.end();
  }
}

bool TcpConnection::claim(Direction& from) {
  const StreamStart start{from.side, from.from_start && !from.touched,
                          flow_.party(Side::server).port};
  bool more = false;
  for (const Room* room : rooms()) {
    if (room->claims == nullptr) continue;
    const Claim claim = room->claims(from.unread.bytes(), start);
    if (claim == Claim::yes) {
      opaque_.end();
      reader_ = room->open(flow_, out_);
      return true;
    }
    more |= claim == Claim::more;
  }
  if (!more || from.unread.bytes().size() > max_undecided) leave_opaque(from);
  return false;
}

void TcpConnection::leave_opaque(Direction& from) {
  const ByteView rest = from.unread.bytes();
  if (rest.empty()) return;
  opaque_.add(from.side, rest, from.unread.span(0, rest.size()));
  from.unread.consume(rest.size());
}

void TcpConnection::pump(Direction& from) {
  while (!from.unread.empty()) {
    if (reader_ == nullptr) {
      if (!claim(from)) return;
      // The other side may have been waiting for a decision.
      Direction& peer = direction(other(from.side));
      if (!peer.unread.empty() && !reader_->read(peer.side, peer.unread)) {
        reader_.reset();
        leave_opaque(peer);
        continue;
      }
    }
    const std::size_t before = from.unread.bytes().size();
    if (reader_->read(from.side, from.unread)) {
      if (from.unread.bytes().size() <= out_.options.max_buffer) return;
      reader_->end(from.side, "more bytes than one message may hold");
    }
    reader_.reset();
    leave_opaque(direction(other(from.side)));
    if (from.unread.bytes().size() == before) leave_opaque(from);
  }
}

void TcpConnection::end(Direction& from, std::string_view why) {
  from.ended = true;
  if (reader_ != nullptr) reader_->end(from.side, why);
  leave_opaque(from);
}

void TcpConnection::finish(std::string_view why) {
  for (Direction* side : {&client_, &server_}) {
    side->order.flush(*side);
    if (!side->ended) end(*side, why);
  }
  reader_.reset();
  opaque_.end();
}

}  // namespace brewproof::decode
