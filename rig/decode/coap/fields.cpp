#include "rig/decode/coap/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "rig/decode/fields.h"
#include "rig/decode/payload/content.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

enum class Kind : std::uint8_t { flag, hex, number, text };

struct OptionKind {
  std::uint16_t number;
  std::string_view name;
  Kind kind;
  std::size_t least, most;  // bytes
};

constexpr OptionKind options[] = {
    {1, "if_match", Kind::hex, 0, 8},
    {coap_option::uri_host, "host", Kind::text, 1, 255},
    {4, "etag", Kind::hex, 1, 8},
    {5, "if_none_match", Kind::flag, 0, 0},
    {coap_option::observe, "observe", Kind::number, 0, 3},
    {7, "port", Kind::number, 0, 2},
    {8, "location_path", Kind::text, 0, 255},
    {coap_option::oscore, "oscore", Kind::hex, 0, 255},
    {coap_option::uri_path, "path", Kind::text, 0, 255},
    {coap_option::content_format, "content_format", Kind::number, 0, 2},
    {14, "max_age", Kind::number, 0, 4},
    {coap_option::uri_query, "query", Kind::text, 0, 255},
    {16, "hop_limit", Kind::number, 1, 1},
    {17, "accept", Kind::number, 0, 2},
    {19, "quick_block1", Kind::number, 0, 3},
    {20, "location_query", Kind::text, 0, 255},
    {21, "edhoc", Kind::flag, 0, 0},
    {coap_option::block2, "block2", Kind::number, 0, 3},
    {coap_option::block1, "block1", Kind::number, 0, 3},
    {coap_option::size2, "size2", Kind::number, 0, 4},
    {31, "quick_block2", Kind::number, 0, 3},
    {35, "proxy_uri", Kind::text, 1, 1034},
    {39, "proxy_scheme", Kind::text, 1, 255},
    {coap_option::size1, "size1", Kind::number, 0, 4},
    {252, "echo", Kind::hex, 1, 40},
    {258, "no_response", Kind::number, 0, 1},
    {292, "request_tag", Kind::hex, 0, 8}};

const OptionKind* kind_of(std::uint16_t number) {
  const auto* const found = std::lower_bound(
      std::begin(options), std::end(options), number,
      [](const OptionKind& kind, std::uint16_t wanted) { return kind.number < wanted; });
  return found != std::end(options) && found->number == number ? found : nullptr;
}

std::string_view method_name(std::uint8_t code) {
  constexpr std::string_view methods[] = {"",       "GET",   "POST",  "PUT",
                                          "DELETE", "FETCH", "PATCH", "iPATCH"};
  return code < std::size(methods) ? methods[code] : std::string_view{};
}

struct Format {
  std::uint16_t number;
  std::string_view type, encoding;
};

/// IANA "CoAP Content-Formats": what machines send.
constexpr Format formats[] = {{0, "text/plain; charset=utf-8", ""},
                              {40, "application/link-format", ""},
                              {41, "application/xml", ""},
                              {42, "application/octet-stream", ""},
                              {47, "application/exi", ""},
                              {50, "application/json", ""},
                              {51, "application/json-patch+json", ""},
                              {52, "application/merge-patch+json", ""},
                              {60, "application/cbor", ""},
                              {61, "application/cwt", ""},
                              {62, "application/multipart-core", ""},
                              {63, "application/cbor-seq", ""},
                              {110, "application/senml+json", ""},
                              {111, "application/sensml+json", ""},
                              {112, "application/senml+cbor", ""},
                              {113, "application/sensml+cbor", ""},
                              {310, "application/senml+xml", ""},
                              {11050, "application/json", "deflate"},
                              {11060, "application/cbor", "deflate"},
                              {11542, "application/vnd.oma.lwm2m+tlv", ""},
                              {11543, "application/vnd.oma.lwm2m+json", ""},
                              {11544, "application/vnd.oma.lwm2m+cbor", ""}};

/// A segment of a path may hold what would end it.
void append_segment(std::string& label, std::string_view segment) {
  for (std::size_t at; (at = segment.find('/')) != std::string_view::npos;) {
    append_label(label, segment.substr(0, at));
    label += "%2F";
    segment.remove_prefix(at + 1);
  }
  append_label(label, segment);
}

