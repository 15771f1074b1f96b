#include "rig/decode/http/target.h"

#include <string>

#include "rig/decode/payload/content.h"
#include "rig/decode/text.h"

namespace brewproof::decode {

HttpTarget split_http_target(std::string_view method, std::string_view text) {
  HttpTarget target;
  if (method == "CONNECT") return {text, {}, text};
  if (const std::size_t scheme = text.find("://");
      scheme != std::string_view::npos && text[0] != '/') {
    const std::size_t end = text.find_first_of("/?", scheme + 3);
    target.authority =
        text.substr(scheme + 3, end == std::string_view::npos ? end : end - scheme - 3);
    text = end == std::string_view::npos ? std::string_view("/") : text.substr(end);
  }
  const std::size_t query = text.find('?');
  target.path = text.substr(0, query);
  if (query != std::string_view::npos) target.query = text.substr(query + 1);
  return target;
}

void add_path_segments(Message& message, Outlet& out, std::string_view path) {
  if (!path.empty() && path[0] == '/') path.remove_prefix(1);
  if (path.empty()) return;
  std::string name, value;
  for (std::size_t i = 0;; ++i) {
    const std::size_t end = path.find('/');
    name = "path:";
    append_number(name, i);
    value.clear();
    append_percent_decoded(value, path.substr(0, end), false);
    add_value(message, out, name, value, value.size());
    if (end == std::string_view::npos) return;
    path.remove_prefix(end + 1);
  }
}

std::string_view host_name(std::string_view host) {
  if (host.empty() || host[0] == '[') return {};
  const std::string_view name = host.substr(0, host.find(':'));
  // Without colons it can only be an IPv4 address, of digits and dots.
  if (name.find_first_not_of("0123456789.") != std::string_view::npos) return name;
  return parse_address(name) ? std::string_view{} : name;
}

}  // namespace brewproof::decode
