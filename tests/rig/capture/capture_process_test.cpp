// Against the real program and real packets, in a private network.
#include "rig/capture/capture_process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "rig/capture/capture_file.h"
#include "rig/capture/sentinel_frame.h"
#include "rig/model/sha256.h"
#include "rig/process/child.h"
#include "tests/rig/capture/datagram.h"
#include "tests/rig/capture/private_network.h"
#include "tests/rig/capture/scratch.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kProgram = BREWPROOF_BINARY_DIR "/brewproof-capture";

/// The only child of a process.
int child_of(int pid) {
  std::ifstream children(fmt::format("/proc/{}/task/{}/children", pid, pid));
  int child = 0;
  children >> child;
  return child;
}

class Capture : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = enter_private_network(); !reason.empty()) GTEST_SKIP() << reason;
  }
  [[nodiscard]] CaptureSettings settings() const {
    CaptureSettings settings;
    settings.program = kProgram;
    settings.interface = "cap0";
    settings.folder = scratch_.folder();
    return settings;
  }
  [[nodiscard]] CaptureProcess started() const { return started(settings()); }
  [[nodiscard]] static CaptureProcess started(const CaptureSettings& with) {
    auto capture = CaptureProcess::start(with);
    if (!capture) throw std::runtime_error(capture.error().message);
    return std::move(*capture);
  }
  [[nodiscard]] std::string file(int number) const {
    return scratch_.path(fmt::format("{:04}.pcapng", number));
  }
  /// The error that poll() comes to within the time.
  static std::optional<Error> failure(CaptureProcess& capture, std::chrono::milliseconds within) {
    const auto until = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < until) {
      const auto report = capture.poll();
      if (!report) return report.error();
      std::this_thread::sleep_for(5ms);
    }
    return std::nullopt;
  }

  Scratch scratch_;
};

// Not only when its counters are looked at, ten times a second.
TEST_F(Capture, WhatPassesStandsInTheFileWithinAFewHundredthsOfASecond) {
  CaptureProcess capture = started();
  Sender sender;
  std::vector<std::chrono::nanoseconds> waits;
  for (std::uint32_t i = 0; i < 15; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * i));  // at any point of a tick
    const auto before = std::filesystem::file_size(file(1));
    const auto sent = std::chrono::steady_clock::now();
    sender.send(i);
    while (std::filesystem::file_size(file(1)) == before) std::this_thread::sleep_for(1ms);
    waits.push_back(std::chrono::steady_clock::now() - sent);
  }
  std::ranges::sort(waits);
  EXPECT_LT(waits[waits.size() / 2], 35ms);
}

TEST_F(Capture, WhatWasSentBeforeASentinelIsInTheFileAfterIt) {
  CaptureProcess capture = started();
  Sender sender;
  sender.send_all(0, 500);
  const auto proven = capture.sentinel();
  ASSERT_TRUE(proven) << proven.error().message;
  EXPECT_EQ(numbers_in(file(1)), numbers(0, 500));
  sender.send_all(500, 3);
  const auto summary = capture.stop();
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(numbers_in(file(1)), numbers(0, 503));
}

TEST_F(Capture, SaysWhenTheMachineWasHeardLast) {
  auto of_machine = settings();
  of_machine.machine = {"02:c0:ff:ee:00:01"};
  CaptureProcess capture = started(of_machine);
  const SystemClock clock;
  Sender sender;
  const auto nobody = capture.last_heard();
  ASSERT_TRUE(nobody) << nobody.error().message;
  EXPECT_EQ(*nobody, 0);
  const std::int64_t before = clock.now().real_ns;
  sender.send_frame(datagram);
  std::this_thread::sleep_for(CaptureProcess::unheard);
  const auto heard = capture.last_heard();
  ASSERT_TRUE(heard);
  EXPECT_GE(*heard, before);
  EXPECT_LE(*heard, clock.now().real_ns);
  Bytes from_another(datagram.begin(), datagram.end());
  from_another[11] = 0x02;
  sender.send_frame(from_another);
  ASSERT_TRUE(capture.sentinel());  // the rig's own frames do not count either
  EXPECT_EQ(capture.last_heard().value_or(0), *heard);
}

TEST_F(Capture, WithoutTheMachinesAddressWhoeverIsNotTheStationIsHeard) {
  CaptureProcess capture = started();
  Sender sender;
  ASSERT_TRUE(capture.sentinel());
  const auto before = capture.last_heard();
  ASSERT_TRUE(before);
  sender.send_frame(datagram);
  std::this_thread::sleep_for(CaptureProcess::unheard);
  EXPECT_GT(capture.last_heard().value_or(0), *before);
}

