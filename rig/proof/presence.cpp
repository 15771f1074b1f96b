#include "rig/proof/presence.h"

#include <algorithm>
#include <tuple>

#include "rig/model/parallel.h"

namespace brewproof {
namespace {

/// Where each message falls: windows of trials, whatever node it belongs to.
class Places {
 public:
  Places(const Traffic& traffic, const std::vector<Trial>& trials,
         const std::vector<std::size_t>& used, const std::vector<Window>& windows) {
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
      for (std::size_t u = from; u < used.size(); ++u) {
        if (time - trials[used[u]].origin_ns() < earliest) break;
        for (std::size_t w = 0; w < windows.size(); ++w) {
          if (in_window(time, trials[used[u]], windows[w])) places_.push_back({w, used[u], m});
        }
      }
      end_.push_back(places_.size());
    }
  }
  void add(std::size_t message, std::vector<Hit>& hits) const {
    const std::size_t begin = message == 0 ? 0 : end_[message - 1];
    for (std::size_t p = begin; p < end_[message]; ++p) hits.push_back(places_[p]);
  }

 private:
  std::vector<Hit> places_;       // in order of message
  std::vector<std::size_t> end_;  // by message: the end of its places
};

/// Where a record falls. Batches are few: each looks its trials up.
void add_record(std::size_t record, std::int64_t time, std::int64_t tolerance,
                const std::vector<Trial>& trials, const std::vector<std::size_t>& used,
                const std::vector<Window>& windows, std::vector<Hit>& hits) {
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const std::int64_t latest = time - windows[w].begin_ns + tolerance;
    const std::int64_t earliest = time - windows[w].end_ns - tolerance;
    const auto origin = [&](std::size_t u) { return trials[u].origin_ns(); };
    auto u = std::ranges::upper_bound(used, earliest, {}, origin);
    for (; u != used.end() && origin(*u) <= latest; ++u) hits.push_back({w, *u, record});
  }
}

}  // namespace

Presence find_presence(const Traffic& traffic, const Batches& batches,
                       const std::vector<Node>& nodes, const std::vector<Trial>& trials,
                       const std::vector<std::size_t>& used, const std::vector<Window>& windows) {
  Presence presence(nodes.size());
  if (windows.empty()) return presence;
  const Places places(traffic, trials, used, windows);
  in_parallel(nodes.size(), traffic.messages.size() * steps_of_a_message, [&](std::size_t n) {
    std::vector<Hit>& hits = presence[n];
    for (const std::size_t m : nodes[n].messages) {
      if (nodes[n].of_records) {
        add_record(m, batches.all[m].message.time_ns, nodes[n].tolerance_ns, trials, used, windows,
                   hits);
      } else {
        places.add(m, hits);
      }
    }
    std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
      return std::tie(a.window, a.trial, a.message) < std::tie(b.window, b.trial, b.message);
    });
    hits.erase(std::unique(hits.begin(), hits.end(),
                           [](const Hit& a, const Hit& b) {
                             return a.window == b.window && a.trial == b.trial;
                           }),
               hits.end());
  });
  return presence;
}

}  // namespace brewproof
