// What a request shows to be let in, looked into: the token behind the scheme of Authorization (RFC
// 9110 section 11.6.2), the cookies of Cookie (RFC 6265 section 4.2); and what it is given to show
// next time, the cookie of Set-Cookie (section 4.1).
#pragma once

#include <string_view>

#include "rig/decode/outlet.h"

namespace brewproof::decode {

/// `path`: "header:" and the header's name in lower case. False: it is another header, or holds
/// what is no token; nothing was added.
[[nodiscard]] bool add_credentials(Message& message, Outlet& out, std::string_view path,
                                   std::string_view value);

}  // namespace brewproof::decode
