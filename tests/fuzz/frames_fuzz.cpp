// Any bytes as captured frames: the first byte names the link layer, and by its top bit says that a
// key log of TLS sessions stands first; then a frame stands behind each 16-bit length, one
// millisecond apart. The top bit of the length says that the frame was cut by a snap length.
#include <algorithm>

#include "rig/decode/decoder.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {

void frames(ByteView bytes) {
  // LINKTYPE_ values that are read: BSD loopback, Ethernet, PPP, raw IP, Linux cooked, one unknown.
  constexpr std::uint16_t link_types[] = {1, 0, 9, 50, 101, 108, 113, 228, 229, 276, 147};
  DecodeOptions options;
  options.max_buffer = 64 << 10;
  options.max_flows = 64;
  std::uint64_t sizes = 0;
  Decoder decoder(options, [&](Message&& message) {
    sizes += message.size;
    if (message.value_bytes + message.sealed_bytes + message.unexplained_bytes > message.size)
      wrong("a message has more bytes of its kinds than it has bytes");
  });
  ByteReader reader(bytes);
  Packet packet;
  const std::uint8_t first = reader.u8();
  packet.link_type = link_types[(first & 0x7f) % std::size(link_types)];
  if ((first & 0x80) != 0) {
    const std::size_t length = std::min<std::size_t>(reader.be16(), reader.remaining());
    (void)decoder.learn(as_text(reader.take(length)));
  }
  while (reader.remaining() > 2) {
    const std::uint16_t length = reader.be16();
    const std::size_t kept = std::min<std::size_t>(length & 0x7fff, reader.remaining());
    const Bytes frame = exact(reader.take(kept));
    packet.data = frame;
    packet.original_length = static_cast<std::uint32_t>(kept + ((length & 0x8000) != 0 ? 100 : 0));
    packet.time_ns += 1'000'000;
    ++packet.place.frame;
    decoder.packet(packet);
  }
  decoder.finish();
  if (decoder.totals().lost_bytes != 0) wrong("a byte of the machine is of no class, or of two");
}

}  // namespace brewproof::fuzz
