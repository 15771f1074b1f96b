// Opening and losing serial ports: what can be wrong with a port, and what is said of it.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "drivers/transport/serial.h"
#include "tests/drivers/station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

Result<std::unique_ptr<SerialPort>> open_port(std::map<std::string, std::string> options) {
  return open_serial_port(
      {.name = "dev", .driver = "x", .options = std::move(options), .place = ""}, 9600);
}
Result<std::unique_ptr<SerialPort>> open_port(const std::string& path) {
  return open_port(std::map<std::string, std::string>{{"port", path}});
}

class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("brewproof-serial-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

TEST(SerialPort, APortThatIsNotThereIsToldWithWhereToLook) {
  EXPECT_FAILS(open_port("/dev/ttyUSB99"), ErrorCode::io, "there is no port /dev/ttyUSB99");
  EXPECT_FAILS(open_port("/dev/ttyUSB99"), ErrorCode::io, "/dev/serial/by-path");
}

TEST(SerialPort, AFileIsNotAPort) {
  const Folder folder;
  std::ofstream(folder.file("plain")) << "text";
  EXPECT_FAILS(open_port(folder.file("plain")), ErrorCode::bad_file, "is not a serial port");
  EXPECT_FAILS(open_port(folder.file("")), ErrorCode::bad_file, "is not a serial port");
}

TEST(SerialPort, ACharacterDeviceThatIsNoTerminalIsNotAPort) {
  EXPECT_FAILS(open_port("/dev/null"), ErrorCode::bad_file, "is not a serial port");
}

TEST(SerialPort, ALinkToAPortIsFollowed) {
  PtyPeer peer;
  const Folder folder;
  std::filesystem::create_symlink(peer.path(), folder.file("panel"));
  EXPECT_TRUE(open_port(folder.file("panel")));
}

TEST(SerialPort, ALinkThatLeadsNowhereIsAPortThatIsNotThere) {
  const Folder folder;
  std::filesystem::create_symlink("/dev/ttyUSB99", folder.file("panel"));
  EXPECT_FAILS(open_port(folder.file("panel")), ErrorCode::io, "panel");
}

TEST(SerialPort, EitherAPortOrItsUsbAdapterMustBeNamed) {
  EXPECT_FAILS(open_port(std::map<std::string, std::string>{}), ErrorCode::bad_file,
               "no port is named");
  EXPECT_FAILS(open_port({{"port", "/dev/ttyS0"}, {"usb.vid", "1a86"}}), ErrorCode::bad_file,
               "both port and usb");
}

// As another user, because root may open everything.
TEST(SerialPort, WithoutPermissionTheGroupToJoinIsNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become a user without rights";
  PtyPeer peer;
  ASSERT_EQ(::chmod(peer.path().c_str(), 0600), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
    const auto port = open_port(peer.path());
    const bool told = !port && port.error().code == ErrorCode::host &&
                      port.error().message.find("sudo adduser $USER ") != std::string::npos;
    ::_exit(told ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST(SerialPort, APortInUseIsRefusedUntilItIsFree) {
  PtyPeer peer;
  auto first = open_port(peer.path());
  ASSERT_TRUE(first);
  EXPECT_FAILS(open_port(peer.path()), ErrorCode::host, "is in use by another program");
  first->reset();
  EXPECT_TRUE(open_port(peer.path()));
}

TEST(SerialPort, TheLockIsOneThatOtherProgramsMaySeeButThePortStaysOpenable) {
  PtyPeer peer;
  const auto port = open_port(peer.path());
  ASSERT_TRUE(port);
  const int other = ::open(peer.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  ASSERT_GE(other, 0);  // TIOCEXCL would refuse this
  EXPECT_NE(::flock(other, LOCK_EX | LOCK_NB), 0);
  ::close(other);
}

TEST(SerialPort, ItsDescriptorIsNotInherited) {
  PtyPeer peer;
  const auto port = open_port(peer.path());
  ASSERT_TRUE(port);
  EXPECT_NE(::fcntl((*port)->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(SerialPort, TheLineIsRawAndKeepsItsModemLinesOnClosing) {
  PtyPeer peer;
  const auto port = open_port(peer.path());
  ASSERT_TRUE(port);
  termios settings{};
  ASSERT_EQ(::tcgetattr((*port)->descriptor(), &settings), 0);
  EXPECT_EQ(settings.c_lflag & static_cast<tcflag_t>(ICANON | ECHO | ISIG), 0u);
  EXPECT_EQ(settings.c_iflag & static_cast<tcflag_t>(ICRNL | IXON), 0u);
  EXPECT_EQ(settings.c_cflag & HUPCL, 0u);
  EXPECT_EQ(::cfgetospeed(&settings), static_cast<speed_t>(B9600));
}

TEST(SerialPort, WaitingForBytesEndsAtTheDeadline) {
  PtyPeer peer;
  auto port = open_port(peer.path());
  ASSERT_TRUE(port);
  std::array<std::uint8_t, 8> buffer{};
  const auto start = SteadyClock::now();
  EXPECT_EQ(read_until(**port, buffer, start + milliseconds(50)).value(), 0u);
  EXPECT_GE(SteadyClock::now() - start, milliseconds(50));
}

TEST(SerialPort, BytesThatAreThereAreReadEvenWhenTheDeadlineHasPassed) {
  PtyPeer peer;
  auto port = open_port(peer.path());
  ASSERT_TRUE(port);
  peer.say("ab");
  std::array<std::uint8_t, 8> buffer{};
  EXPECT_EQ(read_until(**port, buffer, SteadyClock::now() - milliseconds(1)).value(), 2u);
}

TEST(SerialPort, AHangUpIsAnIoErrorAtOnce) {
  PtyPeer peer;
  auto port = open_port(peer.path());
  ASSERT_TRUE(port);
  std::thread unplugging([&] {
    std::this_thread::sleep_for(milliseconds(20));
    peer.hang_up();
  });
  std::array<std::uint8_t, 8> buffer{};
  const auto start = SteadyClock::now();
  EXPECT_FAILS(read_until(**port, buffer, start + milliseconds(3000)), ErrorCode::io,
               "the device is gone");
  EXPECT_LT(SteadyClock::now() - start, milliseconds(1000));
  unplugging.join();
  const auto written = write_and_drain(**port, hex("FF"), SteadyClock::now() + milliseconds(50));
  EXPECT_FALSE(written);
}

// A device that stopped listening: the port's buffer is full before our frame. What could not
// leave must not leave later, when the device wakes up.
TEST(SerialPort, AFrameThatCannotLeaveIsThrownAway) {
  PtyPeer peer;
  auto port = open_port(peer.path());
  ASSERT_TRUE(port);
  const Bytes filling(4096, 0x55);
  std::size_t queued = 0;
  for (int refusals = 0; refusals < 3;) {  // the kernel moves bytes on for a moment after each
    const auto count = (*port)->write_some(filling);
    ASSERT_TRUE(count);
    queued += *count;
    refusals = *count == 0 ? refusals + 1 : 0;
    if (*count == 0) PtyPeer::pause(milliseconds(20));
  }
  const auto written =
      write_and_drain(**port, hex("A0 01 01 A2"), SteadyClock::now() + milliseconds(50));
  EXPECT_FAILS(written, ErrorCode::timeout, "takes no more bytes");
  std::size_t heard = 0;
  while (const auto bytes = peer.receive(milliseconds(50))) {
    EXPECT_THAT(*bytes, ::testing::Not(::testing::Contains(0xA0)));
    heard += bytes->size();
  }
  EXPECT_LT(heard, queued);  // only what the device's own end held already
}

}  // namespace
}  // namespace brewproof::testing
