#include "rig/decode/tls/hello_fields.h"

#include <array>
#include <span>

#include "rig/decode/text.h"
#include "rig/decode/tls/names.h"
#include "rig/decode/tls/suite.h"

namespace brewproof::decode {
namespace {

class Writer {
 public:
  Writer(Message& message, Outlet& out) : message_(&message), out_(&out) {}

  void version(std::string_view path, std::uint16_t value) {
    append_tls_version(field(path, 2), value);
  }
  void versions(const TlsNumbers& list) {
    if (list.empty()) return;
    std::string& text = field("versions", 2 * list.size());
    for (const std::uint16_t value : list) {
      if (!text.empty()) text += ',';
      append_tls_version(text, value);
    }
  }
  void bytes(std::string_view path, ByteView value) {
    if (value.empty()) return;
    append_hex(out_->field(*message_, path, FieldType::bytes, value.size()).value,
               value.first(std::min(value.size(), max_value)));
  }
  void hex_list(std::string_view path, const TlsNumbers& list) {
    if (list.empty()) return;
    std::string& text = field(path, 2 * list.size());
    for (const std::uint16_t value : list) {
      if (text.size() >= max_value) break;
      if (!text.empty()) text += ',';
      text += "0x";
      append_hex(text, std::array{static_cast<std::uint8_t>(value >> 8),
                                  static_cast<std::uint8_t>(value & 0xff)});
    }
  }
  void decimal_list(std::string_view path, const TlsNumbers& list) {
    if (list.empty()) return;
    std::string& text = field(path, 2 * list.size());
    for (const std::uint16_t value : list) {
      if (text.size() >= max_value) break;
      if (!text.empty()) text += ',';
      append_number(text, value);
    }
  }
  void alpn(std::span<const std::string_view> names) {
    if (names.empty()) return;
    std::size_t wire = 0;
    for (const std::string_view name : names) wire += name.size();
    std::string& text = field("alpn", wire);
    for (const std::string_view name : names) {
      if (text.size() >= max_value) break;
      if (!text.empty()) text += ',';
      append_label(text, name);
    }
  }
  /// Nothing on the wire of its own: told by what the other fields hold.
  void conclusion(std::string_view path, std::string_view value) {
    if (!value.empty()) field(path, 0) = value;
  }

 private:
  std::string& field(std::string_view path, std::size_t wire) {
    return out_->field(*message_, path, FieldType::text, wire).value;
  }
  Message* message_;
  Outlet* out_;
};

/// By what the client would take up an earlier session; a session id says so only before 1.3, whose
/// clients send one that means nothing (RFC 8446 appendix D.4).
std::string_view resumption_offered(const TlsHello& hello) {
  if (hello.has(tls_extension::pre_shared_key)) return "psk";
  if (!hello.ticket.empty()) return "ticket";
  return !hello.session.empty() && hello.versions.empty() ? "session id" : "";
}

/// Of a hello that is not whole: what stands in front may be all there is, lists may go on, and
/// what is concluded may be another thing.
void mark_what_may_go_on(Message& message, std::size_t before, const TlsHello& hello) {
  for (std::size_t i = before; i < message.fields.size(); ++i) {
    Field& field = message.fields[i];
    const bool stands =
        !hello.random.empty() && (field.path == "version" || field.path == "random");
    field.cut = field.cut || !stands;
  }
}

}  // namespace

void add_client_hello(Message& message, Outlet& out, const TlsHello& hello, TlsCarrier carrier) {
  const std::size_t before = message.fields.size();
  Writer writer(message, out);
  writer.version("version", hello.version);
  if (!hello.sni.empty()) out.text(message, "sni", hello.sni);
  writer.alpn(hello.alpn);
  writer.versions(hello.versions);
  writer.bytes("random", hello.random);
  writer.bytes("session", hello.session);
  writer.hex_list("ciphers", hello.ciphers);
  writer.decimal_list("extensions", hello.extensions);
  writer.decimal_list("groups", hello.groups);
  writer.hex_list("signature_algorithms", hello.signature_algorithms);
  writer.bytes("ticket", hello.ticket);
  writer.bytes("psk_identity", hello.psk_identity);
  writer.conclusion("resumption", resumption_offered(hello));
  if (hello.has(tls_extension::early_data)) writer.conclusion("early_data", "offered");
  // A fingerprint of a part would be another software's.
  if (!hello.whole) return mark_what_may_go_on(message, before, hello);
  writer.conclusion("ja3", ja3(hello));
  writer.conclusion("ja4", ja4(hello, carrier));
}

void add_server_hello(Message& message, Outlet& out, const TlsHello& hello) {
  const std::size_t before = message.fields.size();
  Writer writer(message, out);
  writer.version("version", hello.version);
  if (!hello.versions.empty()) writer.version("selected_version", hello.selected_version());
  writer.alpn(hello.alpn);
  writer.bytes("random", hello.random);
  writer.bytes("session", hello.session);
  writer.hex_list("cipher", hello.ciphers);
  writer.conclusion("cipher_name", tls_suite_name(hello.cipher()));
  writer.decimal_list("extensions", hello.extensions);
  if (!hello.whole) return mark_what_may_go_on(message, before, hello);
  if (!hello.asks_again()) writer.conclusion("ja3s", ja3s(hello));
}

void add_encrypted_extensions(Message& message, Outlet& out, const TlsHello& hello) {
  const std::size_t before = message.fields.size();
  Writer writer(message, out);
  writer.alpn(hello.alpn);
  writer.decimal_list("extensions", hello.extensions);
  if (hello.has(tls_extension::early_data)) writer.conclusion("early_data", "accepted");
  if (!hello.whole) mark_what_may_go_on(message, before, hello);
  if (!hello.whole) out.malformed(message, "extensions are cut off inside their lengths");
}

}  // namespace brewproof::decode
