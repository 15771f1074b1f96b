// One thing that a bench, or this station, needs: looked at for real, with the mend beside what is
// missing. Each file of this folder holds the checks of one kind.
#pragma once

#include <string>
#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/network/held_network.h"
#include "rig/network/network_facts.h"

namespace brewproof {

struct Check {
  enum class State { good, note, bad };  // note: it works, but a person should know
  std::string what;
  State state = State::good;
  std::string detail;
  std::string mend;  // lines to do or to type; "" where there is nothing to do
};

using Checks = std::vector<Check>;

/// Programs, disk, clock of this station.
[[nodiscard]] Checks host_checks();
/// The private network that `demo` runs in.
[[nodiscard]] Check private_network_check();

/// The capture interface: privilege, link, offloads, and whether the machine is heard.
[[nodiscard]] Checks capture_checks(const BenchFile& bench);
/// What network.mode asks for, against what stands. None in mode tap.
[[nodiscard]] Checks reach_checks(const BenchFile& bench, const NetworkFacts& facts);
[[nodiscard]] Checks reach_checks(const BenchFile& bench);
/// Error `host`: not all stands that network.mode asks for. Otherwise a fault of this station would
/// look like a silence of the machine.
[[nodiscard]] Result<void> network_stands(const BenchFile& bench);
/// What network.gateway needs: key logs, mitmproxy, the right to lead connections. None without it.
[[nodiscard]] Checks gateway_checks(const BenchFile& bench);
/// Whose network is set up on this station; none where there is none.
[[nodiscard]] Checks holder_checks();
/// Every way out of the machine, and what its declaration means: what is unobserved limits what can
/// be shown.
[[nodiscard]] Checks paths_checks(const BenchFile& bench);

/// Whether this user may open each device that the bench names.
[[nodiscard]] Checks permission_checks(const BenchFile& bench, DriverTable drivers);
/// Opens each device and asks who it is, then what makes the outputs safe when this program is
/// killed. Nothing is opened while another program has the bench: some devices switch off as they
/// are opened.
[[nodiscard]] Checks device_checks(const BenchFile& bench, DriverTable drivers);

}  // namespace brewproof
