// What is plugged in, as lines of a bench file that `lint` accepts.

#include "rig/command/station/boards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "drivers/catalogue.h"
#include "rig/bench/bench_file.h"
#include "tests/rig/command/station_values.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What is wrong with a bench that has these lines below `resources:`; "" where nothing is.
std::string faults_with(const std::vector<Board>& boards) {
  const auto path = std::filesystem::path(::testing::TempDir()) /
                    ("boards-" + std::to_string(getpid()) + ".bench.yaml");
  std::ofstream out(path);
  out << "brewproof: bench/1\nname: b\ndut: {maker: M, model: K95}\nresources:\n";
  for (const Board& board : boards) out << "  " << bench_line(board) << "\n";
  out << "controls: {}\n";
  out.close();
  const auto read = read_bench_file(path, driver_table());
  std::filesystem::remove(path);
  return read ? "" : read.error().message;
}

TEST(Boards, AnAdapterWithoutSerialNumberIsNamedByItsSocket) {
  const auto boards = boards_of(with_ports({ch340("ttyUSB0", "1-1.4")}), driver_table());
  ASSERT_EQ(boards.size(), 1u);
  EXPECT_EQ(bench_line(boards[0]),
            "panel: {driver: lcus_relay, usb: {path: 1-1.4, vid: 1a86, pid: 7523}}");
  EXPECT_EQ(boards[0].remark, "");
  EXPECT_EQ(faults_with(boards), "");
}

TEST(Boards, AnAdapterWithItsOwnSerialNumberIsNamedByThatWhereverItIsPluggedIn) {
  const auto boards =
      boards_of(with_ports({ftdi("ttyUSB0", "1-1", "FT0ABC"), ftdi("ttyUSB1", "1-2", "FT0XYZ")}),
                driver_table());
  ASSERT_EQ(boards.size(), 2u);
  EXPECT_EQ(boards[0].place, "usb: {vid: 0403, pid: 6001, serial: FT0ABC}");
  EXPECT_EQ(boards[1].place, "usb: {vid: 0403, pid: 6001, serial: FT0XYZ}");
  EXPECT_EQ(boards[1].remark, "");
  EXPECT_EQ(faults_with(boards), "");
}

TEST(Boards, TwoAlikeWithoutSerialNumberAreShownByPathWithARemark) {
  const auto boards =
      boards_of(with_ports({ch340("ttyUSB0", "1-1.3"), ch340("ttyUSB1", "1-1.4")}), driver_table());
  ASSERT_EQ(boards.size(), 2u);
  EXPECT_EQ(bench_line(boards[0]),
            "panel: {driver: lcus_relay, usb: {path: 1-1.3, vid: 1a86, pid: 7523}}");
  EXPECT_EQ(bench_line(boards[1]),
            "panel_2: {driver: lcus_relay, usb: {path: 1-1.4, vid: 1a86, pid: 7523}}");
  EXPECT_THAT(boards[0].remark, HasSubstr("2 alike without serial number: only path"));
  EXPECT_EQ(faults_with(boards), "");
}

TEST(Boards, ASerialNumberThatTwoShareTellsNothing) {
  const auto boards = boards_of(
      with_ports({ftdi("ttyUSB0", "1-1", "A50285BI"), ftdi("ttyUSB1", "1-2", "A50285BI")}),
      driver_table());
  EXPECT_EQ(boards[0].place, "usb: {path: 1-1, vid: 0403, pid: 6001}");
  EXPECT_THAT(boards[0].remark, HasSubstr("2 alike with no serial number of their own"));
}

TEST(Boards, ASerialNumberOfNoiseIsNotWritten) {
  const auto boards =
      boards_of(with_ports({ftdi("ttyUSB0", "1-1", "\xff\xff\x1b[2J")}), driver_table());
  EXPECT_EQ(boards[0].place, "usb: {path: 1-1, vid: 0403, pid: 6001}");
}

