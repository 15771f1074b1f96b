// DNS (RFC 1035) over UDP and TCP, and mDNS (RFC 6762). Answers teach the decoder which name an
// address goes by. Claimed by content: a header that is possible and records that parse to the end
// of the datagram; on port 53 what cannot be parsed is malformed DNS, elsewhere it is not DNS.
#include <fmt/format.h>

#include <string>
#include <vector>

#include "rig/decode/dns/name.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint16_t dns_port = 53, mdns_port = 5353, llmnr_port = 5355;
constexpr std::size_t max_records = 512;

// IANA "Resource Record (RR) TYPEs".
constexpr std::uint16_t type_a = 1, type_ns = 2, type_cname = 5, type_ptr = 12, type_txt = 16,
                        type_aaaa = 28, type_opt = 41;

std::string_view known_type(std::uint16_t type) {
  switch (type) {
    case type_a:
      return "A";
    case type_ns:
      return "NS";
    case type_cname:
      return "CNAME";
    case 6:
      return "SOA";
    case 10:
      return "NULL";
    case type_ptr:
      return "PTR";
    case 13:
      return "HINFO";
    case 15:
      return "MX";
    case type_txt:
      return "TXT";
    case type_aaaa:
      return "AAAA";
    case 33:
      return "SRV";
    case 35:
      return "NAPTR";
    case type_opt:
      return "OPT";
    case 43:
      return "DS";
    case 46:
      return "RRSIG";
    case 47:
      return "NSEC";
    case 48:
      return "DNSKEY";
    case 64:
      return "SVCB";
    case 65:
      return "HTTPS";
    case 99:
      return "SPF";
    case 252:
      return "AXFR";
    case 255:
      return "ANY";
    default:
      return {};
  }
}

void append_type(std::string& text, std::uint16_t type) {
  const std::string_view known = known_type(type);
  text += known;
  if (!known.empty()) return;
  text += "TYPE";  // RFC 3597 section 5
  append_number(text, type);
}

struct Header {
  std::uint16_t id = 0, flags = 0, questions = 0, answers = 0, authorities = 0, additionals = 0;
  [[nodiscard]] bool response() const { return (flags & 0x8000) != 0; }
  [[nodiscard]] unsigned opcode() const { return flags >> 11 & 0xf; }
};

Header read_header(ByteReader& reader) {
  Header header;
  header.id = reader.be16();
  header.flags = reader.be16();
  header.questions = reader.be16();
  header.answers = reader.be16();
  header.authorities = reader.be16();
  header.additionals = reader.be16();
  return header;
}

/// Could these 12 bytes head a DNS message? Opcodes 0 query, 1 inverse, 2 status, 4 notify,
/// 5 update, 6 stateful; a question at most in what people send.
bool plausible(const Header& header) {
  const unsigned opcode = header.opcode();
  const std::size_t records = std::size_t{header.answers} + header.authorities + header.additionals;
  return opcode <= 6 && opcode != 3 && header.questions <= 32 && records <= max_records &&
         header.questions + records != 0 && (header.response() || (header.flags & 0x000f) == 0);
}

struct Record {
  std::string name;
  std::uint16_t type = 0, klass = 0;
  std::uint32_t ttl = 0;
  std::size_t begin = 0;  // of the data, in the message
  ByteView content;
};

struct Parsed {
  Header header;
  std::vector<Record> questions, answers, others;
  std::size_t question_count = 0, answer_count = 0, other_count = 0;  // used entries
  std::size_t fault = 0;  // where parsing stopped; 0: it did not
  std::size_t end = 0;
};

Record& next(std::vector<Record>& records, std::size_t& count) {
  if (count == records.size()) records.emplace_back();
  return records[count++];
}

bool read_record(ByteView bytes, ByteReader& reader, Record& record) {
  if (!read_dns_name(bytes, reader, record.name)) return false;
  record.type = reader.be16();
  record.klass = reader.be16();
  record.ttl = reader.be32();
  const std::uint16_t length = reader.be16();
  record.begin = reader.position();
  record.content = reader.take(length);
  return reader.ok();
}

