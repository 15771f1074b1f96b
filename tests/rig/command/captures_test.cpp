// Captures made elsewhere: nothing may be said of what they do not show.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/rig/command/foreign_captures.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Of one clock with the log, by a person's word.
class OneClockCaptures : public FromElsewhere {
 protected:
  Child::Output analyze(const std::string& dut = "02:c0:ff:ee:00:01",
                        std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--log-offset", "0s"});
    return FromElsewhere::analyze(more, dut);
  }
};

TEST_F(OneClockCaptures, WhatNeverCameWhileTheyRanHasABound) {
  capture(0, 170);
  log_trials();
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 0) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("NONE PROVEN"));
}

TEST_F(OneClockCaptures, TrialsThatTheyDoNotCoverAreNoTrialsWithoutAMessage) {
  capture(0, 5);
  log_trials();
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("INCONCLUSIVE"));
  EXPECT_THAT(output.out, Not(HasSubstr("None seen")));
}

TEST_F(OneClockCaptures, ABlockThatTheyCoverInPartIsLeftOut) {
  capture(0, 95);
  log_trials();
  const auto output = analyze();
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(output.out, HasSubstr("4 trials of brew: packets are missing"));
}

TEST_F(OneClockCaptures, OfAMachineThatTheyDoNotShowNothingIsSaid) {
  capture(0, 170);
  log_trials();
  const auto output = analyze("02:c0:ff:ee:00:99");
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(output.out, Not(HasSubstr("None seen")));
}

TEST_F(OneClockCaptures, AMachineWithAnotherAddressThanTheOneThatItIsNamedByIsTold) {
  capture(0, 170);
  {
    std::fstream file(place / "x.pcap", std::ios::binary | std::ios::in | std::ios::out);
    for (int packet = 100; packet <= 170; ++packet) {  // DHCP gave it 192.0.2.8
      file.seekp(24 + packet * (16 + 44) + 16 + 29);
      file.put(8);
    }
  }
  log_trials();
  const auto by_address = analyze("192.0.2.7");
  EXPECT_EQ(by_address.exit.code, 4) << by_address.out << by_address.err;
  const std::string text = std::regex_replace(by_address.out, std::regex("\\s+"), " ");
  EXPECT_THAT(text, HasSubstr("The network card 02:c0:ff:ee:00:01, which has the address that "
                              "--dut names, sent from 192.0.2.8, too, and nothing of that is "
                              "counted: 71 packets"));
  EXPECT_THAT(text, HasSubstr("packet 101 of x.pcap (byte 6024), 2025-10-09 08:55:00 UTC"));
  EXPECT_THAT(text, HasSubstr("--dut 02:c0:ff:ee:00:01."));
  const auto findings = nlohmann::json::parse(text_of((place / "o/findings.json").string()));
  EXPECT_EQ(findings["run"]["reasons"], nlohmann::json::array({"dut-elsewhere"}));
  EXPECT_EQ(findings["analysis"]["other_addresses"][0]["address"], "192.0.2.8");
  EXPECT_EQ(findings["analysis"]["other_addresses"][0]["frame"], 101);
  EXPECT_THAT(text_of((place / "o/report.html").string()), HasSubstr("sent from 192.0.2.8, too"));
  const auto by_mac = analyze();
  EXPECT_EQ(by_mac.exit.code, 0) << by_mac.out << by_mac.err;
  EXPECT_THAT(by_mac.out, Not(HasSubstr("192.0.2.8, too")));
}

TEST_F(OneClockCaptures, TheSamePacketsTwiceAreRefused) {
  capture(0, 170);
  log_trials();
  std::filesystem::copy_file(place / "x.pcap", place / "again.pcap");
  const auto output = run({"analyze", "x.pcap", "again.pcap", "--trials", "t.jsonl", "--dut",
                           "02:c0:ff:ee:00:01", "--out", "o"});
  EXPECT_EQ(output.exit.code, 2) << output.out << output.err;
  EXPECT_THAT(output.err, HasSubstr("again.pcap holds what x.pcap holds (SHA-256 "));
  EXPECT_FALSE(std::filesystem::exists(place / "o/findings.json"));
}

