#include "rig/decode/http2/frame.h"

#include <array>

namespace brewproof::decode::http2 {
namespace {

constexpr std::uint32_t max_length = 16384;  // section 4.2, where nothing else was agreed

struct Rule {
  std::string_view name;
  std::uint8_t flags;  // that may be set
  enum class Stream : std::uint8_t { some, none, either } stream;
  std::uint32_t least, most;  // of the length
};

constexpr std::array<Rule, 10> rules = {{
    {"DATA", 0x09, Rule::Stream::some, 0, max_length},
    {"HEADERS", 0x2d, Rule::Stream::some, 1, max_length},
    {"PRIORITY", 0, Rule::Stream::some, 5, 5},
    {"RST_STREAM", 0, Rule::Stream::some, 4, 4},
    {"SETTINGS", 0x01, Rule::Stream::none, 0, 64 * 6},
    {"PUSH_PROMISE", 0x0c, Rule::Stream::some, 5, max_length},
    {"PING", 0x01, Rule::Stream::none, 8, 8},
    {"GOAWAY", 0, Rule::Stream::none, 8, max_length},
    {"WINDOW_UPDATE", 0, Rule::Stream::either, 4, 4},
    {"CONTINUATION", 0x04, Rule::Stream::some, 1, max_length},
}};

constexpr std::array<std::string_view, 14> errors = {"NO_ERROR",
                                                     "PROTOCOL_ERROR",
                                                     "INTERNAL_ERROR",
                                                     "FLOW_CONTROL_ERROR",
                                                     "SETTINGS_TIMEOUT",
                                                     "STREAM_CLOSED",
                                                     "FRAME_SIZE_ERROR",
                                                     "REFUSED_STREAM",
                                                     "CANCEL",
                                                     "COMPRESSION_ERROR",
                                                     "CONNECT_ERROR",
                                                     "ENHANCE_YOUR_CALM",
                                                     "INADEQUATE_SECURITY",
                                                     "HTTP_1_1_REQUIRED"};

bool plausible(const Frame& frame, bool reserved_bit) {
  const auto type = static_cast<std::size_t>(frame.type);
  if (type >= rules.size() || reserved_bit) return false;
  const Rule& rule = rules[type];
  if ((frame.flags & ~rule.flags) != 0 || frame.length < rule.least || frame.length > rule.most)
    return false;
  if (frame.type == Type::settings &&
      (frame.length % 6 != 0 || (frame.has(flag::ack) && frame.length != 0)))
    return false;
  return rule.stream == Rule::Stream::either ||
         (frame.stream == 0) == (rule.stream == Rule::Stream::none);
}

}  // namespace

bool Frame::known() const {
  const auto code = static_cast<std::uint8_t>(type);
  return code < rules.size() || code == 0x0a || code == 0x0c || code == 0x10 ||
         (code >= 0x0b && (code - 0x0b) % 0x1f == 0);
}

Frame read_frame(ByteView bytes) {
  ByteReader reader(bytes);
  Frame frame;
  frame.length = reader.be24();
  frame.type = static_cast<Type>(reader.u8());
  frame.flags = reader.u8();
  frame.stream = reader.be32() & 0x7fffffff;
  return frame;
}

std::string_view name_of(Type type) {
  const auto code = static_cast<std::size_t>(type);
  return code < rules.size() ? rules[code].name : std::string_view{};
}

std::string_view name_of_error(std::uint32_t code) {
  return code < errors.size() ? errors[code] : std::string_view{};
}

bool looks_like_frames(ByteView bytes) {
  std::size_t whole = 0;
  bool beyond_data = false;  // a length before any bytes is not enough
  while (!bytes.empty()) {
    if (bytes.size() < Frame::header_size) return whole >= 2 && beyond_data;
    const Frame frame = read_frame(bytes);
    if (!plausible(frame, (bytes[5] & 0x80) != 0)) return false;
    if (bytes.size() < frame.size()) return whole >= 1 && beyond_data;
    beyond_data |= frame.type != Type::data;
    ++whole;
    bytes = bytes.subspan(frame.size());
  }
  return beyond_data || whole >= 3;
}

}  // namespace brewproof::decode::http2
