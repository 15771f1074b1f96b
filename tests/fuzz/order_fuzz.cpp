// TCP segments of one stream whose every byte is known from its place: captured in any order, in
// part, again, cut by a snap length, late. What comes out must be that stream, each byte once.
#include <algorithm>

#include "rig/decode/stream/reassembly.h"
#include "tests/fuzz/target.h"

namespace brewproof::fuzz {
namespace {

using namespace brewproof::decode;

constexpr std::uint32_t begin_sequence = 0xffffff00;  // numbers wrap soon

std::uint8_t byte_at(std::uint64_t place) {
  return static_cast<std::uint8_t>(place * 31 ^ place >> 8);
}

class Expected final : public InOrder {
 public:
  void bytes(ByteView bytes, const Span& span) override {
    if (bytes.empty()) wrong("nothing was handed on");
    if (span.first_ns > span.last_ns) wrong("a span ends before it begins");
    for (const std::uint8_t byte : bytes)
      if (byte != byte_at(place_++)) wrong("a byte of another place");
  }
  void gap(std::uint64_t count) override {
    if (count == 0) wrong("a gap of nothing");
    place_ += count;
  }
  [[nodiscard]] std::uint64_t place() const { return place_; }

 private:
  std::uint64_t place_ = 0;
};

}  // namespace

void order(ByteView bytes) {
  ByteReader input(bytes);
  Budget budget;
  Expected expected;
  std::uint64_t reached = 0;
  {
    Reassembly reassembly(budget, 4096);
    reassembly.synchronize(begin_sequence);
    std::int64_t now_ns = 1;
    while (input.remaining() >= 5) {
      const std::uint8_t what = input.u8();
      const std::uint16_t ahead = input.be16(), length = input.be16();
      const std::uint64_t place = (expected.place() & ~std::uint64_t{0xfff}) + (ahead & 0x3fff);
      const auto sequence = static_cast<std::uint32_t>(begin_sequence + place);
      now_ns += std::int64_t{what >> 2} * 1'000'000;
      if ((what & 3) == 3) {
        reassembly.acknowledged(sequence, now_ns);
      } else {
        const std::size_t size = length & 0x7ff;
        Bytes segment;
        for (std::uint64_t i = 0; i < size; ++i) segment.push_back(byte_at(place + i));
        if ((what & 3) == 2) segment.resize(size / 2);  // cut; what was cut counts as lost
        segment.shrink_to_fit();
        Span span{now_ns, now_ns, {}, {}};
        reassembly.add(sequence, segment, size, span, expected);
        reached = std::max(reached, place + size);
      }
      reassembly.review(now_ns, expected);
      if (budget.held > 2 * 4096 + 2048) wrong("more is held than may wait");
    }
    reassembly.flush(expected);
    if (reassembly.waiting()) wrong("something waits after all was given up");
  }
  if (expected.place() > reached) wrong("bytes that nobody sent");
  if (budget.held != 0) wrong("held bytes are counted when they are gone");
}

}  // namespace brewproof::fuzz
