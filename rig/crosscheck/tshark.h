// Wireshark's programs as children: tshark reads, editcap cuts. Neither has a network, the user's
// profile or plugins, nor more time and memory than it is given. What they print is hostile text.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/result.h"
#include "rig/process/child.h"
#include "rig/process/scratch_folder.h"

namespace brewproof {

struct TsharkSettings {
  std::string tshark = "tshark", editcap = "editcap";
  std::chrono::seconds within{600};  // one run of either
  std::uint64_t most_memory = std::uint64_t{2}
                              << 30;  // address space; 0.4 GiB are gone at the start
};

class Tshark {
 public:
  /// Asks for its version. Error `host`: it is not installed.
  [[nodiscard]] static Result<Tshark> find(const TsharkSettings& settings);

  [[nodiscard]] const std::string& version() const { return version_; }  // "tshark 4.0.17"
  /// False: namespaces are forbidden here, and it runs with the network in reach.
  [[nodiscard]] bool without_network() const { return without_network_; }

  /// Runs tshark and hands its output over, line by line. A capture that ends in the middle of
  /// something is read up to there. Errors do not name the capture: `timeout`; `bad_file`: it could
  /// not be read, or ended the program.
  [[nodiscard]] Result<void> read(const std::string& capture,
                                  const std::vector<std::string>& arguments,
                                  const std::function<void(std::string_view)>& line) const;

  /// Cuts a capture into files of `packets` each, in `folder`, and names them in order.
  [[nodiscard]] Result<std::vector<std::string>> cut(const std::string& capture,
                                                     std::uint64_t packets,
                                                     const std::string& folder) const;

 private:
  Tshark(TsharkSettings settings, ScratchFolder profile)
      : settings_(std::move(settings)), profile_(std::move(profile)) {}
  [[nodiscard]] ChildSettings child(const std::string& program) const;
  [[nodiscard]] Result<void> ask_version();

  TsharkSettings settings_;
  ScratchFolder profile_;
  std::string version_;
  bool without_network_ = true;
};

}  // namespace brewproof
