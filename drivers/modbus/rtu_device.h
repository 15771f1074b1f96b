// One device on a Modbus RTU bus: its address and what is asked of it. Holds the bus open. Errors
// as RtuBus::ask; a write whose answer did not come has left the device in an unknown state.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "drivers/modbus/rtu_bus.h"

namespace brewproof {

class RtuDevice {
 public:
  RtuDevice(std::shared_ptr<RtuBus> bus, std::string resource, int address,
            std::chrono::milliseconds within)
      : bus_(std::move(bus)), resource_(std::move(resource)), address_(address), within_(within) {}

  struct Registers {
    std::vector<std::uint16_t> values;
    int address = 0;  // who answered
    Instant at;       // after the last byte of the answer
    Sent sent;
  };
  /// Function 04.
  Result<Registers> read_input_registers(int first, int count);

  struct Coils {
    std::vector<bool> values;
    Sent sent;
  };
  /// Function 01.
  Result<Coils> read_coils(int first, int count);
  /// Function 05 with any value; the answer repeats the request. `at_once`: see RtuBus::Request.
  Result<Sent> write_coil(int coil, int value, bool at_once = false);
  /// Function 0F, all of them the same.
  Result<Sent> write_coils(int first, int count, bool on, bool at_once = false);
  /// Functions 05 and 01 to devices that need not answer.
  Result<Sent> tell_coil(int coil, int value);
  Result<Sent> tell_read_coils(int first, int count);

  [[nodiscard]] const std::string& resource() const { return resource_; }
  [[nodiscard]] int address() const { return address_; }

 private:
  [[nodiscard]] Bytes body(std::uint8_t function, int first, int second) const;
  Result<RtuBus::Answer> ask(Bytes body, Bytes head, std::size_t rest, std::string purpose,
                             bool at_once);

  std::shared_ptr<RtuBus> bus_;
  std::string resource_;
  int address_;
  std::chrono::milliseconds within_;
};

}  // namespace brewproof
