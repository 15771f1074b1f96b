#include "rig/decode/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rig/decode/fields.h"
#include "rig/decode/outlet.h"
#include "rig/decode/packet/cards.h"
#include "rig/decode/packet/dut.h"
#include "rig/decode/packet/flow_table.h"
#include "rig/decode/packet/fragments.h"
#include "rig/decode/packet/frame.h"
#include "rig/decode/stream/opaque.h"
#include "rig/decode/stream/tcp.h"

namespace brewproof {

using namespace decode;

namespace {

constexpr std::uint8_t protocol_tcp = 6, protocol_udp = 17;
constexpr std::size_t max_macs = 64, max_unread_links = 64;
constexpr std::size_t budget_messages = 2;  // of max_buffer, over all flows together

struct Ports {
  std::uint16_t source = 0, destination = 0;
};

/// Reads a TCP header; false where it is cut off or its length cannot be.
bool read_tcp_header(ByteView bytes, TcpHeader& header) {
  if (bytes.size() < 20) return false;
  const auto be16 = [&](std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
  };
  const auto be32 = [&](std::size_t at) { return std::uint32_t{be16(at)} << 16 | be16(at + 2); };
  header.source_port = be16(0);
  header.destination_port = be16(2);
  header.sequence = be32(4);
  header.acknowledgement = be32(8);
  header.length = std::size_t{4} * (bytes[12] >> 4);
  header.flags = bytes[13];
  return header.length >= 20;
}

std::string_view protocol_name(const Frame& frame) {
  if (!frame.ip) return frame.link;
  switch (frame.ip_protocol) {  // IANA protocol numbers
    case 1:
    case 58:
      return "icmp";
    case 2:
      return "igmp";
    case protocol_tcp:
      return "tcp";
    case protocol_udp:
      return "udp";
    case 47:
      return "gre";
    case 50:
      return "esp";
    case 132:
      return "sctp";
    default:
      return "ip";
  }
}

/// A frame that cannot be read is told whole by its message.
FrameBytes bytes_of(const Frame& frame, const Packet& packet) {
  const std::uint64_t total = std::max<std::uint64_t>(packet.original_length, packet.data.size());
  if (frame.fault != nullptr) return {1, total, 0, 0};
  const std::uint64_t end = frame.payload_begin + frame.wire_length;
  return {1, total, frame.network_begin + (total > end ? total - end : 0),
          frame.payload_begin - frame.network_begin};
}

/// What came of a packet that never became whole, so that it is searched too.
void add_pieces(Message& message, Outlet& out, const std::vector<Fragments::Piece>& pieces) {
  constexpr std::size_t most_told = 8;
  std::string places;
  std::size_t told = 0;
  for (const Fragments::Piece& piece : pieces) {
    message.size += piece.bytes.size();
    add_unread(message, out, "payload", piece.bytes);
    Outlet::mark_cut(message, 0);
    if (++told > most_told) continue;
    places += fmt::format("{}{}..{}", told == 1 ? "" : ", ", piece.begin,
                          piece.begin + piece.bytes.size() - 1);
  }
  if (told > most_told) places += fmt::format(" and {} more pieces", told - most_told);
  if (told != 0) Outlet::note(message, fmt::format("payload: bytes {} of the packet", places));
}

}  // namespace

struct Decoder::State {
  State(DecodeOptions given, MessageSink sink)
      : options(std::move(given)),
        dut(options.dut),
        only_ip(dut.only_ip()),
        out(options, totals, std::move(sink)),
        flows(options.max_flows, [this](FlowEntry& entry, const char* why) {
          if (entry.tcp != nullptr) entry.tcp->finish(why);
          if (entry.session != nullptr) entry.session->end(why);
          out.end_flow(entry.flow);
        }) {}

  void packet(const Packet& packet);
  void note_mac(ByteView mac);
  void note_unread_link(const Packet& packet);
  void transport(const Frame& frame, const Span& span);
  void tcp(const Frame& frame, const Span& span);
  void udp(const Frame& frame, const Span& span);
  void datagram(const Frame& frame, ByteView bytes, std::size_t wire_length, Ports ports,
                const Span& span);
  bool claimed(const Datagram& datagram, FlowEntry& entry);
  void malformed(const Frame& frame, const Span& span, const char* layer, const char* why,
                 std::size_t offset);
  void lost_fragments(const Fragments::Lost& lost);
  FlowEntry* flow(const Frame& frame, Ports ports, std::int64_t now_ns, Side& from,
                  const TcpHeader* header = nullptr);
  void orient(Flow& flow, const Frame& frame, Ports ports, Side from) const;

