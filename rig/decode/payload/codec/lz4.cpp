// LZ4 frames (LZ4 Frame Format Description 1.6), by liblz4.
#include <fmt/format.h>
#include <lz4frame.h>

#include <array>
#include <memory>

#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

struct Destroy {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};

/// "Magic Number": 0x184D2204, little-endian.
bool looks(ByteView packed) {
  return packed.size() >= 11 && packed[0] == 0x04 && packed[1] == 0x22 && packed[2] == 0x4d &&
         packed[3] == 0x18;
}

void open(ByteView packed, Opening& opening) {
  LZ4F_dctx* made = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&made, LZ4F_VERSION)) != 0) {
    opening.fault = "lz4 could not start";
    return;
  }
  const std::unique_ptr<LZ4F_dctx, Destroy> context(made);
  std::array<std::uint8_t, 16384> block;
  std::size_t at = 0;
  for (;;) {
    std::size_t produced = block.size(), used = packed.size() - at;
    const std::size_t more =
        LZ4F_decompress(context.get(), block.data(), &produced, packed.data() + at, &used, nullptr);
    if (LZ4F_isError(more) != 0) {
      opening.fault = fmt::format("{} at byte {}", LZ4F_getErrorName(more), at);
      return;
    }
    at += used;
    if (!opening.add(ByteView(block).first(produced))) {
      opening.fault = fmt::format("it unpacks to more than {} bytes", opening.limit);
      return;
    }
    if (more == 0 && at == packed.size()) {  // a frame's end, all of it written out
      opening.proven = true;
      return;
    }
    if (more != 0 && at == packed.size() && produced < block.size()) {
      opening.fault = fmt::format("it is cut off at byte {}", at);
      return;
    }
    if (used == 0 && produced == 0) {  // nothing moves any more
      opening.fault = fmt::format("it makes no sense at byte {}", at);
      return;
    }
  }
}

}  // namespace

extern const Codec lz4_codec{"lz4", "lz4", false, looks, open};

}  // namespace brewproof::decode
