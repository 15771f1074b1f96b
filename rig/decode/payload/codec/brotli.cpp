// Brotli (RFC 7932), by libbrotli. It has no magic bytes, so it is opened only where it is
// declared.
#include <brotli/decode.h>
#include <fmt/format.h>

#include <array>
#include <memory>

#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

struct Destroy {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

void open(ByteView packed, Opening& opening) {
  const std::unique_ptr<BrotliDecoderState, Destroy> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  if (state == nullptr) {
    opening.fault = "brotli could not start";
    return;
  }
  const std::uint8_t* next_in = packed.data();
  std::size_t left = packed.size();
  std::array<std::uint8_t, 16384> block;
  for (;;) {
    std::uint8_t* next_out = block.data();
    std::size_t room = block.size();
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state.get(), &left, &next_in, &room, &next_out, nullptr);
    if (!opening.add(ByteView(block).first(block.size() - room))) {
      opening.fault = fmt::format("it unpacks to more than {} bytes", opening.limit);
      return;
    }
    const std::size_t at = packed.size() - left;
    switch (result) {
      case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
        continue;
      case BROTLI_DECODER_RESULT_SUCCESS:
        if (left != 0) opening.fault = fmt::format("more bytes follow its end at byte {}", at);
        return;
      case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
        opening.fault = fmt::format("it is cut off at byte {}", at);
        return;
      case BROTLI_DECODER_RESULT_ERROR:
        opening.fault = fmt::format(
            "{} at byte {}", BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state.get())), at);
        return;
    }
  }
}

}  // namespace

extern const Codec brotli_codec{"br", "br", false, nullptr, open};

}  // namespace brewproof::decode
