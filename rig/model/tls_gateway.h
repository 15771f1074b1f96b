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

/// What was counted in the blocks of one kind.
struct InterceptionSide {
  int blocks = 0;
  int acts = 0, followed = 0;  // acts, and those with a message to the server in the widest window
  int connections = 0;         // opened from the block's begin to its end
  friend bool operator==(const InterceptionSide&, const InterceptionSide&) = default;
};

/// How the machine spoke with one server where its TLS was opened, and where it was let be.
struct InterceptionEffect {
  std::string destination;  // as of TlsDestination
  InterceptionSide touched, untouched;
  /// Two-sided, over the draw of the untouched blocks, for the greater of two differences: acts
  /// that were followed, connections a block. `least_p`: what this draw could show at all.
  double p = 1, least_p = 1;
  friend bool operator==(const InterceptionEffect&, const InterceptionEffect&) = default;
};

struct TlsGateway {
  std::string mode;  // endpoint, intercept, passive
  std::vector<TlsDestination> destinations;
  std::vector<int> passive_blocks;
  std::vector<InterceptionEffect> effects;  // where some blocks were let be
  friend bool operator==(const TlsGateway&, const TlsGateway&) = default;
};

}  // namespace brewproof
