// A capture that grows under the decoder: its packets are put into the files as the capture process
// does it, block by block.
#include "rig/reading/live_decoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>

#include "rig/capture/pcapng_writer.h"
#include "rig/capture/segment_name.h"
#include "rig/reading/key_tail.h"
#include "tests/rig/capture/datagram.h"
#include "tests/rig/capture/scratch.h"
#include "tests/rig/capture/tls_capture.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WhileItIsCaptured : public testing::Test {
 protected:
  WhileItIsCaptured() {
    settings.program = BREWPROOF_BINARY_DIR "/brewproof-decode";
    next_file();
  }

  void next_file() {
    if (writer) {
      EXPECT_TRUE(writer->close({}, now_ns));
    }
    auto made = PcapngWriter::create(scratch_.path(segment_name(++number)), "eth1");
    ASSERT_TRUE(made) << made.error().message;
    writer.emplace(std::move(*made));
  }
  void packet() {
    EXPECT_TRUE(writer->write(++now_ns, datagram, datagram.size()));
    EXPECT_TRUE(writer->flush());
  }

  LiveDecoding started() {
    DecodeOrder order;
    order.options.dut = {"02:c0:ff:ee:00:01", TlsCapture::machine_mac};
    auto live = LiveDecoding::start({scratch_.folder(), key_logs}, std::move(order),
                                    {.message =
                                         [this](const Message& m) {
                                           tell(names, (m.tls ? "tls " : "") + m.message);
                                           tell(times, m.time_ns);
                                         },
                                     .totals =
                                         [this](const DecodeTotals& totals) {
                                           const std::scoped_lock lock(mutex);
                                           packets = totals.up_packets;
                                         },
                                     .ended = [this](const std::string& why) { tell(ends, why); }},
                                    settings);
    if (!live) throw std::runtime_error(live.error().message);
    return std::move(*live);
  }
  template <class Values, class Value>
  void tell(Values& values, const Value& value) {
    const std::scoped_lock lock(mutex);
    values.push_back(value);
    changed.notify_all();
  }
  /// Whether so many messages were told, and no more, in time.
  bool told(std::size_t count) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 20s, [&] { return times.size() >= count; }) &&
           times.size() == count;
  }
  bool ended() {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, 20s, [&] { return !ends.empty(); });
  }

  DecodeSettings settings;
  std::vector<std::string> key_logs;
  std::optional<PcapngWriter> writer;
  std::int64_t now_ns = 1'760'000'000'000'000'000;
  int number = 0;

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::int64_t> times;
  std::vector<std::string> names;
  std::vector<std::string> ends;
  std::uint64_t packets = 0;

  Scratch scratch_;
};

TEST_F(WhileItIsCaptured, EachMessageIsToldBeforeTheNextPacketComes) {
  const std::int64_t start = now_ns;
  const LiveDecoding live = started();
  for (std::size_t i = 1; i <= 3; ++i) {
    packet();
    ASSERT_TRUE(told(i));
  }
  EXPECT_THAT(times, ElementsAre(start + 1, start + 2, start + 3));
}

TEST_F(WhileItIsCaptured, AChangeOfFileIsFollowed) {
  const LiveDecoding live = started();
  packet();
  ASSERT_TRUE(told(1));
  next_file();
  packet();
  ASSERT_TRUE(told(2));
  packet();
  next_file();
  next_file();
  packet();
  ASSERT_TRUE(told(4));
  EXPECT_THAT(ends, IsEmpty());
}

TEST_F(WhileItIsCaptured, ItBeginsWithTheNewestFile) {
  packet();
  next_file();
  packet();
  const LiveDecoding live = started();
  ASSERT_TRUE(told(1));
  EXPECT_THAT(times, ElementsAre(now_ns));
}

TEST_F(WhileItIsCaptured, PacketsAreCountedToo) {
  const LiveDecoding live = started();
  for (int i = 0; i < 5000; ++i) packet();
  ASSERT_TRUE(told(5000));
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < until) {
    const std::scoped_lock lock(mutex);
    if (packets == 5000) break;
  }
  EXPECT_EQ(packets, 5000u);
}

