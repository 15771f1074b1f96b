// Captures made elsewhere: nothing may be said of what they do not show.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>

#include "tests/rig/command/command_line.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t begin_s = 1'760'000'000;

class ForeignCaptures : public CommandLine {
 protected:
  // 02:c0:ff:ee:00:01, 192.0.2.7, sends UDP port 9 to 192.0.2.1: "hi".
  static constexpr std::array<unsigned char, 44> datagram = {
      0x02, 0xc0, 0xff, 0xee, 0x00, 0x02, 0x02, 0xc0, 0xff, 0xee, 0x00, 0x01, 0x08, 0x00, 0x45,
      0x00, 0x00, 0x1e, 0x00, 0x01, 0x00, 0x00, 0x40, 0x11, 0xf6, 0xc4, 0xc0, 0x00, 0x02, 0x07,
      0xc0, 0x00, 0x02, 0x01, 0x04, 0x00, 0x00, 0x09, 0x00, 0x0a, 0x00, 0x00, 'h',  'i'};

  static void word(std::ofstream& out, std::uint32_t value) {
    out.write(reinterpret_cast<const char*>(&value), 4);
  }

  // A pcap of one such packet a second, from the `from`th second to the `to`th.
  void capture(int from, int to) {
    std::ofstream out(place / "x.pcap", std::ios::binary);
    for (const std::uint32_t header : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 1U})
      word(out, header);
    for (int second = from; second <= to; ++second) {
      word(out, static_cast<std::uint32_t>(begin_s + second));
      for (const std::uint32_t value : {0U, 44U, 44U}) word(out, value);
      out.write(reinterpret_cast<const char*>(datagram.data()), datagram.size());
    }
  }

  // Two blocks of four acts and four shams, one each ten seconds.
  void log_trials() {
    std::ofstream out(place / "t.jsonl");
    for (int trial = 1; trial <= 16; ++trial) {
      const std::int64_t at = begin_s + 10 * trial;
      out << R"({"trial":)" << trial << R"(,"block":)" << (trial + 7) / 8
          << (trial % 2 == 0 ? R"(,"event":"brew")" : R"(,"event":"sham","of":"brew")")
          << R"(,"start_ns":)" << at << R"(000000000,"end_ns":)" << at + 6
          << R"(000000000,"params":{},"status":"ok"})" << "\n";
    }
  }

  Child::Output analyze(const std::string& dut = "02:c0:ff:ee:00:01") const {
    return run({"analyze", "x.pcap", "--trials", "t.jsonl", "--dut", dut, "--out", "o"});
  }
};

TEST_F(ForeignCaptures, WhatNeverCameWhileTheyRanHasABound) {
  capture(0, 170);
  log_trials();
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("NONE PROVEN"));
}

TEST_F(ForeignCaptures, TrialsThatTheyDoNotCoverAreNoTrialsWithoutAMessage) {
  capture(0, 5);
  log_trials();
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("INCONCLUSIVE"));
  EXPECT_THAT(output.out, Not(HasSubstr("None seen")));
}

TEST_F(ForeignCaptures, ABlockThatTheyCoverInPartIsLeftOut) {
  capture(0, 95);
  log_trials();
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("4 trials of brew: packets are missing"));
}

TEST_F(ForeignCaptures, OfAMachineThatTheyDoNotShowNothingIsSaid) {
  capture(0, 170);
  log_trials();
  const auto output = analyze("02:c0:ff:ee:00:99");
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(output.out, Not(HasSubstr("None seen")));
}

// The program as it is, beside a decoder that dies: a hostile packet may do that to it.
TEST_F(ForeignCaptures, ADecoderThatDiesTakesNothingElseAlong) {
  capture(0, 170);
  log_trials();
  const auto program = place / "brewproof", decoder = place / "brewproof-decode";
  std::error_code on_another_disk;
  std::filesystem::create_hard_link(BREWPROOF_BINARY_DIR "/brewproof", program, on_another_disk);
  if (on_another_disk) std::filesystem::copy_file(BREWPROOF_BINARY_DIR "/brewproof", program);
  std::ofstream(decoder) << "#!/bin/sh\ncat > /dev/null\nkill -SEGV $$\n";
  std::filesystem::permissions(decoder, std::filesystem::perms::owner_all);

  ChildSettings settings;
  settings.program = program.string();
  settings.arguments = {"analyze", "x.pcap", "--trials", "t.jsonl", "--dut", "all", "--out", "o"};
  settings.working_folder = place.string();
  settings.pipe_stdout = settings.pipe_stderr = true;
  auto child = Child::start(settings);
  ASSERT_TRUE(child) << child.error().message;
  const auto output = child->finish(std::chrono::seconds(60));
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->exit.code, 4) << output->out << output->err;
  EXPECT_THAT(output->out, HasSubstr("INCONCLUSIVE"));
  EXPECT_THAT(output->out, HasSubstr("the decoder ended in the"));  // its line breaks there
  EXPECT_THAT(output->out, HasSubstr("Note: the decoder was ended by signal 11"));
  EXPECT_THAT(output->out, Not(HasSubstr("None seen")));
  const std::string findings = text_of((place / "o/findings.json").string());
  EXPECT_THAT(findings, HasSubstr(R"("decoder-died")"));
}

}  // namespace
}  // namespace brewproof
