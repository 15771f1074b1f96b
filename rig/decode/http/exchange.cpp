#include "rig/decode/http/exchange.h"

#include <fmt/format.h>

#include <boost/beast/http/field.hpp>

#include "rig/decode/http/credentials.h"
#include "rig/decode/http/target.h"
#include "rig/decode/payload/content.h"
#include "rig/decode/text.h"

namespace brewproof::decode {

namespace http = boost::beast::http;

void add_request(Message& message, Outlet& out, Flow& flow, Side from, std::string_view method,
                 std::string_view target_text, std::string_view host) {
  const HttpTarget target = split_http_target(method, target_text);
  message.message = method;
  message.message += ' ';
  append_label(message.message, target.path);
  if (method != "CONNECT") add_path_segments(message, out, target.path);
  add_pairs(message, out, "query", target.query);
  out.name_party(flow, other(from), host_name(target.authority.empty() ? host : target.authority));
}

void label_response(Message& message, unsigned status, std::string_view request) {
  message.message = "response ";
  append_number(message.message, status);
  if (request.empty()) return;
  message.message += ' ';
  message.message += request;
}

bool HeaderFields::admit(Message& message, std::string_view value) {
  if (++count_ <= max_header_fields) return true;
  message.unexplained_bytes += value.size();
  if (count_ == max_header_fields + 1)
    message.notes.push_back(
        fmt::format("more than {} header fields: the rest is left out", max_header_fields));
  return false;
}

void HeaderFields::add(Message& message, Outlet& out, std::string_view path,
                       std::string_view value) {
  if (admit(message, value) && !add_credentials(message, out, path, value))
    out.text(message, path, value);
}

void HeaderFields::add(Message& message, Outlet& out, std::string_view kind, std::string_view name,
                       std::string_view value) {
  if (!admit(message, value)) return;
  lower_.clear();
  append_lower(lower_, name);
  path_ = kind;
  append_key(path_, lower_);
  if (add_credentials(message, out, path_, value)) return;
  // What a maker's own header holds may be packed as a body is.
  if (http::string_to_field({name.data(), name.size()}) == http::field::unknown)
    add_value(message, out, path_, value, value.size());
  else
    out.text(message, path_, value);
}

}  // namespace brewproof::decode
