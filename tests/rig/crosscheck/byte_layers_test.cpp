// Every uplink byte of every real capture is of exactly one layer, whoever the DUT is.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <tuple>

#include "rig/capture/capture_file.h"
#include "rig/decode/decoder.h"
#include "rig/process/child.h"
#include "tests/rig/capture/scratch.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

DecodeTotals decode(
    const std::string& path, const std::vector<std::string>& dut,
    const MessageSink& sink = [](Message&&) {}) {
  DecodeOptions options;
  options.dut = dut;
  Decoder decoder(options, sink);
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

bool run_editcap(const std::string& editcap, const char* length, const std::string& from,
                 const std::string& to) {
  ChildSettings settings;
  settings.program = editcap;
  settings.arguments = {"-s", length, from, to};
  settings.pipe_stdout = settings.pipe_stderr = true;
  auto child = Child::start(settings);
  if (!child) return false;
  const auto output = child->finish(std::chrono::seconds(30));
  return output && output->exit.code == 0;
}

/// What the messages of a capture hold, by protocol, path and value.
using Held = std::set<std::tuple<std::string, std::string, std::string>>;

// As `tcpdump -s 96` writes it: what was cut off counts on the wire all the same, and no value that
// the cut shortened looks like a whole one.
TEST(ByteLayers, OfCutPacketsAddUpToTheWireAndNothingCutLooksWhole) {
  const fs::path folder = fs::path(BREWPROOF_SOURCE_DIR) / "../shared/data/captures";
  if (!fs::exists(folder)) GTEST_SKIP() << "no real captures here";
  const auto editcap = find_program("editcap");
  if (!editcap) GTEST_SKIP() << "no editcap here";
  const Scratch scratch;
  const std::string short_path = scratch.path("short.pcapng");
  std::uint64_t cut_fields = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.path().string().ends_with(".pcap") && !entry.path().string().ends_with(".pcapng"))
      continue;
    const std::string path = entry.path();
    Held whole;
    const DecodeTotals uncut = decode(path, {}, [&](Message&& m) {
      for (const Field& field : m.fields) whole.emplace(m.protocol, field.path, field.value);
    });
    for (const char* length : {"96", "70"}) {
      ASSERT_TRUE(run_editcap(*editcap, length, path, short_path)) << path;
      std::string shown;
      const DecodeTotals cut = decode(short_path, {}, [&](Message&& m) {
        for (const Field& field : m.fields) {
          if (field.cut) ++cut_fields;
          if (field.cut || m.malformed || whole.contains({m.protocol, field.path, field.value}))
            continue;
          // Sizes are the wire's; and where the packet was cut that told how to read the others,
          // what was a message with fields is a datagram or a piece of a stream, and what was
          // sealed is bytes.
          if (field.path == "size" || m.message.starts_with("datagram") ||
              m.message.starts_with("stream") ||
              (m.message == "heartbeat" && field.path == "payload"))
            continue;
          if (shown.size() < 600)
            shown += m.protocol + " " + m.message + ": " + field.path + "=" +
                     field.value.substr(0, 60) + "\n";
        }
      });
      EXPECT_EQ(shown, "") << path << " cut to " << length;
      EXPECT_EQ(cut.lost_bytes, 0) << path << " cut to " << length;
      EXPECT_EQ(sum(cut.up_layers), cut.up_bytes) << path << " cut to " << length;
      for (const std::string& mac : uncut.macs_seen) {
        const DecodeTotals totals = decode(short_path, {mac});
        EXPECT_EQ(totals.up_bytes, decode(path, {mac}).up_bytes) << path << ", sent by " << mac;
        EXPECT_EQ(totals.lost_bytes, 0) << path << ", sent by " << mac;
      }
    }
  }
  EXPECT_GT(cut_fields, 100u);
}

}  // namespace
}  // namespace brewproof
