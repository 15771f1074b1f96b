#include "rig/decode/websocket/unpacker.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>

namespace brewproof::decode {
namespace {

constexpr int raw = -15;                        // windowBits of inflateInit2: no header, 32 KiB
constexpr std::size_t held_by_zlib = 44 << 10;  // its window and state, as zlib.h tells

}  // namespace

struct Unpacker::Stream {
  explicit Stream(Budget& budget) : share(budget) {
    ready = inflateInit2(&z, raw) == Z_OK;
    share.set(held_by_zlib);
  }
  ~Stream() {
    if (ready) inflateEnd(&z);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Share share;
  z_stream z{};
  bool ready = false;
};

Unpacker::Unpacker(Budget& budget) : budget_(&budget) {}

Unpacker::~Unpacker() = default;

void Unpacker::missed() {
  stream_.reset();
  missed_ = true;
}

Bytes Unpacker::open(ByteView packed, std::size_t limit, std::string& fault) {
  Bytes opened;
  if (stream_ == nullptr) stream_ = std::make_unique<Stream>(*budget_);
  if (!stream_->ready) fault = "zlib could not start";
  if (alone_) inflateReset(&stream_->z);
  z_stream& z = stream_->z;
  // Section 7.2.2: the sender took the last four bytes off.
  constexpr std::array<std::uint8_t, 4> tail = {0x00, 0x00, 0xff, 0xff};
  std::array<Bytef, 16384> block;
  for (const ByteView piece : {packed, ByteView(tail)}) {
    z.next_in = const_cast<Bytef*>(piece.data());  // zlib reads it only
    z.avail_in = static_cast<uInt>(piece.size());
    while (fault.empty()) {
      z.next_out = block.data();
      z.avail_out = block.size();
      const int code = inflate(&z, Z_SYNC_FLUSH);
      const std::size_t made = block.size() - z.avail_out, room = limit - opened.size();
      opened.insert(opened.end(), block.begin(),
                    block.begin() + static_cast<std::ptrdiff_t>(std::min(made, room)));
      if (made > room) {
        fault = fmt::format("it unpacks to more than {} bytes", limit);
      } else if (code == Z_STREAM_END) {  // a last block: what follows begins anew
        inflateReset(&z);
        if (z.avail_in == 0) break;
      } else if (code == Z_BUF_ERROR || (code == Z_OK && z.avail_in == 0 && z.avail_out != 0)) {
        break;  // all of it is read
      } else if (code != Z_OK) {
        fault = fmt::format("{} at byte {}{}", z.msg != nullptr ? z.msg : "bad data",
                            piece.size() - z.avail_in,
                            missed_ ? "; messages before it were not captured" : "");
        opened.clear();
      }
    }
  }
  if (!fault.empty()) missed();
  return opened;
}

}  // namespace brewproof::decode
