// Any bytes as lines of a sniffing adapter, each a millisecond after the one before.
#include <algorithm>

#include "drivers/mdb/sniffed_bus.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {

void sniffed(ByteView bytes) {
  brewproof::mdb::SniffedBus bus;
  bus.begin({});
  Instant now;
  std::int64_t last_ns = 0;
  const auto look = [&](const BusTap::Heard& heard) {
    for (const BusBlock& block : heard.blocks) {
      if (block.bytes.empty() || block.bytes.size() > brewproof::mdb::longest_block)
        wrong("a block is longer than a block can be");
      if (block.at.raw_ns < last_ns) wrong("a block is earlier than the one before");
      if (block.at.raw_ns > now.raw_ns) wrong("a block is later than its line");
      if (block.uncertainty.count() < 0) wrong("a time is more certain than certain");
      last_ns = block.at.raw_ns;
    }
  };
  const Bytes own = exact(bytes);
  std::string_view rest = as_text(own);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    now.raw_ns += 1'000'000;
    now.real_ns += 1'000'000;
    bus.hear(rest.substr(0, end), now);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    look(bus.heard(now));
  }
  look(bus.all_heard());
}

}  // namespace brewproof::fuzz
