// Any bytes as traffic of a payment bus. Before each block stands a byte: its top bit says that a
// device speaks, the next one that the check byte is made to hold, the rest how long the block is.
#include <algorithm>

#include "drivers/mdb/conversation.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {

void mdb(ByteView bytes) {
  using namespace brewproof::mdb;
  using Kind = PaymentEvent::Kind;
  Conversation conversation;
  ByteReader in(bytes);
  std::int64_t time_ns = 0;
  while (in.remaining() > 0) {
    const std::uint8_t head = in.u8();
    const From from = (head & 0x80U) != 0 ? From::peripheral : From::master;
    Bytes own = exact(in.take(std::min<std::size_t>(head & 0x3FU, in.remaining())));
    if ((head & 0x40U) != 0 && own.size() > 1)
      own.back() = check_byte(ByteView(own).first(own.size() - 1));
    const auto block = read_block(own, from);
    if (block && block->kind == Block::Kind::data && check_byte(block->content) != own.back())
      wrong("a block is taken whose check byte does not hold");
    const auto events = conversation.hear(from, own, ++time_ns);
    if (!block && (events.empty() || events.back().kind != Kind::unreadable))
      wrong("damage is not told");
    for (const PaymentEvent& event : events) {
      if (event.time_ns > time_ns) wrong("an event is later than what was heard");
      if (event.fault.at > longest_block) wrong("a fault is about a byte behind the block");
      keep(word_of(event.kind).size());
    }
  }
}

}  // namespace brewproof::fuzz
