// A Modbus RTU master on a recorded serial port, which the devices on the line share. libmodbus
// makes and checks the frames through a socket pair of ours (modbus_set_socket) and we carry the
// bytes, because it would otherwise keep the raw answer to itself, above all a broken one. It also
// refuses the addresses above 247 that meters and relay boards use (general address F8 and FF), and
// the values of boards that are older than the standard.
//
// Owns the port. Sources: Modbus Application Protocol V1.1b3; Modbus over Serial Line V1.02.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "drivers/transport/dialogue.h"
#include "rig/model/bytes.h"
#include "rig/model/result.h"

struct _modbus;  // NOLINT(bugprone-reserved-identifier): libmodbus's own name

namespace brewproof {

class RtuBus final : public SharedBus {
 public:
  /// The bus on the port that the resource names: the one that is open already, where another
  /// device of this bench is on it, else a new one. Error `bad_file`: that one runs at another
  /// rate.
  [[nodiscard]] static Result<std::shared_ptr<RtuBus>> open(const ResourceConfig& resource,
                                                            int baud, const DriverContext& context);
  ~RtuBus() override;
  RtuBus(const RtuBus&) = delete;
  RtuBus& operator=(const RtuBus&) = delete;

  /// A request (address, function, contents) and what its answer must look like, both without CRC.
  struct Request {
    Bytes body;
    Bytes head;            // how the answer begins, after the sender's address
    std::size_t rest = 0;  // further bytes of any content
    std::string purpose;   // "read 10 registers from 0", for messages
    bool at_once = false;  // an "off" does not wait for answers that are still owed
  };
  struct Answer {
    Bytes contents;   // the `rest` of it
    int address = 0;  // who answered
    Instant at;       // after the last byte
    Sent sent;
  };
  /// One exchange, recorded as `resource`'s. Whoever answers the general address F8 may give its
  /// own address. Noise and an echo of the request before the answer are passed over; where both
  /// are the same bytes, as with a coil that is set, an echo is the answer. Errors: `timeout`
  /// (nothing within `within`), `protocol` (no frame with a right CRC from that address, or an
  /// exception).
  Result<Answer> ask(const std::string& resource, const Request& request,
                     std::chrono::milliseconds within);
  /// A request whose answer nobody waits for.
  Result<Sent> tell(const std::string& resource, ByteView body);

 private:
  RtuBus(std::unique_ptr<SerialPort> port, int baud, const std::string& resource,
         const DriverContext& context);
  Result<void> connect();
  Result<Bytes> frame_of(ByteView body);
  Result<void> send(const std::string& resource, ByteView body);

  struct Found {
    Bytes frame;
    bool is_exception = false;
  };
  Result<std::optional<Found>> find_answer(ByteView heard, const Request& request);
  Result<std::optional<Found>> collect(const Request& request, std::chrono::milliseconds within,
                                       Bytes& heard);

  struct FreeContext {
    void operator()(_modbus* context) const;
  };
  Dialogue dialogue_;
  int baud_;
  std::unique_ptr<_modbus, FreeContext> libmodbus_;
  int our_end_ = -1, its_end_ = -1;
};

}  // namespace brewproof
