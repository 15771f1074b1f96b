// Packets for decoder tests: frames are put together byte by byte from the headers' own layouts
// (RFC 791, 8200, 768, 9293), fed to a Decoder, and what comes out is collected.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/decode/decoder.h"

namespace brewproof::wire {

inline constexpr char machine_mac[] = "02:c0:ff:ee:00:01";

/// "02 c0 ff" -> bytes; white space is ignored.
[[nodiscard]] Bytes hex(std::string_view text);
[[nodiscard]] Bytes text(std::string_view text);
[[nodiscard]] Bytes operator+(Bytes a, const Bytes& b);

// Frames of the machine 10.77.0.50 (02:c0:ff:ee:00:01) to a server, or back.
[[nodiscard]] Bytes ethernet(bool up, std::uint16_t ethertype, const Bytes& payload);
[[nodiscard]] Bytes ipv4(bool up, std::uint8_t protocol, const Bytes& payload,
                         std::uint8_t server = 10);
[[nodiscard]] Bytes udp(bool up, std::uint16_t server_port, const Bytes& payload,
                        std::uint16_t machine_port = 40000, std::uint8_t server = 10);

/// Feeds packets one millisecond apart and keeps what comes out.
class Tap {
 public:
  explicit Tap(DecodeOptions options = {{machine_mac}});
  /// The next packet, a millisecond after the last.
  void packet(const Bytes& frame, std::optional<std::uint32_t> original_length = {},
              std::uint16_t link_type = 1);
  KeyLogRead learn(std::string_view key_log) { return decoder_.learn(key_log); }
  void pass(std::int64_t ns) { now_ns_ += ns; }
  /// Ends the capture and returns all messages.
  const std::vector<Message>& finish();

  std::vector<Message> messages;
  [[nodiscard]] const DecodeTotals& totals() const { return decoder_.totals(); }

 private:
  Decoder decoder_;
  std::int64_t now_ns_ = 1'760'000'000'000'000'000;
  std::uint64_t frame_ = 0, offset_ = 24;
};

/// No byte of a message may be of two classes.
void check_byte_classes(const std::vector<Message>& messages);

/// The one message of a frame; an empty one, and a failure, where it gives none or several.
[[nodiscard]] Message decode_one(const Bytes& frame, DecodeOptions options = {{machine_mac}},
                                 std::uint16_t link_type = 1);

/// One TCP connection of the machine, with true sequence numbers.
class Connection {
 public:
  explicit Connection(Tap& tap, std::uint16_t server_port = 80, std::uint16_t machine_port = 41000,
                      std::uint8_t server = 10)
      : tap_(tap), server_port_(server_port), machine_port_(machine_port), server_(server) {}

  void open();
  void up(const Bytes& payload) { send(true, payload); }
  void up(std::string_view payload) { send(true, text(payload)); }
  void down(const Bytes& payload) { send(false, payload); }
  void down(std::string_view payload) { send(false, text(payload)); }
  void close();
  /// A segment at `ahead` bytes after what this side sent so far; nothing is counted as sent.
  void raw(bool up, std::int32_t ahead, const Bytes& payload, std::uint8_t flags = 0x18,
           std::optional<std::size_t> captured = {});
  void skip(bool up, std::uint32_t bytes) { (up ? up_next_ : down_next_) += bytes; }
  std::uint32_t up_next_ = 1000, down_next_ = 500000;

 private:
  void send(bool up, const Bytes& payload);
  Tap& tap_;
  std::uint16_t server_port_, machine_port_;
  std::uint8_t server_;
};

/// All values of a field path, joined by " & "; "(none)" where there is no such field.
[[nodiscard]] std::string value(const Message& message, std::string_view path);

/// The sum over the messages of one direction: what the ledger counts.
inline std::uint64_t bytes_told(const std::vector<Message>& messages, bool up) {
  std::uint64_t sum = 0;
  for (const Message& m : messages)
    if (m.from_dut == up) sum += m.size;
  return sum;
}

/// "> client hello\n< server hello\n"
inline std::string labels(const std::vector<Message>& messages) {
  std::string text;
  for (const Message& m : messages) text += (m.from_dut ? "> " : "< ") + m.message + "\n";
  return text;
}

/// The first `keep` bytes of each direction's stream of one connection.
struct Exchange {
  Bytes up, down;
  std::uint16_t server_port = 80;
};
/// Decodes the exchange cut after every number of bytes, in one and in two segments at each
/// boundary; checks that the pieces give what the whole gives, and that cut ones never crash.
void check_every_boundary(const Exchange& exchange);
/// Decodes a datagram cut at every byte, also as a snap length cuts it.
void check_every_cut(const Bytes& payload, std::uint16_t server_port);

}  // namespace brewproof::wire
