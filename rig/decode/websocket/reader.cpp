#include "rig/decode/websocket/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "rig/decode/fields.h"
#include "rig/decode/http/body.h"
#include "rig/decode/stream/conversation.h"
#include "rig/decode/text.h"
#include "rig/decode/websocket/frame.h"
#include "rig/decode/websocket/inner.h"
#include "rig/decode/websocket/unpacker.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t rsv1 = 4;
constexpr std::size_t max_control = 125;  // section 5.5
constexpr std::size_t max_rest = 65536;
constexpr std::size_t max_faults = 4;  // that one message tells of

std::string_view name_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::continuation:
      return "continuation";
    case Opcode::text:
      return "text";
    case Opcode::binary:
      return "binary";
    case Opcode::close:
      return "close";
    case Opcode::ping:
      return "ping";
    case Opcode::pong:
      return "pong";
  }
  return {};
}

/// A message whose frames are arriving.
struct Partial {
  explicit Partial(Budget& budget) : body(budget) {}
  Opcode opcode = Opcode::continuation;
  bool packed = false, gap = false;
  std::uint64_t wire = 0;  // bytes of its frames so far
  Span span;
  Body body;
  std::vector<std::string> faults, notes;

  void fault(std::string what) {
    if (faults.size() < max_faults) faults.push_back(std::move(what));
  }
  void cut(std::string_view why) {
    gap = true;
    body.lose();
    notes.push_back(fmt::format("cut off: {}", why));
  }
  void clear() {
    body.clear();
    wire = 0;
    packed = gap = false;
    faults.clear();
    notes.clear();
  }
};

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out, WebSocketUpgrade upgrade)
      : flow_(&flow),
        out_(&out),
        upgrade_(std::move(upgrade)),
        half_{Half(out.budget), Half(out.budget)} {
    if (equal_ignoring_case(std::string_view(upgrade_.protocol).substr(0, 4), "mqtt") &&
        InnerStream::allowed(flow))
      inner_.emplace(flow, out);
    if (contains_ignoring_case(upgrade_.extensions, "client_no_context_takeover"))
      half_[index(upgrade_.client)].unpacker.stand_alone();
    if (contains_ignoring_case(upgrade_.extensions, "server_no_context_takeover"))
      half_[index(other(upgrade_.client))].unpacker.stand_alone();
  }

  bool read(Side from, StreamBuffer& input) override {
    Half& half = half_[index(from)];
    if (half.lost && !input.empty()) {
      if (!goes_on_as_websocket(input.bytes())) return false;
      half.lost = false;
    }
    while (!input.empty()) {
      if (half.left != 0) {
        take(from, half, input);
        continue;
      }
      const WebSocketFrame header = read_websocket_frame(input.bytes());
      if (header.state == WebSocketFrame::State::cut) return true;
      if (header.state == WebSocketFrame::State::bad) {
        broken(from, input);
        return false;
      }
      begin_frame(from, half, header, input.span(0, header.size));
      input.consume(header.size);
      if (half.left == 0) end_frame(from, half);
    }
    return true;
  }

  bool gap(Side from, std::uint64_t count) override {
    Half& half = half_[index(from)];
    half.unpacker.missed();
    if (count <= half.left) {
      half.left -= count;
      half.at += count;
      half.current()->gap = true;
      half.current()->body.lose();
      if (half.inner) inner_->gap(from, count);
      if (half.left == 0) end_frame(from, half);
      return true;
    }
    if (inner_) inner_->gap(from, count);
    cut(from, half, "the rest of it was never captured");
    half.lost = true;
    return true;
  }

  void end(Side from, std::string_view why) override {
    cut(from, half_[index(from)], why);
    if (!inner_) return;
    inner_->end(from, why);
    if (!inner_->closed()) return;
    for (const Side side : {Side::client, Side::server})  // frames whose content nobody told
      if (const std::uint64_t owed = inner_->take_owed(side))
        out_->send(begin(side, inner_->last_span(), "frames", owed), *flow_);
  }

 private:
  struct Half {
    explicit Half(Budget& budget) : data(budget), control(budget), unpacker(budget) {}
    WebSocketFrame frame;     // that is being read
    std::uint64_t left = 0;   // of its payload
    std::uint64_t at = 0;     // of its payload, for the mask
    Partial data, control;    // a control frame may stand between the frames of a message
    bool in_message = false;  // the data message has begun
    bool inner = false;       // this frame's payload goes inside
    bool lost = false;        // where frames begin is not known
    Unpacker unpacker;
    Partial* current() { return frame.control() ? &control : &data; }
  };

  void begin_frame(Side from, Half& half, const WebSocketFrame& header, const Span& span) {
    half.frame = header;
    half.left = header.length;
    half.at = 0;
    if (!header.control() && half.in_message && header.opcode != Opcode::continuation) {
      half.data.fault("another message begins before this one has ended");
      send(from, half.data);
      half.in_message = false;
    }
    Partial& partial = *half.current();
    const bool first = header.control() || !half.in_message;
    if (first) {
      partial.opcode = header.opcode;
      partial.packed = header.reserved == rsv1 && !header.control() && may_be_packed();
      partial.span = span;
      if (header.opcode == Opcode::continuation) partial.fault("a continuation of no message");
    }
    if (!header.control()) half.in_message = true;
    partial.span.include(span);
    note_faults(from, partial, header, first);
    half.inner = inner_ && !header.control() && partial.opcode != Opcode::text && !partial.packed;
    if (half.inner) {
      inner_->owes(from, static_cast<std::int64_t>(header.size), span);
    } else {
      partial.wire += header.size;
    }
  }

  bool may_be_packed() const {
    return !upgrade_.known || contains_ignoring_case(upgrade_.extensions, "permessage-deflate");
  }

  void note_faults(Side from, Partial& partial, const WebSocketFrame& header, bool first) const {
    if (header.reserved != 0 && !(first && partial.packed))
      partial.fault(fmt::format("reserved bits {} are set", header.reserved));
    if (!header.shortest) partial.fault("its length is written longer than it may be");
    if (header.control() && (!header.last || header.length > max_control))
      partial.fault("a control frame in pieces, or of more than 125 bytes");
    if (upgrade_.known && header.masked != (from == upgrade_.client))
      partial.fault(header.masked ? "a server's frame is masked"
                                  : "a client's frame is not masked");
  }

  void take(Side from, Half& half, StreamBuffer& input) {
    Partial& partial = *half.current();
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(half.left, input.bytes().size()));
    const Span span = input.span(0, count);
    ByteView piece = input.bytes().first(count);
    if (half.frame.masked) {
      unmasked_.assign(piece.begin(), piece.end());
      unmask(unmasked_, half.frame.key, half.at);
      piece = unmasked_;
    }
    partial.span.include(span);
    if (half.inner) {
      inner_->bytes(from, piece, span);
    } else {
      partial.wire += count;
      partial.body.add(piece, out_->options.max_buffer);
    }
    half.left -= count;
    half.at += count;
    input.consume(count);
    if (half.left == 0) end_frame(from, half);
  }

  void end_frame(Side from, Half& half) {
    if (half.frame.control()) return send(from, half.control);
    if (!half.frame.last) return;
    half.in_message = false;
    send(from, half.data);
  }

  void cut(Side from, Half& half, std::string_view why) {
    if (half.left != 0 && half.frame.control()) {
      half.control.cut(why);
      send(from, half.control);
    }
    if (half.in_message) {
      half.data.cut(why);
      send(from, half.data);
    }
    half.left = 0;
    half.in_message = false;
  }

  void send(Side from, Partial& partial) {
    if (partial.wire != 0 && !(inner_ && partial.packed && pass_inside(from, partial))) {
      Message& message = begin(from, partial.span, name_of(partial.opcode), partial.wire);
      message.gap = partial.gap;
      message.notes = std::move(partial.notes);
      for (std::string& fault : partial.faults) out_->malformed(message, std::move(fault));
      const std::size_t before = message.fields.size();
      add_payload(from, message, partial);
      if (message.gap) Outlet::mark_cut(message, before);
      out_->send(message, *flow_);
    }
    partial.clear();
  }

  Message& begin(Side from, const Span& span, std::string_view name, std::uint64_t size) {
    Message& message = out_->begin(*flow_, from, span, "websocket");
    message.message += name;
    if (!upgrade_.path.empty()) {
      message.message += ' ';
      message.message += upgrade_.path;
    }
    message.size = size;
    return message;
  }

  void add_payload(Side from, Message& message, const Partial& partial) {
    const ByteView payload = partial.body.kept();
    if (partial.opcode == Opcode::close && !partial.gap) {
      add_close(message, payload);
    } else if (partial.opcode == Opcode::ping || partial.opcode == Opcode::pong) {
      if (!payload.empty()) out_->content(message, "payload", payload);
    } else if (partial.packed) {
      add_packed(from, message, partial);
    } else {
      if (partial.opcode == Opcode::text && partial.body.whole() && !is_utf8(as_text(payload)))
        out_->malformed(message, "text that is not UTF-8");
      partial.body.add_to(message, *out_, "payload", {});
    }
  }

  /// Section 5.5.1.
  void add_close(Message& message, ByteView payload) {
    if (payload.empty()) return;
    if (payload.size() == 1) {
      out_->malformed(message, "a close code of one byte");
      return add_unread(message, *out_, "payload", payload);
    }
    out_->integer(message, "code", payload[0] << 8 | payload[1], 2);
    if (payload.size() > 2) out_->text(message, "reason", as_text(payload.subspan(2)));
  }

  std::size_t limit_of(const Partial& partial) const {
    constexpr std::size_t always = 65536;
    return std::min(out_->options.max_buffer,
                    std::max(always, partial.body.kept().size() * out_->options.max_ratio));
  }

  /// Opens a packed message; `fault` says why it is not whole.
  Bytes unpack(Side from, const Partial& partial, std::string& fault) {
    Unpacker& unpacker = half_[index(from)].unpacker;
    if (partial.body.whole()) return unpacker.open(partial.body.kept(), limit_of(partial), fault);
    unpacker.missed();
    fault = "not all of it was kept";
    return {};
  }

  /// The path says nothing of the packing: endpoints pack one message and leave the next as it is.
  void add_packed(Side from, Message& message, const Partial& partial) {
    std::string fault;
    const Bytes opened = unpack(from, partial, fault);
    if (!fault.empty())
      message.notes.push_back(fmt::format("payload could not be unpacked whole: {}", fault));
    if (opened.empty()) {
      if (!partial.body.empty()) add_unread(message, *out_, "payload", partial.body.kept());
      return;
    }
    message.value_bytes += partial.body.size();
    const Outlet::Inside packed(*out_);
    add_content(message, *out_, "payload", opened);
  }

  /// False: it could not be unpacked.
  bool pass_inside(Side from, const Partial& partial) {
    std::string fault;
    const Bytes opened = unpack(from, partial, fault);
    if (!fault.empty()) return false;
    inner_->owes(from,
                 static_cast<std::int64_t>(partial.wire) - static_cast<std::int64_t>(opened.size()),
                 partial.span);
    inner_->bytes(from, opened, partial.span);
    return true;
  }

  void broken(Side from, StreamBuffer& input) {
    const ByteView rest = input.bytes().first(std::min(input.bytes().size(), max_rest));
    Message& message = begin(from, input.span(0, rest.size()), "malformed", rest.size());
    out_->malformed(message, "no WebSocket frame at byte 0 of the rest");
    add_unread(message, *out_, "rest", rest);
    out_->send(message, *flow_);
    input.consume(rest.size());
  }

  Flow* flow_;
  Outlet* out_;
  WebSocketUpgrade upgrade_;
  std::array<Half, 2> half_;
  std::optional<InnerStream> inner_;  // what a subprotocol carries as a stream of its own
  Bytes unmasked_;                    // kept for its memory
};

}  // namespace

std::unique_ptr<StreamReader> open_websocket(Flow& flow, Outlet& out, WebSocketUpgrade upgrade) {
  return std::make_unique<Reader>(flow, out, std::move(upgrade));
}

}  // namespace brewproof::decode
