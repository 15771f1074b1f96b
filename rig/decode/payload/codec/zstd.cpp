// Zstandard (RFC 8878), by libzstd: frames in a row, skippable ones passed over.
#include <fmt/format.h>
#include <zstd.h>

#include <array>
#include <memory>

#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

constexpr int max_window_log = 23;  // section 3.1.1.1.2: 8 MiB is what everyone must support

struct Destroy {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

/// Section 3.1.1: the magic number 0xFD2FB528, little-endian.
bool looks(ByteView packed) {
  return packed.size() >= 9 && packed[0] == 0x28 && packed[1] == 0xb5 && packed[2] == 0x2f &&
         packed[3] == 0xfd;
}

void open(ByteView packed, Opening& opening) {
  const std::unique_ptr<ZSTD_DStream, Destroy> stream(ZSTD_createDStream());
  if (stream == nullptr || ZSTD_isError(ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax,
                                                               max_window_log)) != 0) {
    opening.fault = "zstd could not start";
    return;
  }
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  std::array<std::uint8_t, 16384> block;
  for (;;) {
    ZSTD_outBuffer out{block.data(), block.size(), 0};
    const std::size_t more = ZSTD_decompressStream(stream.get(), &out, &in);
    if (ZSTD_isError(more) != 0) {
      opening.fault = fmt::format("{} at byte {}", ZSTD_getErrorName(more), in.pos);
      return;
    }
    if (!opening.add(ByteView(block).first(out.pos))) {
      opening.fault = fmt::format("it unpacks to more than {} bytes", opening.limit);
      return;
    }
    if (more == 0 && in.pos == in.size) {  // a frame's end, all of it written out
      opening.proven = true;
      return;
    }
    if (more != 0 && in.pos == in.size && out.pos < out.size) {
      opening.fault = fmt::format("it is cut off at byte {}", in.pos);
      return;
    }
  }
}

}  // namespace

extern const Codec zstd_codec{"zstd", "zstd", false, looks, open};

}  // namespace brewproof::decode
