// The uplink bytes by layer: every byte of every frame that the DUT sent is of exactly one class.
// Frames are counted as they come, application bytes as they reach a room and again as the messages
// leave it, so that a room that loses or invents a byte shows.
#pragma once

#include <cstdint>

#include "rig/model/message.h"

namespace brewproof::decode {

/// Frames, and what their headers took.
struct FrameBytes {
  std::uint64_t frames = 0;
  std::uint64_t total = 0;    // original lengths
  std::uint64_t link = 0;     // headers, tags, padding
  std::uint64_t network = 0;  // IP headers with their options and extensions
  FrameBytes& operator+=(const FrameBytes& more) {
    frames += more.frames;
    total += more.total;
    link += more.link;
    network += more.network;
    return *this;
  }
};

/// The classes. All of them together are the frames' total.
struct ByteLayers {
  std::uint64_t link = 0, network = 0;
  std::uint64_t transport = 0;    // headers, acknowledgements, what was sent again
  std::uint64_t protocol = 0;     // names, lengths and punctuation of the application's protocols
  std::uint64_t value = 0;        // what fields hold
  std::uint64_t sealed = 0;       // encrypted, and not opened
  std::uint64_t unexplained = 0;  // nobody could read it, or a snap length cut it off
  friend bool operator==(const ByteLayers&, const ByteLayers&) = default;
};

class Uplink {
 public:
  void frames(const FrameBytes& bytes) { frames_ += bytes; }
  void transport(std::size_t bytes) { transport_ += bytes; }
  /// A datagram of which a snap length cut some bytes off: its message has its length on the wire.
  void cut(std::size_t bytes) { cut_ += bytes; }
  /// Of a TCP segment: those that are new come again through in_order().
  void segment(std::size_t wire, std::size_t captured) {
    segments_ += captured;
    unseen_ += wire - captured;
  }
  void in_order(std::size_t bytes) { fresh_ += bytes; }
  void message(const Message& message);
  /// Headers, nonces, padding and tags of opened TLS records, which are no messages: the
  /// protocol's.
  void sealing(std::size_t bytes) { sealing_ += bytes; }

  [[nodiscard]] ByteLayers layers() const;
  /// Bytes that came and are of no class; negative where messages hold more than came. Other than 0
  /// it is a defect, mostly of a room.
  [[nodiscard]] std::int64_t lost() const;

 private:
  FrameBytes frames_;
  std::uint64_t transport_ = 0, cut_ = 0, segments_ = 0, unseen_ = 0, fresh_ = 0;
  std::uint64_t sealing_ = 0;
  std::uint64_t messages_ = 0, value_ = 0, sealed_ = 0, unexplained_ = 0;
};

}  // namespace brewproof::decode
