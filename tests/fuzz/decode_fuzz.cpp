// Any bytes as a capture: a frame behind each 16-bit length, one millisecond apart. The top bit of
// the length says that the frame was cut by a snap length.
#include <cstddef>
#include <cstdint>

#include "rig/decode/decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace brewproof;
  DecodeOptions options;
  options.max_buffer = 64 << 10;
  options.max_flows = 256;
  std::uint64_t fields = 0;
  Decoder decoder(options, [&](Message&& message) { fields += message.fields.size(); });
  ByteReader reader({bytes, size});
  Packet packet;
  while (reader.remaining() > 2) {
    const std::uint16_t length = reader.be16();
    const std::size_t kept = std::min<std::size_t>(length & 0x7fff, reader.remaining());
    // A copy of its own size: a read beyond it is seen.
    const ByteView frame = reader.take(kept);
    const Bytes exact(frame.begin(), frame.end());
    packet.data = exact;
    packet.original_length = static_cast<std::uint32_t>(kept + ((length & 0x8000) != 0 ? 100 : 0));
    packet.time_ns += 1'000'000;
    ++packet.place.frame;
    decoder.packet(packet);
  }
  decoder.finish();
  return 0;
}
