// A whole run that shows what the machine sends while it captures, in a private network: the other
// end of the captured wire is the machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "tests/rig/capture/datagram.h"
#include "tests/rig/capture/private_network.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

/// The process of this name that another one started; 0: none.
int child_called(int parent, const std::string& name) {
  std::ifstream children(fmt::format("/proc/{}/task/{}/children", parent, parent));
  for (int child = 0; children >> child;) {
    std::string is;
    std::getline(std::ifstream(fmt::format("/proc/{}/comm", child)) >> std::ws, is);
    if (is == name) return child;
  }
  return 0;
}

class LiveRun : public SmallBench {
 protected:
  void SetUp() override {
    if (const auto reason = enter_private_network(); !reason.empty()) GTEST_SKIP() << reason;
    std::string bench = bench_text(
        "network: {capture: cap0, paths: {ethernet: captured, wifi: absent, cellular: absent, "
        "bluetooth: absent, reader_modem: absent}}\n");
    bench.replace(bench.find("serial: KD1"), 11, "serial: KD1, mac: [\"02:c0:ff:ee:00:01\"]");
    write("small.bench.yaml", bench);
  }
  /// From now on the machine sends this, again and again.
  void machine_sends(const Bytes& frame) {
    machine_ = std::thread([this, frame] {
      Sender sender;
      while (!over_) {
        sender.send_frame(frame);
        std::this_thread::sleep_for(10ms);
      }
    });
  }
  ~LiveRun() override {
    over_ = true;
    if (machine_.joinable()) machine_.join();
  }

  Child begun(const std::vector<std::string>& more = {}) const {
    ChildSettings settings;
    settings.program = BREWPROOF_BINARY_DIR "/brewproof";
    settings.arguments = run_words({"--seed", "7"});
    settings.arguments.insert(settings.arguments.end(), more.begin(), more.end());
    settings.working_folder = place.string();
    settings.pipe_stdout = settings.pipe_stderr = true;
    return started(settings);
  }

 private:
  std::atomic<bool> over_{false};
  std::thread machine_;
};

TEST_F(LiveRun, EachBlockSaysWhatWasHeardAndNothingOfItIsEvidence) {
  machine_sends({datagram.begin(), datagram.end()});
  Child running = begun();
  const auto output = output_of(std::move(running));
  EXPECT_THAT(output.err, HasSubstr(" messages, last datagram")) << output.out;
  EXPECT_THAT(output.err, HasSubstr(" to 192.0.2.1"));
  EXPECT_THAT(output.err, Not(HasSubstr("not shown any more")));
  const auto found = json_of("r/findings.json");
  EXPECT_EQ(found["run"]["outcome"], "completed");
  EXPECT_THAT(text_of((place / "r/journal.jsonl").string()), Not(HasSubstr("datagram")));
  // The files alone give the same.
  const std::string bytes = text_of((place / "r/findings.json").string());
  (void)run({"analyze", "r"});
  EXPECT_EQ(text_of((place / "r/findings.json").string()), bytes);
}

TEST_F(LiveRun, ADecoderThatDiesIsSaidOnceAndTheRunIsWhole) {
  machine_sends({datagram.begin(), datagram.end()});
  Child running = begun();
  int decoder = 0;
  // Before the run there are others of this name, but only while nothing is captured yet.
  for (int i = 0; i < 6000 && !fs::exists(place / "r/capture/0001.pcapng"); ++i)
    std::this_thread::sleep_for(10ms);
  for (int i = 0; i < 2000 && decoder == 0; ++i) {
    decoder = child_called(running.pid(), "brewproof-decod");
    std::this_thread::sleep_for(1ms);
  }
  ASSERT_GT(decoder, 0);
  ::kill(decoder, SIGKILL);
  const auto output = output_of(std::move(running));
  EXPECT_EQ(count_of(output.err,
                     "Note: what the machine sends is not shown any more: the decoder "
                     "was ended by signal 9"),
            1u)
      << output.err;
  const auto found = json_of("r/findings.json");
  EXPECT_EQ(found["run"]["outcome"], "completed");
  EXPECT_THAT(found["run"]["reasons"], Not(testing::Contains("decoder-died")));
  EXPECT_GT(found["run"]["captures"][0]["packets"], 100);
}

TEST_F(LiveRun, ReadsProtocolBuffersByTheNamesThatItWasGivenAndKeepsThem) {
  write("sale.proto",
        "syntax = \"proto3\";\nmessage Sale { string drink = 1; uint32 cents = 2; }\n");
  machine_sends(datagram_of({0x0a, 5, 'l', 'a', 't', 't', 'e', 0x10, 0xb4, 0x01}));
  const auto output = output_of(begun({"--proto", "sale.proto:Sale"}));
  const std::string found = text_of((place / "r/findings.json").string());
  EXPECT_THAT(found, HasSubstr("payload|protobuf:/cents")) << output.out << output.err;
  EXPECT_THAT(found, HasSubstr("payload|protobuf:/drink"));
  // Whoever looks again has the names from the run folder.
  fs::remove(place / "sale.proto");
  (void)run({"analyze", "r"});
  EXPECT_EQ(text_of((place / "r/findings.json").string()), found);
}

}  // namespace
}  // namespace brewproof
