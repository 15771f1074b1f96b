// The program driver with real programs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;
using ::testing::HasSubstr;

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() { fs::create_directories(folder_); }
  ~ProgramTest() override { fs::remove_all(folder_); }

  // A tool that keeps its state in a file, as a shell script.
  std::string tool(const std::string& script) {
    const fs::path path = folder_ / fmt::format("tool{}", ++tools_);
    std::ofstream(path) << "#!/bin/sh\ncd " << folder_.string() << "\n" << script << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return path.string();
  }
  Result<std::unique_ptr<Device>> try_open(std::map<std::string, std::string> options) {
    return station_.open("program", std::move(options));
  }
  Switch* open(std::map<std::string, std::string> options) {
    auto opened = try_open(std::move(options));
    if (!opened) {
      ADD_FAILURE() << opened.error().message;
      return nullptr;
    }
    device_ = std::move(*opened);
    return device_->as_switch();
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  fs::path folder_ = fs::temp_directory_path() / fmt::format("brewproof-program-{}", ::getpid());
  int tools_ = 0;
  Station station_;
  std::unique_ptr<Device> device_;
};

TEST_F(ProgramTest, ThatIsOnlyReadIsAnInput) {
  ASSERT_EQ(open({{"read.0", tool("cat door")}}), nullptr);
  Input* door = device_->as_input();
  ASSERT_TRUE(door);
  std::ofstream(folder_ / "door") << "on\n";
  EXPECT_EQ(door->sense(1).value(), true);
  std::ofstream(folder_ / "door") << "off\n";
  EXPECT_EQ(door->sense(1).value(), false);
  fs::remove(folder_ / "door");
  EXPECT_FAILS(door->sense(1), ErrorCode::io, "failed with exit code 1");
  EXPECT_FAILS(door->sense(2), ErrorCode::usage, "a program is one channel");
}

TEST_F(ProgramTest, SwitchesAndReadsBack) {
  const std::string lamp =
      tool("if [ \"$1\" = state ]; then echo lamp v2; cat state; else echo \"$1\" > state; fi");
  Switch* output = open({{"on.0", lamp},
                         {"on.1", "on"},
                         {"off.0", lamp},
                         {"off.1", "off"},
                         {"read.0", lamp},
                         {"read.1", "state"}});
  ASSERT_TRUE(output);
  EXPECT_EQ(device_->identity(), "program " + lamp);
  EXPECT_EQ(output->read_back(), ReadBack::latch);
  ASSERT_TRUE(output->set(1, true));
  EXPECT_EQ(output->read(1).value(), true);
  ASSERT_TRUE(output->all_off());
  EXPECT_EQ(output->read(1).value(), false);
  EXPECT_FAILS(output->set(2, true), ErrorCode::usage, "has no channel 2");
}

TEST_F(ProgramTest, OpeningAndClosingRunNothing) {
  const std::string mark = tool("touch ran");
  ASSERT_TRUE(open({{"on.0", mark}, {"off.0", mark}, {"read.0", mark}}));
  device_.reset();
  EXPECT_FALSE(fs::exists(folder_ / "ran"));
  EXPECT_TRUE(station_.exchanges.empty());
}

TEST_F(ProgramTest, ArgumentsReachTheProgramAsTheyAreWithoutAShell) {
  const std::string show = tool("printf '%s|' \"$@\" > seen");
  Switch* output = open({{"on.0", show},
                         {"on.1", "a b"},
                         {"on.2", "$(touch harm); *"},
                         {"on.3", ""},
                         {"off.0", "true"}});
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->set(1, true));
  EXPECT_EQ(file("seen"), "a b|$(touch harm); *||");
  EXPECT_FALSE(fs::exists(folder_ / "harm"));
}

TEST_F(ProgramTest, WhatWasRunAndWhatItPrintedIsRecorded) {
  const std::string press = tool("echo pressed; echo warm >&2");
  Switch* output = open({{"on.0", press}, {"on.1", "x"}, {"off.0", "true"}});
  ASSERT_TRUE(output);
  const auto sent = output->set(1, true);
  ASSERT_TRUE(sent) << sent.error().message;
  ASSERT_EQ(station_.exchanges.size(), 1U);
  EXPECT_EQ(station_.written(), "[\"" + press + "\",\"x\"]");
  EXPECT_EQ(station_.received(), "pressed\nwarm\n");
  ASSERT_TRUE(sent->first_reply);
  EXPECT_LE(sent->before_write.raw_ns, sent->after_drain.raw_ns);
  EXPECT_LE(sent->after_drain.raw_ns, sent->first_reply->raw_ns);
}

