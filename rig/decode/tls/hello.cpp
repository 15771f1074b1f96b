#include "rig/decode/tls_hello.h"

#include <array>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

/// GREASE values (RFC 8701) say nothing and differ every time.
bool is_grease(std::uint16_t value) {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

void read_sni(ByteReader extension, TlsHello& hello) {  // RFC 6066 section 3
  extension.skip(2);
  if (extension.u8() != 0) return;
  hello.sni = as_text(extension.take(extension.be16()));
}

void read_alpn(ByteReader extension, TlsHello& hello) {  // RFC 7301
  ByteReader list(extension.take(extension.be16()));
  while (list.ok() && list.remaining() != 0) {
    const ByteView name = list.take(list.u8());
    if (!list.ok() ||
        (name.size() == 2 && is_grease(static_cast<std::uint16_t>(name[0] << 8 | name[1]))))
      continue;
    if (!hello.alpn.empty()) hello.alpn += ',';
    append_label(hello.alpn, as_text(name));
  }
}

void read_versions(ByteReader extension, bool client, TlsHello& hello) {  // RFC 8446 section 4.2.1
  if (!client) {
    hello.selected_version = extension.be16();
    return;
  }
  ByteReader list(extension.take(extension.u8()));
  while (list.ok() && list.remaining() >= 2) {
    const std::uint16_t version = list.be16();
    if (is_grease(version)) continue;
    if (!hello.versions.empty()) hello.versions += ',';
    append_tls_version(hello.versions, version);
  }
}

}  // namespace

TlsHello read_tls_hello(ByteView body, bool client) {
  TlsHello hello;
  ByteReader reader(body);
  hello.version = reader.be16();
  reader.skip(32);
  hello.session = reader.take(reader.u8());
  if (client) {
    reader.skip(reader.be16());  // cipher suites
    reader.skip(reader.u8());    // compression methods
  } else {
    hello.cipher = reader.be16();
    reader.skip(1);
  }
  hello.whole = reader.ok();
  if (!hello.whole || reader.remaining() == 0) return hello;  // extensions are optional before 1.3
  ByteReader extensions(reader.take(reader.be16()));
  while (reader.ok() && extensions.ok() && extensions.remaining() != 0) {
    const std::uint16_t type = extensions.be16();
    const ByteReader extension(extensions.take(extensions.be16()));
    if (type == 0 && client) read_sni(extension, hello);
    if (type == 16) read_alpn(extension, hello);
    if (type == 43) read_versions(extension, client, hello);
  }
  hello.whole = reader.ok() && extensions.ok();
  return hello;
}

void append_tls_version(std::string& text, std::uint16_t version) {
  switch (version) {
    case 0x0300:
      text += "SSL 3.0";
      return;
    case 0x0301:
      text += "1.0";
      return;
    case 0x0302:
      text += "1.1";
      return;
    case 0x0303:
      text += "1.2";
      return;
    case 0x0304:
      text += "1.3";
      return;
    default:
      text += "0x";
      append_hex(text, std::array{static_cast<std::uint8_t>(version >> 8),
                                  static_cast<std::uint8_t>(version)});
  }
}

}  // namespace brewproof::decode
