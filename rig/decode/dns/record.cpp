#include "rig/decode/dns/record.h"

#include "rig/decode/dns/name.h"
#include "rig/decode/dns/service.h"
#include "rig/decode/dns/types.h"
#include "rig/decode/packet/address.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

/// RFC 4648 section 7, as NSEC3 writes hashed names (RFC 5155 section 3.3).
void append_base32(std::string& text, ByteView bytes) {
  std::uint32_t held = 0;
  int bits = 0;
  for (const std::uint8_t b : bytes) {
    held = held << 8 | b;
    for (bits += 8; bits >= 5; bits -= 5)
      text += "0123456789abcdefghijklmnopqrstuv"[held >> (bits - 5) & 31];
  }
  if (bits > 0) text += "0123456789abcdefghijklmnopqrstuv"[held << (5 - bits) & 31];
}

/// Writes the parts of one record's data behind each other, a space before each.
class Data {
 public:
  Data(std::string& text, ByteView message, const DnsRecord& record)
      : text_(text), message_(message), record_(record) {
    reader_.skip(record.begin);
  }

  /// The data's bytes were all used, and no more.
  [[nodiscard]] bool whole() const { return ok_ && reader_.ok() && left() == 0; }
  [[nodiscard]] std::size_t left() const {
    const std::size_t used = reader_.position() - record_.begin;
    return used <= record_.data.size() ? record_.data.size() - used : 0;
  }
  [[nodiscard]] bool ok() const { return ok_; }

  Data& name() {
    text_ += ' ';
    if (left() == 0 || !read_dns_name(message_, reader_, name_)) ok_ = false;
    if (reader_.position() > record_.begin + record_.data.size()) ok_ = false;
    append_label(text_, name_.empty() ? "." : std::string_view(name_));
    return *this;
  }
  Data& number(std::size_t width) {
    std::uint32_t value = 0;
    for (const std::uint8_t b : take(width)) value = value << 8 | b;
    text_ += ' ';
    append_number(text_, value);
    return *this;
  }
  Data& hex(std::size_t count) {
    text_ += ' ';
    append_hex(text_, take(count));
    return *this;
  }
  Data& rest_in_hex() { return hex(left()); }
  Data& type() {
    const ByteView two = take(2);
    text_ += ' ';
    if (two.size() == 2) append_dns_type(text_, static_cast<std::uint16_t>(two[0] << 8 | two[1]));
    return *this;
  }
  /// A character string (section 3.3 of RFC 1035), quoted.
  Data& quoted() {
    const ByteView size = take(1);
    return quoted(size.empty() ? 0 : size[0]);
  }
  Data& quoted(std::size_t size) {
    held_.clear();
    for (const char c : as_text(take(size))) {
      if (c == '"' || c == '\\') held_ += '\\';
      held_ += c;
    }
    text_ += " \"";
    append_label(text_, held_);
    text_ += '"';
    return *this;
  }
  Data& address(Address::Kind kind) {
    const Address address = Address::of(kind, take(kind == Address::Kind::ipv4 ? 4 : 16));
    text_ += ' ';
    append_text(text_, address);
    return *this;
  }
  ByteView take(std::size_t count) {
    if (count > left()) {
      ok_ = false;
      return {};
    }
    return reader_.take(count);
  }
  std::string& text() { return text_; }

 private:
  std::string& text_;
  ByteView message_;
  const DnsRecord& record_;
  ByteReader reader_{message_};
  std::string name_, held_;
  bool ok_ = true;
};

/// RFC 4034 section 4.1.2: windows of 256 types, each with a bitmap.
void append_type_bitmap(Data& data) {
  while (data.ok() && data.left() != 0) {
    const ByteView head = data.take(2);
    if (head.size() < 2) return;
    const ByteView map = data.take(head[1]);
    for (std::size_t bit = 0; bit < map.size() * 8; ++bit) {
      if ((map[bit / 8] >> (7 - bit % 8) & 1) == 0) continue;
      data.text() += ' ';
      append_dns_type(data.text(), static_cast<std::uint16_t>(head[0] << 8 | bit));
    }
  }
}

void append_hashed_next(Data& data) {
  data.number(1).number(1).number(2);
  const ByteView salt = data.take(1);
  data.hex(salt.empty() ? 0 : salt[0]);
  const ByteView size = data.take(1);
  data.text() += ' ';
  append_base32(data.text(), data.take(size.empty() ? 0 : size[0]));
  append_type_bitmap(data);
}

void append_data(Data& data, std::uint16_t type) {
  switch (type) {
    case dns_type::a:
      data.address(Address::Kind::ipv4);
      return;
    case dns_type::aaaa:
      data.address(Address::Kind::ipv6);
      return;
    case dns_type::ns:
    case dns_type::cname:
    case dns_type::ptr:
    case dns_type::dname:
      data.name();
      return;
    case dns_type::soa:
      data.name().name();
      for (int i = 0; i < 5; ++i) data.number(4);
      return;
    case dns_type::mx:
    case dns_type::afsdb:
    case dns_type::kx:
      data.number(2).name();
      return;
    case dns_type::rp:
      data.name().name();
      return;
    case dns_type::txt:
    case dns_type::spf:
    case dns_type::hinfo:
      while (data.ok() && data.left() != 0) data.quoted();
      return;
    case dns_type::srv:
      data.number(2).number(2).number(2).name();
      return;
    case dns_type::naptr:
      data.number(2).number(2).quoted().quoted().quoted().name();
      return;
    case dns_type::caa: {
      data.number(1);
      const ByteView size = data.take(1);
      data.text() += ' ';
      append_label(data.text(), as_text(data.take(size.empty() ? 0 : size[0])));
      data.quoted(data.left());
      return;
    }
    case dns_type::uri:
      data.number(2).number(2);
      data.quoted(data.left());
      return;
    case dns_type::ds:
    case dns_type::cds:
    case dns_type::dnskey:
    case dns_type::cdnskey:
      data.number(2).number(1).number(1).rest_in_hex();
      return;
    case dns_type::sshfp:
      data.number(1).number(1).rest_in_hex();
      return;
    case dns_type::tlsa:
    case dns_type::smimea:
      data.number(1).number(1).number(1).rest_in_hex();
      return;
    case dns_type::rrsig:
      data.type().number(1).number(1).number(4).number(4).number(4).number(2).name().rest_in_hex();
      return;
    case dns_type::nsec:
      data.name();
      return append_type_bitmap(data);
    case dns_type::nsec3:
      return append_hashed_next(data);
    case dns_type::nsec3param: {
      data.number(1).number(1).number(2);
      const ByteView salt = data.take(1);
      data.hex(salt.empty() ? 0 : salt[0]);
      return;
    }
    case dns_type::svcb:
    case dns_type::https:
      data.number(2).name();
      append_dns_service(data.text(), data.take(data.left()));
      return;
    default:
      data.rest_in_hex();
  }
}

}  // namespace

void append_dns_record(std::string& text, ByteView message, const DnsRecord& record) {
  append_dns_type(text, record.type);
  if (record.data.empty()) return;
  const std::size_t before = text.size();
  Data data(text, message, record);
  append_data(data, record.type);
  if (data.whole()) return;
  text.resize(before);
  text += ' ';
  append_hex(text, record.data);
}

}  // namespace brewproof::decode
