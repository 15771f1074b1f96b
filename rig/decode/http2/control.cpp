#include "rig/decode/http2/control.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "rig/decode/fields.h"
#include "rig/decode/text.h"

namespace brewproof::decode::http2 {
namespace {

/// Section 6.5.2, RFC 8441 section 3, RFC 9218 section 2.1.
std::string setting_name(std::uint16_t id) {
  constexpr std::array<std::string_view, 10> names = {"",
                                                      "header_table_size",
                                                      "enable_push",
                                                      "max_concurrent_streams",
                                                      "initial_window_size",
                                                      "max_frame_size",
                                                      "max_header_list_size",
                                                      "",
                                                      "enable_connect_protocol",
                                                      "no_rfc7540_priorities"};
  if (id < names.size() && !names[id].empty()) return std::string(names[id]);
  return fmt::format("setting_{}", id);
}

void add_error(Message& message, Outlet& out, std::uint32_t code) {
  out.integer(message, "code", code, 4);
  const std::string_view name = name_of_error(code);
  if (!name.empty()) out.field(message, "error").value = name;
}

void add_settings(Message& message, Outlet& out, ByteReader& reader) {
  while (reader.remaining() >= 6) {
    const std::uint16_t id = reader.be16();
    out.integer(message, setting_name(id), reader.be32(), 4);
  }
}

}  // namespace

void add_control(Message& message, Outlet& out, const Frame& frame, ByteView payload,
                 std::string_view request) {
  const std::string_view name = name_of(frame.type);
  message.message = name;
  if (name.empty()) message.message = fmt::format("frame {}", static_cast<unsigned>(frame.type));
  ByteReader reader(payload);
  switch (frame.type) {
    case Type::settings:
      if (frame.has(flag::ack)) message.message += " ack";
      add_settings(message, out, reader);
      break;
    case Type::ping:
      if (frame.has(flag::ack)) message.message += " ack";
      add_hex(message, out, "payload", reader.take(8));
      break;
    case Type::goaway:
      out.integer(message, "last_stream", reader.be32() & 0x7fffffff, 4);
      add_error(message, out, reader.be32());
      if (reader.remaining() != 0) out.content(message, "debug", reader.rest());
      break;
    case Type::window_update:
      out.integer(message, "increment", reader.be32() & 0x7fffffff, 4);
      break;
    case Type::rst_stream:
      add_error(message, out, reader.be32());
      if (!request.empty()) message.message.append(" ").append(request);
      break;
    case Type::priority:
      out.integer(message, "depends_on", reader.be32() & 0x7fffffff, 4);
      out.integer(message, "weight", reader.u8() + 1, 1);
      break;
    default:
      if (!payload.empty()) out.content(message, "payload", reader.rest());
  }
  if (!reader.ok()) {
    out.malformed(message, fmt::format("{} frame of {} bytes, which are too few", message.message,
                                       payload.size()));
    message.value_bytes = 0;
    add_unread(message, out, "payload", payload);
  } else if (reader.remaining() != 0) {
    out.malformed(message, fmt::format("{} bytes too many in a {} frame", reader.remaining(),
                                       message.message));
    add_unread(message, out, "rest", reader.rest());
  }
}

}  // namespace brewproof::decode::http2
