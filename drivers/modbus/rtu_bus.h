// A Modbus RTU master on a recorded serial port. libmodbus makes and checks the frames through a
// socket pair of ours (modbus_set_socket) and we carry the bytes, because it would otherwise keep
// the raw answer to itself, above all a broken one. It also refuses the addresses above 247 that
// meters and relay boards use (general address F8 and FF).
//
// Owns the port. Sources: Modbus Application Protocol V1.1b3; Modbus over Serial Line V1.02.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "drivers/transport/dialogue.h"
#include "rig/model/bytes.h"
#include "rig/model/result.h"

struct _modbus;

namespace brewproof {

class RtuBus {
 public:
  [[nodiscard]] static Result<std::unique_ptr<RtuBus>> open(std::unique_ptr<SerialPort> port,
                                                            const std::string& resource,
                                                            const DriverContext& context);
  ~RtuBus();
  RtuBus(const RtuBus&) = delete;
  RtuBus& operator=(const RtuBus&) = delete;

  struct Registers {
    std::vector<std::uint16_t> values;
    int address = 0;  // who answered
    Instant at;       // after the last byte of the answer
  };
  /// Function 04. Whoever answers the general address F8 may give its own address. Noise and an
  /// echo of the request before the answer are passed over. Errors: `timeout` (nothing within
  /// `within`), `protocol` (no frame with a right CRC from that address, or an exception).
  Result<Registers> read_input_registers(int address, int first, int count,
                                         std::chrono::milliseconds within);

  /// The stamps of the last exchange.
  [[nodiscard]] const Sent& last_sent() const { return last_sent_; }

 private:
  RtuBus(std::unique_ptr<SerialPort> port, const std::string& resource,
         const DriverContext& context);
  Result<void> connect();
  Result<Bytes> frame_of(ByteView body);

  struct Answer {
    Bytes frame;
    bool is_exception = false;
  };
  Result<std::optional<Answer>> find_answer(ByteView heard, int address, std::uint8_t function,
                                            std::size_t data_bytes);

  struct FreeContext {
    void operator()(_modbus* context) const;
  };
  Dialogue dialogue_;
  std::unique_ptr<_modbus, FreeContext> libmodbus_;
  int our_end_ = -1, its_end_ = -1;
  Sent last_sent_;
};

}  // namespace brewproof
