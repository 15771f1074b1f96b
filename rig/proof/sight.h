// What a test looks at: which slots of an event and its sham show a node in a window, and where the
// windows of two slots share messages, which messages lie in each.
#pragma once

#include <span>
#include <vector>

#include "rig/proof/every_kth.h"
#include "rig/proof/own_messages.h"

namespace brewproof {

struct Sight {
  Bits seen;  // positions that show the node
  /// By position; empty where no message lies in the windows of two slots, and where the slots are
  /// not in order of time.
  std::vector<InWindow> shared;
  /// Of other events: what lies before each position; empty where none of their slots shows the
  /// node, or no k would fit the numbers of all events together.
  std::vector<Between> between = {};
  std::vector<std::size_t> possible_k = {};  // of these numbers
};

/// Looks for all events. What it is given must outlive it.
class Sights {
 public:
  Sights(const Traffic& traffic, const Batches& batches, const std::vector<Trial>& trials,
         const std::vector<Arms>& arms);

  /// `hits`: the presence of the node in the window.
  [[nodiscard]] Sight of(std::size_t event, const Node& node, const Window& window,
                         std::span<const Hit> hits) const;
  [[nodiscard]] std::vector<InWindow> messages(std::size_t event, const Node& node,
                                               const Window& window) const;

  /// What lies before each position of the event, whatever the numbers.
  [[nodiscard]] std::vector<Between> between(std::size_t event, std::span<const Hit> hits) const;

 private:
  struct OfEvent {
    std::vector<std::size_t> position_of;  // by trial; `none` where it is not the event's
    std::int64_t closest_ns = 0;           // two slots in a row; none where they are out of order
    bool ordered = false;
  };
  const Traffic& traffic_;
  const Batches& batches_;
  const std::vector<Trial>& trials_;
  const std::vector<Arms>& arms_;
  std::vector<OfEvent> events_;
  std::vector<std::size_t> by_time_;  // trials of all events
  std::size_t acts_ = 0;              // of all events
};

}  // namespace brewproof