  DecodeOptions options;
  DecodeTotals totals;
  DutFilter dut;
  std::vector<Address> only_ip;  // the DUT's addresses where no MAC is among them
  Cards cards;
  Outlet out;
  FlowTable flows;
  Fragments fragments;
  std::vector<std::uint64_t> macs;  // as in totals.macs_seen, quick to look through
  const Packet* current = nullptr;
  FrameBytes to_count;  // of what is being read, until its direction is known
  bool sent = false;    // by the DUT, where it is known by its address
  bool up = false;      // of what is being read, once its flow is known
};

void Decoder::State::packet(const Packet& packet) {
  if (totals.packets++ == 0) totals.first_ns = totals.last_ns = packet.time_ns;
  totals.first_ns = std::min(totals.first_ns, packet.time_ns);
  totals.last_ns = std::max(totals.last_ns, packet.time_ns);
  const Frame frame = read_frame(packet);
  if (frame.ethertype == ethertype_sentinel) {
    ++totals.sentinels;
    return;
  }
  current = &packet;
  if (frame.unread_link) note_unread_link(packet);
  if (!frame.source_mac.empty()) note_mac(frame.source_mac);
  if (!only_ip.empty() && !frame.source_mac.empty()) cards.see(frame, packet);
  sent = !dut.everyone() && dut.sent(frame);
  to_count = bytes_of(frame, packet);
  if (sent) dut.learn(frame);
  flows.expire(packet.time_ns);
  if (!dut.everyone() && !sent && !dut.gets(frame) && !frame.to_group()) return;
  const Span span = Span::of(packet);
  if (frame.fault != nullptr) {
    malformed(frame, span, frame.fault_layer, frame.fault, frame.fault_offset);
  } else if (frame.fragment) {
    const Fragments::Result result = fragments.add(frame, to_count, span);
    if (result.fault != nullptr) malformed(frame, span, "ip", result.fault, 0);
    if (result.lost) lost_fragments(*result.lost);
    if (result.whole) {
      to_count = result.whole->frames;
      sent = !dut.everyone() && dut.sent(frame);
      Frame whole = frame;
      whole.fragment = false;
      whole.payload = result.whole->payload;
      whole.wire_length = whole.payload.size();
      transport(whole, result.whole->span);
    }
  } else {
    transport(frame, span);
  }
  while (out.budget.held > budget_messages * options.max_buffer)
    if (!flows.remove_oldest("memory is needed for other flows")) break;
}

void Decoder::State::note_mac(ByteView mac) {
  if (macs.size() >= max_macs) return;
  std::uint64_t number = 0;
  for (const std::uint8_t b : mac) number = number << 8 | b;
  if (std::find(macs.begin(), macs.end(), number) != macs.end()) return;
  macs.push_back(number);
  totals.macs_seen.insert(to_text(Address::of(Address::Kind::mac, mac)));
}

void Decoder::State::note_unread_link(const Packet& packet) {
  const bool full = totals.unread_links.size() >= max_unread_links;
  const bool own = !full || totals.unread_links.contains(packet.link_type);
  UnreadLink& link = totals.unread_links[own ? packet.link_type : other_links];
  if (link.packets++ == 0) link.first = packet.place;
}

void Decoder::State::transport(const Frame& frame, const Span& span) {
  if (frame.ip && frame.ip_protocol == protocol_tcp) return tcp(frame, span);
  if (frame.ip && frame.ip_protocol == protocol_udp) return udp(frame, span);
  datagram(frame, frame.payload, frame.wire_length, {}, span);
}

void Decoder::State::tcp(const Frame& frame, const Span& span) {
  TcpHeader header;
  if (!read_tcp_header(frame.payload, header) || header.length > frame.wire_length)
    return malformed(frame, span, "tcp", "TCP header is cut off or has an impossible length", 0);
  const Ports ports{header.source_port, header.destination_port};
  Side from{};
  FlowEntry* entry = flow(frame, ports, span.last_ns, from, &header);
  if (entry->tcp != nullptr && entry->tcp->reused_by(from, header)) {
    flows.remove(*entry, "its ports were used again");
    entry = flow(frame, ports, span.last_ns, from, &header);
  }
  if (entry->tcp == nullptr) {
    entry->tcp = std::make_unique<TcpConnection>(entry->flow, out);
    flows.set_brief(*entry, false);
  }
  const ByteView payload = frame.payload.subspan(std::min(header.length, frame.payload.size()));
  const std::size_t wire = frame.wire_length - header.length;
  if (up) out.uplink.transport(header.length);
  if (up) out.uplink.segment(wire, payload.size());
  entry->tcp->segment(from, header, payload, wire, span);
  flows.set_brief(*entry, entry->tcp->closed());
}

void Decoder::State::udp(const Frame& frame, const Span& span) {
  ByteReader reader(frame.payload);
  const Ports ports{reader.be16(), reader.be16()};
  const std::size_t length = reader.be16();
  reader.skip(2);
  if (!reader.ok()) return malformed(frame, span, "udp", "UDP header is cut off", 0);
  // 0: a jumbogram (RFC 2675), or a sender that left the length to its offload.
  if (length != 0 && (length < 8 || length > frame.wire_length))
    return malformed(frame, span, "udp", "UDP length cannot be", 4);
  const std::size_t wire = (length == 0 ? frame.wire_length : length) - 8;
  const ByteView rest = reader.rest();
  datagram(frame, rest.first(std::min(rest.size(), wire)), wire, ports, span);
  if (up) out.uplink.transport(frame.wire_length - wire);
}

void Decoder::State::datagram(const Frame& frame, ByteView bytes, std::size_t wire_length,
                              Ports ports, const Span& span) {
  Side from{};
  FlowEntry* entry = flow(frame, ports, span.last_ns, from);
  if (up) out.uplink.cut(wire_length - bytes.size());
  Datagram unit;
  unit.bytes = bytes;
  unit.wire_length = wire_length;
  unit.from = from;
  unit.ethertype = frame.ethertype;
  unit.ip_protocol = frame.ip ? frame.ip_protocol : 0;
  unit.source_port = ports.source;
  unit.destination_port = ports.destination;
  unit.to_group = frame.to_group();
  unit.span = span;
  unit.session = &entry->session;
  out.cut_at(unit.cut() ? bytes.data() + bytes.size() : nullptr);
  if (!claimed(unit, *entry)) send_opaque(unit, entry->flow, out, protocol_name(frame));
  out.cut_at(nullptr);
  if (entry->session != nullptr) flows.set_brief(*entry, !entry->session->lasts());
}

/// The room that read the conversation's last datagram is asked first.
bool Decoder::State::claimed(const Datagram& datagram, FlowEntry& entry) {
  const auto* last = static_cast<const Room*>(entry.last_room);
  if (last != nullptr && last->datagram(datagram, entry.flow, out)) return true;
  for (const Room* room : rooms()) {
    if (room == last || room->datagram == nullptr) continue;
    if (!room->datagram(datagram, entry.flow, out)) continue;
    entry.last_room = room;
    return true;
  }
  return false;
}

void Decoder::State::malformed(const Frame& frame, const Span& span, const char* layer,
                               const char* why, std::size_t offset) {
  Side from{};
  FlowEntry* entry = flow(frame, {}, span.last_ns, from);
  Message& message = out.begin(entry->flow, from, span, layer);
  message.message = "malformed";
  const std::uint64_t size =
      frame.fault != nullptr ? bytes_of(frame, *current).total : frame.wire_length;
  message.size = message.unexplained_bytes = size;
  // A fragment that is read on was put together: its payload is no part of this frame.
  const bool reassembled = !frame.fragment && (frame.more_fragments || frame.fragment_offset != 0);
  if (frame.fault == nullptr && !reassembled)
    offset += static_cast<std::size_t>(frame.payload.data() - current->data.data());
  out.malformed(message, fmt::format("{}, at byte {} of the {}", why, offset,
                                     reassembled ? "reassembled payload" : "frame"));
  const Outlet::Inside not_values(out);
  out.content(message, "frame", current->data);
  out.send(message, entry->flow);
}

void Decoder::State::lost_fragments(const Fragments::Lost& lost) {
  Frame frame;
  frame.ip = true;
  frame.source = lost.source;
  frame.destination = lost.destination;
  frame.ip_protocol = lost.protocol;
  frame.source_mac = ByteView(lost.source_mac.bytes).first(lost.source_mac.size());
  frame.destination_mac = ByteView(lost.destination_mac.bytes).first(lost.destination_mac.size());
  const FrameBytes later = std::exchange(to_count, lost.frames);
  const bool sent_later = std::exchange(sent, !dut.everyone() && dut.sent(frame));
  Side from{};
  FlowEntry* entry = flow(frame, {}, lost.span.last_ns, from);
  Message& message = out.begin(entry->flow, from, lost.span, "ip");
  message.message = "fragments";
  message.gap = true;
  message.notes.emplace_back("fragments of this packet were never captured");
  add_pieces(message, out, lost.pieces);
  out.send(message, entry->flow);
  to_count = later;
  sent = sent_later;
}

/// Who opened the conversation, as far as its first captured packet tells.
bool sender_is_client(Ports ports, const TcpHeader* header) {
  if (header != nullptr && header->has(TcpHeader::syn)) return !header->has(TcpHeader::ack);
  const bool from_service = ports.source < 1024, to_service = ports.destination < 1024;
  return from_service == to_service || to_service;
}

FlowEntry* Decoder::State::flow(const Frame& frame, Ports ports, std::int64_t now_ns, Side& from,
                                const TcpHeader* header) {
  FlowKey key;
  key.protocol = frame.ip ? frame.ip_protocol : static_cast<std::uint16_t>(frame.ethertype | 0x100);
  const bool source_is_low =
      std::tie(frame.source, ports.source) <= std::tie(frame.destination, ports.destination);
  key.low = source_is_low ? frame.source : frame.destination;
  key.high = source_is_low ? frame.destination : frame.source;
  key.low_port = source_is_low ? ports.source : ports.destination;
  key.high_port = source_is_low ? ports.destination : ports.source;
  const bool known = !dut.everyone() && !(sent && dut.gets(frame));
  if (known) key.dut = sent == source_is_low ? FlowKey::Dut::low : FlowKey::Dut::high;
  FlowEntry* entry = flows.find(key, now_ns);
  if (entry == nullptr) {
    entry = &flows.add(key, now_ns);
    entry->flow.ip_protocol = frame.ip ? frame.ip_protocol : 0;
    const bool client_sends = sender_is_client(ports, header);
    entry->flow.client_is_low = source_is_low == client_sends;
    orient(entry->flow, frame, ports, client_sends ? Side::client : Side::server);
  }
  from = source_is_low == entry->flow.client_is_low ? Side::client : Side::server;
  up = known ? sent : from == entry->flow.dut;
  if (up) {
    const FrameBytes counted = std::exchange(to_count, {});
    totals.up_packets += counted.frames;
    totals.up_bytes += counted.total;
    out.uplink.frames(counted);
  }
  return entry;
}

void Decoder::State::orient(Flow& flow, const Frame& frame, Ports ports, Side from) const {
  flow.party(from).address = frame.source;
  flow.party(from).port = ports.source;
  flow.party(other(from)).address = frame.destination;
  flow.party(other(from)).port = ports.destination;
  for (Party& party : flow.parties) {
    party.text.clear();
    append_text(party.text, party.address);
  }
  if (!dut.everyone()) flow.dut = sent ? from : other(from);
}

Decoder::Decoder(DecodeOptions options, MessageSink sink)
    : state_(std::make_unique<State>(std::move(options), std::move(sink))) {}

Decoder::~Decoder() = default;

void Decoder::packet(const Packet& packet) { state_->packet(packet); }

KeyLogRead Decoder::learn(std::string_view key_log) {
  return state_->options.tls_secrets.add(key_log);
}

void Decoder::finish() {
  while (const auto lost = state_->fragments.take_unfinished()) state_->lost_fragments(*lost);
  state_->flows.remove_all("the capture ends");
  state_->out.release_all();
  state_->totals.up_layers = state_->out.uplink.layers();
  state_->totals.lost_bytes = state_->out.uplink.lost();
  if (!state_->only_ip.empty())
    state_->totals.other_addresses = state_->cards.beside(state_->only_ip);
}

const DecodeTotals& Decoder::totals() const { return state_->totals; }

}  // namespace brewproof