TEST_F(ProgramTest, AnotherExitCodeIsAnErrorWithTheLastLine) {
  const std::string broken = tool("echo trying; echo 'no robot in reach' >&2; exit 3");
  Switch* output = open({{"on.0", broken}, {"off.0", "true"}});
  ASSERT_TRUE(output);
  EXPECT_FAILS(output->set(1, true), ErrorCode::io,
               "failed with exit code 3: \"no robot in reach\"");
  EXPECT_TRUE(output->set(1, false)) << "a failed program does not keep the next from running";
}

TEST_F(ProgramTest, ASignalIsToldAsOne) {
  Switch* output = open({{"on.0", tool("kill -SEGV $$")}, {"off.0", "true"}});
  ASSERT_TRUE(output);
  EXPECT_FAILS(output->set(1, true), ErrorCode::io, "was ended by signal 11");
}

TEST_F(ProgramTest, AtTheTimeLimitItIsKilledWithItsChildren) {
  const std::string hangs = tool("echo starting; sleep 600 & echo $! > child; wait");
  Switch* output = open({{"on.0", hangs}, {"off.0", "true"}, {"within", "700"}});
  ASSERT_TRUE(output);
  const auto start = SteadyClock::now();
  EXPECT_FAILS(output->set(1, true), ErrorCode::timeout, "its state is unknown");
  EXPECT_LT(SteadyClock::now() - start, milliseconds(10'000));
  EXPECT_EQ(station_.received(), "starting\n") << "what it had printed until then is recorded";
  const int child = std::atoi(file("child").c_str());
  ASSERT_GT(child, 1);
  const auto until = SteadyClock::now() + milliseconds(10'000);
  // Dead: gone, or a zombie that its new parent has not reaped yet.
  const auto is_dead = [&] {
    std::ifstream in(fmt::format("/proc/{}/stat", child));
    std::string pid, name, state;
    return !(in >> pid >> name >> state) || state == "Z";
  };
  while (!is_dead() && SteadyClock::now() < until) std::this_thread::sleep_for(milliseconds(20));
  EXPECT_TRUE(is_dead());
}

TEST_F(ProgramTest, AFloodOfOutputIsCutOff) {
  Switch* output = open({{"on.0", "yes"}, {"off.0", "true"}});
  ASSERT_TRUE(output);
  EXPECT_FAILS(output->set(1, true), ErrorCode::protocol, "its output passes 64 KiB");
  EXPECT_LT(station_.exchanges.back().received.size(), 200'000U);
}

TEST_F(ProgramTest, WithoutReadThereIsNoReadBackAndNothingHarmless) {
  Switch* output = open({{"on.0", "true"}, {"off.0", "true"}});
  ASSERT_TRUE(output);
  EXPECT_EQ(output->read_back(), ReadBack::none);
  EXPECT_EQ(output->read(1).value(), std::nullopt);
  EXPECT_FAILS(device_->harmless_exchange(), ErrorCode::usage, "has no `read`");
  EXPECT_TRUE(station_.exchanges.empty());
}

TEST_F(ProgramTest, AReadBackThatIsNeitherOnNorOffIsNone) {
  Switch* output =
      open({{"on.0", "true"}, {"off.0", "true"}, {"read.0", "echo"}, {"read.1", "maybe"}});
  ASSERT_TRUE(output);
  EXPECT_FAILS(output->read(1), ErrorCode::protocol, "printed \"maybe\" where on or off");
  EXPECT_TRUE(device_->harmless_exchange());
}

TEST_F(ProgramTest, AProgramThatIsNotThereIsToldAtOnceAlsoTheOneForOff) {
  EXPECT_FAILS(try_open({{"on.0", "true"}, {"off.0", "/no/such/tool"}}), ErrorCode::host,
               "no program /no/such/tool");
  EXPECT_FAILS(try_open({{"on.0", "no-such-tool"}, {"off.0", "true"}}), ErrorCode::host,
               "no program no-such-tool");
  std::ofstream(folder_ / "plain") << "text";
  EXPECT_FAILS(try_open({{"on.0", "true"}, {"off.0", "true"}, {"read.0", folder_ / "plain"}}),
               ErrorCode::host, "may be executed");
  EXPECT_FAILS(try_open({{"on.0", "true"}}), ErrorCode::bad_file, "off is missing");
}

TEST_F(ProgramTest, ItsStandardInputIsEmpty) {
  Switch* output = open({{"on.0", tool("cat > seen; echo done >> seen")}, {"off.0", "true"}});
  ASSERT_TRUE(output);
  ASSERT_TRUE(output->set(1, true));
  EXPECT_EQ(file("seen"), "done\n");
}

}  // namespace
}  // namespace brewproof::testing
