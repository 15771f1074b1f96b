// Our Modbus master against a server that shares nothing with us: pymodbus (Debian's
// python3-pymodbus and python3-serial-asyncio). Skipped where they are not installed.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

class PymodbusServer {
 public:
  PymodbusServer() {
    std::array<int, 2> input{}, output{};
    if (::pipe2(input.data(), O_CLOEXEC) != 0 || ::pipe2(output.data(), O_CLOEXEC) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::dup2(output[1], STDOUT_FILENO);
      ::unsetenv("LD_PRELOAD");
      ::execl("/usr/bin/python3", "python3",
              BREWPROOF_SOURCE_DIR "/tests/drivers/pymodbus/server.py", nullptr);
      ::_exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    for (char c = 0; ::read(output[0], &c, 1) == 1 && c != '\n';) path_ += c;
    ::close(output[0]);
  }
  ~PymodbusServer() {
    ::close(input_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
  }
  PymodbusServer(const PymodbusServer&) = delete;
  PymodbusServer& operator=(const PymodbusServer&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  std::string path_;
};

class Pymodbus : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("/usr/bin/python3 -c 'import pymodbus, serial_asyncio' 2>/dev/null") != 0)
      GTEST_SKIP() << "the packages python3-pymodbus and python3-serial-asyncio are not installed: "
                      "./dev setup installs them";
    server_.emplace();
    ASSERT_NE(server_->path(), "");
  }

  // The server says nothing when it is up: asks until it answers.
  std::unique_ptr<Device> open(const std::string& name, const std::string& driver,
                               std::map<std::string, std::string> options) {
    options["port"] = server_->path();
    const auto entry = std::ranges::find(driver_table(), driver, &DriverEntry::name);
    for (int attempt = 0; attempt < 40; ++attempt) {
      auto device = (*entry)->open({name, driver, options, "bench.yaml:1:1"}, context_);
      if (device) return std::move(*device);
      if (attempt == 39) ADD_FAILURE() << device.error().message;
    }
    return nullptr;
  }

  // A loaded computer answers late: a question is asked again, a command is not.
  static std::optional<bool> read(Switch& board, int channel) {
    for (int attempt = 0; attempt < 40; ++attempt)
      if (const auto state = board.read(channel)) return *state;
    ADD_FAILURE() << "no answer";
    return std::nullopt;
  }

  SystemClock clock_;
  OpenBuses buses_;
  DriverContext context_{clock_, {}, &buses_};
  std::optional<PymodbusServer> server_;
};

TEST_F(Pymodbus, TakesOurCoilsAndGivesThemBack) {
  const auto device = open("board", "modbus_relay", {{"address", "1"}});
  ASSERT_TRUE(device);
  Switch& board = *device->as_switch();
  EXPECT_EQ(read(board, 3), false);
  (void)board.set(3, true);
  EXPECT_EQ(read(board, 3), true);
  EXPECT_EQ(read(board, 4), false);
  (void)board.set(3, false);
  EXPECT_EQ(read(board, 3), false);
}

TEST_F(Pymodbus, TakesTheOneFrameThatSwitchesAllOff) {
  const auto device = open("board", "modbus_relay", {{"address", "2"}, {"dialect", "lc_tech"}});
  ASSERT_TRUE(device);
  Switch& board = *device->as_switch();
  (void)board.set(1, true);
  (void)board.set(8, true);
  EXPECT_EQ(read(board, 8), true);
  (void)board.all_off();
  EXPECT_EQ(read(board, 1), false);
  EXPECT_EQ(read(board, 8), false);
}

TEST_F(Pymodbus, RefusesACoilThatItDoesNotHave) {
  const auto device = open("board", "modbus_relay", {{"address", "1"}});
  ASSERT_TRUE(device);
  Result<Sent> pulse;
  for (int attempt = 0; attempt < 40; ++attempt) {
    pulse = device->as_pulse_switch()->pulse(1, std::chrono::milliseconds(700));  // coil 0200
    ASSERT_FALSE(pulse);
    if (pulse.error().code != ErrorCode::timeout) break;
  }
  EXPECT_FAILS(pulse, ErrorCode::protocol, "Illegal data address (02)");
}

TEST_F(Pymodbus, IsTwoBoardsAndAMeterOnOneBus) {
  const auto left = open("left", "modbus_relay", {{"address", "1"}});
  const auto right = open("right", "modbus_relay", {{"address", "2"}});
  const auto meter = open("meter", "pzem004t", {{"address", "2"}});
  ASSERT_TRUE(left && right && meter);
  (void)right->as_switch()->set(1, true);
  EXPECT_EQ(read(*right->as_switch(), 1), true);
  EXPECT_EQ(read(*left->as_switch(), 1), false);
  Result<Meter::Reading> power = fail(ErrorCode::timeout, "not asked");
  for (int attempt = 0; attempt < 40 && !power; ++attempt) power = meter->as_meter()->read("power");
  ASSERT_TRUE(power) << power.error().message;
  EXPECT_DOUBLE_EQ(power->value, 1249.9);
}

}  // namespace
}  // namespace brewproof::testing
