// What the two sides of one TLS connection told each other in their hellos.
#pragma once

#include <optional>

#include "rig/decode/tls/hello.h"
#include "rig/decode/tls/record.h"

namespace brewproof::decode {

class TlsSession {
 public:
  void client_hello(const TlsHello& hello);
  void server_hello(const TlsHello& hello);

  /// As the server selected it; 0: not known yet.
  [[nodiscard]] std::uint16_t version() const { return version_; }
  /// Whether the server took up an earlier session; nullopt where its hello does not tell.
  [[nodiscard]] std::optional<bool> resumed() const { return resumed_; }

 private:
  std::uint16_t version_ = 0;
  Bytes offered_session_;
  std::optional<bool> resumed_;
};

}  // namespace brewproof::decode
