#include <unistd.h>

#include "rig/command/doctor/check.h"
#include "rig/network/steering.h"

namespace brewproof {
namespace {

using State = Check::State;

void readable(const char* what, const std::string& path, State otherwise, const char* mend,
              Checks& checks) {
  const bool good = ::access(path.c_str(), R_OK) == 0;
  checks.push_back({fmt::format("{} {}", what, path), good ? State::good : otherwise,
                    good ? "can be read" : "cannot be read", good ? "" : mend});
}

}  // namespace

Checks gateway_checks(const BenchFile& bench) {
  if (!bench.network.gateway) return {};
  const GatewayConfig& gateway = *bench.network.gateway;
  Checks checks;
  for (const std::string& log : gateway.key_logs)
    readable("key log", log, State::note,
             "start your server so that it logs its keys there (SSLKEYLOGFILE), readable for this "
             "user",
             checks);
  if (!gateway.authority.empty())
    readable("authority", gateway.authority, State::bad, "name the file with certificate and key",
             checks);
  if (!gateway.upstream.empty())
    readable("upstream", gateway.upstream, State::bad,
             "name the file with the certificates of the servers' authorities", checks);
  if (gateway.tls == GatewayConfig::Tls::intercept) {
    const auto proxy = find_program("mitmdump");
    checks.push_back({"mitmproxy", proxy ? State::good : State::bad,
                      proxy ? *proxy : proxy.error().message,
                      "sudo apt-get install --no-install-recommends mitmproxy"});
  }
  if (gateway.steers()) {
    // Its table holds no rule and is gone at once.
    const auto steering = Steering::begin();
    checks.push_back({"leading TLS connections", steering ? State::good : State::bad,
                      steering ? "may be done" : steering.error().message,
                      "run it as root: sudo brewproof run ..."});
  }
  return checks;
}

}  // namespace brewproof