void append_code(std::string& text, std::uint8_t code) {
  fmt::format_to(std::back_inserter(text), "{}.{:02}", code >> 5, code & 31);
}

void add_query(Message& message, Outlet& out, std::string_view query) {
  const std::size_t equals = query.find('=');
  std::string path = "query:";
  append_key(path, query.substr(0, equals));
  out.text(message, path,
           equals == std::string_view::npos ? std::string_view{} : query.substr(equals + 1));
}

void add_option(Message& message, Outlet& out, const CoapOption& option) {
  const OptionKind* kind = kind_of(option.number);
  if (kind == nullptr)
    return out.content(message, fmt::format("option:{}", option.number), option.value);
  switch (kind->kind) {
    case Kind::flag:
      return add_flag(message, out, kind->name, true);
    case Kind::number:
      if (option.value.size() > 4) break;
      return out.integer(message, kind->name, option.number_value(), option.value.size());
    case Kind::text:
      return out.content(message, kind->name, option.value);
    case Kind::hex:
      break;
  }
  add_hex(message, out, kind->name, option.value);
}

}  // namespace

void append_coap_label(std::string& label, const CoapMessage& coap) {
  if (!coap.request()) return append_code(label, coap.code);
  const std::string_view method = method_name(coap.code);
  if (method.empty()) {
    append_code(label, coap.code);
  } else {
    label += method;
  }
  label += ' ';
  const std::size_t before = label.size();
  for (const CoapOption& option : coap.options) {
    if (option.number != coap_option::uri_path) continue;
    label += '/';
    append_segment(label, as_text(option.value));
  }
  if (label.size() == before) label += '/';
}

void add_coap_fields(Message& message, Outlet& out, const CoapMessage& coap) {
  constexpr std::string_view types[] = {"CON", "NON", "ACK", "RST"};
  out.field(message, "type").value = types[static_cast<std::size_t>(coap.type)];
  if (coap.response()) append_code(out.field(message, "code", FieldType::text, 1).value, coap.code);
  out.integer(message, "id", coap.id, 2);
  if (!coap.token.empty()) add_hex(message, out, "token", coap.token);
  std::size_t segment = 0;
  std::string path;
  for (const CoapOption& option : coap.options) {
    if (option.number == coap_option::uri_path) {
      path = "path:";
      append_number(path, segment++);
      out.content(message, path, option.value);
    } else if (option.number == coap_option::uri_query) {
      add_query(message, out, as_text(option.value));
    } else {
      add_option(message, out, option);
    }
  }
}

CoapContent coap_content(const CoapMessage& coap) {
  CoapContent content;
  content.sealed = coap.find(coap_option::oscore) != nullptr;
  const CoapOption* option = coap.find(coap_option::content_format);
  if (option == nullptr) return content;
  for (const Format& format : formats)
    if (format.number == option->number_value()) {
      content.type = format.type;
      content.encoding = format.encoding;
    }
  return content;
}

void add_coap_payload(Message& message, Outlet& out, const CoapContent& content, ByteView payload) {
  if (!content.sealed)
    return add_content(message, out, "payload", payload, {content.type, content.encoding});
  message.sealed_bytes += payload.size();
  out.integer(message, "sealed_size", static_cast<std::int64_t>(payload.size()));
}

bool coap_is_sound(const CoapMessage& coap) {
  const unsigned code_class = coap.code >> 5, detail = coap.code & 31;
  const bool assigned = coap.empty() || (coap.request() && !method_name(coap.code).empty()) ||
                        (code_class == 2 && detail <= 5) || coap.code == 0x5f ||  // 2.31
                        (code_class == 4 && detail <= 29) || (code_class == 5 && detail <= 8);
  if (!assigned) return false;
  return std::all_of(coap.options.begin(), coap.options.end(), [](const CoapOption& option) {
    const OptionKind* kind = kind_of(option.number);
    return kind != nullptr && option.value.size() >= kind->least &&
           option.value.size() <= kind->most &&
           (kind->kind != Kind::text || is_readable(as_text(option.value)));
  });
}

}  // namespace brewproof::decode