// The header's last word names the link type of all packets: 127 is radiotap.
TEST_F(OneClockCaptures, PacketsOfALinkTypeThatIsNotReadLeaveADoubt) {
  capture(0, 170);
  {
    std::ofstream out(place / "w.pcap", std::ios::binary);
    for (const std::uint32_t word_of : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 127U,
                                        static_cast<std::uint32_t>(begin_s), 0U, 4U, 4U, 0U})
      out.write(reinterpret_cast<const char*>(&word_of), sizeof word_of);
  }
  log_trials();
  const auto output = run({"analyze", "x.pcap", "w.pcap", "--trials", "t.jsonl", "--dut",
                           "02:c0:ff:ee:00:01", "--out", "o", "--log-offset", "0s"});
  EXPECT_EQ(output.exit.code, 4) << output.out << output.err;
  EXPECT_THAT(output.out + output.err,
              HasSubstr("1 packet of link type 127 could not be read, the first of them packet 1 "
                        "of w.pcap (byte 24)"));
  EXPECT_EQ(findings()["run"]["reasons"], nlohmann::json::array({"link-unread"}));
}

// Eight acts find what always follows them, not what follows three of ten, nor one more of a
// datagram that comes each second.
TEST_F(OneClockCaptures, SpikesSayWhatNoneSeenDoesNotCover) {
  capture(0, 170);
  log_trials();
  const auto plain = analyze();
  const nlohmann::json before = findings();
  const auto spiked = analyze("02:c0:ff:ee:00:01", {"--spike", "--repetitions", "4"});
  EXPECT_EQ(spiked.exit.code, plain.exit.code) << spiked.err;
  nlohmann::json after = findings();
  std::map<std::string, int> found;
  for (const auto& spike : after["spikes"]) {
    EXPECT_EQ(spike["planted"], 4);
    if (spike["like"].is_null())
      found[spike["form"].get<std::string>()] = spike["recovered"].get<int>();
    else
      EXPECT_EQ(spike["like"]["protocol"], "udp");
  }
  EXPECT_EQ(found["immediate"], 4);
  EXPECT_EQ(found["delayed"], 4);
  EXPECT_GE(found["batched"], 2);  // a last batch after the capture's end is not in it
  EXPECT_EQ(found["sampled"], 0);
  const auto open = after["none"][0]["not_covered"];
  EXPECT_TRUE(
      std::ranges::any_of(open, [](const auto& spike) { return spike["form"] == "sampled"; }));
  EXPECT_FALSE(std::ranges::any_of(open, [](const auto& spike) {
    return spike["form"] == "immediate" && spike["like"].is_null();
  }));
  const std::string text = std::regex_replace(spiked.out, std::regex("\\s+"), " ");
  EXPECT_THAT(text, HasSubstr("It does not cover emissions of these forms"));
  EXPECT_THAT(text, HasSubstr("sampled at 30 % (0 of 4 were found)"));
  EXPECT_THAT(text_of((place / "o/report.html").string()), HasSubstr("id=\"sensitivity\""));
  // No claim changes.
  after.erase("spikes");
  after["none"][0].erase("not_covered");
  EXPECT_EQ(after, before);
}

TEST_F(OneClockCaptures, RepetitionsAreOfSpikesAndWhole) {
  capture(0, 170);
  log_trials();
  EXPECT_THAT(analyze("all", {"--repetitions", "4"}).err, HasSubstr("--spike"));
  const auto refused = analyze("all", {"--spike", "--repetitions", "2.5"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("'2.5' is not a whole number from 1 to 1000"));
}

// The program as it is, beside a decoder that dies: a hostile packet may do that to it.
TEST_F(OneClockCaptures, ADecoderThatDiesTakesNothingElseAlong) {
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
  const auto fault = nlohmann::json::parse(findings)["analysis"]["fault"];
  EXPECT_EQ(fault["how"], "signal");
  EXPECT_EQ(fault["signal"], SIGSEGV);
}

}  // namespace
}  // namespace brewproof
