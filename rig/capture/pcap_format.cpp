#include "rig/capture/capture_format.h"

namespace brewproof {
namespace {

constexpr std::size_t kFileHeader = 24, kRecordHeader = 16;
constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d;

class PcapFormat final : public CaptureFormat {
 public:
  PcapFormat(FileWindow window, ByteOrder order, std::int64_t tick_ns, std::uint32_t link)
      : window_(std::move(window)),
        order_(order),
        tick_ns_(tick_ns),
        link_type_(static_cast<std::uint16_t>(link)),
        // Bit 26: the top four bits hold the check sequence's length in 16-bit words.
        check_sequence_((link & 0x0400'0000) != 0 ? 2 * (link >> 28) : 0) {}

  Result<std::optional<Packet>> next() override {
    window_.consume(std::exchange(current_, 0));
    const std::uint64_t offset = window_.offset();
    const auto header = window_.view(kRecordHeader);
    if (!header) return tl::unexpected(header.error());
    if (header->empty()) return std::nullopt;
    if (header->size() < kRecordHeader)
      return damaged(window_, offset, "the file ends inside a record header, {} of 16 bytes",
                     header->size());
    const std::uint8_t* at = header->data();
    Packet packet;
    packet.time_ns = std::int64_t{order_.u32(at)} * 1'000'000'000 + order_.u32(at + 4) * tick_ns_;
    const std::uint32_t captured = order_.u32(at + 8);
    if (captured > kLongestPacket)
      return damaged(window_, offset, "a record claims a packet of {} bytes", captured);
    const auto record = window_.view(kRecordHeader + captured);
    if (!record) return tl::unexpected(record.error());
    if (record->size() < kRecordHeader + captured)
      return damaged(window_, offset, "the file ends inside a packet, {} of {} bytes",
                     record->size() - kRecordHeader, captured);
    packet.data = record->subspan(kRecordHeader);
    packet.original_length = std::max(order_.u32(record->data() + 12), captured);
    packet.link_type = link_type_;
    packet.place.offset = offset;
    strip_check_sequence(packet, check_sequence_);
    current_ = record->size();
    return packet;
  }

 private:
  FileWindow window_;
  ByteOrder order_;
  std::int64_t tick_ns_;
  std::uint16_t link_type_;
  std::uint32_t check_sequence_;
  std::size_t current_ = 0;  // bytes of the record handed out last, kept until the next call
};

}  // namespace

Result<std::unique_ptr<CaptureFormat>> open_pcap(FileWindow& window) {
  const auto header = window.view(kFileHeader);
  if (!header) return tl::unexpected(header.error());
  if (header->size() < 4) return nullptr;
  ByteOrder order;
  std::int64_t tick_ns = 0;
  for (const bool swapped : {false, true}) {
    const std::uint32_t magic = ByteOrder{swapped}.u32(header->data());
    if (magic != kMicroseconds && magic != kNanoseconds) continue;
    order.swapped = swapped;
    tick_ns = magic == kMicroseconds ? 1000 : 1;
  }
  if (tick_ns == 0) return nullptr;
  if (header->size() < kFileHeader)
    return damaged(window, 0, "the file ends inside the pcap header, {} of 24 bytes",
                   header->size());
  if (const auto major = order.u16(header->data() + 4); major != 2)
    return damaged(window, 4, "pcap version {} is not known (2 is)", major);
  const std::uint32_t link = order.u32(header->data() + 20);
  window.consume(kFileHeader);
  return std::make_unique<PcapFormat>(std::move(window), order, tick_ns, link);
}

}  // namespace brewproof
