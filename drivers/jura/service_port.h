// The talk with a Jura's service port: one command in capitals, one answer that begins with the
// same letters in small ones, or with `ok:` for what was to be done. There is no check on the line:
// an answer is taken only where it is whole to the character. Called from one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "drivers/transport/dialogue.h"

namespace brewproof::jura {

class ServicePort {
 public:
  ServicePort(std::unique_ptr<SerialPort> port, const std::string& resource,
              const DriverContext& context);

  /// TY: what the machine says that it is, without blanks around it.
  Result<std::string> type();
  /// The word of its memory at this address; those below 10h by RT:, which tells them all, the
  /// others by RE:. Error `timeout`: some addresses never answer.
  Result<std::uint16_t> word(std::uint8_t address);
  /// IC: the first byte that it tells of its inputs.
  Result<std::uint8_t> inputs();
  /// Says a command that does something and waits for `ok:`, which means that it was heard.
  Result<Sent> act(const std::string& command);
  /// The same at once, whatever answer is still owed, and with less patience: to end something.
  Result<Sent> end(const std::string& command);

  /// When the last command left.
  [[nodiscard]] const Sent& last_sent() const { return sent_; }
  [[nodiscard]] Instant last_received() const { return dialogue_.last_received(); }
  [[nodiscard]] const std::string& resource() const { return dialogue_.resource(); }

 private:
  /// What stands behind `letters` in a line that `is_whole` says is the answer.
  using IsWhole = bool (*)(std::string_view rest);
  Result<std::string> ask(const std::string& command, std::string_view letters, IsWhole is_whole,
                          std::chrono::milliseconds within);
  Result<std::optional<std::string>> hear(const std::string& command, std::string_view letters,
                                          IsWhole is_whole, std::chrono::milliseconds within);

  Dialogue dialogue_;
  Bytes heard_;  // since the last command
  Sent sent_;
};

}  // namespace brewproof::jura
