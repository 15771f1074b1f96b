#include "rig/proof/identity_forms.h"

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "rig/proof/ascii.h"

namespace brewproof {
namespace {

constexpr std::size_t bare_decimals =
    3;  // where nothing but the form speaks: more than prices have

std::size_t digits_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, is_digit));
}

/// Four numbers up to 255 without leading zeros.
bool read_ipv4(std::string_view value, std::array<int, 4>& numbers) {
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t end = i < 3 ? value.find('.') : value.size();
    if (end == std::string_view::npos || end == 0 || end > 3) return false;
    const std::string_view number = value.substr(0, end);
    if (!all_digits(number) || (end > 1 && number.front() == '0')) return false;
    std::from_chars(number.data(), number.data() + end, numbers[i]);
    if (numbers[i] > 255) return false;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return value.empty();
}

/// An address that a station can have in a network: no mask, loopback, or "any".
bool is_station_ipv4(std::string_view value, std::array<int, 4>& numbers) {
  return read_ipv4(value, numbers) && numbers[0] != 0 && numbers[0] != 127 && numbers[0] < 224;
}

/// The digits of "+49 (30) 1234-5678"; "" where other characters stand between them, or nothing
/// does.
std::string phone_digits(std::string_view value) {
  std::string digits;
  for (const char c : value) {
    if (is_digit(c))
      digits += c;
    else if (std::string_view(" -()/.").find(c) == std::string_view::npos)
      return "";
  }
  return digits;
}

}  // namespace

std::string separated_mac(std::string_view value) {
  const auto grouped = [&](char separator, std::size_t group) {
    if (value.size() != 12 + 12 / group - 1) return false;
    for (std::size_t i = 0; i < value.size(); ++i) {
      const bool between = i % (group + 1) == group;
      if (between ? value[i] != separator : !is_hex_digit(value[i])) return false;
    }
    return true;
  };
  return grouped(':', 2) || grouped('-', 2) || grouped('.', 4) ? without(value, ":-.") : "";
}

bool is_somebodys_mac(std::string_view digits) {
  return digits.size() == 12 && digits != "000000000000" && digits != "ffffffffffff";
}

bool is_ipv4(std::string_view value) {
  std::array<int, 4> numbers{};
  return is_station_ipv4(value, numbers);
}

bool is_private_ipv4(std::string_view value) {
  std::array<int, 4> n{};
  return is_station_ipv4(value, n) &&
         ((n[0] == 192 && n[1] == 168) || (n[0] == 169 && n[1] == 254) ||
          (n[0] == 172 && n[1] >= 16 && n[1] < 32));
}

bool is_ipv6(std::string_view value) {
  if (value.size() > 39 || std::ranges::count(value, ':') < 3) return false;
  if (!std::ranges::all_of(value, [](char c) { return c == ':' || is_hex_digit(c); })) return false;
  const std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_OCTET_STRING_free)> address(
      a2i_IPADDRESS(std::string(value).c_str()), &ASN1_OCTET_STRING_free);
  return address != nullptr && ASN1_STRING_length(address.get()) == 16;
}

bool is_real_uuid(std::string_view value) {
  if (value.size() == 38 && value.front() == '{' && value.back() == '}') {
    value = value.substr(1, 36);
  }
  if (value.starts_with("urn:uuid:")) value.remove_prefix(9);
  return has_uuid_form(value) && value[14] >= '1' && value[14] <= '8' &&
         std::string_view("89ab").find(to_lower(value[19])) != std::string_view::npos;
}

bool is_email(std::string_view value) {
  const std::size_t at = value.find('@');
  if (at == 0 || at == std::string_view::npos || at > 64 || value.size() > 254) return false;
  const std::string_view name = value.substr(0, at), domain = value.substr(at + 1);
  const auto in_name = [](char c) {
    return is_alnum(c) ||
           std::string_view(".!#$%&'*+/=?^_`{|}~-").find(c) != std::string_view::npos;
  };
  const auto in_domain = [](char c) { return is_alnum(c) || c == '-' || c == '.'; };
  if (!std::ranges::all_of(name, in_name) || !std::ranges::all_of(domain, in_domain)) return false;
  if (name.front() == '.' || name.back() == '.' || domain.find("..") != std::string_view::npos)
    return false;
  const std::size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || !is_alnum(domain.front())) return false;
  const std::string top = lower_case(domain.substr(dot + 1));
  static constexpr std::array files = {"png", "jpg",  "jpeg", "gif",  "svg", "css",
                                       "js",  "json", "xml",  "html", "bin", "log"};
  return top.size() >= 2 && digits_in(top) == 0 && top.find('-') == std::string::npos &&
         std::ranges::find(files, top) == files.end();
}

bool is_international_phone(std::string_view value) {
  if (!value.starts_with('+') || value.size() > 24) return false;
  const std::string digits = phone_digits(value.substr(1));
  return digits.size() >= 8 && digits.size() <= 15 && digits.front() != '0';
}

bool is_local_phone(std::string_view value) {
  const std::string digits = phone_digits(value);
  return value.size() <= 24 && digits.size() >= 7 && digits.size() <= 15;
}

std::optional<Coordinate> read_coordinate(std::string_view text, double most) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    if (std::abs(value) > most) return std::nullopt;
    return Coordinate{value, text.size() - dot - 1};
  }
  const double size = std::abs(value);
  if (size <= most) return Coordinate{value, 0};
  if (size < 1e5 || size > most * 1e7) return std::nullopt;
  return Coordinate{value, 6};
}

bool is_place(std::string_view value) {
  const std::size_t comma = value.find_first_of(",;");
  if (comma == std::string_view::npos) return false;
  std::string_view rest = value.substr(comma + 1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  const auto lat = read_coordinate(value.substr(0, comma), 90), lon = read_coordinate(rest, 180);
  const bool points = value.find('.') < comma && rest.find('.') != std::string_view::npos;
  return lat && lon && points && lat->decimals >= bare_decimals && lon->decimals >= bare_decimals &&
         (lat->value != 0 || lon->value != 0);
}

bool is_serial_form(std::string_view value) {
  return value.size() >= 4 && value.size() <= 40 && digits_in(value) > 0 &&
         std::ranges::all_of(
             value, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '/'; });
}

bool has_uuid_form(std::string_view value) {
  if (value.size() != 36) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? value[i] != '-' : !is_hex_digit(value[i])) return false;
  }
  return true;
}

}  // namespace brewproof
