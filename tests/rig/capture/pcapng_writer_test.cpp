#include "rig/capture/pcapng_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "rig/capture/capture_file.h"
#include "rig/process/child.h"
#include "tests/rig/capture/scratch.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::int64_t kTime = 1'760'000'000'123'456'789;  // 0x186cc6ac'dc0bcd15

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(PcapngWriter, LaysDownTheBytesOfTheFormat) {
  const Scratch scratch;
  const auto path = scratch.path("0001.pcapng");
  auto writer = PcapngWriter::create(path, "dut0");
  ASSERT_TRUE(writer) << writer.error().message;
  ASSERT_TRUE(writer->write(kTime, hex("0102030405"), 64));
  const auto digest = writer->close({7, 1, 2}, kTime + 1);
  ASSERT_TRUE(digest);
  const auto expected =
      hex("0a0d0d0a 38000000 4d3c2b1a 0100 0000 ffffffffffffffff"
          "0400 1100 62726577 70726f6f 662d6361 70747572 65000000 00000000 38000000"
          "01000000 28000000 0100 0000 00000400 0200 0400 64757430 0900 0100 09000000 00000000"
          "28000000"
          "06000000 28000000 00000000 acc66c18 15cd0bdc 05000000 40000000 01020304 05000000"
          "28000000"
          "05000000 4c000000 00000000 acc66c18 16cd0bdc"
          "0400 0800 0700000000000000 0500 0800 0100000000000000 0700 0800 0200000000000000"
          "0800 0800 0100000000000000 00000000 4c000000");
  EXPECT_EQ(to_hex(as_bytes(content(path))), to_hex(expected));
  EXPECT_EQ(*digest, sha256(expected));
  EXPECT_EQ(*digest, sha256_file(path));
}

TEST(PcapngWriter, OurOwnReaderAgrees) {
  const Scratch scratch;
  auto writer = PcapngWriter::create(scratch.path("0001.pcapng"), "dut0");
  ASSERT_TRUE(writer);
  const Bytes data(1500, 0x5a);
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(
        writer->write(kTime + i, ByteView(data).first(static_cast<std::size_t>(i) % 1500), 1600));
  }
  EXPECT_EQ(writer->packets(), 3000u);
  ASSERT_TRUE(writer->close({3000, 4, 5}, kTime));
  auto reader = CaptureFileReader::open(scratch.path("0001.pcapng"));
  ASSERT_TRUE(reader);
  for (int i = 0; i < 3000; ++i) {
    const auto packet = reader->next();
    ASSERT_TRUE(packet && *packet) << i;
    EXPECT_EQ((*packet)->time_ns, kTime + i);
    EXPECT_EQ((*packet)->data.size(), static_cast<std::size_t>(i) % 1500);
    EXPECT_EQ((*packet)->original_length, 1600u);
  }
  EXPECT_EQ(reader->next().value(), std::nullopt);
  EXPECT_EQ(reader->dropped(), 9u);
}

TEST(PcapngWriter, WhatWasFlushedIsReadableWhileItIsStillOpen) {
  const Scratch scratch;
  auto writer = PcapngWriter::create(scratch.path("0001.pcapng"), "dut0");
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->write(kTime, hex("01"), 1));
  ASSERT_TRUE(writer->flush());
  auto reader = CaptureFileReader::open(scratch.path("0001.pcapng"));
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->next().value());
  EXPECT_EQ(reader->next().value(), std::nullopt);
  EXPECT_EQ(reader->dropped(), std::nullopt);
}

TEST(PcapngWriter, NeverOverwritesAFile) {
  const Scratch scratch;
  const auto writer = PcapngWriter::create(scratch.file("0001.pcapng", hex("00")), "dut0");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::io);
  EXPECT_THAT(writer.error().message, HasSubstr("File exists"));
}

// A limit on the file's size stands in for a full disk: the write stops short, then fails.
TEST(PcapngWriter, FullDiskLeavesWholePacketsAndSaysSo) {
  const Scratch scratch;
  auto writer = PcapngWriter::create(scratch.path("0001.pcapng"), "dut0");
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->write(kTime, Bytes(600), 600));
  ASSERT_TRUE(writer->flush());
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  ASSERT_TRUE(writer->write(kTime, Bytes(600), 600));
  const auto flushed = writer->flush();
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().code, ErrorCode::io);
  EXPECT_THAT(flushed.error().message, HasSubstr("0001.pcapng"));
  auto reader = CaptureFileReader::open(scratch.path("0001.pcapng"));
  ASSERT_TRUE(reader);
  EXPECT_TRUE(reader->next().value());
  EXPECT_EQ(reader->next().value(), std::nullopt);
}

TEST(PcapngWriter, CapinfosAndTsharkAgree) {
  const Scratch scratch;
  auto writer = PcapngWriter::create(scratch.path("0001.pcapng"), "dut0");
  ASSERT_TRUE(writer);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(writer->write(kTime + i, Bytes(60), 1000));
  ASSERT_TRUE(writer->close({5, 0, 3}, kTime + 5));
  ChildSettings settings;
  settings.program = "capinfos";
  settings.arguments = {"-M", scratch.path("0001.pcapng")};
  settings.pipe_stdout = true;
  auto child = Child::start(settings);
  if (!child) GTEST_SKIP() << child.error().message;
  const auto output = child->finish(20s);
  ASSERT_TRUE(output && output->exit.ok());
  for (const char* const said :
       {"pcapng", "Number of packets:   5", "Capture application: brewproof-capture",
        "Time precision = nanoseconds (9)", "Name = dut0", "Number of stat entries = 1",
        "Encapsulation = Ethernet", "Data size:           5000"})
    EXPECT_THAT(output->out, HasSubstr(said));

  settings.program = "tshark";
  settings.arguments = {"-r", scratch.path("0001.pcapng"),
                        "-T", "fields",
                        "-e", "frame.time_epoch",
                        "-e", "frame.len",
                        "-e", "frame.cap_len",
                        "-c", "1"};
  auto second = Child::start(settings);
  if (!second) GTEST_SKIP() << second.error().message;
  EXPECT_EQ(second->finish(60s)->out, "1760000000.123456789\t1000\t60\n");
}

}  // namespace
}  // namespace brewproof
