#include "rig/decode/tls/certificate.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <iterator>
#include <memory>
#include <string>

#include "rig/decode/packet/address.h"
#include "rig/decode/text.h"
#include "rig/model/sha256.h"

namespace brewproof::decode {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* held) const {
    release(held);
  }
};
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using GeneralNames = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;

ByteView view(const ASN1_STRING* text) {
  return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

/// RFC 4514, the last part first: "CN=kiosk.example,O=Example".
std::string name_text(const X509_NAME* name) {
  const Memory memory(BIO_new(BIO_s_mem()));
  if (memory == nullptr) return {};
  X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

std::string time_text(const ASN1_TIME* time) {
  tm at{};
  if (ASN1_TIME_to_tm(time, &at) != 1) return {};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.tm_year + 1900, at.tm_mon + 1,
                     at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec);
}

void append_name(std::string& text, const GENERAL_NAME* name) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(name, &type);
  std::string_view kind;
  switch (type) {
    case GEN_DNS:
      kind = "dns:";
      break;
    case GEN_EMAIL:
      kind = "email:";
      break;
    case GEN_URI:
      kind = "uri:";
      break;
    case GEN_IPADD:
      kind = "ip:";
      break;
    default:
      return;
  }
  if (!text.empty()) text += ',';
  text += kind;
  const ByteView bytes = view(static_cast<const ASN1_STRING*>(value));
  if (type != GEN_IPADD) return append_label(text, as_text(bytes));
  if (bytes.size() == 4 || bytes.size() == 16)
    append_text(text,
                Address::of(bytes.size() == 4 ? Address::Kind::ipv4 : Address::Kind::ipv6, bytes));
  else
    append_hex(text, bytes);
}

/// "dns:kiosk.example,ip:10.77.0.1", as far as one value holds.
std::string other_names(const X509* certificate) {
  const GeneralNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string text;
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (text.size() > max_value) break;
    append_name(text, sk_GENERAL_NAME_value(names.get(), i));
  }
  return text;
}

/// False: the bytes are no certificate.
bool add_certificate(Message& message, Outlet& out, std::string path, ByteView der) {
  const std::size_t stem = path.size();
  const auto at = [&](std::string_view name) -> const std::string& {
    path.resize(stem);
    return path += name;
  };
  out.field(message, at("/sha256"), FieldType::bytes, der.size()).value = sha256(der);
  const std::uint8_t* read = der.data();
  const Certificate certificate(d2i_X509(nullptr, &read, static_cast<long>(der.size())));
  const Outlet::Inside counted_as_a_whole(out);
  if (certificate == nullptr) {
    out.content(message, at("/bytes"), der);
    return false;
  }
  out.text(message, at("/subject"), name_text(X509_get_subject_name(certificate.get())));
  out.text(message, at("/issuer"), name_text(X509_get_issuer_name(certificate.get())));
  const ByteView serial = view(X509_get0_serialNumber(certificate.get()));
  append_hex(out.field(message, at("/serial"), FieldType::bytes).value,
             serial.first(std::min(serial.size(), max_value)));
  out.text(message, at("/not_before"), time_text(X509_get0_notBefore(certificate.get())));
  out.text(message, at("/not_after"), time_text(X509_get0_notAfter(certificate.get())));
  const std::string names = other_names(certificate.get());
  if (!names.empty()) out.text(message, at("/names"), names);
  return true;
}

}  // namespace

void add_certificates(Message& message, Outlet& out, ByteView body, bool in_tls13) {
  ByteReader reader(body);
  if (in_tls13) reader.skip(reader.u8());  // certificate_request_context
  ByteReader chain(reader.take(reader.be24()));
  std::size_t count = 0;
  while (chain.ok() && chain.remaining() != 0) {
    const ByteView der = chain.take(chain.be24());
    if (in_tls13) chain.skip(chain.be16());
    if (!chain.ok()) break;
    if (count++ >= max_certificates) continue;
    if (!add_certificate(message, out, fmt::format("certificate:{}", count - 1), der))
      out.malformed(message, fmt::format("certificate {} of the chain, {} bytes that end at byte "
                                         "{}, is no X.509 certificate",
                                         count - 1, der.size(), chain.position()));
  }
  if (count > max_certificates)
    message.notes.push_back(
        fmt::format("{} certificates: the first {} were read", count, max_certificates));
  if (!reader.ok() || !chain.ok())
    out.malformed(message, fmt::format("certificate chain is cut off inside its lengths, after {} "
                                       "certificates",
                                       count));
}

}  // namespace brewproof::decode
