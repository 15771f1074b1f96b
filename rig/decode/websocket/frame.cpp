#include "rig/decode/websocket/frame.h"

#include <algorithm>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t rsv1 = 4;
constexpr std::size_t max_control = 125;  // section 5.5
constexpr std::size_t max_looked_at = 4096;
constexpr std::size_t enough = 2;  // of what is no accident twice in a row

bool known(Opcode opcode) {
  return opcode <= Opcode::binary || (opcode >= Opcode::close && opcode <= Opcode::pong);
}

/// Section 7.4: codes that an endpoint may send.
bool is_close_code(unsigned code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

/// How sure a whole frame makes that frames are what this is.
enum class Doubt : std::uint8_t { impossible, possible, none };

Doubt doubt(const WebSocketFrame& header, ByteView payload) {
  if ((header.reserved & ~rsv1) != 0 || !header.shortest) return Doubt::impossible;
  if (header.control() && (!header.last || header.length > max_control || header.reserved != 0))
    return Doubt::impossible;
  Bytes content(payload.begin(), payload.end());
  if (header.masked) unmask(content, header.key, 0);
  if (header.opcode == Opcode::close) {
    if (content.empty()) return Doubt::possible;
    if (content.size() < 2) return Doubt::impossible;
    const bool good = is_close_code(unsigned{content[0]} << 8 | content[1]) &&
                      is_readable(as_text(content).substr(2));
    return good ? Doubt::none : Doubt::impossible;
  }
  if (header.opcode != Opcode::text || header.reserved != 0) return Doubt::possible;
  constexpr std::size_t no_accident = 8;  // characters of text
  if (!is_readable(as_text(content))) return Doubt::impossible;
  return content.size() >= no_accident ? Doubt::none : Doubt::possible;
}

struct Looks {
  bool frames = false;     // all of it, the last may run on
  bool sure = false;       // one is beyond doubt
  std::size_t whole = 0;   // frames
  std::size_t masked = 0;  // messages in one masked frame
};

Looks look_at(ByteView bytes) {
  if (bytes.size() > max_looked_at) bytes = bytes.first(max_looked_at);
  Looks looks;
  while (!bytes.empty()) {
    const WebSocketFrame header = read_websocket_frame(bytes);
    if (header.state == WebSocketFrame::State::bad) return looks;
    const bool cut = header.state == WebSocketFrame::State::cut;
    if (cut || header.length > bytes.size() - header.size) break;
    const auto length = static_cast<std::size_t>(header.length);
    const Doubt how = doubt(header, bytes.subspan(header.size, length));
    if (how == Doubt::impossible) return looks;
    looks.sure |= how == Doubt::none;
    ++looks.whole;
    if (header.masked && header.last && length != 0) ++looks.masked;
    bytes = bytes.subspan(header.size + length);
  }
  looks.frames = true;
  return looks;
}

}  // namespace

WebSocketFrame read_websocket_frame(ByteView bytes) {
  WebSocketFrame header;
  ByteReader reader(bytes);
  const std::uint8_t first = reader.u8(), second = reader.u8();
  if (!reader.ok()) return header;
  header.last = (first & 0x80) != 0;
  header.reserved = first >> 4 & 7;
  header.opcode = static_cast<Opcode>(first & 0xf);
  header.masked = (second & 0x80) != 0;
  header.length = second & 0x7f;
  if (!known(header.opcode)) {
    header.state = WebSocketFrame::State::bad;
    return header;
  }
  if (header.length == 126) {
    header.length = reader.be16();
    header.shortest = header.length > 125;
  } else if (header.length == 127) {
    header.length = reader.be64();
    header.shortest = header.length > 0xffff;
  }
  if (header.masked)
    for (std::uint8_t& byte : header.key) byte = reader.u8();
  if (!reader.ok()) return header;
  header.size = reader.position();
  header.state =
      header.length >> 63 != 0 ? WebSocketFrame::State::bad : WebSocketFrame::State::whole;
  return header;
}

void unmask(Bytes& bytes, const std::array<std::uint8_t, 4>& key, std::uint64_t at) {
  for (std::uint8_t& byte : bytes) byte ^= key[at++ % key.size()];
}

bool looks_like_websocket(ByteView bytes) {
  const Looks looks = look_at(bytes);
  return looks.frames && (looks.sure || looks.masked >= enough);
}

bool goes_on_as_websocket(ByteView bytes) {
  const Looks looks = look_at(bytes);
  return looks.frames && looks.whole != 0;
}

}  // namespace brewproof::decode
