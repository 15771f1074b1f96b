#include "rig/decode/packet/fragments.h"

#include <algorithm>
#include <utility>

namespace brewproof::decode {
namespace {

constexpr std::size_t max_pending = 256;
constexpr std::uint32_t max_packet = 65535;

}  // namespace

void Fragments::insert(Pending& pending, std::uint32_t begin, ByteView bytes) {
  auto at = pending.pieces.begin();
  while (!bytes.empty()) {
    while (at != pending.pieces.end() && at->begin + at->bytes.size() <= begin) ++at;
    if (at != pending.pieces.end() && at->begin <= begin) {  // known bytes: skip them
      const std::size_t known =
          std::min<std::size_t>(at->begin + at->bytes.size() - begin, bytes.size());
      bytes = bytes.subspan(known);
      begin += static_cast<std::uint32_t>(known);
      continue;
    }
    const std::size_t fresh = at == pending.pieces.end()
                                  ? bytes.size()
                                  : std::min<std::size_t>(at->begin - begin, bytes.size());
    at = pending.pieces.insert(
        at, {begin, Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(fresh))});
    bytes = bytes.subspan(fresh);
    begin += static_cast<std::uint32_t>(fresh);
  }
}

std::size_t Fragments::held(const Pending& pending) {
  std::size_t bytes = 0;
  for (const Piece& piece : pending.pieces) bytes += piece.bytes.size();
  return bytes;
}

bool Fragments::complete(const Pending& pending) {
  if (!pending.total) return false;
  std::uint32_t at = 0;
  for (const Piece& piece : pending.pieces) {
    if (piece.begin != at) return false;
    at += static_cast<std::uint32_t>(piece.bytes.size());
  }
  return at >= *pending.total;
}

std::optional<Fragments::Lost> Fragments::take_unfinished() {
  if (pending_.empty()) return std::nullopt;
  Pending& oldest = pending_.front();
  Lost lost{oldest.source,   oldest.destination,       oldest.source_mac, oldest.destination_mac,
            oldest.protocol, std::move(oldest.pieces), oldest.frames,     oldest.span};
  pending_.pop_front();
  return lost;
}

Fragments::Result Fragments::add(const Frame& frame, const FrameBytes& bytes, const Span& span) {
  Result result;
  const std::uint64_t end = std::uint64_t{frame.fragment_offset} + frame.wire_length;
  if (end > max_packet) {
    result.fault = "fragment ends beyond 65,535 bytes";
    return result;
  }
  if (frame.more_fragments && (frame.wire_length == 0 || frame.wire_length % 8 != 0)) {
    result.fault = "fragment length is not a multiple of 8";
    return result;
  }
  auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& p) {
    return p.id == frame.fragment_id && p.protocol == frame.ip_protocol &&
           p.source == frame.source && p.destination == frame.destination;
  });
  if (found == pending_.end()) {
    if (pending_.size() >= max_pending) {
      result.lost = take_unfinished();
    }
    pending_.push_back({frame.source,
                        frame.destination,
                        Address::of(Address::Kind::mac, frame.source_mac),
                        Address::of(Address::Kind::mac, frame.destination_mac),
                        frame.fragment_id,
                        frame.ip_protocol,
                        {},
                        {},
                        {},
                        span});
    found = std::prev(pending_.end());
  }
  found->span.include(span);
  found->frames += bytes;
  const std::size_t before = held(*found);
  insert(*found, frame.fragment_offset, frame.payload);
  // What another piece brought, or a snap length cut off, is no part of the packet.
  found->frames.network += frame.wire_length - (held(*found) - before);
  if (!frame.more_fragments && !found->total) found->total = static_cast<std::uint32_t>(end);
  if (complete(*found)) {
    found->frames.network += held(*found) - *found->total;
    Whole whole{{}, found->frames, found->span};
    for (const Piece& piece : found->pieces)
      whole.payload.insert(whole.payload.end(), piece.bytes.begin(), piece.bytes.end());
    whole.payload.resize(*found->total);
    pending_.erase(found);
    result.whole = std::move(whole);
  }
  return result;
}

}  // namespace brewproof::decode
