#include "rig/procedure/pause.h"

namespace brewproof {

Result<void> rest_while(const std::atomic<bool>& paused, const std::atomic<int>& stop,
                        std::size_t after_trials, Journal& journal, Clock& clock, const Wait& wait,
                        const std::function<void()>& show) {
  const std::int64_t from_ns = clock.now().real_ns;
  if (auto written = journal.append("pause", {{"after_trials", after_trials}}, Journal::Sync::yes);
      !written)
    return written;
  show();
  Result<void> waited;
  while (waited && paused && stop.load() == 0) waited = wait(clock.now().raw_ns + nap_ns);
  const nlohmann::json body = {{"from_ns", from_ns}, {"to_ns", clock.now().real_ns}};
  if (auto written = journal.append("continue", body, Journal::Sync::yes); !written) return written;
  return waited;
}

}  // namespace brewproof
