#include "rig/decode/http2/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rig/decode/fields.h"
#include "rig/decode/http2/control.h"
#include "rig/decode/http2/frame.h"
#include "rig/decode/http2/header_blocks.h"
#include "rig/decode/http2/streams.h"

namespace brewproof::decode {
namespace {

using namespace http2;

constexpr std::size_t max_block = 256 << 10;  // of a header block, packed; of a control frame
constexpr std::size_t max_rest = 65536;

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out, Http2Upgrade upgrade)
      : flow_(&flow), out_(&out), streams_(flow, out), half_{Half(out.budget), Half(out.budget)} {
    if (!upgrade.known) return;
    streams_.announce(1, upgrade.request);
    streams_.finish(1, upgrade.client);
  }

  bool read(Side from, StreamBuffer& input) override {
    Half& half = half_[index(from)];
    while (!input.empty()) {
      if (half.left != 0) {
        take(from, half, input);
        continue;
      }
      if (half.lost || !half.begun) {
        const Begin begin = find_begin(from, half, input);
        if (begin == Begin::waits) return true;
        if (begin == Begin::none) return false;
        continue;
      }
      if (input.bytes().size() < Frame::header_size) return true;
      const Frame frame = read_frame(input.bytes());
      if (!frame.known()) {
        broken(from, input);
        return false;
      }
      if (!begin_frame(from, half, frame, input)) return true;
    }
    return true;
  }

  bool gap(Side from, std::uint64_t count) override {
    Half& half = half_[index(from)];
    if (half.left >= count && half.left != 0) {
      const std::uint64_t content = half.left - std::min(half.left, half.padding);
      half.left -= count;
      if (half.in_data && content != 0) {
        turn(from, half.frame.stream).side.gap(std::min(count, content));
      } else if (half.in_data) {
        turn(from, half.frame.stream).side.mark_gap();
      }
      if (half.left == 0) end_long_frame(from, half);
      return true;
    }
    streams_.mark_gap(from);
    drop_block(from, half, "part of it was never captured");
    end_skipped(from, half);
    half.blocks.missed();
    half.left = 0;
    half.lost = true;
    return true;
  }

  void end(Side from, std::string_view why) override {
    Half& half = half_[index(from)];
    drop_block(from, half, why);
    end_skipped(from, half);
    half.left = 0;
    streams_.cut(from, why);
  }

 private:
  struct Half {
    explicit Half(Budget& budget) : blocks(budget), block(budget) {}
    bool begun = false;  // it is known where frames begin
    bool lost = false;   // it was known, before bytes were lost
    // A frame that is read in pieces: DATA, or one that is too long to be kept.
    Frame frame;
    std::uint64_t left = 0;     // of it
    std::uint64_t padding = 0;  // of what is left, at its end
    bool in_data = false;
    std::uint64_t skipped = 0;  // bytes of a frame that is too long
    Span skipped_span;
    // A header block that goes on in CONTINUATION frames.
    HeaderBlocks blocks;
    HeldBytes block;
    std::uint64_t block_wire = 0;  // 0: there is none
    std::uint32_t block_stream = 0;
    bool block_ends_stream = false, block_promises = false, block_too_long = false;
    Span block_span;
  };

  Streams::Turn turn(Side from, std::uint32_t stream) { return streams_.turn(stream, from); }

  enum class Begin : std::uint8_t { found, waits, none };

  /// A client begins with its preface, a server with its SETTINGS. In the middle frames must be
  /// plain to see, and of header blocks before them nothing is known.
  Begin find_begin(Side from, Half& half, StreamBuffer& input) {
    const ByteView bytes = input.bytes();
    const std::string_view text = as_text(bytes);
    if (!half.begun && text.substr(0, preface.size()) == preface.substr(0, text.size())) {
      if (text.size() < preface.size()) return Begin::waits;
      Message& message = out_->begin(*flow_, from, input.span(0, preface.size()), "http2");
      message.message = "PREFACE";
      message.size = preface.size();
      out_->send(message, *flow_);
      input.consume(preface.size());
      half.begun = true;
      return Begin::found;
    }
    if (!half.begun && bytes.size() < Frame::header_size) return Begin::waits;
    const bool settings = !half.begun && read_frame(bytes).type == Type::settings &&
                          !read_frame(bytes).has(flag::ack);
    if (!settings) {
      if (!looks_like_frames(bytes)) return Begin::none;
      half.blocks.missed();
    }
    half.begun = true;
    half.lost = false;
    return Begin::found;
  }

