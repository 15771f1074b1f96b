#include "rig/proof/presence.h"

#include <algorithm>
#include <tuple>

namespace brewproof {

Presence find_presence(const Traffic& traffic, const std::vector<Trial>& trials,
                       const std::vector<std::size_t>& used, const std::vector<Window>& windows) {
  Presence presence(traffic.signatures.size());
  if (windows.empty()) return presence;
  std::int64_t earliest = windows.front().begin_ns, latest = windows.front().end_ns;
  for (const Window& window : windows) {
    earliest = std::min(earliest, window.begin_ns);
    latest = std::max(latest, window.end_ns);
  }

  // Trials whose windows may hold a time: latest > time - origin >= earliest. Times grow, so the
  // first such trial only moves forward.
  std::size_t from = 0;
  for (std::size_t m = 0; m < traffic.messages.size(); ++m) {
    const std::int64_t time = traffic.messages[m]->time_ns;
    while (from < used.size() && time - trials[used[from]].origin_ns() >= latest) ++from;
    const std::size_t signature = traffic.signature_of[m];
    if (signature == none) continue;
    for (std::size_t u = from; u < used.size(); ++u) {
      if (time - trials[used[u]].origin_ns() < earliest) break;
      for (std::size_t w = 0; w < windows.size(); ++w) {
        if (in_window(time, trials[used[u]], windows[w])) {
          presence[signature].push_back({w, used[u], m});
        }
      }
    }
  }

  for (std::vector<Hit>& hits : presence) {
    std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
      return std::tie(a.window, a.trial, a.message) < std::tie(b.window, b.trial, b.message);
    });
    hits.erase(std::unique(hits.begin(), hits.end(),
                           [](const Hit& a, const Hit& b) {
                             return a.window == b.window && a.trial == b.trial;
                           }),
               hits.end());
  }
  return presence;
}

std::vector<Hit> hits_in(const std::vector<Hit>& hits, std::size_t window) {
  std::vector<Hit> of;
  std::copy_if(hits.begin(), hits.end(), std::back_inserter(of),
               [&](const Hit& hit) { return hit.window == window; });
  return of;
}

}  // namespace brewproof
