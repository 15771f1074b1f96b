// Whether the machine was one and the same all along, by its own word: what it was asked and heard
// to say of itself, from when on it said something else, and when it started anew.
#pragma once

#include <cstdint>
#include <string>

namespace brewproof {

struct MachineChange {
  std::int64_t time_ns = 0;  // of the first message or answer that says so, CLOCK_REALTIME
  std::string path;          // of the field that did: "header:user-agent"; or a probe's name
  std::string from, to;
  friend bool operator==(const MachineChange&, const MachineChange&) = default;
};

/// It began its life again while the run went on.
struct MachineRestart {
  std::int64_t time_ns = 0;  // of the boot message, CLOCK_REALTIME
  std::string message;       // "POST /v1/devices"
  friend bool operator==(const MachineRestart&, const MachineRestart&) = default;
};

/// A way in which the machine told who it is.
struct IdentityProbe {
  std::string
      probe;         // "service port", "books", "user agent", "boot message", "TLS fingerprint" ...
  std::string of;    // the resource that was asked, or whom the machine said it to
  std::string says;  // the first time
  int times = 0;
  friend bool operator==(const IdentityProbe&, const IdentityProbe&) = default;
};

}  // namespace brewproof
