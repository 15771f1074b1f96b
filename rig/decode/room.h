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

/// What a room keeps of one datagram conversation: exchanges that are open, pieces that came. Ended
/// when the conversation has been silent for a minute, or has to make room.
class Session {
 public:
  virtual ~Session() = default;
  /// Nothing more comes: what is under construction is sent out. `why` is for notes.
  virtual void end(std::string_view why) = 0;
  /// Silence does not end it: what comes later could not be read without it.
  [[nodiscard]] virtual bool lasts() const { return false; }
};

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
  std::unique_ptr<Session>* session = nullptr;  // the conversation's, of whichever room

  [[nodiscard]] bool udp() const { return ip_protocol == 17; }
  [[nodiscard]] bool has_port(std::uint16_t port) const {
    return source_port == port || destination_port == port;
  }
  [[nodiscard]] bool cut() const { return wire_length > bytes.size(); }
};

/// A message for this datagram, with its size; where a snap length cut it, a note says so.
Message& begin(const Datagram& datagram, const Flow& flow, Outlet& out, std::string_view protocol);

/// This room's session of the conversation; nullptr where it has none.
template <class T>
T* find_session(const Datagram& datagram) {
  return dynamic_cast<T*>(datagram.session->get());
}

/// The same, made where there was none; another room's is ended.
template <class T>
T& session(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (T* found = find_session<T>(datagram)) return *found;
  if (*datagram.session != nullptr) (*datagram.session)->end("another protocol follows");
  auto made = std::make_unique<T>(flow, out);
  T& made_session = *made;
  *datagram.session = std::move(made);
  return made_session;
}

enum class Claim : std::uint8_t { no, yes, more };  // more: too few bytes to tell

/// Where in its stream the bytes to be claimed stand.
struct StreamStart {
  Side from = Side::client;
  bool begins = false;  // the connection's own first bytes; else the capture came in later
  std::uint16_t server_port = 0, client_port = 0;

  /// Of a connection captured from its middle it is a guess which side is the server.
  [[nodiscard]] bool has_port(std::uint16_t port) const {
    return server_port == port || client_port == port;
  }
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
