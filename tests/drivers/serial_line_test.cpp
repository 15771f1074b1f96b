// The DTR and RTS driver on a pseudo-terminal whose modem lines are answered by the test program
// (libserialport/pty_as_port.cpp): a pseudo-terminal itself has none.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "tests/drivers/libserialport/pty_as_port.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

class SerialLine : public ::testing::Test {
 protected:
  SerialLine() { modem_lines = {}; }
  ~SerialLine() override { modem_lines = {}; }

  Switch* open() {
    device_ = station_.opened("serial_line", {{"port", peer_.path()}});
    return device_ ? device_->as_switch() : nullptr;
  }

  PtyPeer peer_;
  Station station_;
  std::unique_ptr<Device> device_;
};

TEST_F(SerialLine, ChannelOneIsDtrAndTwoIsRts) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  EXPECT_TRUE(lines->set(1, true));
  EXPECT_EQ(modem_lines.on, TIOCM_DTR);
  EXPECT_EQ(lines->read(1).value(), true);
  EXPECT_EQ(lines->read(2).value(), false);
  EXPECT_TRUE(lines->set(2, true));
  EXPECT_EQ(modem_lines.on, TIOCM_DTR | TIOCM_RTS);
  EXPECT_TRUE(lines->set(1, false));
  EXPECT_EQ(modem_lines.on, TIOCM_RTS);
  EXPECT_TRUE(lines->all_off());
  EXPECT_EQ(modem_lines.on, 0);
  EXPECT_EQ(lines->read_back(), ReadBack::latch);
}

// As Linux leaves them after open(2) on a port that has a speed.
TEST_F(SerialLine, LinesThatOpeningRaisedAreCleared) {
  modem_lines.on = TIOCM_DTR | TIOCM_RTS;
  ASSERT_TRUE(open());
  EXPECT_EQ(modem_lines.on, 0);
  EXPECT_EQ(modem_lines.ever_on, 0) << "set once more while the port was set up";
}

// B0: the next open raises nothing. HUPCL: the kernel clears the lines after kill -9.
TEST_F(SerialLine, ThePortIsLeftAtSpeedZeroWithHangUpOnClose) {
  ASSERT_TRUE(open());
  const int other = ::open(peer_.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios settings{};
  ASSERT_EQ(::tcgetattr(other, &settings), 0);
  ::close(other);
  EXPECT_EQ(::cfgetospeed(&settings), static_cast<speed_t>(B0));
  EXPECT_NE(settings.c_cflag & static_cast<tcflag_t>(HUPCL), 0U);
  EXPECT_NE(settings.c_cflag & static_cast<tcflag_t>(CLOCAL), 0U);
}

TEST_F(SerialLine, AStuckLineIsReadAsItIs) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  modem_lines.is_stuck = true;
  EXPECT_TRUE(lines->set(1, true));
  EXPECT_EQ(lines->read(1).value(), false);
}

TEST_F(SerialLine, AnUnpluggedAdapterIsAnIoErrorAndStaysOne) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  modem_lines.error = EIO;
  EXPECT_FAILS(lines->set(1, true), ErrorCode::io, "DTR on at " + peer_.path());
  modem_lines.error = 0;
  EXPECT_FAILS(lines->set(2, true), ErrorCode::io, "DTR on at");
  EXPECT_FAILS(lines->read(2), ErrorCode::io, "DTR on at");
  EXPECT_FAILS(lines->all_off(), ErrorCode::io, "DTR on at");
  EXPECT_EQ(modem_lines.on, 0);
}

TEST_F(SerialLine, APortWithoutTheLinesIsRefused) {
  modem_lines.error = ENOTTY;
  EXPECT_FAILS(station_.open("serial_line", {{"port", peer_.path()}}), ErrorCode::io,
               "has no DTR and RTS");
}

TEST_F(SerialLine, APortInUseIsLeftAlone) {
  modem_lines.on = TIOCM_DTR;
  Station other;
  const auto first = other.open("serial_line", {{"port", peer_.path()}});
  ASSERT_TRUE(first);
  EXPECT_TRUE((*first)->as_switch()->set(2, true));
  EXPECT_FAILS(station_.open("serial_line", {{"port", peer_.path()}}), ErrorCode::host,
               "is in use");
  EXPECT_EQ(modem_lines.on, TIOCM_RTS);
}

TEST_F(SerialLine, WhatWasAskedAndAnsweredIsRecordedInWords) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  ASSERT_TRUE(lines->set(2, true));
  ASSERT_TRUE(lines->read(1));
  ASSERT_EQ(station_.exchanges.size(), 2U);
  EXPECT_EQ(station_.written(), "RTS onstate");
  EXPECT_EQ(station_.received(), "DTR off RTS on CTS off DSR off DCD off RI off");
  const Sent& sent = station_.exchanges[0].sent;
  EXPECT_LE(sent.before_write.raw_ns, sent.after_drain.raw_ns);
  EXPECT_FALSE(sent.first_reply);
}

TEST_F(SerialLine, TheLinesThatComeBackAreInputs) {
  ASSERT_TRUE(open());
  Input* inputs = device_->as_input();
  ASSERT_TRUE(inputs);
  EXPECT_EQ(inputs->sense(1).value(), false);
  modem_lines.on = TIOCM_CTS | TIOCM_RNG;
  EXPECT_EQ(inputs->sense(1).value(), true);
  EXPECT_EQ(inputs->sense(2).value(), false);
  EXPECT_EQ(inputs->sense(3).value(), false);
  EXPECT_EQ(inputs->sense(4).value(), true);
  EXPECT_FAILS(inputs->sense(5), ErrorCode::usage, "1 is CTS, 2 DSR, 3 DCD, 4 RI");
}

TEST_F(SerialLine, ThereAreTwoChannels) {
  Switch* lines = open();
  ASSERT_TRUE(lines);
  EXPECT_FAILS(lines->set(0, true), ErrorCode::usage, "1 is DTR, 2 is RTS");
  EXPECT_FAILS(lines->read(3), ErrorCode::usage, "1 is DTR, 2 is RTS");
}

TEST_F(SerialLine, HarmlessIsAQuestion) {
  ASSERT_TRUE(open());
  EXPECT_TRUE(device_->harmless_exchange());
  EXPECT_EQ(station_.written(), "state");
  EXPECT_EQ(modem_lines.ever_on, 0);
}

}  // namespace
}  // namespace brewproof::testing
