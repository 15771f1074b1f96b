// Digests: what a machine sends in the place of a token that it must not tell.
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "rig/model/bytes.h"
#include "rig/proof/ascii.h"
#include "rig/proof/form_keys.h"

namespace brewproof {
namespace {

constexpr std::size_t shortest_hex = 8, shortest_number = 6, longest_number = 155;  // characters

std::string hex_of_bytes(const std::string& bytes) {
  return to_hex(ByteView(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

std::string crc32_of(const std::string& bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  const std::uint64_t sum = crc32(crc32(0, nullptr, 0), data, static_cast<uInt>(bytes.size()));
  std::string digest;
  for (int shift = 24; shift >= 0; shift -= 8) digest += static_cast<char>(sum >> shift & 0xff);
  return hex_of_bytes(digest);
}
template <const EVP_MD* (*kind)()>
std::string digest_of(const std::string& bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, kind(), nullptr);
  return to_hex(ByteView(digest.data(), length));
}

/// Hex, or else base64: as hex.
FormKey digest_of_field(std::string_view field, int decimals) {
  if (all_hex(field))
    return field.size() < shortest_hex ? std::nullopt : FormKey{lower_case(field)};
  const FormKey bytes = base64_of_field(field, decimals);
  return bytes && 2 * bytes->size() >= shortest_hex ? FormKey{hex_of_bytes(*bytes)} : std::nullopt;
}

std::string without_zeros(const std::string& hex) {
  return hex.substr(std::min(hex.find_first_not_of('0'), hex.size()));
}
/// A decimal number of any length, as hex.
FormKey number_of_field(std::string_view field, int) {
  if (field.size() < shortest_number || field.size() > longest_number || !all_digits(field))
    return std::nullopt;
  BIGNUM* number = nullptr;
  if (BN_dec2bn(&number, std::string(field).c_str()) == 0) return std::nullopt;
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> owned(number, BN_free);
  const std::unique_ptr<char, void (*)(char*)> digits(BN_bn2hex(number),
                                                      [](char* text) { OPENSSL_free(text); });
  return digits ? FormKey{without_zeros(lower_case(digits.get()))} : std::nullopt;
}

/// The digests of one spelling.
template <Spelling spelled, std::string (*digest)(const std::string&)>
FormKey digest_of_value(const Value& value, int decimals) {
  const FormKey text = spelled(value, decimals);
  return text ? FormKey{digest(*text)} : std::nullopt;
}
template <Spelling spelled, std::string (*digest)(const std::string&)>
FormKey number_of_value(const Value& value, int decimals) {
  const FormKey text = spelled(value, decimals);
  return text ? FormKey{without_zeros(digest(*text))} : std::nullopt;
}

template <Spelling spelled, std::string (*digest)(const std::string&)>
void add(std::vector<Form>& forms, std::string_view name, std::string_view as_number,
         std::string_view digest_name) {
  forms.push_back(
      {name, digest_of_value<spelled, digest>, digest_of_field, Fit::beginning, digest_name});
  forms.push_back(
      {as_number, number_of_value<spelled, digest>, number_of_field, Fit::whole, digest_name});
}

template <Spelling spelled>
void add_digests(std::vector<Form>& forms, std::string_view name, std::string_view as_number) {
  add<spelled, crc32_of>(forms, name, as_number, "crc32");
  add<spelled, digest_of<EVP_md5>>(forms, name, as_number, "md5");
  add<spelled, digest_of<EVP_sha1>>(forms, name, as_number, "sha1");
  add<spelled, digest_of<EVP_sha256>>(forms, name, as_number, "sha256");
}

}  // namespace

std::vector<Form> digest_forms(bool money) {
  std::vector<Form> forms;
  if (money) {
    add_digests<spelled_number>(forms, "minor units", "minor units as number");
    add_digests<spelled_decimal>(forms, "decimal", "decimal as number");
  } else {
    add_digests<spelled_text>(forms, "text", "text as number");
    add_digests<spelled_bytes>(forms, "hex", "hex as number");
    add_digests<spelled_number>(forms, "integer", "integer as number");
  }
  return forms;
}

}  // namespace brewproof
