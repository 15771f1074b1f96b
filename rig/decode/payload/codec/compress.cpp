// The LZW of compress(1), which HTTP calls "compress" (RFC 9110 section 8.4.1.1). Its format is
// what that program does: two magic bytes; a byte with the most bits of a code and whether code 256
// clears the table; codes from 9 bits on, the low bits first. Codes of one width come in groups of
// eight, and what is left of a group where the width changes is empty.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t header_size = 3;
constexpr unsigned least_bits = 9, most_bits = 16;
constexpr std::uint8_t block_flag = 0x80, unknown_flags = 0x60, bits_mask = 0x1f;
constexpr std::uint32_t clear = 256;

/// Codes of a width that changes, as they stand in the bytes.
class Codes {
 public:
  explicit Codes(ByteView packed) : packed_(packed) {}

  [[nodiscard]] std::size_t at() const { return bit_ / 8; }
  [[nodiscard]] unsigned width() const { return width_; }

  std::optional<std::uint32_t> next() {
    if (bit_ + width_ > packed_.size() * 8) return std::nullopt;
    std::uint32_t code = 0;
    for (std::size_t i = bit_ / 8, have = 0; have < width_ + bit_ % 8; ++i, have += 8)
      code |= std::uint32_t{packed_[i]} << have;
    code = code >> bit_ % 8 & ((1u << width_) - 1);
    bit_ += width_;
    return code;
  }
  void change_width(unsigned width) {
    const std::size_t group = std::size_t{width_} * 8;
    group_ += (bit_ - group_ + group - 1) / group * group;
    bit_ = group_;
    width_ = width;
  }

 private:
  ByteView packed_;
  std::size_t bit_ = header_size * 8, group_ = header_size * 8;  // the next one; where groups began
  unsigned width_ = least_bits;
};

/// What each code stands for: the string of an earlier one and one byte more.
struct Table {
  explicit Table(unsigned bits) : limit(1u << bits), before(limit), last(limit) {
    for (std::uint32_t i = 0; i < 256; ++i) last[i] = static_cast<std::uint8_t>(i);
  }
  /// Into `backwards`, its last byte first.
  void string_of(std::uint32_t code, Bytes& backwards) const {
    for (; code >= 256; code = before[code]) backwards.push_back(last[code]);
    backwards.push_back(last[code]);
  }
  std::uint32_t limit;
  std::vector<std::uint16_t> before;
  Bytes last;
};

bool begins(ByteView packed) {
  return packed.size() >= header_size && packed[0] == 0x1f && packed[1] == 0x9d;
}

bool looks(ByteView packed) {
  if (!begins(packed) || (packed[2] & unknown_flags) != 0) return false;
  const unsigned bits = packed[2] & bits_mask;
  return bits >= least_bits && bits <= most_bits;
}

constexpr std::uint32_t no_code = ~0u;

void unpack(ByteView packed, unsigned most, bool in_blocks, Opening& opening) {
  Codes codes(packed);
  Table table(std::max(most, least_bits + 1));  // of 9 bits at most, codes still grow to 10
  const std::uint32_t limit = 1u << most, first = in_blocks ? clear + 1 : clear;
  std::uint32_t free = first;
  std::uint32_t before = no_code;
  std::uint8_t first_byte = 0;  // of the string before
  Bytes backwards;
  for (;;) {
    if (free > (1u << codes.width()) - 1 && (codes.width() != most || most == least_bits))
      codes.change_width(codes.width() + 1);
    const std::size_t at = codes.at();
    const auto code = codes.next();
    if (!code) return;  // what is left is less than a code: there is no other end
    if (in_blocks && *code == clear) {
      codes.change_width(least_bits);
      free = first;
      before = no_code;
      continue;
    }
    backwards.clear();
    if (before != no_code && *code == free && free < limit) {  // the one that is being made
      backwards.push_back(first_byte);
      table.string_of(before, backwards);
    } else if (*code < 256 || (*code >= first && *code < free)) {
      table.string_of(*code, backwards);
    } else {
      opening.fault = fmt::format("code {} at byte {} is not in its table", *code, at);
      return;
    }
    first_byte = backwards.back();
    std::reverse(backwards.begin(), backwards.end());
    if (!opening.add(backwards)) {
      opening.fault = fmt::format("it unpacks to more than {} bytes", opening.limit);
      return;
    }
    if (before != no_code && free < limit) {
      table.before[free] = static_cast<std::uint16_t>(before);
      table.last[free++] = first_byte;
    }
    before = *code;
  }
}

void open(ByteView packed, Opening& opening) {
  if (!begins(packed)) {
    opening.fault = "it has no magic bytes";
    return;
  }
  const unsigned bits = packed[2] & bits_mask;
  if ((packed[2] & unknown_flags) != 0)
    opening.fault = "it has flags that nobody knows";
  else if (bits < least_bits || bits > most_bits)
    opening.fault = fmt::format("its codes have {} bits", bits);
  else
    unpack(packed, bits, (packed[2] & block_flag) != 0, opening);
}

}  // namespace

extern const Codec compress_codec{"compress", "compress", false, looks, open};

}  // namespace brewproof::decode
