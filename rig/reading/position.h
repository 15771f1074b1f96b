// The packet that a process is at, told to another one through a page of memory that both share:
// when the process is killed in the middle of a packet, the other still knows which it was. The
// reader takes every value as a stranger's: it is for texts and for seeing that it moves.
#pragma once

#include <atomic>
#include <cstdint>

#include "rig/model/packet.h"
#include "rig/model/result.h"
#include "rig/process/descriptor.h"

namespace brewproof {

class Position {
 public:
  /// A page of its own, at the beginning.
  [[nodiscard]] static Result<Position> make();
  /// The page of a process that made one: a descriptor that was inherited.
  [[nodiscard]] static Result<Position> of(Descriptor page);
  Position(Position&& other) noexcept;
  Position& operator=(Position&&) = delete;
  ~Position();

  [[nodiscard]] int descriptor() const { return page_.number(); }

  void at(const PacketPlace& place) {
    cells_->file.store(place.file, std::memory_order_relaxed);
    cells_->offset.store(place.offset, std::memory_order_relaxed);
    cells_->frame.store(place.frame, std::memory_order_relaxed);
    moved();
  }
  /// Something was done that is no packet.
  void moved() {
    cells_->moves.store(cells_->moves.load(std::memory_order_relaxed) + 1,
                        std::memory_order_relaxed);
  }

  [[nodiscard]] PacketPlace place() const {
    return {cells_->file.load(std::memory_order_relaxed),
            cells_->offset.load(std::memory_order_relaxed),
            cells_->frame.load(std::memory_order_relaxed)};
  }
  [[nodiscard]] std::uint64_t moves() const {
    return cells_->moves.load(std::memory_order_relaxed);
  }

 private:
  struct Cells {
    std::atomic<std::uint32_t> file;
    std::atomic<std::uint64_t> offset, frame, moves;
  };
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "two processes share them");

  Position(Descriptor page, Cells* cells) : page_(std::move(page)), cells_(cells) {}
  Descriptor page_;
  Cells* cells_;
};

}  // namespace brewproof
