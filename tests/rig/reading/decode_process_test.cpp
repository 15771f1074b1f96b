// The decoder as a process of its own: it tells what the decoder finds, and what kills it kills
// nothing else.

#include "rig/reading/decode_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "rig/capture/capture_file.h"
#include "rig/reading/teller.h"
#include "tests/rig/capture/datagram.h"
#include "tests/rig/reading/same_message.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DecoderApart : public ::testing::Test {
 protected:
  DecoderApart() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    place_ = std::filesystem::path(::testing::TempDir()) /
             ("reading-" + std::to_string(getpid()) + "-" + test->name());
    std::filesystem::remove_all(place_);
    std::filesystem::create_directories(place_);
    settings.program = BREWPROOF_BINARY_DIR "/brewproof-decode";
  }
  ~DecoderApart() override { std::filesystem::remove_all(place_); }

  static void word(std::ofstream& out, std::uint32_t value) {
    out.write(reinterpret_cast<const char*>(&value), 4);
  }

  // A pcap of `count` packets, a millisecond apart: 192.0.2.7 sends "hi" to 192.0.2.1, UDP port 9.
  std::string capture(const std::string& name, int count) {
    const std::string path = (place_ / name).string();
    std::ofstream out(path, std::ios::binary);
    for (const std::uint32_t header : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 1U})
      word(out, header);
    for (int i = 0; i < count; ++i) {
      word(out, 1'760'000'000U + static_cast<std::uint32_t>(i / 1000));
      for (const std::uint32_t value : {static_cast<std::uint32_t>(i % 1000) * 1000, 44U, 44U})
        word(out, value);
      out.write(reinterpret_cast<const char*>(datagram.data()), datagram.size());
    }
    return path;
  }

  std::string program(const std::string& text) {
    const std::string path = (place_ / "decoder").string();
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    EXPECT_EQ(::chmod(path.c_str(), 0755), 0);
    return path;
  }

  Result<Decoded> decode(const std::vector<std::string>& paths) {
    DecodeOrder order;
    for (const std::string& path : paths)
      order.files.push_back({path, std::filesystem::path(path).filename()});
    order.options.dut = {"192.0.2.7"};
    auto process = DecodeProcess::start(std::move(order), settings);
    if (!process) return pass_on(std::move(process));
    return process->finish([&](Message&& message) {
      if (messages.empty() && at_first) at_first(process->pid());
      messages.push_back(std::move(message));
    });
  }

  DecodeSettings settings;
  std::vector<Message> messages;
  std::function<void(int pid)> at_first;

 private:
  std::filesystem::path place_;
};

TEST_F(DecoderApart, ItTellsWhatTheDecoderFinds) {
  const std::string path = capture("x.pcap", 3000), second = capture("y.pcap", 2);
  const auto decoded = decode({path, second});
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->death, IsEmpty());

  std::vector<Message> here;
  DecodeOptions options;
  options.dut = {"192.0.2.7"};
  Decoder decoder(options, [&](Message&& message) { here.push_back(std::move(message)); });
  std::uint32_t number = 0;
  for (const std::string& name : {path, second}) {
    auto reader = CaptureFileReader::open(name, number++);
    ASSERT_TRUE(reader);
    for (auto packet = reader->next(); packet && *packet; packet = reader->next())
      decoder.packet(**packet);
  }
  decoder.finish();
  EXPECT_EQ(messages, here);
  EXPECT_EQ(messages.size(), 3002u);
  EXPECT_EQ(decoded->totals.up_bytes, decoder.totals().up_bytes);
  EXPECT_EQ(decoded->totals.up_bytes, 3002u * 44);
  EXPECT_EQ(decoded->totals.macs_seen, decoder.totals().macs_seen);
  EXPECT_EQ(
      decoded->files[0],
      (FileRead{3000, 1'760'000'000'000'000'000, 1'760'000'002'999'000'000, {}, true, "", {}}));
  EXPECT_EQ(decoded->files[1].packets, 2u);
}

TEST_F(DecoderApart, ADamagedCaptureIsReadUpToTheDamage) {
  const std::string path = capture("x.pcap", 10);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  const auto decoded = decode({path});
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->death, IsEmpty());
  EXPECT_EQ(messages.size(), 9u);
  EXPECT_TRUE(decoded->files[0].ended);
  EXPECT_THAT(decoded->files[0].fault, HasSubstr("x.pcap:564: "));
}

// Waits for what a follower tells until `count` messages are there or it is over; true: it goes on.
bool listen_to(DecodeProcess& process, Decoded& decoded, std::vector<Message>& messages,
               std::size_t count, std::chrono::milliseconds within) {
  const auto until = std::chrono::steady_clock::now() + within;
  while (messages.size() < count && std::chrono::steady_clock::now() < until) {
    pollfd waiting{process.listen_end(), POLLIN, 0};
    ::poll(&waiting, 1, 20);
    const auto more =
        process.listen(decoded, [&](Message&& message) { messages.push_back(std::move(message)); });
    if (!more) throw std::runtime_error(more.error().message);
    if (!*more) return false;
  }
  return true;
}