  /// Reads a frame, or begins one that is read in pieces. False: more bytes are needed.
  bool begin_frame(Side from, Half& half, const Frame& frame, StreamBuffer& input) {
    const ByteView bytes = input.bytes();
    if (half.block_wire != 0 &&
        (frame.type != Type::continuation || frame.stream != half.block_stream))
      drop_block(from, half, "another frame stands in the middle of it");
    if (frame.type == Type::data && frame.stream != 0) return begin_data(from, half, frame, input);
    if (frame.length > max_block) {
      half.frame = frame;
      half.left = frame.length;
      half.padding = 0;
      half.in_data = false;
      half.skipped = Frame::header_size;
      half.skipped_span = input.span(0, Frame::header_size);
      input.consume(Frame::header_size);
      return true;
    }
    if (bytes.size() < frame.size()) return false;
    whole_frame(from, half, frame, bytes.subspan(Frame::header_size, frame.length),
                input.span(0, frame.size()));
    input.consume(frame.size());
    return true;
  }

  /// Section 6.1.
  bool begin_data(Side from, Half& half, const Frame& frame, StreamBuffer& input) {
    const ByteView bytes = input.bytes();
    const bool padded = frame.has(flag::padded) && frame.length != 0;
    const std::size_t header = Frame::header_size + (padded ? 1 : 0);
    if (bytes.size() < header) return false;
    half.frame = frame;
    half.in_data = true;
    half.left = frame.length - (padded ? 1 : 0);
    const std::uint64_t padding = padded ? bytes[Frame::header_size] : 0;
    half.padding = std::min(padding, half.left);
    const Streams::Turn turn = this->turn(from, frame.stream);
    turn.side.begin_data(turn.place, header, static_cast<std::uint32_t>(half.left - half.padding),
                         input.span(0, header));
    if (padding > half.left) turn.side.malformed(turn.place, "padding longer than its DATA frame");
    input.consume(header);
    if (half.left == 0) end_long_frame(from, half);
    return true;
  }