TEST_F(Capture, NothingIsLostAtTheTailOfTwentyStops) {
  Sender sender;
  for (int round = 1; round <= 20; ++round) {
    CaptureProcess capture = started();
    sender.send_all(0, 1000);
    const auto summary = capture.stop();
    ASSERT_TRUE(summary) << summary.error().message;
    EXPECT_EQ(numbers_in(file(round)), numbers(0, 1000)) << round;
    EXPECT_EQ(summary->dropped, 0u);
    EXPECT_THAT(summary->last.damage, IsEmpty());
  }
}

TEST_F(Capture, ClosedSegmentsAreHashedAndTogetherHoldEveryPacket) {
  auto small = settings();
  small.segment_bytes = 100'000;
  CaptureProcess capture = started(small);
  Sender sender;
  sender.send_all(0, 2000);
  const auto summary = capture.stop();
  ASSERT_TRUE(summary);
  const auto& segments = summary->last.segments;
  ASSERT_GE(segments.size(), 2u);
  std::vector<std::uint32_t> found;
  std::uint64_t packets = 0;
  for (const auto& segment : segments) {
    EXPECT_EQ(segment.sha256, sha256_file(scratch_.path(segment.file)));
    packets += segment.packets;
    for (const auto number : numbers_in(scratch_.path(segment.file))) found.push_back(number);
  }
  EXPECT_EQ(segments[0].file, "0001.pcapng");
  EXPECT_EQ(segments[1].file, "0002.pcapng");
  EXPECT_EQ(found, numbers(0, 2000));
  EXPECT_EQ(summary->packets, packets);
}

TEST_F(Capture, ASecondCaptureInTheSameFolderGoesOnCounting) {
  ASSERT_TRUE(started().stop());
  const auto summary = started().stop();
  ASSERT_TRUE(summary);
  ASSERT_EQ(summary->last.segments.size(), 1u);
  EXPECT_EQ(summary->last.segments[0].file, "0002.pcapng");
}

TEST_F(Capture, ClocksArePairedAtStartAtStopAndEachSecond) {
  CaptureProcess capture = started();
  std::this_thread::sleep_for(1200ms);
  const auto summary = capture.stop();
  ASSERT_TRUE(summary);
  const auto& pairs = summary->last.clock;
  ASSERT_EQ(pairs.size(), 3u);
  EXPECT_NEAR(static_cast<double>(pairs[1].at.raw_ns - pairs[0].at.raw_ns), 1e9, 0.15e9);
  const Instant now = SystemClock().now();
  for (const auto& pair : pairs) {
    EXPECT_NEAR(static_cast<double>(pair.at.real_ns - pair.at.raw_ns),
                static_cast<double>(now.real_ns - now.raw_ns), 1e7);
  }
}

