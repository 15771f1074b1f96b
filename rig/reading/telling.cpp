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

constexpr unsigned from_dut_bit = 1, tls_bit = 2, malformed_bit = 4, gap_bit = 8, all_bits = 15;

}  // namespace

void write(const DecodeOrder& order, FormWriter& to) {
  const auto& [files, key_log, options] = order;
  const auto& [dut, max_flows, max_buffer, max_depth, max_ratio, made_of_the_key_log] = options;
  to.byte(telling_version);
  to.number(files.size());
  for (const auto& [path, name] : files) {
    to.text(path);
    to.text(name);
  }
  to.text(key_log);
  write_text_list(dut, to);
  to.number(max_flows);
  to.number(max_buffer);
  to.number(max_depth);
  to.number(max_ratio);
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
  order.options.dut = read_text_list(from);
  order.options.max_flows = from.number();
  order.options.max_buffer = from.number();
  order.options.max_depth = read32(from);
  order.options.max_ratio = read32(from);
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
  for (const auto& [path, value, type] : fields) {
    to.byte(static_cast<std::uint8_t>(type));
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
  for (auto& [path, value, type] : m.fields) {
    const std::uint8_t kind = from.byte();
    if (kind > static_cast<std::uint8_t>(FieldType::bytes)) from.fail();
    type = static_cast<FieldType>(kind);
    path = from.text();
    value = from.text();
  }
  m.notes = read_text_list(from);
  return m;
}

void write(const FileRead& file, FormWriter& to) {
  const auto& [packets, first_ns, last_ns, dropped, ended, fault] = file;
  to.number(packets);
  to.signed_number(first_ns);
  to.signed_number(last_ns);
  to.byte(dropped ? 1 : 0);
  to.number(dropped.value_or(0));
  to.byte(ended ? 1 : 0);
  to.text(fault);
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
  return file;
}

void write(const DecodeTotals& totals, FormWriter& to) {
  const auto& [packets, malformed, up_packets, up_bytes, sentinels, first_ns, last_ns, gap_bytes,
               up_tls_overhead, down_tls_overhead, tls_opened, tls_sealed, macs_seen, up_layers,
               lost_bytes] = totals;
  for (const std::uint64_t number : {packets, malformed, up_packets, up_bytes, sentinels})
    to.number(number);
  to.signed_number(first_ns);
  to.signed_number(last_ns);
  for (const std::uint64_t number : {gap_bytes, up_tls_overhead, down_tls_overhead, tls_opened})
    to.number(number);
  to.number(tls_sealed.size());
  for (const auto& [kind, connections] : tls_sealed) {
    to.text(kind.first);
    to.text(kind.second);
    to.number(connections);
  }
  to.number(macs_seen.size());
  for (const std::string& mac : macs_seen) to.text(mac);
  const auto& [link, network, transport, protocol, value, sealed, unexplained] = up_layers;
  for (const std::uint64_t bytes : {link, network, transport, protocol, value, sealed, unexplained})
    to.number(bytes);
  to.signed_number(lost_bytes);
}

DecodeTotals read_totals(FormReader& from) {
  DecodeTotals totals;
  for (std::uint64_t* number : {&totals.packets, &totals.malformed, &totals.up_packets,
                                &totals.up_bytes, &totals.sentinels})
    *number = from.number();
  totals.first_ns = from.signed_number();
  totals.last_ns = from.signed_number();
  for (std::uint64_t* number :
       {&totals.gap_bytes, &totals.up_tls_overhead, &totals.down_tls_overhead, &totals.tls_opened})
    *number = from.number();
  for (std::size_t left = from.count(3); left > 0; --left) {
    std::string peer(from.text()), why(from.text());
    totals.tls_sealed[{std::move(peer), std::move(why)}] = from.number();
  }
  for (std::size_t left = from.count(1); left > 0; --left) totals.macs_seen.emplace(from.text());
  auto& [link, network, transport, protocol, value, sealed, unexplained] = totals.up_layers;
  for (std::uint64_t* bytes :
       {&link, &network, &transport, &protocol, &value, &sealed, &unexplained})
    *bytes = from.number();
  totals.lost_bytes = from.signed_number();
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
