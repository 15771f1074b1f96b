// The USB transport: finding a board, claiming it, transfers and everything that can go wrong with
// them. The peer is a board that keeps what it was sent and says what it was told to.

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <thread>

#include "drivers/transport/usb.h"
#include "drivers/transport/usb_watcher.h"
#include "tests/drivers/usb/usb_station.h"

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using SteadyClock = std::chrono::steady_clock;

constexpr UsbSetup ask{0xC0, 0x01, 0x0203, 0x0405};    // vendor, device, in
constexpr UsbSetup order{0x40, 0x02, 0x0304, 0x0000};  // vendor, device, out
constexpr UsbSetup ask_interface{0xA1, 0x01, 0x0300, 0x0000};

class ParrotBoard final : public sim::UsbBoard {
 public:
  explicit ParrotBoard(std::string serial = "A1", const std::vector<std::string>& faults = {})
      : UsbBoard(parsed(faults)), serial_(std::move(serial)) {}

  [[nodiscard]] sim::UsbDescription description() const override {
    return {.vid = 0x1209,
            .pid = 0x0001,
            .manufacturer = "Birds",
            .product = "Parrot",
            .serial = serial_,
            .endpoints = {{0x81, 3, 64}, {0x01, 3, 64}, {0x82, 2, 64}, {0x02, 2, 64}},
            .report_descriptor = {}};
  }
  std::optional<Bytes> control(const sim::Setup& setup, ByteView bytes) override {
    last_setup = setup;
    if (setup.request == 0x7F) return std::nullopt;
    if (setup.request_type >= 0x80) return answer;
    told.assign(bytes.begin(), bytes.end());
    return Bytes{};
  }
  bool receive(std::uint8_t, ByteView bytes) override {
    said.emplace_back(bytes.begin(), bytes.end());
    return true;
  }
  std::optional<Bytes> say(std::uint8_t) override {
    if (said.empty()) return std::nullopt;
    Bytes next = said.front();
    said.pop_front();
    return next;
  }

  Bytes answer = hex("01 02 03");
  Bytes told;
  std::deque<Bytes> said;
  sim::Setup last_setup;

 private:
  std::string serial_;
};

const UsbKind parrot{.name = "parrot",
                     .fits = [](const UsbIdentity& device) { return device.product == "Parrot"; },
                     .ask_serial = {}};

class Usb : public UsbStation {
 protected:
  Result<std::unique_ptr<UsbLink>> find(std::map<std::string, std::string> options = {},
                                        const UsbKind& kind = parrot) {
    return open_usb(
        {.name = "bird", .driver = "parrot", .options = std::move(options), .place = ""},
        {clock, [this](const Exchange& e) { exchanges.push_back(e); }}, kind);
  }
  std::unique_ptr<UsbLink> link(const UsbKind& kind = parrot) {
    auto found = find({}, kind);
    if (found) return std::move(*found);
    ADD_FAILURE() << found.error().message;
    return nullptr;
  }
};

TEST_F(Usb, AControlTransferIsAnExchangeWithItsSetupBytesFirst) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  ASSERT_TRUE(bird->control_out(order, hex("AA BB")));
  EXPECT_EQ(board.told, hex("AA BB"));
  EXPECT_EQ(bird->control_in(ask, 16).value(), hex("01 02 03"));
  EXPECT_EQ(board.last_setup.index, 0x0405);
  ASSERT_EQ(exchanges.size(), 2u);
  EXPECT_EQ(exchanges[0].written, hex("40 02 04 03 00 00 02 00 AA BB"));
  EXPECT_TRUE(exchanges[0].received.empty());
  EXPECT_FALSE(exchanges[0].sent.first_reply);
  EXPECT_EQ(exchanges[1].resource, "bird");
  EXPECT_EQ(exchanges[1].written, hex("C0 01 03 02 05 04 10 00"));
  EXPECT_EQ(exchanges[1].received, hex("01 02 03"));
  ASSERT_TRUE(exchanges[1].sent.first_reply);
  EXPECT_LE(exchanges[1].sent.before_write.raw_ns, exchanges[1].sent.after_drain.raw_ns);
}

