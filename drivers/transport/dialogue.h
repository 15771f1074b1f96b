// The talk with one device over its port: every byte of it is recorded, in exchanges of one request
// and what came back, each with its clock brackets. What a device says unasked is recorded as an
// exchange that wrote nothing.
//
// Owns the port. Once the device is gone the dialogue stays broken and repeats the first cause; a
// silent or garbling device does not break it. Called from one thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "drivers/transport/serial.h"
#include "rig/bench/driver.h"

namespace brewproof {

class Dialogue {
 public:
  /// What a port takes at once must have left by then.
  static constexpr std::chrono::milliseconds write_within{300};

  Dialogue(std::unique_ptr<SerialPort> port, std::string resource, const DriverContext& context);
  ~Dialogue();
  Dialogue(const Dialogue&) = delete;
  Dialogue& operator=(const Dialogue&) = delete;

  /// Begins an exchange: writes `bytes`, waits until they have left, stamps before and after. An
  /// exchange still open is finished first. Error `timeout`: the port took only a part; the device
  /// may hold half a frame (`was_cut`).
  Result<void> send(ByteView bytes, std::chrono::milliseconds within = write_within);

  /// What has come, at the latest by the deadline; empty: nothing. Valid until the next call.
  /// Belongs to the open exchange.
  Result<ByteView> receive(Deadline deadline);

  /// Ends the open exchange, records it and gives its stamps. Without one: the stamps of the last.
  Sent finish();

  /// The answer to the last request did not come whole; it may still come within `patience`.
  void owe_answer(std::chrono::milliseconds patience);

  /// Before a request whose answer matters: throws away (and records) what has come so far. Where
  /// an answer is owed, waits for it: a late answer must not be taken for the next one. Error
  /// `protocol`: the device does not stop talking.
  Result<void> settle();

  /// Lets time pass, reading on: what comes is kept in the record.
  Result<void> pause_until(Deadline time);

  /// Another rate from now on.
  Result<void> change_speed(int baud);

  /// From now on exchanges are recorded, and errors told, as this resource's: several devices can
  /// share one port.
  void speak_for(const std::string& resource);

  /// The resource's name in the bench file, which every message should hold.
  [[nodiscard]] const std::string& resource() const { return resource_; }
  /// When the last byte was sent or received.
  [[nodiscard]] Deadline last_activity() const { return last_activity_; }
  /// When the last bytes were received.
  [[nodiscard]] Instant last_received() const { return last_received_; }
  /// How much has come in all while no request was open: late answers, surplus, a device's own
  /// talk.
  [[nodiscard]] std::size_t unasked_bytes() const { return unasked_bytes_; }
  /// The last send() was cut off in the middle.
  [[nodiscard]] bool was_cut() const { return was_cut_; }

 private:
  tl::unexpected<Error> broken(Error cause);
  void open_exchange(const Instant& now);

  std::unique_ptr<SerialPort> port_;
  std::string resource_;
  DriverContext context_;
  std::optional<Error> first_cause_;
  bool open_ = false;
  Exchange exchange_;
  Bytes chunk_;
  bool was_cut_ = false;
  Deadline last_activity_{};
  Instant last_received_;
  std::size_t unasked_bytes_ = 0;
  std::optional<Deadline> owed_until_;
};

}  // namespace brewproof
