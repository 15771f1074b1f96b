// Which message of ours stands where: by conversation and frames, so that what tshark shows in a
// packet can be laid beside it. Of one piece of one capture file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rig/crosscheck/dissection.h"
#include "rig/model/kept_message.h"

namespace brewproof {

class Places {
 public:
  /// `index`: the message's, as find() gives it back. Then sort() once.
  void add(const KeptMessage& message, std::size_t index, std::uint64_t first, std::uint64_t last);
  void sort();

  /// Messages of the packet's conversation and direction whose frames hold this one, in order.
  [[nodiscard]] std::vector<std::size_t> find(const Dissection& packet) const;

 private:
  struct Place {
    std::uint64_t first, last;
    std::size_t index;
  };
  void look_up(const std::string& key, std::uint64_t frame, std::vector<std::size_t>& into) const;

  std::unordered_map<std::string, std::vector<Place>> flows_;
};

}  // namespace brewproof
