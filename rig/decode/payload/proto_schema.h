// What .proto files declare, as plain values: Protocol Buffers of these types are read by their
// names. Made by the reader of .proto files, handed to the decoder in its options.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace brewproof {

struct ProtoField {
  enum class Kind : std::uint8_t {
    int32,
    int64,
    uint32,
    uint64,
    sint32,
    sint64,
    boolean,
    enumeration,
    fixed32,
    fixed64,
    sfixed32,
    sfixed64,
    real32,  // float
    real64,  // double
    text,
    bytes,
    message
  };
  std::uint32_t number = 0;
  std::string name;
  Kind kind = Kind::int32;
  bool repeated = false, required = false;
  std::size_t type = 0;  // which of the schema's messages or enumerations
  friend bool operator==(const ProtoField&, const ProtoField&) = default;
};

struct ProtoMessage {
  std::string name;                // with its package
  std::vector<ProtoField> fields;  // by rising number
  friend bool operator==(const ProtoMessage&, const ProtoMessage&) = default;
};

struct ProtoSchema {
  using Enumeration = std::map<std::int32_t, std::string>;
  /// A type that contents may be of: those of messages to `where` ("/v1/order", "kiosk/+/sale" of
  /// "POST /v1/order", "PUBLISH kiosk/3/sale"; a part that is `+` or `{}` is any one, a last `#` is
  /// all that follows), or, where that is "", any whose content fits it.
  struct Use {
    std::size_t message = 0;
    std::string where;
    friend bool operator==(const Use&, const Use&) = default;
  };
  std::vector<ProtoMessage> messages;
  std::vector<Enumeration> enumerations;
  std::vector<Use> uses;

  [[nodiscard]] bool empty() const { return uses.empty(); }
  friend bool operator==(const ProtoSchema&, const ProtoSchema&) = default;
};

}  // namespace brewproof
