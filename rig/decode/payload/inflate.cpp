#include "rig/decode/payload/inflate.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>

namespace brewproof::decode {
namespace {

constexpr int any_wrapper = 15 + 32, raw = -15;  // windowBits of inflateInit2

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

Inflated inflate_as(int window_bits, ByteView packed, std::size_t limit) {
  Inflated out;
  Stream stream(window_bits);
  if (!stream.ready()) return {{}, "zlib could not start"};
  stream.z.next_in = const_cast<Bytef*>(packed.data());  // zlib reads it only
  stream.z.avail_in = static_cast<uInt>(packed.size());
  std::array<Bytef, 16384> block;
  for (;;) {
    stream.z.next_out = block.data();
    stream.z.avail_out = block.size();
    const int code = inflate(&stream.z, Z_NO_FLUSH);
    const std::size_t made = block.size() - stream.z.avail_out;
    const std::size_t room = limit - out.bytes.size();
    out.bytes.insert(out.bytes.end(), block.begin(),
                     block.begin() + static_cast<std::ptrdiff_t>(std::min(made, room)));
    if (made > room) {
      out.fault = fmt::format("it unpacks to more than {} bytes", limit);
      return out;
    }
    if (code == Z_STREAM_END) {
      // RFC 1952 section 2.2: members may follow one another.
      if (stream.z.avail_in == 0 || window_bits == raw) return out;
      if (inflateReset(&stream.z) != Z_OK) return out;
      continue;
    }
    if (code != Z_OK) {
      out.fault =
          fmt::format("{} at byte {}", stream.z.msg != nullptr ? stream.z.msg : "it is cut off",
                      packed.size() - stream.z.avail_in);
      return out;
    }
  }
}

}  // namespace

Inflated inflate_all(ByteView packed, unsigned max_ratio, std::size_t max_bytes) {
  const std::size_t limit = std::min<std::size_t>(
      max_bytes, std::max<std::size_t>(65536, packed.size() * std::size_t{max_ratio}));
  Inflated wrapped = inflate_as(any_wrapper, packed, limit);
  if (wrapped.fault.empty() || !wrapped.bytes.empty()) return wrapped;
  // HTTP "deflate" should be zlib (RFC 9110 section 8.4.1.2) but is often sent raw.
  Inflated bare = inflate_as(raw, packed, limit);
  return bare.fault.empty() ? bare : wrapped;
}

}  // namespace brewproof::decode
