#include "rig/decode/tls/session.h"

#include <algorithm>

namespace brewproof::decode {

void TlsSession::client_hello(const TlsHello& hello) {
  offered_session_.assign(hello.session.begin(), hello.session.end());
}

void TlsSession::server_hello(const TlsHello& hello) {
  version_ = hello.selected_version();
  resumed_.reset();
  if (version_ == tls13) {
    if (!hello.asks_again()) resumed_ = hello.has(tls_extension::pre_shared_key);
  } else if (!hello.session.empty() && !offered_session_.empty()) {
    // RFC 5246 section 7.3; with a ticket too, RFC 5077 section 3.4.
    resumed_ = std::ranges::equal(hello.session, offered_session_);
  }
}

}  // namespace brewproof::decode
