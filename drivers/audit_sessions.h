// A reading of a machine's books in several tries: a line that failed is left alone for a while,
// then everything is begun anew. Counters since initialisation, which alone prove anything, do not
// mind.
#pragma once

#include <chrono>

#include "drivers/transport/dialogue.h"
#include "rig/bench/capability.h"

namespace brewproof {

/// `talk` is one try: it says what the machine told, and sets its argument where another try would
/// end in the same way. Nothing is tried again where the port is gone or the time is over.
template <class Talk>
[[nodiscard]] Result<AuditReader::Audit> read_in_sessions(Dialogue& dialogue, const Clock& clock,
                                                          Deadline until, int most,
                                                          std::chrono::milliseconds between,
                                                          Talk talk) {
  using SteadyClock = std::chrono::steady_clock;
  for (int session = 1;; ++session) {
    if (auto settled = dialogue.settle(); !settled) return pass_on(std::move(settled));
    bool final = false;
    Result<std::string> text = talk(final);
    dialogue.finish();
    if (text) return AuditReader::Audit{std::move(*text), clock.now()};
    const bool over = text.error().code == ErrorCode::io || final || session == most ||
                      SteadyClock::now() + between >= until;
    if (over) return pass_on(std::move(text));
    if (auto paused = dialogue.pause_until(SteadyClock::now() + between); !paused)
      return pass_on(std::move(paused));
  }
}

}  // namespace brewproof