  /// The next bytes of a frame that is read in pieces.
  void take(Side from, Half& half, StreamBuffer& input) {
    const std::uint64_t content = half.left > half.padding ? half.left - half.padding : half.left;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(content, input.bytes().size()));
    const Span span = input.span(0, count);
    if (!half.in_data) {
      half.skipped += count;
      half.skipped_span.include(span);
    } else {
      const Streams::Turn turn = this->turn(from, half.frame.stream);
      if (half.left > half.padding) {
        turn.side.data(turn.place, input.bytes().first(count), span);
      } else {
        turn.side.count(turn.place, count, span);
      }
    }
    half.left -= count;
    input.consume(count);
    if (half.left == 0) end_long_frame(from, half);
  }

  void end_long_frame(Side from, Half& half) {
    if (!half.in_data) {
      if (half.frame.type == Type::headers || half.frame.type == Type::continuation ||
          half.frame.type == Type::push_promise)
        half.blocks.missed();
      return end_skipped(from, half);
    }
    if (half.frame.has(flag::end_stream)) streams_.finish(half.frame.stream, from);
  }

  void end_skipped(Side from, Half& half) {
    if (half.skipped == 0) return;
    Message& message = out_->begin(*flow_, from, half.skipped_span, "http2");
    message.message = name_of(half.frame.type);
    message.size = std::exchange(half.skipped, 0);
    message.unexplained_bytes = message.size - Frame::header_size;
    message.notes.push_back(
        fmt::format("a frame of {} bytes is longer than what is kept", half.frame.length));
    out_->send(message, *flow_);
  }

  void whole_frame(Side from, Half& half, const Frame& frame, ByteView payload, const Span& span) {
    switch (frame.type) {
      case Type::headers:
      case Type::push_promise:
        if (frame.stream == 0) break;
        return begin_block(from, half, frame, payload, span);
      case Type::continuation:
        if (half.block_wire == 0) break;
        return add_to_block(from, half, frame, payload, span);
      default:
        break;
    }
    control(from, frame, payload, span);
  }

  void control(Side from, const Frame& frame, ByteView payload, const Span& span) {
    Message& message = out_->begin(*flow_, from, span, "http2");
    message.size = frame.size();
    const std::string_view request = streams_.request(frame.stream);
    add_control(message, *out_, frame, payload, request);
    if (frame.type == Type::data || frame.type == Type::headers ||
        frame.type == Type::push_promise || frame.type == Type::continuation)
      out_->malformed(message, "it belongs to no stream or to no header block");
    if (frame.type == Type::headers || frame.type == Type::push_promise ||
        frame.type == Type::continuation)
      half_[index(from)].blocks.missed();
    out_->send(message, *flow_);
    if (frame.type == Type::rst_stream) streams_.reset(frame.stream, "the stream was reset");
  }

  /// Sections 6.2 and 6.6: padding, priority or the promised stream, then the header block.
  void begin_block(Side from, Half& half, const Frame& frame, ByteView payload, const Span& span) {
    half.block_stream = frame.stream;
    half.block_ends_stream = frame.type == Type::headers && frame.has(flag::end_stream);
    half.block_promises = frame.type == Type::push_promise;
    half.block_too_long = false;
    half.block_span = span;
    ByteReader reader(payload);
    const std::size_t padding = frame.has(flag::padded) ? reader.u8() : 0u;
    if (frame.type == Type::push_promise) promised_ = reader.be32() & 0x7fffffff;
    if (frame.type == Type::headers && frame.has(flag::priority)) reader.skip(5);
    const ByteView rest = reader.rest();
    if (!reader.ok() || padding > rest.size()) {
      half.block_wire = frame.size();
      return drop_block(from, half, "its frame is too short");
    }
    add_to_block(from, half, frame, rest.first(rest.size() - padding), span);
  }

  void add_to_block(Side from, Half& half, const Frame& frame, ByteView piece, const Span& span) {
    half.block_wire += frame.size();
    half.block_span.include(span);
    if (frame.has(flag::end_headers) && half.block.empty() && !half.block_too_long)
      return end_block(from, half, piece);
    half.block_too_long |= half.block.size() + piece.size() > max_block;
    if (!half.block_too_long) half.block.append(piece);
    if (!frame.has(flag::end_headers)) return;
    if (half.block_too_long)
      return drop_block(from, half, fmt::format("it is longer than {} bytes", max_block));
    end_block(from, half, half.block.view());
  }

  void end_block(Side from, Half& half, ByteView block) {
    const std::uint64_t wire = std::exchange(half.block_wire, 0);
    if (half.block_promises) {
      promise(from, half, block, wire);
    } else {
      const Streams::Turn turn = this->turn(from, half.block_stream);
      turn.side.header(turn.place, half.blocks, block, wire, half.block_span);
      if (half.block_ends_stream) streams_.finish(half.block_stream, from);
    }
    half.block.clear();
  }

  /// Section 8.4: the request that a server answers without being asked.
  void promise(Side from, Half& half, ByteView block, std::uint64_t wire) {
    StreamSide asked(out_->budget);
    std::string request;
    const Place place{*flow_, *out_, from, request, true};
    asked.header(place, half.blocks, block, wire, half.block_span);
    asked.finish(place);
    streams_.announce(promised_, request);
    streams_.finish(promised_, other(from));
  }

  /// A header block that will not be whole: what comes after it may refer to it.
  void drop_block(Side from, Half& half, std::string_view why) {
    if (half.block_wire == 0) return;
    const Streams::Turn turn = this->turn(from, half.block_stream);
    turn.side.lost_header(turn.place, std::exchange(half.block_wire, 0), half.block_span, why);
    half.block.clear();
    half.blocks.missed();
    if (half.block_ends_stream) streams_.finish(half.block_stream, from);
  }

  void broken(Side from, StreamBuffer& input) {
    const ByteView rest = input.bytes().first(std::min(input.bytes().size(), max_rest));
    Message& message = out_->begin(*flow_, from, input.span(0, rest.size()), "http2");
    message.message = "malformed";
    message.size = rest.size();
    out_->malformed(message,
                    fmt::format("no HTTP/2 frame at byte 0 of the rest: type {}", rest[3]));
    add_unread(message, *out_, "rest", rest);
    out_->send(message, *flow_);
    input.consume(rest.size());
  }

  Flow* flow_;
  Outlet* out_;
  Streams streams_;
  std::array<Half, 2> half_;
  std::uint32_t promised_ = 0;
};

}  // namespace

std::unique_ptr<StreamReader> open_http2(Flow& flow, Outlet& out, Http2Upgrade upgrade) {
  return std::make_unique<Reader>(flow, out, std::move(upgrade));
}

}  // namespace brewproof::decode