TEST_F(Usb, AReportAndItsAnswerAreOneExchange) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  EXPECT_EQ(bird->endpoint(false), 0x01);
  EXPECT_EQ(bird->endpoint(true), 0x81);
  ASSERT_TRUE(bird->write(0x01, hex("11 22")));
  EXPECT_EQ(bird->read(0x81, 64, milliseconds(2000)).value(), hex("11 22"));
  const Sent sent = bird->finish();
  ASSERT_EQ(exchanges.size(), 1u);
  EXPECT_EQ(exchanges[0].written, hex("11 22"));
  EXPECT_EQ(exchanges[0].received, hex("11 22"));
  ASSERT_TRUE(sent.first_reply);
  EXPECT_GE(sent.first_reply->raw_ns, sent.after_drain.raw_ns);
}

TEST_F(Usb, BulkEndpointsAreUsedAsBulk) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  ASSERT_TRUE(bird->write(0x02, hex("33")));
  EXPECT_EQ(bird->read(0x82, 64, milliseconds(2000)).value(), hex("33"));
}

TEST_F(Usb, AStallIsARefusalAndTheNextRequestWorks) {
  ParrotBoard board("A1", {"stall@1"});
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  EXPECT_FAILS(bird->control_in(ask, 8), ErrorCode::protocol,
               "bird: the device refused the request (stall)");
  EXPECT_EQ(bird->control_in(ask, 8).value(), hex("01 02 03"));
  ASSERT_EQ(exchanges.size(), 2u);
  EXPECT_TRUE(exchanges[0].received.empty());
}

TEST_F(Usb, AStalledEndpointWorksAgain) {
  ParrotBoard board("A1", {"stall@1"});
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  EXPECT_FAILS(bird->write(0x01, hex("11")), ErrorCode::protocol, "stall");
  ASSERT_TRUE(bird->write(0x01, hex("22")));
  EXPECT_EQ(bird->read(0x81, 64, milliseconds(2000)).value(), hex("22"));
}

TEST_F(Usb, SilenceIsATimeoutAndTheNextRequestWorks) {
  ParrotBoard board("A1", {"silent@1"});
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  const auto start = SteadyClock::now();
  EXPECT_FAILS(bird->control_in(ask, 8), ErrorCode::timeout,
               "bird: the device did not answer within 500 ms: its state is unknown");
  EXPECT_GE(SteadyClock::now() - start, milliseconds(450));
  EXPECT_EQ(bird->control_in(ask, 8).value(), hex("01 02 03"));
}

TEST_F(Usb, AnEndpointThatSaysNothingIsATimeout) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  EXPECT_FAILS(bird->read(0x81, 64, milliseconds(60)), ErrorCode::timeout, "within 60 ms");
}

TEST_F(Usb, MoreThanWasAskedForIsAProtocolError) {
  ParrotBoard board;
  board.answer = hex("01 02 03 04 05");
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  EXPECT_FAILS(bird->control_in(ask, 3), ErrorCode::protocol, "a transfer failed");
}

TEST_F(Usb, UnpluggedInMidTransferIsGoneAndStaysGone) {
  ParrotBoard board("A1", {"vanish@2"});
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  ASSERT_TRUE(bird->control_in(ask, 8));
  EXPECT_FAILS(bird->control_in(ask, 8), ErrorCode::io,
               "bird: the device is gone: unplugged or switched off; it was in USB socket 1-1");
  EXPECT_FAILS(bird->control_out(order, hex("01")), ErrorCode::io, "the device is gone");
  EXPECT_FAILS(bird->write(0x01, hex("01")), ErrorCode::io, "the device is gone");
  EXPECT_EQ(exchanges.size(), 2u);
}

