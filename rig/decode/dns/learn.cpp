#include "rig/decode/dns/learn.h"

#include <charconv>
#include <optional>

#include "rig/decode/dns/name.h"
#include "rig/decode/dns/service.h"
#include "rig/decode/dns/types.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

Address address_of(const DnsRecord& record) {
  if (record.type == dns_type::a) return Address::of(Address::Kind::ipv4, record.data);
  if (record.type == dns_type::aaaa) return Address::of(Address::Kind::ipv6, record.data);
  return {};
}

/// "10.113.0.203.in-addr.arpa" is 203.0.113.10; "0.5.0.0 ... ip6.arpa" has a digit a label.
std::optional<Address> asked_backwards(std::string_view name) {
  constexpr std::string_view v4 = ".in-addr.arpa", v6 = ".ip6.arpa";
  const bool is_v4 = name.ends_with(v4);
  if (!is_v4 && !name.ends_with(v6)) return std::nullopt;
  name.remove_suffix(is_v4 ? v4.size() : v6.size());
  const std::size_t labels = is_v4 ? 4 : 32;
  Bytes bytes(is_v4 ? 4 : 16);
  for (std::size_t i = labels; i-- > 0;) {  // the last label is the address's first
    const std::size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    unsigned value = 0;
    const auto [end, error] =
        std::from_chars(label.data(), label.data() + label.size(), value, is_v4 ? 10 : 16);
    const unsigned most = is_v4 ? 255 : 15;
    if (error != std::errc{} || end != label.data() + label.size() || value > most)
      return std::nullopt;
    if ((dot == std::string_view::npos) != (i == 0)) return std::nullopt;
    if (is_v4) {
      bytes[i] = static_cast<std::uint8_t>(value);
    } else {
      bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] | value << (i % 2 == 0 ? 4 : 0));
    }
    name.remove_prefix(i == 0 ? name.size() : dot + 1);
  }
  return Address::of(is_v4 ? Address::Kind::ipv4 : Address::Kind::ipv6, bytes);
}

/// Behind priority and target.
ByteView service_parameters(ByteView message, const DnsRecord& record) {
  ByteReader reader(message);
  reader.skip(record.begin + 2);
  std::string target;
  const std::size_t end = record.begin + record.data.size();
  if (!read_dns_name(message, reader, target) || reader.position() > end) return {};
  return message.subspan(reader.position(), end - reader.position());
}

void learn(const DnsMessage& message, const DnsRecord& record, std::string_view name,
           Names& names) {
  if (const Address address = address_of(record); address.kind != Address::Kind::none)
    return names.answer(address, name);
  if (record.type == dns_type::https || record.type == dns_type::svcb)
    return each_hinted_address(service_parameters(message.bytes(), record),
                               [&](const Address& hint) { names.answer(hint, name); });
  if (record.type != dns_type::ptr) return;
  const auto address = asked_backwards(name);
  ByteReader reader(message.bytes());
  reader.skip(record.begin);
  std::string host;
  if (!address || !read_dns_name(message.bytes(), reader, host) || !is_readable(host)) return;
  names.called(*address, LowerCase(host).text());
}

}  // namespace

void learn_names(const DnsMessage& message, bool told_by_all, Names& names) {
  const DnsRecord* question = message.question();
  if (!message.header().response() || (question == nullptr && !told_by_all)) return;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const DnsRecord& record = message[i];
    const bool counts =
        told_by_all ? record.section != DnsSection::question : record.section == DnsSection::answer;
    if (!counts) continue;
    // The name that was asked for, not the canonical one: it is what the device calls the host.
    const std::string& owner = told_by_all ? record.name : question->name;
    if (!is_readable(owner)) continue;
    learn(message, record, LowerCase(owner).text(), names);
  }
}

}  // namespace brewproof::decode
