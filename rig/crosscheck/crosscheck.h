// The second opinion: tshark reads the same capture files in a child, and its counts of messages
// are held against ours, kind by kind. Where they disagree the report says so; a difference is a
// reason to look, not an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rig/model/message.h"
#include "rig/model/result.h"

namespace brewproof {

/// "dns queries", "dns responses", "http requests", "http responses", "mqtt publishes",
/// "tls client hellos"; a kind that never occurs may be absent.
using KindCounts = std::map<std::string, std::uint64_t>;

/// What our decoder found, and what tshark must be told to look at the same places: it claims MQTT
/// and DNS by port, we by content.
struct OwnCounts {
  KindCounts kinds;
  std::set<std::string> decode_as;  // "tcp.port==18830,mqtt"
};

/// Pure. Repeats of a message count, because tshark sees each of them; malformed ones do not.
[[nodiscard]] OwnCounts count_kinds(const std::vector<Message>& messages);

struct KindComparison {
  std::string kind;
  std::uint64_t ours = 0, theirs = 0;
  std::string explanation;  // "" where they agree
  friend bool operator==(const KindComparison&, const KindComparison&) = default;
};

struct CrossCheck {
  std::string tool;  // "tshark 4.0.17"
  std::vector<KindComparison> kinds;
  [[nodiscard]] bool agrees() const;
};

struct CrossCheckSettings {
  std::string program = "tshark";
  std::vector<std::string> dut;  // as DecodeOptions::dut; empty = every host
  std::chrono::seconds within{600};
};

/// Runs tshark once per file: its memory grows with the packets it has seen. With an empty profile
/// and without plugins of the user's. Error `host`: tshark is missing; `timeout`; `bad_file`: it
/// could not read a capture.
[[nodiscard]] Result<CrossCheck> cross_check(const std::vector<std::string>& captures,
                                             const OwnCounts& ours,
                                             const CrossCheckSettings& settings = {});

/// Adds what one line of tshark's output tells (see crosscheck.cpp for its columns). Hostile text
/// only ever reaches the counting here.
void add_tshark_line(std::string_view line, KindCounts& counts);

}  // namespace brewproof
