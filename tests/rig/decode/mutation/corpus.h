// Conversations of every kind that the rooms read, for tests that break them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {

/// Frames in the order in which they were sent. Of TCP, the sequence numbers and the client's port
/// (160 * 256 + a number below 256) are whoever sends them to fill in.
using Scene = std::vector<Bytes>;

struct Corpus {
  std::vector<Scene> scenes;
  std::string key_log;  // of the TLS sessions among them
};

[[nodiscard]] Corpus corpus();
/// Each of its frames, once.
[[nodiscard]] std::vector<Bytes> frames_of(const Corpus& corpus);

}  // namespace brewproof::wire
