// What a run's gateway did about TLS (`network: gateway:` of the bench file), and what came of it.
#pragma once

#include <string>
#include <vector>

namespace brewproof {

/// One destination whose TLS was to be opened by interception.
struct TlsDestination {
  std::string destination;  // "api.kiosk.example:443"; the address where the hello has no name
  std::string treatment;    // opened; refused (the machine did not accept it); passed (not touched)
  std::string reason;       // of a refusal: what the machine did
  int connections = 0;
  friend bool operator==(const TlsDestination&, const TlsDestination&) = default;
};

struct TlsGateway {
  std::string mode;  // endpoint, intercept, passive
  std::vector<TlsDestination> destinations;
  std::vector<int> passive_blocks;
  friend bool operator==(const TlsGateway&, const TlsGateway&) = default;
};

}  // namespace brewproof