/// Keeps the memory of `parsed` from one message to the next.
void parse(ByteView bytes, Parsed& parsed) {
  ByteReader reader(bytes);
  parsed.question_count = parsed.answer_count = parsed.other_count = 0;
  parsed.fault = 0;
  parsed.header = read_header(reader);
  const auto stop = [&](std::size_t at) { parsed.fault = std::max<std::size_t>(at, 1); };
  if (!reader.ok()) return stop(bytes.size());
  for (unsigned i = 0; i < parsed.header.questions; ++i) {
    const std::size_t at = reader.position();
    Record& question = next(parsed.questions, parsed.question_count);
    const bool named = read_dns_name(bytes, reader, question.name);
    question.type = reader.be16();
    question.klass = reader.be16();
    if (!named || !reader.ok()) {
      --parsed.question_count;
      return stop(at);
    }
  }
  const std::size_t answers = parsed.header.answers;
  const std::size_t records = answers + parsed.header.authorities + parsed.header.additionals;
  for (std::size_t i = 0; i < records; ++i) {
    const std::size_t at = reader.position();
    auto& list = i < answers ? parsed.answers : parsed.others;
    auto& count = i < answers ? parsed.answer_count : parsed.other_count;
    if (!read_record(bytes, reader, next(list, count))) {
      --count;
      return stop(at);
    }
  }
  parsed.end = reader.position();
}

std::string_view rcode(unsigned code) {
  constexpr std::string_view codes[] = {"NOERROR",  "FORMERR", "SERVFAIL",
                                        "NXDOMAIN", "NOTIMP",  "REFUSED"};
  return code < std::size(codes) ? codes[code] : std::string_view{};
}

void append_answer(std::string& text, ByteView message, const Record& record) {
  append_type(text, record.type);
  text += ' ';
  const auto address = record.type == type_a      ? Address::of(Address::Kind::ipv4, record.content)
                       : record.type == type_aaaa ? Address::of(Address::Kind::ipv6, record.content)
                                                  : Address{};
  if (address.kind != Address::Kind::none) return append_text(text, address);
  if (record.type == type_cname || record.type == type_ptr || record.type == type_ns) {
    ByteReader reader(message);
    reader.skip(record.begin);
    std::string name;
    if (read_dns_name(message, reader, name)) return append_label(text, name);
  }
  append_hex(text, record.content.first(std::min(record.content.size(), max_value)));
}

void learn_names(const Parsed& parsed, Outlet& out) {
  if (parsed.question_count == 0 || !is_readable(parsed.questions[0].name)) return;
  std::string asked;
  append_lower(asked, parsed.questions[0].name);
  for (std::size_t i = 0; i < parsed.answer_count; ++i) {
    const Record& record = parsed.answers[i];
    // The name that was asked for, not the canonical one: it is what the device calls the host.
    if (record.type == type_a)
      out.names.answer(Address::of(Address::Kind::ipv4, record.content), asked);
    if (record.type == type_aaaa)
      out.names.answer(Address::of(Address::Kind::ipv6, record.content), asked);
  }
}

void append_message_label(std::string& label, const Parsed& parsed) {
  constexpr std::string_view operations[] = {"query",  "inverse query", "status",  "operation 3",
                                             "notify", "update",        "stateful"};
  const unsigned opcode = parsed.header.opcode();
  if (opcode != 0) {
    if (opcode < std::size(operations)) {
      label += operations[opcode];
    } else {
      label += "operation ";
      append_number(label, opcode);
    }
    if (parsed.header.response()) label += " response";
  } else {
    label += parsed.header.response() ? "response" : "query";
  }
  const Record* subject = parsed.question_count != 0 ? &parsed.questions[0]
                          : parsed.answer_count != 0 ? &parsed.answers[0]
                                                     : nullptr;
  if (subject == nullptr) return;
  label += ' ';
  append_type(label, subject->type);
  label += ' ';
  std::string lower;
  append_lower(lower, subject->name);
  append_label(label, lower.empty() ? "." : std::string_view(lower));
}

