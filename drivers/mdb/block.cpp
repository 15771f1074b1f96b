#include "drivers/mdb/block.h"

#include <fmt/format.h>

#include <numeric>

namespace brewproof::mdb {

std::string fault_text(const Fault& fault, ByteView block) {
  return fmt::format("byte {} of {}: {}", fault.at, to_hex(block), fault.why);
}

std::uint8_t check_byte(ByteView content) {
  return static_cast<std::uint8_t>(std::accumulate(content.begin(), content.end(), 0U));
}

Read<Block> read_block(ByteView bytes, From from) {
  if (bytes.empty()) return tl::unexpected(Fault{0, "the block is empty"});
  if (bytes.size() > longest_block)
    return tl::unexpected(Fault{longest_block, "the block is longer than 36 bytes"});
  if (bytes.size() > 1) {
    const ByteView content = bytes.first(bytes.size() - 1);
    if (check_byte(content) != bytes.back())
      return tl::unexpected(Fault{content.size(), "the check byte does not hold"});
    return Block{Block::Kind::data, content};
  }
  if (bytes[0] == 0x00) return Block{Block::Kind::ack};
  if (bytes[0] == 0xFF) return Block{Block::Kind::nak};
  if (bytes[0] == 0xAA && from == From::master) return Block{Block::Kind::ret};
  return tl::unexpected(Fault{0, "a lone byte is none of ACK, NAK and RET"});
}

}  // namespace brewproof::mdb
