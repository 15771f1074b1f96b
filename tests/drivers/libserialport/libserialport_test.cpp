// The libserialport backend, on a pseudo-terminal that passes for a real port (pty_as_port.cpp).
// libserialport wants a name below /dev that has an entry in /sys/class/tty only for its type: a
// path that climbs out of /dev is taken as it is.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <termios.h>
#include <unistd.h>

#include <filesystem>

#include "drivers/transport/dialogue.h"
#include "drivers/transport/serial_backend.h"
#include "tests/drivers/pty_peer.h"

namespace brewproof::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

struct Port {
  PtyPeer peer;
  fs::path link = fs::temp_directory_path() / ("brewproof-port-" + std::to_string(::getpid()));
  Result<std::unique_ptr<SerialPort>> port;

  explicit Port(PtyPeer::Script script = {}) : peer(std::move(script)), port(open()) {}
  ~Port() { fs::remove(link); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  Result<std::unique_ptr<SerialPort>> open() {
    fs::remove(link);
    fs::create_symlink(peer.path(), link);
    OpenFile lock(::open(peer.path().c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    return open_by_libserialport("/dev/../../.." + link.string(), std::move(lock), 9600);
  }
};

// Until the port takes nothing any more: the kernel moves bytes on for a moment after each refusal.
void fill(SerialPort& port) {
  const Bytes filling(4096, 0x55);
  for (int refusals = 0; refusals < 3;) {
    const auto count = port.write_some(filling);
    ASSERT_TRUE(count) << count.error().message;
    refusals = *count == 0 ? refusals + 1 : 0;
    if (*count == 0) PtyPeer::pause(milliseconds(20));
  }
}

TEST(LibserialportPort, WritesAndReads) {
  Port line([](PtyPeer& p) {
    p.expect("\xff");
    p.say("CH1: ON\r\n");
  });
  ASSERT_TRUE(line.port) << line.port.error().message;
  SerialPort& port = **line.port;
  ASSERT_TRUE(write_and_drain(port, hex("FF"), SteadyClock::now() + milliseconds(500)));
  std::array<std::uint8_t, 64> buffer{};
  std::string heard;
  while (heard.size() < 9) {
    const auto count = read_until(port, buffer, SteadyClock::now() + milliseconds(500));
    ASSERT_TRUE(count && *count > 0);
    heard += as_text(ByteView(buffer).first(*count));
  }
  EXPECT_EQ(heard, "CH1: ON\r\n");
}

TEST(LibserialportPort, IsRawAtItsBaudAndKeepsItsModemLines) {
  Port line;
  ASSERT_TRUE(line.port) << line.port.error().message;
  termios settings{};
  ASSERT_EQ(::tcgetattr((*line.port)->descriptor(), &settings), 0);
  EXPECT_EQ(settings.c_lflag & static_cast<tcflag_t>(ICANON | ECHO | ISIG), 0u);
  EXPECT_EQ(settings.c_cflag & static_cast<tcflag_t>(CSTOPB | CRTSCTS | PARENB | HUPCL), 0u);
  EXPECT_EQ(::cfgetospeed(&settings), static_cast<speed_t>(B9600));
}

TEST(LibserialportPort, ItsDescriptorIsNotInherited) {
  Port line;
  ASSERT_TRUE(line.port) << line.port.error().message;
  EXPECT_NE(::fcntl((*line.port)->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(LibserialportPort, NothingThereIsNoErrorButAnEmptyRead) {
  Port line;
  ASSERT_TRUE(line.port) << line.port.error().message;
  std::array<std::uint8_t, 8> buffer{};
  EXPECT_EQ((*line.port)->read_some(buffer).value(), 0u);
}

TEST(LibserialportPort, WhatAFullPortDoesNotTakeIsThrownAway) {
  Port line;
  ASSERT_TRUE(line.port) << line.port.error().message;
  fill(**line.port);
  const auto written =
      write_and_drain(**line.port, hex("A0 01 01 A2"), SteadyClock::now() + milliseconds(50));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::timeout);
  while (const auto heard = line.peer.receive(milliseconds(50)))
    EXPECT_THAT(*heard, ::testing::Not(::testing::Contains(0xA0)));
}

TEST(LibserialportPort, AHangUpIsAnIoError) {
  Port line;
  ASSERT_TRUE(line.port) << line.port.error().message;
  line.peer.hang_up();
  std::array<std::uint8_t, 8> buffer{};
  const auto read = read_until(**line.port, buffer, SteadyClock::now() + milliseconds(1000));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::io);
}

TEST(LibserialportPort, APortThatSysDoesNotKnowIsToldByName) {
  const auto port = open_by_libserialport("/dev/ttyNOSUCH9", OpenFile(), 9600);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, ErrorCode::io);
  EXPECT_THAT(port.error().message, ::testing::HasSubstr("/dev/ttyNOSUCH9"));
}

}  // namespace
}  // namespace brewproof::testing
