// Requests that wait for their responses, which come in the same order (RFC 9112 section 9.3.2).
// Bounded: of requests beyond the bound only the number is known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace brewproof::decode {

class Unanswered {
 public:
  struct Request {
    std::string method, label;
    bool leaves = false;  // it asks to leave HTTP: CONNECT, Upgrade
  };
  void add(Request request) {
    if (more_ != 0 || requests_.size() >= most) {
      ++more_;
    } else {
      requests_.push_back(std::move(request));
    }
  }
  /// The request that the next response answers; null where it is not known.
  [[nodiscard]] const Request* next() const {
    return requests_.empty() ? nullptr : &requests_.front();
  }
  void answered() {
    if (!requests_.empty()) {
      requests_.erase(requests_.begin());
    } else if (more_ != 0) {
      --more_;
    }
  }

 private:
  static constexpr std::size_t most = 256;
  std::vector<Request> requests_;  // oldest first
  std::uint64_t more_ = 0;         // came after them
};

}  // namespace brewproof::decode
