// A network namespace with a veth pair in it: `cap0` is captured, frames are sent from `dut0`.
// The whole test program moves into the namespace.
#pragma once

#include <string>

#include "rig/model/bytes.h"
#include "rig/process/descriptor.h"

namespace brewproof {

/// "" where it stands, else why it cannot (to skip with). May be called again.
[[nodiscard]] std::string enter_private_network();

/// Runs `ip` with these words; throws where that fails.
void ip(const std::string& words);

/// Sends numbered frames (ethertype 0x88B6, the number in the first 4 bytes, big-endian).
class Sender {
 public:
  explicit Sender(const std::string& interface = "dut0");
  void send(std::uint32_t number, std::size_t size = 100);
  /// Any other frame.
  void send_frame(ByteView frame);
  /// The numbers first ... first + count - 1.
  void send_all(std::uint32_t first, std::uint32_t count, std::size_t size = 100);

 private:
  Descriptor socket_;
  int index_;
};

/// Numbers of the Sender's frames in a capture file, in file order; throws on a damaged file.
[[nodiscard]] std::vector<std::uint32_t> numbers_in(const std::string& path);
/// first, first + 1 ... `count` of them.
[[nodiscard]] std::vector<std::uint32_t> numbers(std::uint32_t first, std::uint32_t count);

}  // namespace brewproof
