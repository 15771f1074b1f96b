// What one model of coffee machine has behind its service port: keys that can be pressed, counters
// and inputs that can be read. The value behind drivers/jura/models/*.yaml; drivers/jura.cpp plays
// it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rig/model/result.h"

namespace brewproof {

struct ServiceModel {
  struct Key {
    std::string name;
    std::uint8_t code = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  /// A bit of the first byte that the machine tells of its inputs.
  struct Input {
    std::string name;
    int bit = 0;
    bool when = true;  // the line counts as asserted when the bit is this
    friend bool operator==(const Input&, const Input&) = default;
  };
  std::string summary, source;
  std::vector<std::string> types;                // how its own name begins; empty: not known
  std::vector<Key> keys;                         // channels 1, 2 ...
  std::map<std::string, std::uint8_t> counters;  // by name: the word of its memory
  std::vector<Input> inputs;                     // lines 1, 2 ...
};

/// A file of drivers/jura/models, `brewproof: jura-model/1`. Error `bad_file` with all faults as
/// file:line:col.
[[nodiscard]] Result<ServiceModel> parse_service_model(std::string text, const std::string& path);

}  // namespace brewproof
