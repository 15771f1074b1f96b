#include "rig/command/analysis/refusals.h"

namespace brewproof {

void tell_refusals(std::vector<Finding>& findings, const std::optional<TlsGateway>& gateway) {
  if (!gateway) return;
  for (Finding& finding : findings)
    for (const TlsDestination& each : gateway->destinations) {
      const std::string port = ":" + std::to_string(finding.destination.port);
      const bool there = each.destination == finding.destination.name + port ||
                         each.destination == finding.destination.address + port;
      if (!there || each.treatment != "refused" || finding.tls) continue;
      finding.reasons.emplace_back("tls-refused");
      break;  // by its name and by its address is once
    }
}

}  // namespace brewproof
