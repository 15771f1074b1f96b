// Reads both directions of one MQTT connection: each control packet is a message.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>

#include "rig/decode/mqtt/packet.h"
#include "rig/decode/mqtt/properties.h"
#include "rig/decode/room.h"

namespace brewproof::decode::mqtt {

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out) : flow_(&flow), out_(&out) {}

  bool read(Side from, StreamBuffer& input) override;
  bool gap(Side from, std::uint64_t count) override;
  void end(Side from, std::string_view why) override;

 private:
  // A packet that is too large to be held: told once its last byte went by.
  struct Oversized {
    std::size_t left = 0;
    Message message;
    Span span;
  };

  Message& begin(Side from, const Span& span, std::uint8_t type, std::size_t size);
  void broken(Side from, StreamBuffer& input);
  void too_large(Side from, StreamBuffer& input, const FixedHeader& header);
  bool skip(Side from, StreamBuffer& input);
  void packet(Side from, const FixedHeader& header, ByteView body, const Span& span);
  void finish(Message& message, const ByteReader& reader, ByteView body);

  void read_connect(Message& message, ByteReader& reader);
  void read_connack(Message& message, ByteReader& reader);
  void read_filters(Message& message, ByteReader& reader, bool subscribes);
  void read_acknowledgement(Message& message, ByteReader& reader, std::uint8_t type);
  void read_publish(Side from, const FixedHeader& header, ByteView body, const Span& span);
  void name_topic(Message& message, Side from, std::string_view topic,
                  std::optional<std::uint32_t> alias);
  /// Of a packet that has them, which is told by the version; true where they are whole.
  bool add_properties(Message& message, ByteReader& reader, std::string_view part,
                      std::optional<std::uint32_t>* alias = nullptr);
  void integer(Message& message, std::string_view path, std::uint8_t value);
  void boolean(Message& message, std::string_view path, bool value);

  [[nodiscard]] Exchange exchange(Side sender) const;

  [[nodiscard]] bool is_5() const { return level_ >= 5; }

  Flow* flow_;
  Outlet* out_;
  std::uint8_t level_ = 0;  // of the protocol; 0: the CONNECT was not seen
  std::array<std::optional<Oversized>, 2> oversized_;
  std::array<std::map<std::uint32_t, std::string>, 2> aliases_;  // of topics, by sender
};

}  // namespace brewproof::decode::mqtt
