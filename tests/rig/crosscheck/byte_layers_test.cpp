// Every uplink byte of every real capture is of exactly one layer, whoever the DUT is.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "rig/capture/capture_file.h"
#include "rig/decode/decoder.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

DecodeTotals decode(const std::string& path, const std::vector<std::string>& dut) {
  DecodeOptions options;
  options.dut = dut;
  Decoder decoder(options, [](Message&&) {});
  auto reader = CaptureFileReader::open(path);
  EXPECT_TRUE(reader) << (reader ? "" : reader.error().message);
  while (reader) {
    auto packet = reader->next();
    if (!packet || !*packet) break;
    decoder.packet(**packet);
  }
  decoder.finish();
  return decoder.totals();
}

std::uint64_t sum(const decode::ByteLayers& layers) {
  return layers.link + layers.network + layers.transport + layers.protocol + layers.value +
         layers.sealed + layers.unexplained;
}

TEST(ByteLayers, AddUpToTheFramesOnEveryRealCapture) {
  const fs::path folder = fs::path(BREWPROOF_SOURCE_DIR) / "../shared/data/captures";
  if (!fs::exists(folder)) GTEST_SKIP() << "no real captures here";
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().string().ends_with(".pcap") && !entry.path().string().ends_with(".pcapng"))
      continue;
    const std::string path = entry.path();
    const DecodeTotals open = decode(path, {});
    EXPECT_EQ(open.lost_bytes, 0) << path << ", every host";
    EXPECT_EQ(sum(open.up_layers), open.up_bytes) << path;
    bytes += open.up_bytes;
    for (const std::string& mac : open.macs_seen) {
      const DecodeTotals totals = decode(path, {mac});
      EXPECT_EQ(totals.lost_bytes, 0) << path << ", sent by " << mac;
      EXPECT_EQ(sum(totals.up_layers), totals.up_bytes) << path << ", sent by " << mac;
    }
  }
  EXPECT_GT(bytes, 100'000u);
}

}  // namespace
}  // namespace brewproof
