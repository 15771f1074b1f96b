#include "rig/decode/stream/conversation.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_undecided = 16384;  // bytes a room may ask for before it decides
constexpr std::string_view lost = "the stream became something else";

}  // namespace

Conversation::Conversation(Flow& flow, Outlet& out, std::span<const Room* const> asked)
    : flow_(flow),
      out_(out),
      asked_(asked),
      opaque_(flow, out),
      halves_{Half(out.budget), Half(out.budget)} {}

void Conversation::bytes(Side from, ByteView bytes, const Span& span) {
  Half& sender = half(from);
  Half& peer = half(other(from));
  const std::size_t waiting = peer.unread.bytes().size();
  if (reader_ == nullptr && waiting != 0 && !bytes.empty() &&
      (peer.answered.empty() || peer.answered.back() != waiting))
    peer.answered.push_back(waiting);
  sender.unread.feed(bytes, span);
  pump(from);
  if (reader_ == nullptr && !sender.unread.empty()) opaque_.answered(other(from));
  sender.unread.keep();
  sender.touched = true;
}

void Conversation::gap(Side from, std::uint64_t count) {
  half(from).touched = true;
  if (reader_ != nullptr && !reader_->gap(from, count))
    drop_reader("bytes before it were never captured");
  // What stands unread before the gap will not be whole: nobody reads it.
  if (reader_ == nullptr || !half(from).unread.empty()) {
    leave_opaque(from);
    opaque_.gap(from);
  }
}

void Conversation::end(Side from, std::string_view why) {
  if (reader_ != nullptr) reader_->end(from, why);
  leave_opaque(from);
}

void Conversation::close() {
  reader_.reset();
  opaque_.end();
}

bool Conversation::claim(Side from) {
  const Half& sender = half(from);
  const StreamStart start{from, sender.from_start && !sender.touched,
                          flow_.party(Side::server).port, flow_.party(Side::client).port};
  bool more = false;
  for (const Room* room : asked_) {
    if (room->claims == nullptr) continue;
    const Claim claim = room->claims(sender.unread.bytes(), start);
    if (claim == Claim::yes) {
      opaque_.end();
      for (Half& half : halves_) half.answered.clear();
      reader_ = room->open(flow_, out_);
      return true;
    }
    more |= claim == Claim::more;
  }
  if (!more || sender.unread.bytes().size() > max_undecided) leave_opaque(from);
  return false;
}

/// What it holds of either side goes out first: those bytes are no longer in the buffers.
void Conversation::drop_reader(std::string_view why) {
  for (const Side side : {Side::client, Side::server}) reader_->end(side, why);
  reader_.reset();
}

void Conversation::leave_opaque(Side from) {
  StreamBuffer& unread = half(from).unread;
  std::vector<std::size_t>& answered = half(from).answered;
  if (unread.empty()) return;
  // While a room waited for more of them the other side may have spoken, or time have passed.
  std::size_t at = 0;
  auto border = answered.begin();
  unread.each_packet([&](ByteView bytes, const Span& span) {
    opaque_.add(from, bytes, span);
    at += bytes.size();
    if (border == answered.end() || at < *border) return;
    opaque_.end();
    while (border != answered.end() && *border <= at) ++border;
  });
  answered.clear();
  unread.consume(unread.bytes().size());
}

/// Lets the reader read what one side has said; false: the reader is gone.
bool Conversation::take(Side from) {
  StreamBuffer& unread = half(from).unread;
  const std::size_t before = unread.bytes().size();
  if (reader_->read(from, unread)) {
    if (unread.bytes().size() <= out_.options.max_buffer) return true;
    drop_reader("more bytes than one message may hold");
  } else {
    drop_reader(lost);
  }
  if (unread.bytes().size() == before) leave_opaque(from);
  return false;
}

void Conversation::pump(Side from) {
  const StreamBuffer& unread = half(from).unread;
  const StreamBuffer& peer = half(other(from)).unread;
  while (!unread.empty()) {
    if (reader_ == nullptr) {
      if (!claim(from)) return;
      // The other side may have been waiting for a decision.
      if (!peer.empty() && !take(other(from))) continue;
    }
    if (!take(from)) continue;
    // What was read may be what the other side's bytes waited for.
    if (peer.empty() || take(other(from))) return;
  }
  if (reader_ == nullptr && !peer.empty()) pump(other(from));
}

}  // namespace brewproof::decode
