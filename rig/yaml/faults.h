// Everything that is wrong with one file, each fault with its place. Readers go on after a fault,
// so that a person mends a file once and not line by line.
#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "rig/model/result.h"

namespace brewproof::yaml {

/// Line and column in characters (code points), both from 1.
struct Place {
  int line = 1;
  int column = 1;
  friend auto operator<=>(const Place&, const Place&) = default;
};

class Faults {
 public:
  explicit Faults(std::string path) : path_(std::move(path)) {}

  void add(Place place, std::string message);
  [[nodiscard]] bool empty() const { return faults_.empty(); }
  [[nodiscard]] std::size_t size() const { return faults_.size(); }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// "file:line:col".
  [[nodiscard]] std::string text(Place place) const;

  /// `bad_file` with one line a fault, "file:line:col: what", in the order of the file. After 100
  /// faults the rest is counted only.
  [[nodiscard]] Error error() const;

 private:
  std::string path_;
  std::vector<std::pair<Place, std::string>> faults_;
};

}  // namespace brewproof::yaml
