#include "rig/decode/http2/header_blocks.h"

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include <array>

namespace brewproof::decode::http2 {
namespace {

/// What an encoder may make its table, whatever its peer's SETTINGS allow it: each size that it
/// takes is told in a block (RFC 7541 section 4.2), so a larger bound changes nothing else.
constexpr std::size_t max_table = 65536;
constexpr std::array<std::uint8_t, 4> table_of_max = {0x3f, 0xe1, 0xff, 0x03};  // section 6.3
constexpr std::size_t inflater_itself = 4096;                                   // bytes, about

/// An integer with a prefix of `bits` (section 5.1); 0 bytes: it is cut off or too large.
struct Integer {
  std::size_t size = 0;
  std::uint64_t value = 0;
};
Integer read_integer(ByteView bytes, unsigned bits) {
  if (bytes.empty()) return {};
  const std::uint64_t full = (1u << bits) - 1;
  Integer number{1, bytes[0] & full};
  if (number.value != full) return number;
  for (unsigned shift = 0; shift <= 28; shift += 7) {
    if (number.size >= bytes.size()) return {};
    const std::uint8_t byte = bytes[number.size++];
    number.value += std::uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) return number;
  }
  return {};
}

constexpr std::uint8_t size_update = 0x20;

/// The first bytes of a field (section 6): which entry of the table it refers to, 0 for none. Or a
/// size that the table takes.
struct Reference {
  std::uint8_t pattern = 0;  // the bits before the index
  bool whole = false;        // name and value are the entry's
  Integer index;
};
Reference read_reference(ByteView bytes) {
  const std::uint8_t first = bytes[0];
  if ((first & 0x80) != 0) return {0x80, true, read_integer(bytes, 7)};
  if ((first & 0x40) != 0) return {0x40, false, read_integer(bytes, 6)};
  if ((first & 0x20) != 0) return {size_update, false, read_integer(bytes, 5)};
  return {static_cast<std::uint8_t>(first & 0x10), false, read_integer(bytes, 4)};
}

}  // namespace

struct HeaderBlocks::Inflater {
  explicit Inflater(Budget& budget) : share(budget) {
    if (nghttp2_hd_inflate_new(&inflater) != 0) inflater = nullptr;
    if (inflater != nullptr) nghttp2_hd_inflate_change_table_size(inflater, max_table);
    hold();
  }
  ~Inflater() { nghttp2_hd_inflate_del(inflater); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// The table counts 32 bytes for an entry itself; it has memory of its own and its strings have.
  void hold() {
    if (inflater == nullptr) return;
    share.set(inflater_itself + 2 * nghttp2_hd_inflate_get_dynamic_table_size(inflater));
  }

  nghttp2_hd_inflater* inflater = nullptr;
  Share share;
};

HeaderBlocks::HeaderBlocks(Budget& budget) : budget_(&budget) {}

HeaderBlocks::~HeaderBlocks() = default;

void HeaderBlocks::missed() {
  inflater_.reset();
  missed_ = true;
}

HeaderBlocks::Result HeaderBlocks::read(ByteView block, const Sink& sink) {
  Result result;
  const bool fresh = inflater_ == nullptr;
  if (fresh) inflater_ = std::make_unique<Inflater>(*budget_);
  nghttp2_hd_inflater* inflater = inflater_->inflater;
  if (inflater == nullptr) {
    result.fault = "there is no memory for its table";
    return result;
  }
  const auto put = [&](ByteView bytes, bool last) -> std::size_t {
    nghttp2_nv field;
    int flags = 0;
    const auto used =
        nghttp2_hd_inflate_hd2(inflater, &field, &flags, bytes.data(), bytes.size(), last ? 1 : 0);
    if (used < 0) {
      result.fault = nghttp2_strerror(static_cast<int>(used));
      return 0;
    }
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0)
      sink({reinterpret_cast<const char*>(field.name), field.namelen},
           {reinterpret_cast<const char*>(field.value), field.valuelen});
    return static_cast<std::size_t>(used);
  };
  // Of a table that was not seen from its begin the size is not known: none of ours goes too early.
  if (fresh && missed_) put(table_of_max, false);
  std::size_t at = 0;
  while (at < block.size() && result.fault.empty()) {
    const ByteView rest = block.subspan(at);
    const Reference reference = read_reference(rest);
    ByteView piece = rest;
    if (reference.pattern == size_update) {
      piece = rest.first(reference.index.size);  // alone, so that each field is looked at here
    } else if (missed_ &&
               reference.index.value > nghttp2_hd_inflate_get_num_table_entries(inflater)) {
      ++result.unknown;
      at += reference.index.size;
      if (reference.whole) continue;
      const std::array<std::uint8_t, 3> unnamed = {reference.pattern, 1, '?'};
      put(unnamed, false);
      piece = block.subspan(at);  // its value stands here
    }
    const std::size_t used = put(piece, piece.size() == block.size() - at);
    if (used == 0 && result.fault.empty()) result.fault = "it is cut off";
    if (!result.fault.empty()) result.fault += fmt::format(" at byte {}", at);
    at += used;
  }
  if (result.fault.empty()) {
    nghttp2_hd_inflate_end_headers(inflater);
    inflater_->hold();
  } else {
    missed();
  }
  return result;
}

}  // namespace brewproof::decode::http2
