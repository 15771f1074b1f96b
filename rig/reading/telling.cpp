#include "rig/reading/telling.h"

namespace brewproof {
namespace {

// Every write() takes its value apart by name: a member that is new does not compile until it is
// told too.

void write_text_list(const std::vector<std::string>& texts, FormWriter& to) {
  to.number(texts.size());
  for (const std::string& text : texts) to.text(text);
}

std::vector<std::string> read_text_list(FormReader& from) {
  std::vector<std::string> texts(from.count(1));
  for (std::string& text : texts) text = from.text();
  return texts;
}

void write_place(const PacketPlace& place, FormWriter& to) {
  const auto& [file, offset, frame] = place;
  to.number(file);
  to.number(offset);
  to.number(frame);
}

std::uint32_t read32(FormReader& from) {
  return static_cast<std::uint32_t>(from.number_to(0xffff'ffff));
}

PacketPlace read_place(FormReader& from) {
  PacketPlace place;
  place.file = read32(from);
  place.offset = from.number();
  place.frame = from.number();
  return place;
}

void write_keys(const KeyLogRead& keys, FormWriter& to) {
  const auto& [file, sessions, unknown_labels, bad_lines, fault, devices] = keys;
  to.text(file);
  for (const std::uint64_t number : {sessions, unknown_labels, bad_lines, devices})
    to.number(number);
  to.text(fault);
}

KeyLogRead read_keys(FormReader& from) {
  KeyLogRead keys;
  keys.file = from.text();
  for (std::uint64_t* number :
       {&keys.sessions, &keys.unknown_labels, &keys.bad_lines, &keys.devices})
    *number = from.number();
  keys.fault = from.text();
  return keys;
}

void write_sealed(const TlsSealed& of, FormWriter& to) {
  const auto& [sessions, partly, some] = of;
  to.number(sessions);
  to.number(partly);
  to.number(some.size());
  for (const auto& [first, client_random] : some) {
    write_place(first, to);
    to.text(client_random);
  }
}

TlsSealed read_sealed(FormReader& from) {
  TlsSealed of;
  of.sessions = from.number();
  of.partly = from.number();
  of.some.resize(from.count(4));
  for (auto& [first, client_random] : of.some) {
    first = read_place(from);
    client_random = from.text();
  }
  return of;
}

void write_tls(const TlsByPeer& tls, FormWriter& to) {
  to.number(tls.size());
  for (const auto& [peer, tally] : tls) {
    const auto& [name, address, port] = peer;
    const auto& [seen, opened, sealed] = tally;
    to.text(name);
    to.text(address);
    to.number(port);
    to.number(seen);
    to.number(opened);
    to.number(sealed.size());
    for (const auto& [why, of] : sealed) {
      to.text(why);
      write_sealed(of, to);
    }
  }
}

TlsByPeer read_tls(FormReader& from) {
  TlsByPeer tls;
  for (std::size_t left = from.count(6); left > 0; --left) {
    Endpoint peer;
    peer.name = from.text();
    peer.address = from.text();
    peer.port = static_cast<std::uint16_t>(from.number_to(0xffff));
    TlsTally& tally = tls[peer];
    tally.seen = from.number();
    tally.opened = from.number();
    for (std::size_t more = from.count(4); more > 0; --more) {
      const std::string why(from.text());
      tally.sealed[why] = read_sealed(from);
    }
  }
  return tls;
}

void write_other(const OtherAddress& other, FormWriter& to) {
  const auto& [mac, address, counted, packets, bytes, first_ns, first] = other;
  to.text(mac);
  to.text(address);
  to.byte(counted ? 1 : 0);
  to.number(packets);
  to.number(bytes);
  to.signed_number(first_ns);
  write_place(first, to);
}

OtherAddress read_other(FormReader& from) {
  OtherAddress other;
  other.mac = from.text();
  other.address = from.text();
  other.counted = from.number_to(1) == 1;
  other.packets = from.number();
  other.bytes = from.number();
  other.first_ns = from.signed_number();
  other.first = read_place(from);
  return other;
}

constexpr std::uint8_t cut_bit = 0x80;  // of a field's type
constexpr unsigned from_dut_bit = 1, tls_bit = 2, malformed_bit = 4, gap_bit = 8, all_bits = 15;

}  // namespace

void write(const DecodeOrder& order, FormWriter& to) {
  const auto& [files, key_log, protos, options, follows] = order;
  const auto& [dut, max_flows, max_buffer, max_flow_messages, max_depth, max_ratio,
               made_of_the_key_log, made_of_the_protos] = options;
  to.byte(telling_version);
  to.number(files.size());
  for (const auto& [path, name] : files) {
    to.text(path);
    to.text(name);
  }
  to.text(key_log);
  to.number(protos.size());
  for (const auto& [file, message, where] : protos)
    for (const std::string* text : {&file, &message, &where}) to.text(*text);
  write_text_list(dut, to);
  to.number(max_flows);
  to.number(max_buffer);
  to.number(max_flow_messages);
  to.number(max_depth);
  to.number(max_ratio);
  to.byte(follows ? 1 : 0);
}

DecodeOrder read_order(FormReader& from) {
  DecodeOrder order;
  if (from.byte() != telling_version) from.fail();
  order.files.resize(from.count(2));
  for (auto& [path, name] : order.files) {
    path = from.text();
    name = from.text();
  }
  order.key_log = from.text();
  order.protos.resize(from.count(3));
  for (auto& [file, message, where] : order.protos)
    for (std::string* text : {&file, &message, &where}) *text = from.text();
  order.options.dut = read_text_list(from);
  order.options.max_flows = from.number();
  order.options.max_buffer = from.number();
  order.options.max_flow_messages = from.number();
  order.options.max_depth = read32(from);
  order.options.max_ratio = read32(from);
  order.follows = from.number_to(1) == 1;
  return order;
}

void write(const Message& m, FormWriter& to) {
  const auto& [time_ns, last_time_ns, from_dut, peer, dut_port, flow, protocol, tls, message,
               fields, size, value_bytes, sealed_bytes, unexplained_bytes, repeats, repeat_bytes,
               malformed, gap, notes, first, last] = m;
  to.byte(static_cast<std::uint8_t>((from_dut ? from_dut_bit : 0) | (tls ? tls_bit : 0) |
                                    (malformed ? malformed_bit : 0) | (gap ? gap_bit : 0)));
  to.signed_number(time_ns);
  // Mostly 0. Unsigned, for it may wrap.
  to.signed_number(static_cast<std::int64_t>(static_cast<std::uint64_t>(last_time_ns) -
                                             static_cast<std::uint64_t>(time_ns)));
  const auto& [name, address, port] = peer;
  to.text(name);
  to.text(address);
  to.number(port);
  to.number(dut_port);
  to.number(flow);
  to.text(protocol);
  to.text(message);
  to.number(size);
  to.number(value_bytes);
  to.number(sealed_bytes);
  to.number(unexplained_bytes);
  to.number(repeats);
  to.number(repeat_bytes);
  write_place(first, to);
  write_place(last, to);
  to.number(fields.size());
  for (const auto& [path, value, type, cut] : fields) {
    to.byte(static_cast<std::uint8_t>(static_cast<unsigned>(type) | (cut ? cut_bit : 0u)));
    to.text(path);
    to.text(value);
  }
  write_text_list(notes, to);
}

Message read_message(FormReader& from) {
  Message m;
  const std::uint8_t bits = from.byte();
  if (bits > all_bits) from.fail();
  m.from_dut = (bits & from_dut_bit) != 0;
  m.tls = (bits & tls_bit) != 0;
  m.malformed = (bits & malformed_bit) != 0;
  m.gap = (bits & gap_bit) != 0;
  m.time_ns = from.signed_number();
  m.last_time_ns = static_cast<std::int64_t>(static_cast<std::uint64_t>(m.time_ns) +
                                             static_cast<std::uint64_t>(from.signed_number()));
  m.peer.name = from.text();
  m.peer.address = from.text();
  m.peer.port = static_cast<std::uint16_t>(from.number_to(0xffff));
  m.dut_port = static_cast<std::uint16_t>(from.number_to(0xffff));
  m.flow = from.number();
  m.protocol = from.text();
  m.message = from.text();
  m.size = from.number();
  m.value_bytes = from.number();
  m.sealed_bytes = from.number();
  m.unexplained_bytes = from.number();
  m.repeats = read32(from);
  m.repeat_bytes = from.number();
  m.first = read_place(from);
  m.last = read_place(from);
  m.fields.resize(from.count(3));
  for (auto& [path, value, type, cut] : m.fields) {
    const std::uint8_t byte = from.byte();
    cut = (byte & cut_bit) != 0;
    const auto kind = static_cast<std::uint8_t>(byte & ~cut_bit);
    if (kind > static_cast<std::uint8_t>(FieldType::bytes)) from.fail();
    type = static_cast<FieldType>(kind);
    path = from.text();
    value = from.text();
  }
  m.notes = read_text_list(from);
  return m;
}

void write(const FileRead& file, FormWriter& to) {
  const auto& [packets, first_ns, last_ns, dropped, ended, fault, keys] = file;
  to.number(packets);
  to.signed_number(first_ns);
  to.signed_number(last_ns);
  to.byte(dropped ? 1 : 0);
  to.number(dropped.value_or(0));
  to.byte(ended ? 1 : 0);
  to.text(fault);
  write_keys(keys, to);
}

FileRead read_file(FormReader& from) {
  FileRead file;
  file.packets = from.number();
  file.first_ns = from.signed_number();
  file.last_ns = from.signed_number();
  const bool says = from.number_to(1) == 1;
  const std::uint64_t dropped = from.number();
  if (says) file.dropped = dropped;
  file.ended = from.number_to(1) == 1;
  file.fault = from.text();
  file.keys = read_keys(from);
  return file;
}

void write(const DecodeTotals& totals, FormWriter& to) {
  const auto& [packets, malformed, up_packets, up_bytes, sentinels, first_ns, last_ns, gap_bytes,
               up_tls_overhead, down_tls_overhead, tls, macs_seen, up_layers, lost_bytes,
               unread_links, folded_messages, other_addresses] = totals;
  for (const std::uint64_t number : {packets, malformed, up_packets, up_bytes, sentinels})
    to.number(number);
  to.signed_number(first_ns);
  to.signed_number(last_ns);
  for (const std::uint64_t number : {gap_bytes, up_tls_overhead, down_tls_overhead})
    to.number(number);
  write_tls(tls, to);
  to.number(macs_seen.size());
  for (const std::string& mac : macs_seen) to.text(mac);
  const auto& [link, network, transport, protocol, value, sealed, unexplained] = up_layers;
  for (const std::uint64_t bytes : {link, network, transport, protocol, value, sealed, unexplained})
    to.number(bytes);
  to.signed_number(lost_bytes);
  to.number(unread_links.size());
  for (const auto& [link_type, unread] : unread_links) {
    const auto& [frames, first] = unread;
    to.number(link_type);
    to.number(frames);
    write_place(first, to);
  }
  to.number(folded_messages);
  to.number(other_addresses.size());
  for (const OtherAddress& other : other_addresses) write_other(other, to);
}

DecodeTotals read_totals(FormReader& from) {
  DecodeTotals totals;
  for (std::uint64_t* number : {&totals.packets, &totals.malformed, &totals.up_packets,
                                &totals.up_bytes, &totals.sentinels})
    *number = from.number();
  totals.first_ns = from.signed_number();
  totals.last_ns = from.signed_number();
  for (std::uint64_t* number :
       {&totals.gap_bytes, &totals.up_tls_overhead, &totals.down_tls_overhead})
    *number = from.number();
  totals.tls = read_tls(from);
  for (std::size_t left = from.count(1); left > 0; --left) totals.macs_seen.emplace(from.text());
  auto& [link, network, transport, protocol, value, sealed, unexplained] = totals.up_layers;
  for (std::uint64_t* bytes :
       {&link, &network, &transport, &protocol, &value, &sealed, &unexplained})
    *bytes = from.number();
  totals.lost_bytes = from.signed_number();
  for (std::size_t left = from.count(5); left > 0; --left) {
    const auto link_type = static_cast<std::uint16_t>(from.number_to(0xffff));
    UnreadLink& unread = totals.unread_links[link_type];
    unread.packets = from.number();
    unread.first = read_place(from);
  }
  totals.folded_messages = from.number();
  totals.other_addresses.resize(from.count(9));
  for (OtherAddress& other : totals.other_addresses) other = read_other(from);
  return totals;
}

void write(const Error& error, FormWriter& to) {
  const auto& [code, message] = error;
  to.byte(static_cast<std::uint8_t>(code));
  to.text(message);
}

Error read_error(FormReader& from) {
  const auto code = from.number_to(static_cast<std::uint64_t>(ErrorCode::interrupted));
  return {static_cast<ErrorCode>(code), std::string(from.text())};
}

}  // namespace brewproof
