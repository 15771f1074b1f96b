// What a request and its response are called and which fields their first lines give, in every
// version of HTTP (RFC 9110).
#pragma once

#include <string>
#include <string_view>

#include "rig/decode/outlet.h"

namespace brewproof::decode {

/// Bounds of what one header may be; both versions note when they are reached.
inline constexpr std::size_t max_header = 65536;
inline constexpr std::size_t max_header_fields = 256;

/// Label, path segments and query; teaches `flow` what its server is called.
void add_request(Message& message, Outlet& out, Flow& flow, Side from, std::string_view method,
                 std::string_view target, std::string_view host);

/// The label: "response 200 POST /v1/order"; `request` is "" where it is not known.
void label_response(Message& message, unsigned status, std::string_view request);

/// One header or trailer field; `kind` is "header:" or "trailer:". Beyond max_header_fields they
/// are left out and a note says so; `count` counts them.
class HeaderFields {
 public:
  void add(Message& message, Outlet& out, std::string_view kind, std::string_view name,
           std::string_view value);
  /// The same where the whole path is at hand.
  void add(Message& message, Outlet& out, std::string_view path, std::string_view value);
  void clear() { count_ = 0; }

 private:
  bool admit(Message& message, std::string_view value);
  std::size_t count_ = 0;
  std::string path_, lower_;  // kept for their memory
};

}  // namespace brewproof::decode
