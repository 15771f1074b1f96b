// The streams of one connection: what each of them asks and answers. Bounded: beyond max_streams
// the one that was opened first is given up.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rig/decode/http2/stream_side.h"

namespace brewproof::decode::http2 {

class Streams {
 public:
  Streams(Flow& flow, Outlet& out);

  struct Turn {
    StreamSide& side;
    Place place;
  };
  /// One side of a stream, which is opened if it is new.
  Turn turn(std::uint32_t stream, Side from);
  /// A stream that is not opened by its own frames: one that was promised, or upgraded to.
  void announce(std::uint32_t stream, std::string_view request);
  /// The label of its request; "" where it is not known.
  [[nodiscard]] std::string_view request(std::uint32_t stream) const;

  /// The side has said all that it will.
  void finish(std::uint32_t stream, Side from);
  /// The stream is over; what was under construction goes out.
  void reset(std::uint32_t stream, std::string_view why);
  /// This side of all streams is over.
  void cut(Side from, std::string_view why);
  /// Bytes of this side were never captured, of which streams is not known.
  void mark_gap(Side from);

 private:
  struct Stream {
    explicit Stream(Budget& budget) : share(budget) {}
    Share share;
    std::string request;
    std::array<std::unique_ptr<StreamSide>, 2> sides;
    std::array<bool, 2> ended{};
  };
  Stream& open(std::uint32_t id);
  void close(Stream& stream, std::string_view why);
  void keep(std::unique_ptr<StreamSide> side);
  Place place(Stream& stream, Side from) { return {*flow_, *out_, from, stream.request}; }

  /// Of streams that are over, for the next ones.
  using Spare = std::vector<std::unique_ptr<StreamSide>>;
  Flow* flow_;
  Outlet* out_;
  Spare* spare_;
  std::map<std::uint32_t, Stream> streams_;
};

}  // namespace brewproof::decode::http2
