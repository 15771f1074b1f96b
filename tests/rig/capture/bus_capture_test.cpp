// The payment bus as a capture of link type 300: its bytes, and what other programs say of it.

#include "rig/capture/bus_capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/capture/capture_file.h"
#include "rig/process/child.h"
#include "tests/rig/capture/scratch.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using Kind = BusBlock::Kind;
using testing::HasSubstr;

constexpr std::int64_t begun_ns = 1'760'000'000'000'000'000;

// A vend request that is approved, as the standard's session has it.
std::vector<BusBlock> sale() {
  const auto at = [](std::int64_t ms) {
    return Instant{ms * 1'000'000, begun_ns + ms * 1'000'000};
  };
  return {{Kind::from_machine, 0, hex("13000064000178"), at(0), 2ms},
          {Kind::from_device, 0x10, hex("00"), at(8), 2ms},
          {Kind::from_machine, 0, hex("1212"), at(50), 12'340us},
          {Kind::from_device, 0x10, hex("05006469"), at(55), 12'340us},
          {Kind::from_machine, 0, hex("00"), at(58), 2ms}};
}

TEST(BusCapture, PacketsAreAsTheLinkTypeSays) {
  std::string all;
  for (const BusBlock& block : sale()) all += to_hex(bus_packet(block)) + " ";
  EXPECT_EQ(all, "00ff13000064000178 00fe1000 00ff1212 00fe1005006469 00ff00 ");
  EXPECT_EQ(to_hex(bus_packet({Kind::bus_reset, 0, {}, {}, {}})), "00fd");
}

TEST(BusCapture, OurOwnReaderAgrees) {
  const Scratch scratch;
  BusCapture capture(scratch.path("0001.pcapng"), "reader");
  ASSERT_TRUE(capture.write(sale()));
  // What is written survives the end of this process.
  auto reader = CaptureFileReader::open(scratch.path("0001.pcapng"));
  ASSERT_TRUE(reader);
  for (const BusBlock& block : sale()) {
    const auto packet = reader->next();
    ASSERT_TRUE(packet && *packet);
    EXPECT_EQ((*packet)->link_type, 300);
    EXPECT_EQ((*packet)->time_ns, block.at.real_ns);
    EXPECT_EQ(to_hex((*packet)->data), to_hex(bus_packet(block)));
  }
  const auto closed = capture.close();
  ASSERT_TRUE(closed && *closed);
  EXPECT_EQ((*closed)->file, "0001.pcapng");
  EXPECT_EQ((*closed)->packets, 5u);
  EXPECT_EQ((*closed)->sha256, sha256_file(scratch.path("0001.pcapng")).value());
}

TEST(BusCapture, WhereNothingWasSaidThereIsNoFile) {
  const Scratch scratch;
  BusCapture capture(scratch.path("0001.pcapng"), "reader");
  ASSERT_TRUE(capture.write({}));
  const auto closed = capture.close();
  ASSERT_TRUE(closed);
  EXPECT_FALSE(*closed);
  EXPECT_FALSE(std::filesystem::exists(scratch.path("0001.pcapng")));
}

TEST(BusCapture, WhatCannotBeWrittenIsAnError) {
  BusCapture capture("/nonexistent/0001.pcapng", "reader");
  const auto written = capture.write(sale());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
}

// capinfos of Wireshark before 4.2 has no name for the link type and reads the file all the same.
TEST(BusCapture, CapinfosReadsIt) {
  const Scratch scratch;
  BusCapture capture(scratch.path("0001.pcapng"), "reader");
  ASSERT_TRUE(capture.write(sale()));
  ASSERT_TRUE(capture.close());
  ChildSettings settings;
  settings.program = "capinfos";
  settings.arguments = {"-M", scratch.path("0001.pcapng")};
  settings.pipe_stdout = true;
  auto child = Child::start(settings);
  if (!child) GTEST_SKIP() << child.error().message;
  const auto facts = child->finish(60s);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->exit.code, 0) << facts->err;
  EXPECT_THAT(facts->out, HasSubstr("Number of packets:   5\n"));
  EXPECT_THAT(facts->out, HasSubstr("Data size:           27 bytes\n"));
  EXPECT_THAT(facts->out, HasSubstr("Capture duration:    0.058000000 seconds\n"));
  EXPECT_THAT(facts->out, HasSubstr("Strict time order:   True\n"));
}

}  // namespace
}  // namespace brewproof
