// Packets in, application messages out. Streaming, bounded in memory, no files, sockets, threads
// or clocks; a malformed packet becomes a message marked malformed, never an exception.
//
// Packets are fed in file order. Messages come out when they are complete (or when a bound is
// reached), so their order is that of completion, not of time_ns.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rig/decode/payload/proto_schema.h"
#include "rig/decode/tls/secrets.h"
#include "rig/decode/uplink.h"
#include "rig/model/message.h"
#include "rig/model/other_address.h"
#include "rig/model/packet.h"
#include "rig/model/tls_sessions.h"

namespace brewproof {

struct DecodeOptions {
  /// Who the DUT is: MACs ("02:c0:ff:ee:00:01") or IP addresses, lower case. Empty: every host;
  /// then the side that opened a flow counts as the DUT.
  std::vector<std::string> dut;
  std::size_t max_flows = 65536;       // the least recently used flow is flushed beyond this
  std::size_t max_buffer = 16u << 20;  // bytes one message or one out-of-order queue may hold
  /// Messages of one flow beyond this are told together, without their fields. One connection that
  /// asks and is answered twice a second has fewer in four weeks; a flood of tiny ones reaches it
  /// before what is kept of each fills the memory.
  std::uint64_t max_flow_messages = 10'000'000;
  unsigned max_depth = 64;      // nesting of JSON and the like
  unsigned max_ratio = 100;     // of decompression
  TlsSecrets tls_secrets = {};  // of the sessions that are to be opened
  ProtoSchema protos = {};      // types of Protocol Buffers that are read by name
};

inline constexpr std::uint16_t other_links = 65535;  // no LINKTYPE_ value

/// Frames of a link type that is not read: whose they are nobody knows.
struct UnreadLink {
  std::uint64_t packets = 0;
  PacketPlace first;
  friend bool operator==(const UnreadLink&, const UnreadLink&) = default;
};

struct DecodeTotals {
  std::uint64_t packets = 0;
  std::uint64_t malformed = 0;
  std::uint64_t up_packets = 0, up_bytes = 0;  // frames of the DUT, original length, no sentinels
  std::uint64_t sentinels = 0;                 // ethertype 0x88B5 frames of the rig itself
  std::int64_t first_ns = 0, last_ns = 0;
  std::uint64_t gap_bytes = 0;  // TCP bytes never captured
  /// What seals opened application records: headers, nonces, padding, tags. The messages inside
  /// count their own bytes, so that of each direction these and the messages' sizes together are
  /// its payload bytes.
  std::uint64_t up_tls_overhead = 0, down_tls_overhead = 0;
  TlsByPeer tls;                    // sessions by peer; of more than 256 the rest under "others"
  std::set<std::string> macs_seen;  // source MACs, at most 64
  decode::ByteLayers up_layers;     // of up_bytes; told once everything was flushed
  std::int64_t lost_bytes = 0;      // of up_bytes, that are of no class: 0, or a defect
  /// By LINKTYPE_ value; of more than 64 the rest under `other_links`.
  std::map<std::uint16_t, UnreadLink> unread_links;
  std::uint64_t folded_messages = 0;  // beyond max_flow_messages
  /// Where the DUT is named by IP addresses alone; told once everything was flushed.
  std::vector<OtherAddress> other_addresses;
};

using MessageSink = std::function<void(Message&&)>;

class Decoder {
 public:
  Decoder(DecodeOptions options, MessageSink sink);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void packet(const Packet& packet);
  /// Takes in TLS secrets that come with the packets (a pcapng's decryption secrets block): a key
  /// log, before the first record that it opens. As TlsSecrets::add.
  KeyLogRead learn(std::string_view key_log);
  /// Flushes what is still open. Call once, at the end.
  void finish();
  [[nodiscard]] const DecodeTotals& totals() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
