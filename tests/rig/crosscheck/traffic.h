// Packets that are decoded by us and written to a capture file for tshark; and programs that
// pretend to be tshark.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "rig/crosscheck/crosscheck.h"
#include "rig/decode/decoder.h"
#include "tests/rig/capture/scratch.h"
#include "tests/rig/decode/wire.h"

namespace brewproof {

/// Has it read wrongly.
inline void set_value(KeptMessage& message, std::string_view path, const std::string& value) {
  Message other = message.whole();
  for (Field& field : other.fields)
    if (field.path == path) field.value = value;
  message = other;
}

class Traffic {
 public:
  explicit Traffic(std::vector<std::string> dut = {wire::machine_mac}) : dut_(std::move(dut)) {}

  void frame(const Bytes& bytes) { frames_.push_back(bytes); }
  /// A datagram of the machine to a server, or back.
  void udp(bool up, std::uint16_t port, const Bytes& payload) {
    frame(wire::udp(up, port, payload));
  }
  /// A TCP segment of 10.77.0.50:41000 to 203.0.113.10, with the sequence numbers of one
  /// connection.
  void tcp(bool up, std::uint16_t port, const Bytes& payload, std::uint8_t flags = 0x18);

  /// Bytes of that connection that nobody captured.
  void lose(bool up, std::uint32_t bytes) { (up ? up_next_ : down_next_) += bytes; }

  /// TLS keys that both sides know.
  void knows(const std::string& key_log);

  /// Decodes it all, and writes the capture.
  std::vector<KeptMessage> decode();
  [[nodiscard]] std::vector<CheckedCapture> captures() const {
    return {{scratch_.path("traffic.pcap"), frames_.size()}};
  }
  [[nodiscard]] const Scratch& scratch() const { return scratch_; }
  [[nodiscard]] CrossCheckSettings settings() const {
    CrossCheckSettings settings;
    settings.dut = dut_;
    settings.keylog = keylog_;
    return settings;
  }
  /// A shell script in place of tshark; it tells a version by itself.
  [[nodiscard]] CrossCheckSettings with_script(const std::string& script) const;

 private:
  std::vector<std::string> dut_;
  std::vector<Bytes> frames_;
  TlsSecrets secrets_;
  std::string keylog_;  // the file
  std::uint32_t up_next_ = 1000, down_next_ = 500000;
  Scratch scratch_;
};

/// The opinion on one kind; an empty one where it does not occur.
[[nodiscard]] Opinion of_kind(const CrossCheck& check, const std::string& kind);

}  // namespace brewproof
