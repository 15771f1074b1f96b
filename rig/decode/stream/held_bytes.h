// Bytes that a decoder keeps between packets, counted in one budget, so that the memory of all
// flows together is bounded and not only that of each.
#pragma once

#include <cstddef>

#include "rig/model/bytes.h"

namespace brewproof::decode {

struct Budget {
  std::size_t held = 0;
};

/// A part of the budget for what is kept in another form than bytes: fields, tables.
class Share {
 public:
  explicit Share(Budget& budget) : budget_(&budget) {}
  Share(Share&& from) noexcept : budget_(from.budget_), size_(from.size_) { from.size_ = 0; }
  Share& operator=(Share&&) = delete;
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;
  ~Share() { set(0); }

  void set(std::size_t size) {
    budget_->held += size;
    budget_->held -= size_;
    size_ = size;
  }
  void add(std::size_t size) { set(size_ + size); }

 private:
  Budget* budget_;
  std::size_t size_ = 0;
};

class HeldBytes {
 public:
  explicit HeldBytes(Budget& budget) : budget_(&budget) {}
  HeldBytes(HeldBytes&& from) noexcept : budget_(from.budget_), bytes_(std::move(from.bytes_)) {
    from.bytes_.clear();
  }
  HeldBytes& operator=(HeldBytes&& from) noexcept {
    budget_->held -= bytes_.size();
    budget_ = from.budget_;
    bytes_ = std::move(from.bytes_);
    from.bytes_.clear();
    return *this;
  }
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;
  ~HeldBytes() { budget_->held -= bytes_.size(); }

  [[nodiscard]] ByteView view() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  void append(ByteView more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    budget_->held += more.size();
  }
  void drop_front(std::size_t count) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(count));
    budget_->held -= count;
  }
  /// Gives large memory back; small blocks stay for the next use.
  void clear() {
    budget_->held -= bytes_.size();
    bytes_.clear();
    if (bytes_.capacity() > 4096) bytes_ = Bytes{};
  }

 private:
  Budget* budget_;
  Bytes bytes_;
};

}  // namespace brewproof::decode