TEST_F(Usb, UnpluggedWhileNobodyTalksIsGone) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  const auto bird = link();
  ASSERT_TRUE(bird);
  bus.unplug("1-1");
  EXPECT_FAILS(bird->control_in(ask, 8), ErrorCode::io, "the device is gone");
}

TEST_F(Usb, BackUnderAnotherAddressItIsFoundAgainByItsSerialNumber) {
  ParrotBoard board("A1", {});
  ParrotBoard other("B2", {});
  bus.plug(board, "1-1");
  bus.plug(other, "1-2");
  const auto before = find({{"usb.serial", "A1"}});
  ASSERT_TRUE(before);
  const std::string node = (*before)->device().node;
  bus.unplug("1-1");
  bus.plug(board, "1-3");
  const auto after = find({{"usb.serial", "A1"}});
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_NE((*after)->device().node, node);
  EXPECT_EQ((*after)->device().usb_path, "1-3");
  EXPECT_TRUE((*after)->control_in(ask, 8));
}

TEST_F(Usb, ABoardBehindAHubIsFoundByItsPath) {
  ParrotBoard board;
  ParrotBoard other;
  bus.plug(board, "1-1.4");
  bus.plug(other, "1-1.3");
  const auto found = find({{"usb.path", "1-1.4"}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ((*found)->device().usb_path, "1-1.4");
}

TEST_F(Usb, TwoOfTheSameAreListedWithWhatTellsThemApart) {
  ParrotBoard board("A1");
  ParrotBoard other("B2");
  bus.plug(board, "1-1");
  bus.plug(other, "1-2");
  const auto found = find();
  EXPECT_FAILS(found, ErrorCode::io, "bird: 2 boards are a parrot:");
  EXPECT_THAT(found.error().message,
              HasSubstr("\n  usb: {path: 1-1, vid: 1209, pid: 0001, serial: \"A1\"}  \"Parrot\""));
  EXPECT_THAT(found.error().message, HasSubstr("tell them apart by their serial numbers"));
}

TEST_F(Usb, TwoWithoutSerialNumbersAreToldApartByTheirSockets) {
  ParrotBoard board("");
  ParrotBoard other("");
  bus.plug(board, "1-1");
  bus.plug(other, "1-2");
  EXPECT_FAILS(find(), ErrorCode::io, "tell them apart by path, the USB socket that each is in");
}

TEST_F(Usb, WhatIsPluggedInIsListedWhereNothingFits) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  const auto found = find({{"usb.serial", "C3"}});
  EXPECT_FAILS(found, ErrorCode::io,
               "bird: no parrot is plugged in with usb: {serial: C3}; plugged in are:\n  usb: "
               "{path: 1-1, vid: 1209, pid: 0001, serial: \"A1\"}");
}

TEST_F(Usb, WithoutAnyDeviceThatIsSaid) {
  EXPECT_FAILS(find(), ErrorCode::io, "no parrot is plugged in; the station has no USB device");
}

// A parrot that says its serial number only when it is asked.
UsbKind asked_parrot() {
  UsbKind asked = parrot;
  asked.ask_serial = [](UsbLink& bird) -> Result<std::string> {
    const auto answer = bird.control_in(ask, 8);
    if (!answer) return tl::unexpected(answer.error());
    return to_hex(*answer);
  };
  return asked;
}

TEST_F(Usb, ASerialNumberInsideAReportTellsBoardsApart) {
  ParrotBoard board("");
  ParrotBoard other("");
  other.answer = hex("09");
  bus.plug(board, "1-1");
  bus.plug(other, "1-2");
  const auto found = find({{"usb.serial", "09"}}, asked_parrot());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ((*found)->device().usb_path, "1-2");
  EXPECT_TRUE(bus.is_free("1-1"));
  EXPECT_FAILS(find({{"usb.serial", "09"}}, asked_parrot()), ErrorCode::host,
               "in use by another program");
}

TEST_F(Usb, BoardsThatWereAskedAreListedWithTheirAnswers) {
  ParrotBoard board("");
  ParrotBoard other("");
  other.answer = hex("09");
  bus.plug(board, "1-1");
  bus.plug(other, "1-2");
  const auto found = find({}, asked_parrot());
  EXPECT_FAILS(found, ErrorCode::io, "serial: \"010203\"}");
  EXPECT_THAT(found.error().message, HasSubstr("serial: \"09\"}"));
  EXPECT_THAT(found.error().message, HasSubstr("tell them apart by their serial numbers"));
  EXPECT_TRUE(bus.is_free("1-1"));
  EXPECT_TRUE(bus.is_free("1-2"));
}

TEST_F(Usb, TheKernelsDriverIsDetachedAndAttachedAgain) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  EXPECT_TRUE(bus.is_free("1-1"));
  {
    const auto bird = link();
    EXPECT_FALSE(bus.is_free("1-1"));
  }
  EXPECT_TRUE(bus.is_free("1-1"));
}

