// Any bytes as a capture file, read in pieces as a pipe would give them.
#include <algorithm>

#include "rig/capture/capture_file.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {
namespace {

class Memory final : public ByteSource {
 public:
  explicit Memory(ByteView bytes) : left_(bytes) {}
  Result<std::size_t> read(std::span<std::uint8_t> room) override {
    const std::size_t count = std::min({room.size(), left_.size(), std::size_t{4096}});
    std::copy_n(left_.begin(), count, room.begin());
    left_ = left_.subspan(count);
    return count;
  }

 private:
  ByteView left_;
};

}  // namespace

void capture(ByteView bytes) {
  auto reader = CaptureFileReader::over(std::make_unique<Memory>(bytes), "x");
  if (!reader) return;
  std::uint64_t sum = 0, frame = 0, offset = 0;
  while (true) {
    const auto packet = reader->next();
    if (!packet) {
      if (reader->next()) wrong("a damaged capture went on");
      break;
    }
    if (!*packet) break;
    for (const std::uint8_t byte : (*packet)->data) sum += byte;
    if ((*packet)->place.frame != ++frame) wrong("frames are not counted one by one");
    if (frame > 1 && (*packet)->place.offset <= offset) wrong("offsets do not grow");
    offset = (*packet)->place.offset;
  }
  (void)reader->dropped();
  for (const char c : reader->tls_keys()) sum += static_cast<unsigned char>(c);
  keep(sum);
}

}  // namespace brewproof::fuzz
