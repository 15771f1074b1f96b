// What recording costs: 12 bytes to a device and 16 back over a pseudo-terminal, ours (both clock
// stamps, drain, the exchange kept) against bare write and read on the same kind of port. The two
// take turns, each with its own answering thread. Goal: ratio of medians <= 1.3.

#include <fcntl.h>
#include <fmt/core.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "drivers/transport/dialogue.h"
#include "tests/benchmarks/times.h"

namespace {

using namespace brewproof;
using SteadyClock = std::chrono::steady_clock;

constexpr int rounds = 5000;
constexpr int warm_up = 500;
constexpr std::array<std::uint8_t, 12> question{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
constexpr std::array<std::uint8_t, 16> reply{};

// Answers every 12 bytes with 16 until the host's end is closed.
class EchoingDevice {
 public:
  EchoingDevice() {
    termios raw{};
    ::cfmakeraw(&raw);
    raw.c_cflag |= CREAD | CLOCAL;
    std::array<char, 128> name{};
    if (::openpty(&device_end_, &host_end_, name.data(), &raw, nullptr) != 0) std::exit(3);
    path = name.data();
    thread_ = std::thread([this] {
      std::array<std::uint8_t, 64> buffer{};
      std::size_t heard = 0;
      for (;;) {
        const ssize_t count = ::read(device_end_, buffer.data(), buffer.size());
        if (count <= 0) return;
        heard += static_cast<std::size_t>(count);
        for (; heard >= question.size(); heard -= question.size())
          if (::write(device_end_, reply.data(), reply.size()) < 0) return;
      }
    });
  }
  ~EchoingDevice() {
    ::close(host_end_);  // the last one: the device end then reads an error
    thread_.join();
    ::close(device_end_);
  }
  EchoingDevice(const EchoingDevice&) = delete;
  EchoingDevice& operator=(const EchoingDevice&) = delete;

  [[nodiscard]] int host_end() const { return host_end_; }
  std::string path;

 private:
  int device_end_ = -1, host_end_ = -1;
  std::thread thread_;
};

bool bare_round_trip(int port) {
  std::array<std::uint8_t, 64> buffer{};
  if (::write(port, question.data(), question.size()) != ssize_t{question.size()}) return false;
  for (std::size_t heard = 0; heard < reply.size();) {
    const ssize_t count = ::read(port, buffer.data(), buffer.size());
    if (count <= 0) return false;
    heard += static_cast<std::size_t>(count);
  }
  return true;
}

bool our_round_trip(Dialogue& dialogue) {
  if (!dialogue.send(question)) return false;
  const Deadline until = SteadyClock::now() + std::chrono::seconds(1);
  for (std::size_t heard = 0; heard < reply.size();) {
    const auto came = dialogue.receive(until);
    if (!came || came->empty()) return false;
    heard += came->size();
  }
  dialogue.finish();
  return true;
}

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "serial: {}\n", why);
  std::exit(3);
}

}  // namespace

int main() {
  SystemClock clock;
  std::vector<Exchange> record;
  record.reserve(rounds + warm_up);
  EchoingDevice bare_device;
  EchoingDevice our_device;
  ResourceConfig resource;
  resource.options["port"] = our_device.path;
  auto port = open_serial_port(resource, 115200);
  if (!port) give_up(port.error().message);
  std::vector<double> ours;
  std::vector<double> bare;
  {
    Dialogue dialogue(std::move(*port), "bench",
                      {clock, [&](const Exchange& exchange) { record.push_back(exchange); }});
    for (int i = 0; i < rounds + warm_up; ++i) {
      const double b = microseconds_of([&] {
        if (!bare_round_trip(bare_device.host_end())) give_up("a bare round trip failed");
      });
      const double o = microseconds_of([&] {
        if (!our_round_trip(dialogue)) give_up("a round trip failed");
      });
      if (i < warm_up) continue;
      bare.push_back(b);
      ours.push_back(o);
    }
  }
  print_beside("12 + 16 bytes on a pty", "us", {"ours, recorded", ours}, {"bare termios", bare});
  fmt::print("{} exchanges kept\n", record.size());
}
