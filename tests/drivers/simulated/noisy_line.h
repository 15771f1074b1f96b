// A serial line that damages what the device says: a pseudo-terminal for the driver, a wire to the
// simulated board behind it, and dice in between. What the driver says arrives as it is.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <random>
#include <string>

#include "tests/drivers/pty_peer.h"

namespace brewproof::testing {

class NoisyLine {
 public:
  NoisyLine(const std::string& device, unsigned seed)
      : device_(::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)),
        dice_(seed),
        peer_([this](PtyPeer& line) { forward(line); }) {
    termios raw{};
    ::cfmakeraw(&raw);
    ::tcsetattr(device_, TCSANOW, &raw);
  }
  ~NoisyLine() {
    ending_ = true;
    peer_.wait();
    ::close(device_);
  }
  NoisyLine(const NoisyLine&) = delete;
  NoisyLine& operator=(const NoisyLine&) = delete;

  [[nodiscard]] const std::string& path() const { return peer_.path(); }
  void noise(bool on) { noise_ = on; }
  [[nodiscard]] int damaged() const { return damaged_; }

 private:
  void forward(PtyPeer& line) {
    std::array<std::uint8_t, 4096> buffer{};
    while (!ending_) {
      std::array<pollfd, 2> ends{{{line.device_end(), POLLIN, 0}, {device_, POLLIN, 0}}};
      ::poll(ends.data(), ends.size(), 5);
      if ((ends[0].revents & POLLIN) != 0) {
        const ssize_t count = ::read(line.device_end(), buffer.data(), buffer.size());
        if (count > 0 && ::write(device_, buffer.data(), static_cast<std::size_t>(count)) < 0)
          return;
        if (count > 0 && noise_ && one_in(12)) {  // a two-wire bus hears itself
          line.say(ByteView(buffer.data(), static_cast<std::size_t>(count)));
          ++damaged_;
        }
      }
      if ((ends[1].revents & POLLIN) != 0) {
        const ssize_t count = ::read(device_, buffer.data(), buffer.size());
        if (count <= 0) continue;
        const Bytes said(buffer.begin(), buffer.begin() + count);
        line.say(noise_ ? damage(said) : said);
      }
    }
  }

  Bytes damage(Bytes bytes) {
    const auto at = [&](std::size_t size) {
      return std::uniform_int_distribution<std::size_t>(0, size - 1)(dice_);
    };
    switch (std::uniform_int_distribution<int>(0, 7)(dice_)) {
      case 0:  // silence
        bytes.clear();
        break;
      case 1:  // half a frame
        bytes.resize(at(bytes.size()));
        break;
      case 2:  // a bit
        bytes[at(bytes.size())] ^= static_cast<std::uint8_t>(1U << at(8));
        break;
      case 3: {  // garbage in front, in the middle or behind
        Bytes garbage(1 + at(9));
        for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(at(256));
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at(bytes.size() + 1)),
                     garbage.begin(), garbage.end());
        break;
      }
      case 4:  // a byte is lost
        bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at(bytes.size())));
        break;
      default:
        return bytes;
    }
    ++damaged_;
    return bytes;
  }
  bool one_in(int n) { return std::uniform_int_distribution<int>(1, n)(dice_) == 1; }

  int device_;
  std::mt19937 dice_;
  std::atomic<bool> noise_{false}, ending_{false};
  std::atomic<int> damaged_{0};
  PtyPeer peer_;  // last: its thread uses all of the above
};

}  // namespace brewproof::testing