TEST_F(WhileItIsCaptured, ADecoderThatDiesIsSaidOnceAndTheCaptureGoesOn) {
  {
    const LiveDecoding live = started();
    packet();
    ASSERT_TRUE(told(1));
    ::kill(live.pid(), SIGKILL);
    ASSERT_TRUE(ended());
    for (int i = 0; i < 5; ++i) packet();
    next_file();
    packet();
  }
  EXPECT_THAT(ends, ElementsAre(HasSubstr("the decoder was ended by signal 9")));
  EXPECT_EQ(times.size(), 1u);
}

TEST_F(WhileItIsCaptured, ADecoderThatStandsStillIsSaidOnce) {
  settings.patience = 1s;
  {
    const LiveDecoding live = started();
    packet();
    ASSERT_TRUE(told(1));
    ::kill(live.pid(), SIGSTOP);
    packet();
    ASSERT_TRUE(ended());
    packet();
  }
  EXPECT_THAT(ends, ElementsAre(HasSubstr("the decoder stood still for 1 s")));
}

// More than the pipe holds: the decoder that takes nothing is not waited for either.
TEST_F(WhileItIsCaptured, ItEndsAtOnceWhateverTheDecoderDoes) {
  std::optional<LiveDecoding> live = started();
  packet();
  ASSERT_TRUE(told(1));
  ::kill(live->pid(), SIGSTOP);
  for (int i = 0; i < 5000; ++i) packet();
  const auto before = std::chrono::steady_clock::now();
  live.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
  EXPECT_THAT(ends, IsEmpty());
}

TEST_F(WhileItIsCaptured, ADamagedCaptureEndsIt) {
  const LiveDecoding live = started();
  packet();
  ASSERT_TRUE(told(1));
  next_file();
  std::ofstream(scratch_.path(segment_name(number)), std::ios::app | std::ios::binary)
      << std::string(64, 'y');
  ASSERT_TRUE(ended());
  EXPECT_THAT(ends,
              ElementsAre(HasSubstr("a block of the capture claims a length of 2038004089 bytes")));
}

// Two sessions, each of whose keys are logged shortly before its packets stand in the file.
TEST_F(WhileItIsCaptured, KeysThatAreLoggedMeanwhileOpenWhatTheySeal) {
  const std::string log = scratch_.path("tls.log");
  std::ofstream(log) << "CLIENT_RANDOM 00 11\n";  // of earlier times
  key_logs = {log, scratch_.path("is not there")};
  const LiveDecoding live = started();
  for (const std::size_t session : {1u, 2u}) {
    TlsCapture capture(scratch_.path(segment_name(number + static_cast<int>(session))));
    auto spoken = capture.begin(static_cast<std::uint16_t>(40000 + session));
    spoken.up("GET /" + std::to_string(session) + " HTTP/1.1\r\nHost: a.example\r\n\r\n");
    std::ofstream(log, std::ios::app) << capture.key_log;
    capture.end();
    std::unique_lock lock(mutex);
    const std::string wanted = "tls GET /" + std::to_string(session);
    EXPECT_TRUE(changed.wait_for(lock, 20s, [&] {
      return std::ranges::find(names, wanted) != names.end();
    })) << wanted;
  }
  EXPECT_THAT(ends, IsEmpty());
}

TEST(KeysThatCome, AreTakenInWholeLines) {
  const Scratch scratch;
  const std::string path = scratch.path("tls.log");
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  append("old 1 1\n");
  KeyTail tail(path);
  EXPECT_EQ(tail.new_lines(), "");
  append("new 2 ");
  EXPECT_EQ(tail.new_lines(), "");
  append("2\nnew 3 3\nnew");
  EXPECT_EQ(tail.new_lines(), "new 2 2\nnew 3 3\n");
  std::ofstream(path) << "other\n";  // begun anew
  EXPECT_EQ(tail.new_lines(), "other\n");
  std::filesystem::remove(path);
  EXPECT_EQ(tail.new_lines(), "");
  EXPECT_EQ(KeyTail(scratch.folder()).new_lines(), "");
}

TEST_F(WhileItIsCaptured, AProgramThatIsMissingIsAnError) {
  settings.program = "/nowhere/brewproof-decode";
  EXPECT_THROW((void)started(), std::runtime_error);
}

}  // namespace
}  // namespace brewproof
