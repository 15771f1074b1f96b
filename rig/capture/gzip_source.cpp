#include <zlib.h>

#include <algorithm>
#include <optional>

#include "rig/capture/byte_source.h"

namespace brewproof {
namespace {

constexpr std::size_t piece = 64u << 10;

class GzipSource final : public ByteSource {
 public:
  GzipSource(std::unique_ptr<ByteSource> packed, ByteView start, std::string path)
      : packed_(std::move(packed)), path_(std::move(path)), input_(piece) {
    input_.assign(start.begin(), start.end());
    end_ = input_.size();
    input_.resize(std::max(piece, end_));
    started_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK;  // 16: gzip alone
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  ~GzipSource() override {
    if (started_) inflateEnd(&stream_);
  }

  Result<std::size_t> read(std::span<std::uint8_t> room) override {
    if (!started_) return fail(ErrorCode::io, "unpacking {}: out of memory", path_);
    stream_.next_out = room.data();
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(room.size(), 1u << 30));
    const uInt before = stream_.avail_out;
    while (stream_.avail_out == before && !over_) {
      if (fault_) return damage(*fault_);
      if (begin_ == end_) {
        if (auto more = fill(); !more) return pass_on(std::move(more));
      }
      if (begin_ == end_) return ended();
      if (between_ && !begin_member()) continue;
      inflate_some();
    }
    return before - stream_.avail_out;
  }

 private:
  Result<void> fill() {
    offset_ += end_;
    begin_ = 0;
    auto count = packed_->read(input_);
    end_ = count ? *count : 0;
    if (!count) return pass_on(std::move(count));
    return {};
  }

  /// A tape's padding of zeros may follow the last member (as gzip's manual has it).
  bool begin_member() {
    if (input_[begin_] == 0) {
      ++begin_;
      return false;
    }
    inflateReset(&stream_);
    between_ = false;
    return true;
  }

  /// May both unpack bytes and come upon damage.
  void inflate_some() {
    stream_.next_in = input_.data() + begin_;
    stream_.avail_in = static_cast<uInt>(end_ - begin_);
    const int outcome = inflate(&stream_, Z_NO_FLUSH);
    begin_ = end_ - stream_.avail_in;
    if (outcome == Z_STREAM_END) {
      between_ = true;
    } else if (outcome != Z_OK) {
      fault_ = stream_.msg != nullptr ? stream_.msg : "out of memory";
    }
  }

  Result<std::size_t> ended() {
    over_ = true;
    if (between_) return 0u;
    return damage("the file ends inside its compressed data; copy it again");
  }

  tl::unexpected<Error> damage(std::string_view what) {
    return fail(ErrorCode::bad_file, "{}:{}: damaged gzip file: {}", path_, offset_ + begin_, what);
  }

  std::unique_ptr<ByteSource> packed_;
  std::string path_;
  Bytes input_;
  std::size_t begin_ = 0, end_ = 0;  // of the bytes in input_ that are not unpacked yet
  std::uint64_t offset_ = 0;         // of input_ in the packed file
  z_stream stream_{};
  bool started_ = false;
  bool between_ = false;  // members
  bool over_ = false;
  std::optional<std::string> fault_;  // met behind the bytes that were handed out last
};

}  // namespace

std::unique_ptr<ByteSource> unpack_gzip(std::unique_ptr<ByteSource> packed, ByteView start,
                                        const std::string& path) {
  return std::make_unique<GzipSource>(std::move(packed), start, path);
}

}  // namespace brewproof