// A stopped reader and more packets than the ring holds: losses are counted to the last one, and
// the time in doubt covers them.
TEST_F(Capture, LostPacketsAreCountedAndDated) {
  CaptureProcess capture = started();
  const int pid = child_of(::getpid());
  Sender sender;
  const std::int64_t before = SystemClock().now().real_ns;
  ::kill(pid, SIGSTOP);
  sender.send_all(0, 60'000, 1400);
  const std::int64_t after = SystemClock().now().real_ns;
  ::kill(pid, SIGCONT);
  const auto summary = capture.stop();
  ASSERT_TRUE(summary) << summary.error().message;
  const auto found = numbers_in(file(1));
  EXPECT_LT(found.size(), 60'000u);
  EXPECT_GT(summary->dropped, 0u);
  EXPECT_NEAR(static_cast<double>(found.size() + summary->dropped), 60'000., 20.);  // IPv6's own
  ASSERT_EQ(summary->last.damage.size(), 1u);
  const auto& damage = summary->last.damage[0];
  EXPECT_EQ(damage.reason, "capture-gap");
  EXPECT_THAT(damage.text, HasSubstr("lost in the capture ring"));
  EXPECT_LT(damage.from_real_ns, before + 100'000'000);
  EXPECT_GE(damage.to_real_ns, after);
  auto reader = CaptureFileReader::open(file(1));
  ASSERT_TRUE(reader);
  while (*reader->next()) continue;
  EXPECT_EQ(reader->dropped(), summary->dropped);
}

TEST_F(Capture, AStallOfHalfASecondLosesNothing) {
  CaptureProcess capture = started();
  const int pid = child_of(::getpid());
  ::kill(pid, SIGSTOP);
  Sender sender;
  sender.send_all(0, 20'000);
  std::this_thread::sleep_for(500ms);
  ::kill(pid, SIGCONT);
  const auto summary = capture.stop();
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->dropped, 0u);
  EXPECT_EQ(numbers_in(file(1)), numbers(0, 20'000));
}

TEST_F(Capture, EndsWithAReadableFileWhenItsControllerIsKilled) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t controller = ::fork();
  if (controller == 0) {
    auto capture = CaptureProcess::start(settings());
    const char answer = capture ? 'y' : 'n';
    if (::write(ready[1], &answer, 1) == 1)
      while (true) ::pause();
    ::_exit(1);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  const int pid = child_of(controller);
  ASSERT_GT(pid, 0);
  Sender sender;
  sender.send_all(0, 100);
  ::kill(controller, SIGKILL);
  ::waitpid(controller, nullptr, 0);
  const auto ended = [&] {
    std::ifstream status(fmt::format("/proc/{}/stat", pid));
    std::string word, state;
    return !(status >> word >> word >> state) || state == "Z";
  };
  for (int i = 0; i < 300 && !ended(); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(ended());
  EXPECT_EQ(numbers_in(file(1)), numbers(0, 100));
  auto reader = CaptureFileReader::open(file(1));
  while (*reader->next()) continue;
  EXPECT_EQ(reader->dropped(), 0u);  // its statistics stand there: it was closed
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(Capture, ItsOwnDeathIsNoticedByPollAndNamed) {
  CaptureProcess capture = started();
  (void)capture.poll();
  ::kill(child_of(::getpid()), SIGKILL);
  const auto error = failure(capture, 200ms);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::host);
  EXPECT_THAT(error->message, HasSubstr("signal 9"));
  EXPECT_THAT(capture.sentinel().error().message, HasSubstr("signal 9"));
  EXPECT_THAT(capture.stop().error().message, HasSubstr("signal 9"));
}

TEST_F(Capture, SignalsOfATerminalDoNotEndIt) {
  CaptureProcess capture = started();
  const int pid = child_of(::getpid());
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::kill(pid, number);
  Sender sender;
  sender.send_all(0, 10);
  EXPECT_TRUE(capture.sentinel());
  EXPECT_TRUE(capture.stop());
  EXPECT_EQ(numbers_in(file(1)), numbers(0, 10));
}

TEST_F(Capture, OnAPassiveTapNothingIsSent) {
  const Scratch peer;
  auto listening = settings();
  listening.interface = "dut0";
  listening.folder = peer.folder();
  listening.sentinel = false;
  auto passive = settings();
  passive.sentinel = false;
  CaptureProcess listener = started(listening);
  CaptureProcess capture = started(passive);
  Sender sender;
  sender.send_all(0, 100);
  const auto refused = capture.sentinel();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("sentinel: off"));
  ASSERT_TRUE(capture.stop());
  ASSERT_TRUE(listener.stop());
  EXPECT_EQ(numbers_in(file(1)), numbers(0, 100));
  auto reader = CaptureFileReader::open(peer.path("0001.pcapng"));
  for (auto packet = reader->next(); packet.value(); packet = reader->next())
    EXPECT_NE(to_hex((*packet)->data.subspan(12, 2)), "88b5");
}

TEST_F(Capture, SentinelsCarryTheInterfacesOwnAddressOnBothSides) {
  ASSERT_TRUE(started().stop());
  auto reader = CaptureFileReader::open(file(1));
  int sentinels = 0;
  for (auto packet = reader->next(); packet.value(); packet = reader->next()) {
    const ByteView frame = (*packet)->data;
    if (to_hex(frame.subspan(12, 2)) != "88b5") continue;
    ++sentinels;
    EXPECT_EQ(to_hex(frame.first(6)), to_hex(frame.subspan(6, 6)));
    EXPECT_EQ(as_text(frame.subspan(14, 18)), "brewproof sentinel");
    const auto seen = read_sentinel(**packet);
    ASSERT_TRUE(seen && seen->sent_ns);
    EXPECT_LE(*seen->sent_ns, seen->captured_ns);
    EXPECT_LT(seen->captured_ns - *seen->sent_ns, 1'000'000'000);
  }
  EXPECT_EQ(sentinels, 2);
}

TEST_F(Capture, InterfaceThatIsSwitchedOffIsDamage) {
  CaptureProcess capture = started();
  const std::int64_t before = SystemClock().now().real_ns;
  ip("link set cap0 down");
  std::this_thread::sleep_for(250ms);
  const std::int64_t off_until = SystemClock().now().real_ns;
  ip("link set cap0 up");
  std::this_thread::sleep_for(250ms);
  const auto report = capture.poll();
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->damage.size(), 2u);  // at once, and in full
  EXPECT_EQ(report->damage[1].reason, "capture-gap");
  EXPECT_THAT(report->damage[1].text, HasSubstr("cap0 was switched off"));
  EXPECT_LT(report->damage[1].from_real_ns, before + 100'000'000);
  EXPECT_GE(report->damage[1].to_real_ns, off_until);
  EXPECT_TRUE(capture.sentinel());
  EXPECT_TRUE(capture.stop());
}

TEST_F(Capture, InterfaceThatVanishesEndsItWithAClosedFile) {
  ip("link add name gone0 type veth peer name gone1");
  ip("link set gone0 up");
  ip("link set gone1 up");
  auto on_gone = settings();
  on_gone.interface = "gone0";
  CaptureProcess capture = started(on_gone);
  Sender("gone1").send_all(0, 5);
  ASSERT_TRUE(capture.sentinel());
  ip("link del gone0");
  const auto error = failure(capture, 2s);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, ErrorCode::host);
  EXPECT_THAT(error->message, HasSubstr("gone0"));
  EXPECT_EQ(numbers_in(file(1)), numbers(0, 5));
}

TEST_F(Capture, FullDiskEndsItAndKeepsWholePackets) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{65536, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  auto capture = CaptureProcess::start(settings());
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_TRUE(capture) << capture.error().message;
  Sender sender;
  sender.send_all(0, 2000);
  const auto error = failure(*capture, 2s);
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message, HasSubstr("0001.pcapng"));
  EXPECT_THAT(error->message, HasSubstr("File too large"));
  EXPECT_NO_THROW((void)numbers_in(file(1)));
}

TEST_F(Capture, InterfaceThatIsMissingIsAHostErrorThatNamesThoseThereAre) {
  auto wrong = settings();
  wrong.interface = "eth77";
  const auto capture = CaptureProcess::start(wrong);
  ASSERT_FALSE(capture);
  EXPECT_EQ(capture.error().code, ErrorCode::host);
  EXPECT_THAT(capture.error().message, HasSubstr("eth77"));
  EXPECT_THAT(capture.error().message, HasSubstr("cap0"));
}

TEST_F(Capture, InterfaceThatIsDownIsAHostErrorWithTheMend) {
  ip("link add name idle0 type veth peer name idle1");
  auto down = settings();
  down.interface = "idle0";
  const auto capture = CaptureProcess::start(down);
  ip("link del idle0");
  ASSERT_FALSE(capture);
  EXPECT_THAT(capture.error().message, HasSubstr("sudo ip link set idle0 up"));
}

TEST_F(Capture, FolderOrProgramThatIsMissingIsAHostError) {
  auto no_folder = settings();
  no_folder.folder = scratch_.path("nowhere");
  EXPECT_THAT(CaptureProcess::start(no_folder).error().message,
              HasSubstr("/nowhere: No such file"));
  auto no_program = settings();
  no_program.program = scratch_.path("brewproof-capture");
  EXPECT_THAT(CaptureProcess::start(no_program).error().message, HasSubstr("No such file"));
}

nlohmann::json check(const std::string& program, const std::vector<std::string>& arguments) {
  ChildSettings settings;
  settings.program = program;
  settings.arguments = arguments;
  settings.pipe_stdout = true;
  auto child = Child::start(settings);
  if (!child) throw std::runtime_error(child.error().message);
  return nlohmann::json::parse(child->finish(10s).value().out);
}

TEST_F(Capture, CheckTellsWhoTalksOnTheInterface) {
  Sender sender;
  std::jthread talking([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      sender.send(1);
      std::this_thread::sleep_for(5ms);
    }
  });
  const auto report = check(kProgram, {"--check", "cap0"});
  EXPECT_EQ(report["ok"], true);
  EXPECT_EQ(report["privilege"], true);
  EXPECT_EQ(report["up"], true);
  EXPECT_EQ(report["carrier"], true);
  EXPECT_EQ(report["macs"][0], "02:00:00:00:00:01");
  EXPECT_TRUE(report["offloads"].is_array());
}

TEST_F(Capture, CheckWithoutPrivilegeGivesTheMend) {
  if (check("setpriv", {"--bounding-set=-net_raw", "--inh-caps=-net_raw", "echo", "1"}) != 1)
    GTEST_SKIP() << "setpriv cannot drop capabilities here";
  const auto report = check(
      "setpriv", {"--bounding-set=-net_raw", "--inh-caps=-net_raw", kProgram, "--check", "cap0"});
  EXPECT_EQ(report["ok"], false);
  EXPECT_EQ(report["privilege"], false);
  EXPECT_THAT(report["text"].get<std::string>(),
              HasSubstr(std::string("sudo setcap cap_net_raw+ep ") + kProgram));
}

}  // namespace
}  // namespace brewproof
