#include "rig/proof/presence.h"

#include <algorithm>
#include <utility>

#include "rig/model/parallel.h"

namespace brewproof {
namespace {

/// Where one node's messages fall: the first of them in each window of each trial.
class Firsts {
 public:
  Firsts(const std::vector<Trial>& trials, const std::vector<std::size_t>& used,
         const std::vector<Window>& windows)
      : used_(used), windows_(windows), met_(windows.size() * used.size()) {
    origins_.reserve(used.size());
    for (const std::size_t t : used) origins_.push_back(trials[t].origin_ns());
    earliest_ = windows.front().begin_ns;
    latest_ = windows.front().end_ns;
    for (const Window& window : windows) {
      earliest_ = std::min(earliest_, window.begin_ns);
      latest_ = std::max(latest_, window.end_ns);
    }
  }

  /// In order of time. Trials whose windows may hold it: latest > time - origin >= earliest; the
  /// first such trial only moves forward.
  void add(std::size_t message, std::int64_t time) {
    while (from_ < used_.size() && time - origins_[from_] >= latest_) ++from_;
    for (std::size_t u = from_; u < used_.size(); ++u) {
      const std::int64_t latency = time - origins_[u];
      if (latency < earliest_) break;
      for (std::size_t w = 0; w < windows_.size(); ++w)
        if (latency >= windows_[w].begin_ns && latency < windows_[w].end_ns) meet(w, u, message);
    }
  }

  /// In any order. Batches are few: each record looks its trials up.
  void add_record(std::size_t record, std::int64_t time, std::int64_t tolerance) {
    for (std::size_t w = 0; w < windows_.size(); ++w) {
      const std::int64_t latest = time - windows_[w].begin_ns + tolerance;
      const std::int64_t earliest = time - windows_[w].end_ns - tolerance;
      auto at = std::ranges::upper_bound(origins_, earliest);
      for (; at != origins_.end() && *at <= latest; ++at)
        meet(w, static_cast<std::size_t>(at - origins_.begin()), record);
    }
  }

  std::vector<Hit> finish() && {
    std::ranges::sort(hits_, {}, [](const Hit& hit) { return std::pair(hit.window, hit.trial); });
    return std::move(hits_);
  }

 private:
  void meet(std::size_t window, std::size_t u, std::size_t message) {
    std::size_t& place = met_[window * used_.size() + u];
    if (place == 0) {
      hits_.push_back({window, used_[u], message});
      place = hits_.size();
    } else {
      std::size_t& first = hits_[place - 1].message;
      first = std::min(first, message);
    }
  }

  const std::vector<std::size_t>& used_;
  const std::vector<Window>& windows_;
  std::vector<std::int64_t> origins_;  // of `used`
  std::int64_t earliest_ = 0, latest_ = 0;
  std::size_t from_ = 0;
  std::vector<std::size_t> met_;  // by window and trial: place in `hits_` + 1; 0 = none
  std::vector<Hit> hits_;
};

}  // namespace

Presence find_presence(const Traffic& traffic, const Batches& batches,
                       const std::vector<Node>& nodes, const std::vector<Trial>& trials,
                       const std::vector<std::size_t>& used, const std::vector<Window>& windows) {
  Presence presence(nodes.size());
  if (windows.empty()) return presence;
  in_parallel(nodes.size(), traffic.messages.size() * steps_of_a_message, [&](std::size_t n) {
    Firsts firsts(trials, used, windows);
    for (const std::size_t m : nodes[n].messages) {
      if (nodes[n].of_records)
        firsts.add_record(m, batches.all[m].message.time_ns, nodes[n].tolerance_ns);
      else
        firsts.add(m, traffic.messages[m]->time_ns);
    }
    presence[n] = std::move(firsts).finish();
  });
  return presence;
}

}  // namespace brewproof