void send(const Parsed& parsed, ByteView bytes, Message& message, const Flow& flow, Outlet& out) {
  message.size = std::max<std::uint64_t>(message.size, bytes.size());
  if (bytes.size() < 12) {
    message.message = "malformed";
  } else {
    append_message_label(message.message, parsed);
  }
  out.integer(message, "id", parsed.header.id);
  for (std::size_t i = 0; i < parsed.question_count; ++i) {
    const Record& question = parsed.questions[i];
    out.text(message, "qname", question.name);
    append_type(out.field(message, "qtype").value, question.type);
  }
  if (parsed.header.response()) {
    const unsigned code = parsed.header.flags & 0xf;
    if (const auto known = rcode(code); !known.empty()) {
      out.field(message, "rcode").value = known;
    } else {
      out.integer(message, "rcode", code);
    }
    learn_names(parsed, out);
  }
  for (std::size_t i = 0; i < parsed.answer_count; ++i)
    append_answer(out.field(message, "answer").value, bytes, parsed.answers[i]);
  for (std::size_t i = 0; i < parsed.other_count; ++i) {
    const Record& record = parsed.others[i];
    if (record.type == type_opt && !record.content.empty()) {
      out.content(message, "edns", record.content);
    } else if (record.type != type_opt) {
      append_answer(out.field(message, "record").value, bytes, record);
    }
  }
  if (parsed.fault != 0 && !message.gap) {
    out.malformed(message, fmt::format("DNS message cannot be read at byte {}", parsed.fault));
    message.unexplained_bytes += bytes.size() - std::min(parsed.fault, bytes.size());
    const Outlet::Inside not_values(out);
    out.content(message, "payload", bytes);
  } else if (parsed.fault == 0 && parsed.end < bytes.size()) {
    message.notes.push_back(
        fmt::format("{} bytes follow the DNS message", bytes.size() - parsed.end));
    out.content(message, "trailer", bytes.subspan(parsed.end));
  }
  out.send(message, flow);
}

/// NetBIOS names (RFC 1002) look like DNS but for their own record types.
bool netbios(const Datagram& datagram, const Parsed& parsed) {
  if (!datagram.has_port(137)) return false;
  const auto type = parsed.question_count != 0 ? parsed.questions[0].type
                    : parsed.answer_count != 0 ? parsed.answers[0].type
                                               : std::uint16_t{0};
  return type == 32 || type == 33;
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp()) return false;
  const bool own_port =
      datagram.has_port(dns_port) || datagram.has_port(mdns_port) || datagram.has_port(llmnr_port);
  if (datagram.bytes.empty() || (datagram.bytes.size() < 12 && !own_port)) return false;
  auto& parsed = out.memory<Parsed>();
  if (!own_port) {
    ByteReader reader(datagram.bytes);
    if (!plausible(read_header(reader))) return false;
  }
  parse(datagram.bytes, parsed);
  const bool whole = parsed.fault == 0 && parsed.end == datagram.bytes.size();
  if (!own_port && (!whole || parsed.question_count == 0 || netbios(datagram, parsed)))
    return false;
  const std::string_view protocol = datagram.has_port(mdns_port)    ? "mdns"
                                    : datagram.has_port(llmnr_port) ? "llmnr"
                                                                    : "dns";
  Message& message = out.begin(flow, datagram.from, datagram.span, protocol);
  message.size = datagram.wire_length;
  message.gap = datagram.wire_length > datagram.bytes.size();
  send(parsed, datagram.bytes, message, flow, out);
  return true;
}

/// Over TCP each message stands behind its length in two bytes (RFC 1035 section 4.2.2).
class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  bool read(Side from, StreamBuffer& input) override {
    for (;;) {
      const ByteView bytes = input.bytes();
      if (bytes.size() < 2) return true;
      const std::size_t length = std::size_t{bytes[0]} << 8 | bytes[1];
      if (bytes.size() < 2 + length) return true;
      Message& message = out_->begin(*flow_, from, input.span(0, 2 + length), "dns");
      parse(bytes.subspan(2, length), parsed_);
      const bool lost = parsed_.fault != 0;
      message.size = 2 + length;
      send(parsed_, bytes.subspan(2, length), message, *flow_, *out_);
      input.consume(2 + length);
      if (lost) return false;
    }
  }
  bool gap(Side, std::uint64_t) override { return false; }
  void end(Side, std::string_view) override {}

 private:
  Flow* flow_;
  Outlet* out_;
  Parsed parsed_;
};

Claim claims(ByteView bytes, const StreamStart&) {
  if (bytes.size() < 14) {
    // The length's high byte is small in every real query; else other rooms' first bytes wait here.
    return bytes[0] <= 1 ? Claim::more : Claim::no;
  }
  ByteReader reader(bytes.subspan(2));
  const std::size_t length = std::size_t{bytes[0]} << 8 | bytes[1];
  const Header header = read_header(reader);
  if (length < 17 || !plausible(header) || header.questions != 1) return Claim::no;
  if (bytes.size() < 2 + length) return Claim::more;
  Parsed parsed;
  parse(bytes.subspan(2, length), parsed);
  return parsed.fault == 0 && parsed.end == length ? Claim::yes : Claim::no;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace

extern const Room dns_room{"dns", read, claims, open};

}  // namespace brewproof::decode
