// The proxy that opens the machine's TLS: Debian's mitmproxy in transparent mode as a child, with
// an authority of its own folder, which goes with it. It passes bytes on as they are, logs the keys
// of both legs, and lets be what is listed and what refused it.
//
// What it changes is not nothing: the server sees mitmproxy's hello instead of the machine's (other
// fingerprint, no resumption across the two), and the machine sees another certificate and another
// choice of suites. Hence the passive share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rig/bench/gateway_file.h"
#include "rig/model/result.h"
#include "rig/model/tls_gateway.h"
#include "rig/process/child.h"
#include "rig/process/scratch_folder.h"

namespace brewproof {

extern const char* const interceptor_script;  // rig/network/interceptor.py

class Interceptor {
 public:
  /// Returns when it listens. Error `host`: mitmdump is missing or does not start; `bad_file`: the
  /// bench file names an authority that cannot be read.
  [[nodiscard]] static Result<Interceptor> start(const GatewayConfig& gateway,
                                                 const std::string& key_log);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Hears what the proxy told meanwhile. Error `host`: it ended.
  [[nodiscard]] Result<void> listen();
  /// What became of each server until the last listen(), in order of their names.
  [[nodiscard]] const std::vector<TlsDestination>& destinations() const { return destinations_; }

  Interceptor(Interceptor&&) noexcept = default;
  Interceptor& operator=(Interceptor&&) noexcept = default;
  ~Interceptor() = default;

 private:
  Interceptor() = default;

  std::unique_ptr<const ScratchFolder> folder_;  // gone after the proxy
  std::unique_ptr<Child> proxy_;
  std::uint16_t port_ = 0;
  std::vector<TlsDestination> destinations_;
};

/// Counts one line of the proxy into `destinations`. False: it is none.
[[nodiscard]] bool count_line(const std::string& line, std::vector<TlsDestination>& destinations);

}  // namespace brewproof
