#include "rig/decode/mqtt/properties.h"

#include <algorithm>
#include <array>

#include "rig/decode/mqtt/packet.h"

namespace brewproof::decode::mqtt {
namespace {

constexpr std::array kinds{std::to_array<PropertyKind>({
    {1, "payload_format", PropertyForm::byte},
    {2, "message_expiry", PropertyForm::four_bytes},
    {3, "content_type", PropertyForm::text},
    {8, "response_topic", PropertyForm::text},
    {9, "correlation", PropertyForm::data},
    {11, "subscription", PropertyForm::varint},
    {17, "session_expiry", PropertyForm::four_bytes},
    {18, "assigned_client", PropertyForm::text},
    {19, "server_keepalive", PropertyForm::two_bytes},
    {21, "authentication_method", PropertyForm::text},
    {22, "authentication", PropertyForm::data},
    {23, "request_problem", PropertyForm::byte},
    {24, "will_delay", PropertyForm::four_bytes},
    {25, "request_response", PropertyForm::byte},
    {26, "response_information", PropertyForm::text},
    {28, "server_reference", PropertyForm::text},
    {31, "reason", PropertyForm::text},
    {33, "receive_maximum", PropertyForm::two_bytes},
    {34, "topic_alias_maximum", PropertyForm::two_bytes},
    {35, "topic_alias", PropertyForm::two_bytes},
    {36, "maximum_qos", PropertyForm::byte},
    {37, "retain_available", PropertyForm::byte},
    {38, "user", PropertyForm::pair},
    {39, "maximum_packet_size", PropertyForm::four_bytes},
    {40, "wildcards_available", PropertyForm::byte},
    {41, "subscription_ids_available", PropertyForm::byte},
    {42, "shared_available", PropertyForm::byte},
})};

Property read_property(const PropertyKind& kind, ByteReader& reader) {
  Property property;
  property.kind = &kind;
  const std::size_t before = reader.position();
  switch (kind.form) {
    case PropertyForm::byte:
      property.number = reader.u8();
      break;
    case PropertyForm::two_bytes:
      property.number = reader.be16();
      break;
    case PropertyForm::four_bytes:
      property.number = reader.be32();
      break;
    case PropertyForm::varint:
      property.number = read_varint(reader);
      break;
    case PropertyForm::pair:
      property.key = read_string(reader);
      property.value = read_data(reader);
      break;
    case PropertyForm::text:
    case PropertyForm::data:
      property.value = read_data(reader);
      break;
  }
  property.wire = reader.position() - before;
  return property;
}

}  // namespace

bool read_properties(ByteReader& reader, const std::function<void(const Property&)>& use) {
  const std::uint32_t length = read_varint(reader);
  ByteReader inner(reader.take(length));
  if (!reader.ok()) return false;
  while (inner.remaining() != 0) {
    const std::uint32_t id = read_varint(inner);
    const auto kind = std::ranges::find(kinds, id, &PropertyKind::id);
    if (!inner.ok() || kind == kinds.end()) return false;
    const Property property = read_property(*kind, inner);
    if (!inner.ok()) return false;
    use(property);
  }
  return true;
}

}  // namespace brewproof::decode::mqtt
