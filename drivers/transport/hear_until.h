// Reading what a device says of its own accord until something is known.
#pragma once

#include "drivers/transport/dialogue.h"

namespace brewproof {

/// Gives all that comes to `take` (ByteView -> Result<void>) until `done`, and then what is there
/// already; true: it is done. False: the deadline came first. A deadline that is over: only what is
/// there already.
template <class Done, class Take>
[[nodiscard]] Result<bool> hear_until(Dialogue& dialogue, Deadline until, Done done, Take take) {
  using SteadyClock = std::chrono::steady_clock;
  for (;;) {
    const auto came = dialogue.receive(done() ? SteadyClock::now() : until);
    if (!came) return tl::unexpected(came.error());
    if (came->empty()) return done();
    if (auto taken = take(*came); !taken) return pass_on(std::move(taken));
    if (SteadyClock::now() > until && !done()) return false;
  }
}

}  // namespace brewproof
