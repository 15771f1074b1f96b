// The second opinion: tshark reads the same capture files in a child, and what it shows is held
// against our messages, kind by kind and value by value (kind_table.cpp). What no room of ours
// claims it reads alone. A difference is a reason to look, not an error.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/crosscheck/read_alone.h"
#include "rig/crosscheck/tshark.h"
#include "rig/model/kept_message.h"
#include "rig/model/opinion.h"
#include "rig/model/result.h"

namespace brewproof {

struct CheckedCapture {
  std::string path;
  std::uint64_t packets = 0;
};

struct CrossCheckSettings {
  TsharkSettings programs;
  std::vector<std::string> dut;          // as DecodeOptions::dut; empty = every host
  std::string keylog;                    // file of TLS keys; "" = none
  std::uint64_t most_packets = 200'000;  // that tshark reads at once: its memory grows with them
  std::size_t at_once = 2;               // of these pieces, each with a tshark of its own
  std::size_t most_listed = 20;          // differences of a kind with both readings
  ReadAloneLimits alone;
};

/// Where the two disagree, whether listed or not: what stands on it is lowered.
struct Disagreement {
  std::uint32_t file = 0;
  std::uint64_t first = 0, last = 0;  // frames
  bool ours = false;                  // a message of ours begins at `first`
  std::string peers;                  // else: both ends' addresses, and the port it was sent to
  std::uint16_t port = 0;
};

struct CrossCheck {
  std::string tool;               // "tshark 4.0.17"
  bool without_network = true;    // false: namespaces are forbidden here
  std::vector<Opinion> opinions;  // of kinds that occur
  std::vector<Unheard> unheard;
  std::vector<ReadAlone> read_alone;
  std::uint64_t not_asked = 0;     // messages that tshark might read alone, beyond the limit
  std::uint64_t up_explained = 0;  // unexplained bytes from the DUT that are values to tshark
  std::vector<Disagreement> disagreements;
  [[nodiscard]] bool agrees() const;
};

/// Captures in the order of the messages' places. What tshark reads alone is added to the messages
/// (read_alone.h). Threads of its own, which have ended on return: the result is the same with any
/// number of them. Error `host`: tshark is missing.
[[nodiscard]] Result<CrossCheck> cross_check(const std::vector<CheckedCapture>& captures,
                                             std::vector<KeptMessage>& messages,
                                             const CrossCheckSettings& settings = {});

}  // namespace brewproof
