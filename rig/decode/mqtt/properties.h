// The properties of MQTT 5 packets (OASIS MQTT 5.0, section 2.2.2).
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "rig/model/bytes.h"

namespace brewproof::decode::mqtt {

enum class PropertyForm : std::uint8_t { byte, two_bytes, four_bytes, varint, text, data, pair };

/// Its identifier and name in Table 2-4, "user" for User Property.
struct PropertyKind {
  std::uint8_t id = 0;
  std::string_view name;
  PropertyForm form = PropertyForm::byte;
};

struct Property {
  const PropertyKind* kind = nullptr;
  std::uint32_t number = 0;  // byte, two_bytes, four_bytes, varint
  ByteView value;            // text, data; of a pair its value
  std::string_view key;      // of a pair
  std::size_t wire = 0;      // bytes that told the number
};

inline constexpr std::uint8_t topic_alias = 35;

/// Reads the length and each property. False: an identifier that is none, or a property that runs
/// over the length told; what came before was given to `use`.
[[nodiscard]] bool read_properties(ByteReader& reader,
                                   const std::function<void(const Property&)>& use);

}  // namespace brewproof::decode::mqtt
