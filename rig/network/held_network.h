// The network of a bench that stands as long as somebody holds it: bridge, addresses, rules, name
// server, access point. Three things see to it that nothing stays:
//
// * The record /run/brewproof/network.json holds the commands that undo all, is written before
//   anything is changed, and is locked by whoever holds the network: one at a time on a station.
// * A keeper, this program once more (`take_down_later`), waits for the end of its stdin and runs
//   them: whether the holder let go or was killed.
// * dnsmasq and hostapd are killed by the kernel when the holder ends.
//
// Holder and keeper killed together leave bridge, address, rules and forwarding as they are until
// take_down_left() or the station's next start.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "rig/bench/bench_file.h"
#include "rig/model/result.h"
#include "rig/process/child.h"
#include "rig/process/descriptor.h"

namespace brewproof {

class HeldNetwork {
 public:
  /// Takes down what somebody left, then sets up all. Errors: `usage` (mode tap), `host` (not root,
  /// in use, an interface that may not be used, a program that failed); nothing stays then.
  [[nodiscard]] static Result<HeldNetwork> set_up(const BenchFile& bench);

  /// Returns when `stop` is raised. Error `host`: dnsmasq, hostapd or the keeper ended.
  [[nodiscard]] Result<void> hold(const std::atomic<int>& stop);

  /// Error `host`: something could not be undone; the message has the commands.
  [[nodiscard]] Result<void> take_down();

  HeldNetwork(HeldNetwork&&) noexcept = default;
  HeldNetwork& operator=(HeldNetwork&&) = delete;
  ~HeldNetwork();  // takes down what still stands

 private:
  HeldNetwork() = default;
  Result<void> start_programs(const NetworkConfig& network);

  Descriptor record_;  // locked
  std::unique_ptr<Child> keeper_, name_server_, access_point_;
};

/// Whose network stands here.
struct NetworkHolder {
  std::string bench;
  int pid = 0;
  bool gone = false;  // killed, with its keeper: what it set up is still there
};

/// nullopt: nobody's.
[[nodiscard]] std::optional<NetworkHolder> network_holder();

/// Takes down what a killed holder left. Returns false where there is nothing. Errors: `host`,
/// `usage` (it is held, by whom).
[[nodiscard]] Result<bool> take_down_left();

/// What the keeper does: waits for the end of its stdin and of the holder, then takes down.
[[nodiscard]] Result<void> take_down_later();

}  // namespace brewproof
