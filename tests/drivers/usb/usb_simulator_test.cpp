// brewproof-sim as a simulated USB board: any command runs where the board is plugged in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/process/child.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class UsbSimulator : public ::testing::Test {
 protected:
  static Child start(std::vector<std::string> arguments) {
    auto child = Child::start({.program = BREWPROOF_BINARY_DIR "/brewproof-sim",
                               .arguments = std::move(arguments),
                               // the mock stands before the sanitizer in what is run inside
                               .environment = {{"ASAN_OPTIONS", "verify_asan_link_order=0"}},
                               .pipe_stdin = true,
                               .pipe_stdout = true,
                               .pipe_stderr = true,
                               .working_folder = ""});
    EXPECT_TRUE(child) << child.error().message;
    return std::move(*child);
  }
  static Child::Output run(std::vector<std::string> arguments) {
    auto output = start(std::move(arguments)).finish(milliseconds(60'000));
    EXPECT_TRUE(output) << output.error().message;
    return output ? *output : Child::Output{};
  }
};

TEST_F(UsbSimulator, RunsACommandWhereTheBoardIsPluggedIn) {
  const auto output = run(
      {"dcttech", "--path", "1-1.4", "--", "sh", "-c", "cat /sys/bus/usb/devices/1-1.4/product"});
  EXPECT_THAT(output.out, HasSubstr("USBRelay4")) << output.err;
  EXPECT_EQ(output.exit.code, 0);
}

TEST_F(UsbSimulator, TheExitStatusIsTheCommands) {
  EXPECT_EQ(run({"dcttech", "--", "sh", "-c", "exit 7"}).exit.code, 7);
  EXPECT_EQ(run({"dcttech", "--", "sh", "-c", "kill -9 $$"}).exit.code, 137);
}

TEST_F(UsbSimulator, ACommandThatIsMissingIsSaid) {
  const auto output = run({"dcttech", "--", "no-such-program"});
  EXPECT_EQ(output.exit.code, 3);
  EXPECT_THAT(output.err, HasSubstr("no-such-program"));
}

TEST_F(UsbSimulator, AFaultThatIsNoneIsABadCommandLine) {
  const auto output = run({"dcttech", "--fault", "haunted", "--", "true"});
  EXPECT_EQ(output.exit.code, 2);
  EXPECT_THAT(output.err, HasSubstr("haunted"));
}

// What a person pastes before a command in another terminal.
TEST_F(UsbSimulator, WithoutACommandItSaysHowOneGetsThere) {
  auto board = start({"dcttech"});
  ASSERT_EQ(board.read_line(milliseconds(60'000)).value(), "ready");
  const std::string line = board.read_line(milliseconds(60'000)).value().value();
  const std::string prefix = line.substr(0, line.find("COMMAND"));
  auto look = Child::start({.program = "sh",
                            .arguments = {"-c", prefix + " cat /sys/bus/usb/devices/1-1/product"},
                            .environment = {},
                            .pipe_stdout = true,
                            .working_folder = ""});
  ASSERT_TRUE(look);
  EXPECT_EQ(look->finish(milliseconds(60'000)).value().out, "USBRelay4\n") << line;
  board.close_stdin();
  EXPECT_TRUE(board.wait(milliseconds(60'000)).value().ok()) << "end of file is its end";
}

}  // namespace
}  // namespace brewproof::testing
