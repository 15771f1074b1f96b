// `brewproof devices --watch` as a program, while boards come and go in a mocked system.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "fixtures/usb/board_kind.h"
#include "fixtures/usb/mocked_bus.h"
#include "rig/process/child.h"
#include "tests/rig/evidence/temporary_folder.h"
#include "tests/rig/process/started.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

class WatchedDevices : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!sim::MockedBus::works())
      GTEST_SKIP() << "libumockdev-preload.so.0 does not stand before libc here";
  }

  Child start(std::vector<std::string> arguments) const {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = std::move(arguments);
    settings.environment = bus.environment();
    settings.environment["ASAN_OPTIONS"] = "verify_asan_link_order=0";
    settings.pipe_stdout = settings.pipe_stderr = true;
    return started(settings);
  }
  static std::string line(Child& child) {
    const auto read = child.read_line(60s);
    EXPECT_TRUE(read && *read) << "no line came";
    return read && *read ? **read : "";
  }

  sim::MockedBus bus;
};

TEST_F(WatchedDevices, EachBoardIsALineAsItComesAndGoes) {
  const auto here = sim::make_usb_board("dcttech");
  const auto other = sim::make_usb_board("ykush");
  bus.plug(*here, "1-1");
  Child child = start({"devices", "--watch"});
  EXPECT_THAT(line(child), HasSubstr("watching; boards and ports that are here already: 1"));
  bus.plug(*other, "1-2.3");
  EXPECT_EQ(line(child), "plugged in:");
  EXPECT_EQ(line(child),
            "  USB socket 1-2.3  04d8:f2f7 \"Yepkit Lda.\" \"YKUSH\", serial number YK12345");
  EXPECT_THAT(line(child), HasSubstr("recognised: Yepkit YKUSH"));
  EXPECT_EQ(line(child),
            "      panel_2: {driver: ykush, usb: {vid: 04d8, pid: f2f7, serial: YK12345}}");
  bus.unplug("1-1");
  EXPECT_EQ(line(child), "pulled out:");
  EXPECT_THAT(line(child), HasSubstr("USB socket 1-1  16c0:05df"));
  child.signal(SIGINT);
  const auto ended = child.finish(60s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit.code, 0) << ended->err;
}

TEST_F(WatchedDevices, WithJsonEachIsOneObjectALine) {
  const auto board = sim::make_usb_board("dcttech");
  Child child = start({"--json", "devices", "--watch"});
  EXPECT_EQ(line(child), R"({"here":0,"news":"watching"})");
  for (int i = 0; i < 2; ++i) {
    bus.plug(*board, "1-1");
    auto object = nlohmann::json::parse(line(child));
    EXPECT_EQ(object["news"], "arrived");
    EXPECT_EQ(object["bus"], "usb");
    EXPECT_EQ(object["path"], "1-1");
    EXPECT_EQ(object["drivers"][0]["name"], "dcttech");
    EXPECT_EQ(object["bench"], "panel: {driver: dcttech, usb: {path: 1-1, vid: 16c0, pid: 05df}}");
    bus.unplug("1-1");
    object = nlohmann::json::parse(line(child));
    EXPECT_EQ(object["news"], "left");
    EXPECT_EQ(object["product"], "USBRelay4");
  }
  child.signal(SIGTERM);
  const auto ended = child.finish(60s);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit.code, 0) << ended->err;
}

// Without a socket in the bench file any device could be meant by it, but for its kind.
TEST_F(WatchedDevices, DoctorLooksAtTheNodeOfItsOwnBoardOnly) {
  const auto board = sim::make_usb_board("dcttech");
  const auto other = sim::make_usb_board("ykush");
  bus.plug(*other, "1-1");
  bus.plug(*board, "1-2");
  const TemporaryFolder folder;
  put_file(folder.file("bench.yaml"), R"(brewproof: bench/1
name: b
dut: {maker: M, model: K95, mac: ["02:c0:ff:ee:00:01"]}
resources:
  panel: {driver: dcttech, usb: {serial: 6QMBS}}
controls:
  espresso: {output: panel/1, press: 300 ms, max_on: 1 s}
)");
  const auto output = start({"doctor", "--bench", folder.file("bench.yaml")}).finish(120s);
  ASSERT_TRUE(output);
  EXPECT_THAT(output->out, HasSubstr("/dev/bus/usb/001/003")) << output->err;
  EXPECT_THAT(output->out, Not(HasSubstr("/dev/bus/usb/001/002")));
}

TEST_F(WatchedDevices, KnownAndWatchAreNotAskedForAtOnce) {
  const auto output = start({"devices", "--watch", "--known"}).finish(60s);
  ASSERT_TRUE(output);
  EXPECT_EQ(output->exit.code, 2);
}

}  // namespace
}  // namespace brewproof
