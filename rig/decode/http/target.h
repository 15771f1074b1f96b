// What an HTTP request is sent to: path, query and host, from the request-target and Host.
#pragma once

#include <string_view>

#include "rig/decode/outlet.h"

namespace brewproof::decode {

/// A request-target of any form (RFC 9112 section 3.2), as views into it.
struct HttpTarget {
  std::string_view path, query, authority;
};
[[nodiscard]] HttpTarget split_http_target(std::string_view method, std::string_view text);

/// `/v1/order` as fields `path:0` and `path:1`, percent-decoded.
void add_path_segments(Message& message, Outlet& out, std::string_view path);

/// "host:port" without its port; "" for address literals, which are no names.
[[nodiscard]] std::string_view host_name(std::string_view host);

}  // namespace brewproof::decode
