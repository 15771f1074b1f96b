#include "rig/capture/bus_capture.h"

#include <filesystem>

namespace brewproof {

Bytes bus_packet(const BusBlock& block) {
  Bytes packet{0x00};
  switch (block.kind) {
    case BusBlock::Kind::from_machine:
      packet.push_back(0xFF);
      break;
    case BusBlock::Kind::from_device:
      packet.push_back(0xFE);
      packet.push_back(block.address);
      break;
    case BusBlock::Kind::bus_reset:
      packet.push_back(0xFD);
      break;
  }
  packet.insert(packet.end(), block.bytes.begin(), block.bytes.end());
  return packet;
}

Result<void> BusCapture::write(const std::vector<BusBlock>& blocks) {
  if (blocks.empty()) return {};
  if (!writer_) {
    auto created = PcapngWriter::create(path_, bus_, link_type_mdb);
    if (!created) return pass_on(std::move(created));
    writer_.emplace(std::move(*created));
  }
  for (const BusBlock& block : blocks) {
    const Bytes packet = bus_packet(block);
    const std::string comment = fmt::format("up to {:.1f} ms earlier",
                                            static_cast<double>(block.uncertainty.count()) / 1e6);
    if (auto written = writer_->write(block.at.real_ns, packet,
                                      static_cast<std::uint32_t>(packet.size()), comment);
        !written)
      return written;
    last_real_ns_ = block.at.real_ns;
  }
  return writer_->flush();
}

Result<std::optional<ClosedSegment>> BusCapture::close() {
  if (!writer_) return std::optional<ClosedSegment>();
  const std::uint64_t packets = writer_->packets();
  auto digest = writer_->close({.received = packets}, last_real_ns_);
  if (!digest) return pass_on(std::move(digest));
  writer_.reset();
  return ClosedSegment{std::filesystem::path(path_).filename(), std::move(*digest), packets};
}

}  // namespace brewproof
