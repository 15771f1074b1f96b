// A room reads one protocol. It stands in one file, <protocol>.cpp, which defines
//   extern const Room <protocol>_room;
// and is moved in by one line rig_decoder(<protocol>) in CMakeLists.txt, which also requires its
// test. A room says itself what it claims, by content and not by port; there is no other list.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "rig/decode/outlet.h"
#include "rig/decode/packet/flow.h"
#include "rig/decode/stream/stream_buffer.h"

namespace brewproof::decode {

/// What arrives whole in one packet: the payload of UDP, an ICMP message, an ARP frame.
struct Datagram {
  ByteView bytes;
  std::size_t wire_length = 0;  // more than the bytes where a snap length cut them
  Side from = Side::client;
  std::uint16_t ethertype = 0;
  std::uint8_t ip_protocol = 0;  // 0 below IP
  std::uint16_t source_port = 0, destination_port = 0;
  bool to_group = false;
  Span span;

  [[nodiscard]] bool udp() const { return ip_protocol == 17; }
  [[nodiscard]] bool has_port(std::uint16_t port) const {
    return source_port == port || destination_port == port;
  }
};

enum class Claim : std::uint8_t { no, yes, more };  // more: too few bytes to tell

/// Where in its stream the bytes to be claimed stand.
struct StreamStart {
  Side from = Side::client;
  bool begins = false;  // the connection's own first bytes; else the capture came in later
  std::uint16_t server_port = 0;
};

/// Reads both directions of one claimed stream.
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  /// Reads and consumes what it can; the rest comes again with more behind it. False: this reader
  /// has lost or left the stream, and what is unread is offered to all rooms again.
  [[nodiscard]] virtual bool read(Side from, StreamBuffer& input) = 0;
  /// `count` bytes were never captured. False as in read().
  [[nodiscard]] virtual bool gap(Side from, std::uint64_t count) = 0;
  /// Nothing more comes from this side: what is under construction is sent out. `why` is for notes.
  virtual void end(Side from, std::string_view why) = 0;
};

struct Room {
  std::string_view name;
  /// Sends the datagram out as a message and returns true, or leaves it alone.
  bool (*datagram)(const Datagram& datagram, Flow& flow, Outlet& out) = nullptr;
  /// Looks at the first unread bytes (at least one) of one direction.
  Claim (*claims)(ByteView bytes, const StreamStart& start) = nullptr;
  std::unique_ptr<StreamReader> (*open)(Flow& flow, Outlet& out) = nullptr;
};

/// All rooms, in the order of their lines in CMakeLists.txt.
[[nodiscard]] std::span<const Room* const> rooms();

}  // namespace brewproof::decode
