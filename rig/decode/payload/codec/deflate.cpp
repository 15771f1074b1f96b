// gzip (RFC 1952), zlib (RFC 1950) and bare deflate (RFC 1951), by zlib.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "rig/decode/payload/codec.h"

namespace brewproof::decode {
namespace {

constexpr int zlib_window = 15, gzip_window = 15 + 16, bare_window = -15;  // inflateInit2

class Stream {
 public:
  explicit Stream(int window_bits) { ready_ = inflateInit2(&z, window_bits) == Z_OK; }
  ~Stream() {
    if (ready_) inflateEnd(&z);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  [[nodiscard]] bool ready() const { return ready_; }
  z_stream z{};

 private:
  bool ready_ = false;
};

void inflate_as(int window_bits, ByteView packed, Opening& opening) {
  Stream stream(window_bits);
  if (!stream.ready()) {
    opening.fault = "zlib could not start";
    return;
  }
  stream.z.next_in = const_cast<Bytef*>(packed.data());  // zlib reads it only
  stream.z.avail_in = static_cast<uInt>(packed.size());
  std::array<Bytef, 16384> block;
  for (;;) {
    stream.z.next_out = block.data();
    stream.z.avail_out = block.size();
    const int code = inflate(&stream.z, Z_NO_FLUSH);
    const std::size_t made = block.size() - stream.z.avail_out;
    if (!opening.add(ByteView(block).first(made))) {
      opening.fault = fmt::format("it unpacks to more than {} bytes", opening.limit);
      return;
    }
    const std::size_t at = packed.size() - stream.z.avail_in;
    if (code == Z_STREAM_END) {
      if (stream.z.avail_in == 0) {
        opening.proven = window_bits != bare_window;  // its check sum agreed
        return;
      }
      // RFC 1952 section 2.2: members may follow one another.
      if (window_bits == gzip_window && inflateReset(&stream.z) == Z_OK) continue;
      opening.fault = fmt::format("more bytes follow its end at byte {}", at);
      return;
    }
    if (code != Z_OK) {
      opening.fault = fmt::format("{} at byte {}",
                                  stream.z.msg != nullptr ? stream.z.msg : "it is cut off", at);
      return;
    }
  }
}

bool looks_like_gzip(ByteView packed) {
  return packed.size() >= 18 && packed[0] == 0x1f && packed[1] == 0x8b && packed[2] == 8;
}
void open_gzip(ByteView packed, Opening& opening) { inflate_as(gzip_window, packed, opening); }

/// Section 2.2: method 8, a window of 32 KiB at most, and a check of both bytes.
bool looks_like_zlib(ByteView packed) {
  return packed.size() >= 8 && (packed[0] & 0xf) == 8 && packed[0] >> 4 <= 7 &&
         (packed[0] << 8 | packed[1]) % 31 == 0 && (packed[1] & 0x20) == 0;
}
void open_zlib(ByteView packed, Opening& opening) { inflate_as(zlib_window, packed, opening); }

/// Section 3.2.3: there is no magic, only what the first block's header cannot be. Guessed where
/// all is in one block, as short contents are.
bool looks_like_deflate(ByteView packed) {
  constexpr std::size_t shortest = 20;
  if (packed.size() < shortest || (packed[0] & 1) == 0 || begins_as_text(packed)) return false;
  switch (packed[0] >> 1 & 3) {
    case 1:  // fixed codes
      return true;
    case 2:  // dynamic codes: 286 literals and lengths, 30 distances at most
      return packed[0] >> 3 <= 29 && (packed[1] & 0x1f) <= 29;
    default:
      return false;
  }
}
void open_deflate(ByteView packed, Opening& opening) { inflate_as(bare_window, packed, opening); }

}  // namespace

extern const Codec gzip_codec{"gzip", "gzip", false, looks_like_gzip, open_gzip};
extern const Codec zlib_codec{"zlib", "deflate", false, looks_like_zlib, open_zlib};
// HTTP "deflate" should be zlib (RFC 9110 section 8.4.1.2) but is often sent bare.
extern const Codec deflate_codec{"deflate", "deflate", false, looks_like_deflate, open_deflate};

}  // namespace brewproof::decode
