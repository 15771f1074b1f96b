// What recording costs on USB: the 8-byte report of a simulated relay board by a control transfer,
// ours (both clock stamps, the exchange kept) against bare libusb, each with its own board in a
// mocked system. The two take turns. Most of either time is the mocked kernel's.

#include <fmt/core.h>
#include <libusb-1.0/libusb.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "drivers/transport/usb.h"
#include "fixtures/usb/board_kind.h"
#include "fixtures/usb/mocked_bus.h"
#include "tests/benchmarks/times.h"

namespace {

using namespace brewproof;

constexpr int rounds = 2000;
constexpr int warm_up = 200;
constexpr UsbSetup get_report{0xA0, 0x01, 0x0300, 0x0000};

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "usb: {}\n", why);
  std::exit(3);
}

}  // namespace

int main() {
  const auto bare_board = sim::make_usb_board("dcttech");
  const auto our_board = sim::make_usb_board("dcttech");
  sim::MockedBus bus;
  if (!sim::MockedBus::works()) give_up("libumockdev-preload.so.0 does not stand before libc");
  bus.plug(*bare_board, "1-1");
  bus.plug(*our_board, "1-2");

  libusb_context* context = nullptr;
  libusb_device** devices = nullptr;
  libusb_device_handle* bare = nullptr;
  if (::libusb_init(&context) != 0) give_up("libusb does not start");
  const ssize_t count = ::libusb_get_device_list(context, &devices);
  for (ssize_t i = 0; i < count && bare == nullptr; ++i)
    if (::libusb_get_port_number(devices[i]) == 1) ::libusb_open(devices[i], &bare);
  if (bare == nullptr) give_up("the board in socket 1-1 is not found");
  ::libusb_free_device_list(devices, 1);

  SystemClock clock;
  std::vector<Exchange> record;
  record.reserve(rounds + warm_up);
  auto ours =
      open_usb({.name = "bench", .driver = "", .options = {{"usb.path", "1-2"}}, .place = ""},
               {clock, [&](const Exchange& exchange) { record.push_back(exchange); }},
               {.name = "board",
                .fits = [](const UsbIdentity&) { return true; },
                .interface = std::nullopt,
                .ask_serial = {}});
  if (!ours) give_up(ours.error().message);

  std::vector<double> our_times;
  std::vector<double> bare_times;
  std::array<std::uint8_t, 8> report{};
  for (int i = 0; i < rounds + warm_up; ++i) {
    const double b = microseconds_of([&] {
      if (::libusb_control_transfer(bare, get_report.request_type, get_report.request,
                                    get_report.value, get_report.index, report.data(),
                                    report.size(), 500) != 8)
        give_up("a bare transfer failed");
    });
    const double o = microseconds_of([&] {
      if (!(*ours)->control_in(get_report, 8)) give_up("a transfer failed");
    });
    if (i < warm_up) continue;
    bare_times.push_back(b);
    our_times.push_back(o);
  }
  ::libusb_close(bare);
  ours->reset();
  ::libusb_exit(context);
  print_beside("8 bytes from endpoint 0", "us", {"ours, recorded", our_times},
               {"bare libusb", bare_times});
  fmt::print("{} exchanges kept\n", record.size());
}