TEST_F(DecoderApart, OneThatFollowsTellsAPacketWithItsLastByte) {
  const std::string path = capture("x.pcap", 3);
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  DecodeOrder order;
  order.files = {{"", "what comes"}};
  order.follows = true;
  order.options.dut = {"192.0.2.7"};
  auto process = DecodeProcess::start(std::move(order), settings);
  ASSERT_TRUE(process) << process.error().message;
  Decoded decoded;
  std::size_t fed = 0;
  for (std::size_t packets = 1; packets <= 3; ++packets) {
    const std::size_t end = 24 + packets * 60;
    ASSERT_EQ(process->feed(as_bytes(bytes).subspan(fed, end - 1 - fed)), end - 1 - fed);
    ASSERT_TRUE(listen_to(*process, decoded, messages, packets, std::chrono::milliseconds(100)));
    EXPECT_EQ(messages.size(), packets - 1);
    ASSERT_EQ(process->feed(as_bytes(bytes).subspan(end - 1, 1)), 1u);
    ASSERT_TRUE(listen_to(*process, decoded, messages, packets, std::chrono::seconds(20)));
    EXPECT_EQ(messages.size(), packets);
    EXPECT_EQ(decoded.totals.up_packets, packets);
    EXPECT_FALSE(decoded.files[0].ended);
    fed = end;
  }
  process->end_of_capture();
  EXPECT_FALSE(listen_to(*process, decoded, messages, 4, std::chrono::seconds(20)));
  EXPECT_EQ(decoded.death, "");
  EXPECT_TRUE(decoded.files[0].ended);
  EXPECT_EQ(messages.size(), 3u);
}

TEST_F(DecoderApart, ACaptureThatIsMissingIsAnError) {
  const auto decoded = decode({capture("x.pcap", 1), "/nowhere/y.pcap"});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::bad_file);
  EXPECT_THAT(decoded.error().message, HasSubstr("/nowhere/y.pcap"));
}

TEST_F(DecoderApart, AFileThatIsNoCaptureIsAnError) {
  const std::string path = program("no capture");
  const auto decoded = decode({path});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::bad_file);
  EXPECT_THAT(decoded.error().message, HasSubstr("neither pcap nor pcapng"));
}

// More messages than the pipe and the batches hold: it cannot have come to its end.
TEST_F(DecoderApart, KilledInTheMiddleItLeavesWhatItHadTold) {
  const std::string path = capture("x.pcap", 200'000);
  at_first = [](int pid) { ::kill(pid, SIGKILL); };
  const auto decoded = decode({path, path});
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->death, HasSubstr("the decoder was ended by signal 9"));
  EXPECT_THAT(decoded->death, HasSubstr(" of x.pcap (byte "));
  ASSERT_TRUE(decoded->fault);
  EXPECT_EQ(decoded->fault->how, "signal");
  EXPECT_EQ(decoded->fault->signal, SIGKILL);
  EXPECT_EQ(decoded->fault->exit_code, std::nullopt);
  ASSERT_TRUE(decoded->fault->at);
  EXPECT_EQ(decoded->fault->at->file, 0u);
  EXPECT_GE(decoded->fault->at->frame, messages.size());
  EXPECT_THAT(decoded->death,
              HasSubstr(fmt::format(", at packet {} of x.pcap (byte {})", decoded->fault->at->frame,
                                    decoded->fault->at->offset)));
  EXPECT_FALSE(decoded->files[0].ended);
  EXPECT_FALSE(messages.empty());
  EXPECT_LT(messages.size(), 200'000u);
  // What it told adds up: the packets of the messages are those that were counted.
  EXPECT_EQ(decoded->totals.up_packets, messages.size());
  EXPECT_EQ(decoded->files[0].packets, messages.size());
  EXPECT_EQ(decoded->files[1], FileRead{});
}

TEST_F(DecoderApart, OneThatStandsStillIsEnded) {
  settings.patience = std::chrono::seconds(1);
  at_first = [](int pid) { ::kill(pid, SIGSTOP); };
  const auto decoded = decode({capture("x.pcap", 200'000)});
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->death,
              HasSubstr("the decoder stood still for 1 s and was ended, at packet"));
  ASSERT_TRUE(decoded->fault);
  EXPECT_EQ(decoded->fault->how, "stood_still");
  EXPECT_TRUE(decoded->fault->at);
}

TEST_F(DecoderApart, OneThatTalksNonsenseIsNotBelieved) {
  settings.program = program("cat > /dev/null; printf '\\005\\0\\0\\0\\001\\001\\001\\001\\001'");
  const auto decoded = decode({capture("x.pcap", 1)});
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->death, HasSubstr("told what is not its form"));
  EXPECT_EQ(decoded->fault, (DecoderFault{"nonsense", {}, {}, PacketPlace{}}));
  EXPECT_THAT(messages, IsEmpty());
}

TEST_F(DecoderApart, OneThatPromisesTooMuchIsNotBelieved) {
  settings.program = program("cat > /dev/null; printf '\\377\\377\\377\\377'");
  const auto decoded = decode({capture("x.pcap", 1)});
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->death, HasSubstr("told what is not its form"));
}

TEST_F(DecoderApart, OneThatTellsOfAFileThatNobodyNamedIsNotBelieved) {
  const std::string told = capture("told", 0);
  const int file = ::open(told.c_str(), O_WRONLY | O_TRUNC);
  ASSERT_GE(file, 0);
  Teller(file).state(0, {}, {});
  ::close(file);
  settings.program = program("cat > /dev/null; cat '" + told + "'");
  const auto decoded = decode({});
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_THAT(decoded->death, HasSubstr("told what is not its form"));
}

TEST_F(DecoderApart, OneThatEndsAtOnceIsDead) {
  settings.program = program("exit 70");
  const auto decoded = decode({capture("x.pcap", 1)});
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->death,
            "the decoder ended with exit code 70, before the first packet of x.pcap");
}

TEST_F(DecoderApart, AProgramThatIsMissingIsAnError) {
  settings.program = "/nowhere/brewproof-decode";
  const auto decoded = decode({capture("x.pcap", 1)});
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::host);
}

}  // namespace
}  // namespace brewproof