TEST_F(Usb, AClaimedBoardIsInUseForEverybodyElse) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  const auto bird = link();
  EXPECT_FAILS(find(), ErrorCode::host, "is in use by another program (`sudo fuser -v /dev/bus");
  EXPECT_TRUE(bird->control_in(ask_interface, 8));
}

TEST_F(Usb, WithoutPermissionTheUdevRuleIsGiven) {
  ParrotBoard board;
  bus.plug(board, "1-1");
  const std::string node = bus.root() + "/dev/bus/usb/001/002";
  ASSERT_EQ(::chmod(bus.root().c_str(), 0777), 0);
  ASSERT_EQ(::chmod((bus.root() + "/ioctl/dev/bus/usb/001/002").c_str(), 0777), 0);
  ASSERT_EQ(::chmod(node.c_str(), 0600), 0) << node;
  const bool is_root = ::geteuid() == 0;
  if (is_root) {
    ASSERT_EQ(::seteuid(65534), 0);  // nobody
  } else {
    ASSERT_EQ(::chmod(node.c_str(), 0), 0);
  }
  const auto found = find();
  if (is_root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_FAILS(found, ErrorCode::host, "bird: no permission to open /dev/bus/usb/001/002");
  EXPECT_THAT(found.error().message,
              HasSubstr("SUBSYSTEM==\"usb\", ATTR{idVendor}==\"1209\", ATTR{idProduct}==\"0001\", "
                        "MODE=\"0660\", GROUP=\"plugdev\""));
}

TEST_F(Usb, ADevicesOwnTextIsInertInMessages) {
  ParrotBoard board("\x1b[31mred");
  bus.plug(board, "1-1");
  const auto found = find({{"usb.serial", "C3"}});
  EXPECT_FAILS(found, ErrorCode::io, "\\x1b[31mred");
  EXPECT_THAT(found.error().message, Not(HasSubstr("\x1b")));
}

TEST_F(Usb, AWatcherNoticesWhatComesAndGoes) {
  ParrotBoard board;
  ParrotBoard there;
  bus.plug(there, "1-2");
  auto watcher = UsbWatcher::start();
  ASSERT_TRUE(watcher) << watcher.error().message;
  EXPECT_EQ(watcher->next(milliseconds(0)).value(), std::nullopt) << "what is there is no news";
  bus.plug(board, "1-1");
  const auto came = watcher->next(milliseconds(10'000));
  ASSERT_TRUE(came.has_value() && came->has_value());
  EXPECT_EQ((*came)->news, UsbWatcher::News::arrived);
  EXPECT_EQ((*came)->device.usb_path, "1-1");
  EXPECT_EQ((*came)->device.serial, "A1");
  bus.unplug("1-1");
  const auto went = watcher->next(milliseconds(10'000));
  ASSERT_TRUE(went.has_value() && went->has_value());
  EXPECT_EQ((*went)->news, UsbWatcher::News::left);
  EXPECT_EQ((*went)->device.serial, "A1") << "as it was";
}

}  // namespace
}  // namespace brewproof::testing
