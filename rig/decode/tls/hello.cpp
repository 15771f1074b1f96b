#include "rig/decode/tls/hello.h"

#include <algorithm>
#include <array>

namespace brewproof::decode {
namespace {

/// RFC 8701 section 2: 0x0a0a, 0x1a1a ... 0xfafa.
bool is_grease(std::uint16_t value) {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

bool is_grease(ByteView name) {
  return name.size() == 2 && is_grease(static_cast<std::uint16_t>(name[0] << 8 | name[1]));
}

void read_list(ByteView bytes, TlsNumbers& list) {
  ByteReader reader(bytes);
  list.reserve(bytes.size() / 2);
  while (reader.remaining() >= 2)
    if (const std::uint16_t value = reader.be16(); !is_grease(value)) list.push_back(value);
}

void read_sni(ByteReader extension, TlsHello& hello) {  // RFC 6066 section 3
  extension.skip(2);
  if (extension.u8() != 0) return;
  hello.sni = as_text(extension.take(extension.be16()));
}

void read_alpn(ByteReader extension, TlsHello& hello) {  // RFC 7301
  ByteReader list(extension.take(extension.be16()));
  while (list.remaining() != 0) {
    const ByteView name = list.take(list.u8());
    if (!list.ok()) return;
    if (!is_grease(name)) hello.alpn.push_back(as_text(name));
  }
}

void read_versions(ByteReader extension, bool client, TlsHello& hello) {  // RFC 8446 section 4.2.1
  read_list(client ? extension.take(extension.u8()) : extension.take(2), hello.versions);
}

void read_extension(std::uint16_t type, ByteReader extension, bool client, TlsHello& hello) {
  namespace is = tls_extension;
  if (!is_grease(type)) hello.extensions.push_back(type);
  if (type == is::alpn) return read_alpn(extension, hello);
  if (type == is::supported_versions) return read_versions(extension, client, hello);
  if (type == is::session_ticket) hello.ticket = extension.rest();
  if (!client) return;
  if (type == is::server_name) return read_sni(extension, hello);
  if (type == is::supported_groups)
    return read_list(extension.take(extension.be16()), hello.groups);
  if (type == is::signature_algorithms)
    return read_list(extension.take(extension.be16()), hello.signature_algorithms);
  if (type == is::point_formats) hello.point_formats = extension.take(extension.u8());
  if (type == is::pre_shared_key) {  // RFC 8446 section 4.2.11
    ByteReader identities(extension.take(extension.be16()));
    hello.psk_identity = identities.take(identities.be16());
  }
}

void read_extensions(ByteReader& reader, bool client, TlsHello& hello) {
  const std::size_t size = reader.be16();
  hello.whole = reader.ok() && size <= reader.remaining();
  ByteReader extensions(hello.whole ? reader.take(size) : reader.rest());
  while (extensions.ok() && extensions.remaining() != 0) {
    const std::uint16_t type = extensions.be16();
    const ByteReader extension(extensions.take(extensions.be16()));
    if (extensions.ok()) read_extension(type, extension, client, hello);
  }
  hello.whole = hello.whole && extensions.ok();
}

}  // namespace

bool TlsHello::has(std::uint16_t extension) const {
  return std::ranges::find(extensions, extension) != extensions.end();
}

bool TlsHello::asks_again() const {
  // The SHA-256 of "HelloRetryRequest".
  static constexpr std::array<std::uint8_t, 32> retry = {
      0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
      0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
      0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
  return std::ranges::equal(random, retry);
}

TlsHello read_tls_hello(ByteView body, bool client) {
  TlsHello hello;
  ByteReader reader(body);
  hello.version = reader.be16();
  hello.random = reader.take(32);
  hello.session = reader.take(reader.u8());
  if (client) {
    read_list(reader.take(reader.be16()), hello.ciphers);
    reader.skip(reader.u8());  // compression methods
  } else {
    hello.ciphers.push_back(reader.be16());
    hello.compression = reader.u8();
  }
  hello.whole = reader.ok();
  if (!hello.whole || reader.remaining() == 0) return hello;  // extensions are optional before 1.3
  read_extensions(reader, client, hello);
  return hello;
}

TlsHello read_encrypted_extensions(ByteView body) {
  TlsHello hello;
  ByteReader reader(body);
  read_extensions(reader, false, hello);
  return hello;
}

}  // namespace brewproof::decode
