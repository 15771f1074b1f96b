// The network of the machine during one trial: what the event's steps have blocked or limited, and
// that nothing stays blocked when the trial is over. A sham blocks what its event blocks where the
// event has an act beside (a press, a payment): the network is then a circumstance of both arms. Of
// an event that is nothing but a block the sham does the same exchanges with the kernel, and all is
// let through.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "rig/bench/network_block.h"
#include "rig/procedure/procedure_file.h"

namespace brewproof {

/// Does the event block the machine's network in some step?
[[nodiscard]] bool blocks_network(const EventSpec& event);

class Outage {
 public:
  /// nullptr: this run has nothing that could block; then no step asks for it.
  explicit Outage(NetworkBlock* network) : network_(network) {}

  /// A step `block`, `limit` or `unblock`, in an act or in its sham. What was sent, for the
  /// journal.
  struct Done {
    Instant contact;
    nlohmann::json step;
  };
  Result<Done> step(const EventSpec& event, const Step& step, const std::string& target, bool sham);

  /// Everything passes again. null: nothing was blocked; else what was, and how many packets were
  /// dropped since the last change.
  Result<nlohmann::json> lift();

 private:
  NetworkBlock* network_;
  BlockTargets standing_;
  bool pretended_ = false;
};

}  // namespace brewproof