TEST(Boards, ASerialNumberThatYamlWouldTakeForANumberIsInQuotes) {
  for (const char* serial :
       {"00012345", "12345", "1e5", "NO", "0x12", "a: b", "\"q\"", "~", "#1"}) {
    const auto boards = boards_of(with_ports({ftdi("ttyUSB0", "1-1", serial)}), driver_table());
    EXPECT_EQ(faults_with(boards), "") << serial;
  }
}

TEST(Boards, SeveralPortsOfOneAdapterAreNamedByTheirOwnLinks) {
  auto first = ch340("ttyUSB0", "1-2"), second = ch340("ttyUSB1", "1-2");
  second.by_path = "/dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.1-port0";
  const auto boards = boards_of(with_ports({first, second}), driver_table());
  EXPECT_EQ(boards[0].place, "port: /dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.0-port0");
  EXPECT_EQ(boards[1].place, "port: /dev/serial/by-path/pci-0000:00:14.0-usb-0:2:1.1-port0");
  EXPECT_THAT(boards[0].remark, HasSubstr("several ports of one adapter"));
  EXPECT_EQ(faults_with(boards), "");
}

TEST(Boards, APortThatIsNotOnUsbIsNamedByItsDevice) {
  const auto boards = boards_of(with_ports({plain_port("/dev/ttyS0")}), driver_table());
  ASSERT_EQ(boards.size(), 1u);
  EXPECT_EQ(boards[0].place, "port: /dev/ttyS0");
  EXPECT_THAT(boards[0].drivers, IsEmpty());
  EXPECT_EQ(bench_line(boards[0]), "");
}

TEST(Boards, AUsbBoardIsRecognisedByIdsAndItsOwnTexts) {
  const auto boards =
      boards_of(with_usb({hid("1-1.2", "16c0", "05df", "www.dcttech.com", "USBRelay4"),
                          hid("1-1.3", "16c0", "05df", "obdev.at", "LEDs")}),
                driver_table());
  ASSERT_EQ(boards.size(), 2u);
  EXPECT_EQ(bench_line(boards[0]),
            "panel: {driver: dcttech, usb: {path: 1-1.2, vid: 16c0, pid: 05df}}");
  EXPECT_TRUE(boards[0].drivers.at(0).sure);
  EXPECT_EQ(bench_line(boards[1]), "");
  EXPECT_EQ(faults_with({boards[0]}), "");
}

TEST(Boards, TheUsbDeviceBehindASerialPortIsNotListedTwice) {
  Station station = with_ports({ch340("ttyUSB0", "1-1.4")});
  station.usb = {hid("1-1.4", "1a86", "7523", "", "USB Serial")};
  EXPECT_EQ(boards_of(station, driver_table()).size(), 1u);
}

// The same chip is on serial adapters and on relay boards.
TEST(Boards, AUsbDeviceWithoutAPortIsNoSerialBoard) {
  const auto boards =
      boards_of(with_usb({hid("1-1", "0403", "6001", "FTDI", "FT245R USB FIFO", "A6007KVO")}),
                driver_table());
  ASSERT_EQ(boards.size(), 1u);
  EXPECT_EQ(bench_line(boards[0]),
            "panel: {driver: ftdi_bitbang, usb: {vid: 0403, pid: 6001, serial: A6007KVO}}");
}

TEST(Boards, AHubNobodyDrivesIsLeftOut) {
  PluggedUsb hub = hid("1-1", "05e3", "0608", "", "USB2.0 Hub");
  hub.hub = true;
  EXPECT_THAT(boards_of(with_usb({hub}), driver_table()), IsEmpty());
}

TEST(Boards, ABoardThatThisUserMayNotOpenIsMarked) {
  Station station = with_ports({ch340("ttyUSB0", "1-1.4")});
  station.closed = {"/dev/ttyUSB0"};
  const auto boards = boards_of(station, driver_table());
  ASSERT_EQ(boards.size(), 1u);
  EXPECT_THAT(boards[0].remark, HasSubstr("may not open it: `brewproof doctor` prints the mend"));
}

}  // namespace
}  // namespace brewproof
