// A serial port that leaves the machine time between two characters: it reads four wire bytes by
// interrupt and is busy with other things. Some projects pause after each wire byte, others after
// each character; machines take both (hn/jura-coffee-machine, cmd2jura; SkyFox277/esphome-jura).
// Owns the port.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "drivers/jura/encoding.h"
#include "drivers/transport/serial.h"

namespace brewproof::jura {

class PacedPort final : public SerialPort {
 public:
  explicit PacedPort(std::unique_ptr<SerialPort> port) : port_(std::move(port)) {}

  Result<std::size_t> write_some(ByteView bytes) override {
    std::this_thread::sleep_until(next_);
    auto count = port_->write_some(bytes.first(std::min(bytes.size(), wire_bytes_each)));
    next_ = std::chrono::steady_clock::now() + on_the_wire + gap;
    return count;
  }
  Result<std::size_t> read_some(std::span<std::uint8_t> into) override {
    return port_->read_some(into);
  }
  Result<void> drain() override { return port_->drain(); }
  Result<void> change_speed(int baud) override { return port_->change_speed(baud); }
  [[nodiscard]] int descriptor() const override { return port_->descriptor(); }

 private:
  static constexpr std::chrono::milliseconds on_the_wire{5};  // four bytes at 9600 baud
  static constexpr std::chrono::milliseconds gap{8};

  std::unique_ptr<SerialPort> port_;
  Deadline next_{};
};

}  // namespace brewproof::jura
