// What the machine kept from the gateway says so itself: a sealed message to a server for which the
// machine refused the proxy has the reason `tls-refused`, once.
#pragma once

#include <optional>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/tls_gateway.h"

namespace brewproof {

void tell_refusals(std::vector<Finding>& findings, const std::optional<TlsGateway>& gateway);

}  // namespace brewproof
