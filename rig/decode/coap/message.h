// A CoAP message (RFC 7252 section 3) taken apart into header, token, options and payload.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rig/model/bytes.h"

namespace brewproof::decode {

namespace coap_option {
inline constexpr std::uint16_t uri_host = 3, observe = 6, oscore = 9, uri_path = 11,
                               content_format = 12, uri_query = 15, block2 = 23, block1 = 27,
                               size2 = 28, size1 = 60;
}

enum class CoapType : std::uint8_t { confirmable, non_confirmable, acknowledgement, reset };

struct CoapOption {
  std::uint16_t number = 0;
  ByteView value;
  /// Of options that are numbers (section 3.2): no leading zeros, so an empty one is 0.
  [[nodiscard]] std::uint32_t number_value() const;
};

/// RFC 7959 section 2.2.
struct CoapBlock {
  std::uint32_t index = 0;
  bool more = false;
  std::size_t size = 0;  // of a block

  [[nodiscard]] std::size_t offset() const { return index * size; }
};

struct CoapMessage {
  CoapType type = CoapType::confirmable;
  std::uint8_t code = 0;  // class in the upper three bits
  std::uint16_t id = 0;
  ByteView token;
  std::vector<CoapOption> options;  // in the order of the wire, which is that of their numbers
  ByteView payload;

  [[nodiscard]] bool empty() const { return code == 0; }
  [[nodiscard]] bool request() const { return code != 0 && code < 32; }
  [[nodiscard]] bool response() const { return code >= 64; }
  [[nodiscard]] const CoapOption* find(std::uint16_t number) const;
  [[nodiscard]] std::optional<CoapBlock> block(std::uint16_t number) const;
};

/// Keeps the memory of `message`. False: these are not its bytes, or are cut off.
[[nodiscard]] bool read_coap(ByteView bytes, CoapMessage& message);

}  // namespace brewproof::decode
