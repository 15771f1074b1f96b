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

/// Does interception itself change what an event sends? Bytes to a destination in the longest
/// window, more in the event's trials than in its shams, a block's mean each.
struct TouchedOrNot {
  std::string event;
  std::string destination;  // "203.0.113.10:443"
  int intercepted_blocks = 0, passive_blocks = 0;
  double intercepted_bytes = 0, passive_bytes = 0;  // mean over the blocks
  double p = 1, smallest_p = 1;  // two-sided, over the lots of the blocks; the least it could be
  friend bool operator==(const TouchedOrNot&, const TouchedOrNot&) = default;
};

struct TlsGateway {
  std::string mode;  // endpoint, intercept, passive
  std::vector<TlsDestination> destinations;
  std::vector<int> passive_blocks;
  std::vector<TouchedOrNot> compared;  // by event, then destination
  friend bool operator==(const TlsGateway&, const TlsGateway&) = default;
};

}  // namespace brewproof
