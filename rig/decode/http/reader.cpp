#include "rig/decode/http/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rig/decode/fields.h"
#include "rig/decode/http/claim.h"
#include "rig/decode/http/header_text.h"
#include "rig/decode/http/incoming.h"
#include "rig/decode/http/mending.h"
#include "rig/decode/http/unanswered.h"
#include "rig/decode/http2/reader.h"
#include "rig/decode/text.h"
#include "rig/decode/websocket/reader.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_waiting = 16384;  // bytes that wait for the answer to an upgrade

/// Of finished messages, for the next ones: an idle connection holds none.
using Spare = std::vector<std::unique_ptr<Incoming>>;
constexpr std::size_t max_spare = 64;

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out) : flow_(&flow), out_(&out), spare_(&out.memory<Spare>()) {}

  bool read(Side from, StreamBuffer& input) override {
    if (next_ != nullptr) return next_->read(from, input);
    Half& half = half_[index(from)];
    while (!input.empty()) {
      if (!half.active()) {
        if (half.waits && claim_http(input.bytes()) != Claim::yes)
          return input.bytes().size() < max_waiting;
        if (!begin(from, half, input)) return true;
      }
      if (!advance(from, half, input)) return next_ != nullptr && next_->read(from, input);
      if (half.active()) return true;  // more bytes are needed
    }
    return true;
  }

  bool gap(Side from, std::uint64_t count) override {
    if (next_ != nullptr) return next_->gap(from, count);
    Half& half = half_[index(from)];
    if (!half.active()) return false;
    Incoming& incoming = *half.incoming;
    incoming.message.gap = true;
    if (!incoming.skip(count)) {
      incoming.message.notes.push_back(
          fmt::format("{} bytes of it were never captured: the rest could not be told", count));
      send(from, half);
      return false;
    }
    return !incoming.done() || complete(from, half) || next_ != nullptr;
  }

  void end(Side from, std::string_view why) override {
    if (next_ != nullptr) return next_->end(from, why);
    end_http(from, why);
  }

 private:
  void end_http(Side from, std::string_view why) {
    Half& half = half_[index(from)];
    if (half.active() && half.begun()) {
      const bool header_done = half.incoming->header_done();
      if (!half.incoming->end()) {
        half.incoming->message.notes.push_back(fmt::format("cut off: {}", why));
        if (!header_done) out_->malformed(half.incoming->message, "HTTP header has no end");
      }
      send(from, half);
    }
    if (half.active()) close(half);  // not even a first line: it stays unread
    tell_empty_lines(from, half);
  }

  struct Half {
    std::unique_ptr<Incoming> incoming;  // while a message is under construction
    std::size_t scanned = 0;             // of the unread bytes, for the header's end
    bool mending = false;                // the rest of the header is read once it is whole
    bool waits = false;             // asked to leave HTTP; the answer says what the next bytes are
    std::uint64_t empty_lines = 0;  // bytes of them, which the next message will count
    Span empty_span;
    [[nodiscard]] bool active() const { return incoming != nullptr; }
    [[nodiscard]] bool begun() const { return incoming->consumed != 0; }
  };

  /// Starts a message; false: too few bytes to tell a request from a response.
  bool begin(Side from, Half& half, StreamBuffer& input) {
    take_empty_lines(half, input);
    if (input.empty()) return false;
    const std::string_view text = as_text(input.bytes());
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t status_end = 12;  // "HTTP/1.1 200"
    const bool response = text.substr(0, version.size()) == version.substr(0, text.size());
    if (response && text.size() < status_end) return false;
    if (spare_->empty()) {
      half.incoming = std::make_unique<Incoming>(out_->budget, *out_);
    } else {
      half.incoming = std::move(spare_->back());
      spare_->pop_back();
    }
    half.scanned = 0;
    half.mending = false;
    half.incoming->span = input.span(0, 1);
    out_->begin(half.incoming->message, *flow_, from, half.incoming->span, "http");
    const Unanswered::Request* asked = response ? unanswered_.next() : nullptr;
    const std::string_view status = text.substr(response ? 9 : 0, 3);
    const bool bodiless =
        asked != nullptr && status[0] != '1' &&
        (asked->method == "HEAD" || (asked->method == "CONNECT" && status[0] == '2'));
    half.incoming->begin(response ? Incoming::Kind::response : Incoming::Kind::request, bodiless);
    return true;
  }

  /// RFC 9112 section 2.2: empty lines before a request are ignored. Their time says nothing of
  /// the request behind them, which may come much later.
  void take_empty_lines(Half& half, StreamBuffer& input) {
    const std::string_view text = as_text(input.bytes());
    const std::size_t count = std::min(text.find_first_not_of("\r\n"), text.size());
    if (count == 0) return;
    if (half.empty_lines == 0) half.empty_span = input.span(0, count);
    half.empty_span.include(input.span(0, count));
    half.empty_lines += count;
    input.consume(count);
  }

  void tell_empty_lines(Side from, Half& half) {
    if (half.empty_lines == 0) return;
    Message& message = out_->begin(*flow_, from, half.empty_span, "http");
    message.message = "empty lines";
    message.size = std::exchange(half.empty_lines, 0);
    out_->send(message, *flow_);
  }

  /// False: what is unread is not HTTP.
  bool advance(Side from, Half& half, StreamBuffer& input) {
    Incoming& incoming = *half.incoming;
    while (!input.empty()) {
      const std::string_view text = as_text(input.bytes());
      if (!half.mending && !half.begun() && ends_lines_bare(text)) half.mending = true;
      if (half.mending) {
        const Mending step = mend(from, half, input);
        if (step == Mending::waits) return true;
        if (step == Mending::failed) return false;
        if (incoming.done()) return complete(from, half);
        continue;
      }
      Incoming::Step step = incoming.put(text);
      take(half, input, step.used);
      if (step.state == Incoming::State::done) return complete(from, half);
      if (step.state == Incoming::State::more) {
        // Its end may have come in a form that the parser does not see.
        if (!incoming.header_done() && header_size(as_text(input.bytes()), half.scanned) != 0)
          half.mending = true;
        if (!half.mending) return true;
        continue;
      }
      if (!incoming.header_done()) {
        half.mending = true;
      } else if (const std::size_t used = read_padded_chunk(incoming, as_text(input.bytes()))) {
        take(half, input, used);
      } else {
        out_->malformed(incoming.message,
                        fmt::format("not HTTP after byte {}: {}", incoming.consumed, step.why));
        broken(from, half, input);
        return false;
      }
      if (incoming.done()) return complete(from, half);
    }
    return true;
  }

  void take(Half& half, StreamBuffer& input, std::size_t count) {
    if (count == 0) return;
    half.incoming->span.include(input.span(0, count));
    half.incoming->consumed += count;
    half.incoming->hold();
    half.scanned -= std::min(half.scanned, count);
    input.consume(count);
  }

  enum class Mending : std::uint8_t { read, waits, failed };

  /// Reads the rest of a header, once it is there, line by line: what the parser refuses is told
  /// and read on behind.
  Mending mend(Side from, Half& half, StreamBuffer& input) {
    Incoming& incoming = *half.incoming;
    const std::string_view text = as_text(input.bytes());
    if (!half.begun()) {
      const Claim claim = claim_http(input.bytes());
      if (claim == Claim::more) return Mending::waits;
      if (claim == Claim::no || !is_first_line(text)) return not_begun(half);
    }
    const std::size_t size = header_size(text, half.scanned);
    if (size == 0 && text.size() <= max_header) return Mending::waits;
    if (size == 0 || size > max_header) {
      out_->malformed(incoming.message,
                      fmt::format("not HTTP after byte {}: a header of more than {} bytes",
                                  incoming.consumed, max_header));
      broken(from, half, input);
      return Mending::failed;
    }
    if (!read_refused_header(incoming, text.substr(0, size))) return not_begun(half);
    take(half, input, size);
    half.mending = false;
    return Mending::read;
  }

  Mending not_begun(Half& half) {  // not even a first line: other rooms may know it
    close(half);
    return Mending::failed;
  }

  void broken(Side from, Half& half, StreamBuffer& input) {
    const ByteView rest = input.bytes().first(std::min(input.bytes().size(), max_header));
    if (!rest.empty()) {
      add_unread(half.incoming->message, *out_, "rest", rest);
      take(half, input, rest.size());
    }
    send(from, half);
  }

  /// False: what follows is no HTTP any more.
  bool complete(Side from, Half& half) {
    const Incoming& incoming = *half.incoming;
    const Unanswered::Request* asked =
        incoming.kind() == Incoming::Kind::response ? unanswered_.next() : nullptr;
    const bool tunnels = asked != nullptr && asked->method == "CONNECT" && incoming.status >= 200 &&
                         incoming.status < 300;
    std::unique_ptr<StreamReader> next;
    if (incoming.status == 101) next = successor(from, incoming, asked);
    const bool stays = !tunnels && incoming.status != 101;  // RFC 9110 section 15.2.2
    send(from, half);
    if (next != nullptr) {
      for (const Side side : {Side::client, Side::server})
        end_http(side, "the stream was upgraded");
      next_ = std::move(next);
    }
    return stays;
  }

  /// Who reads on behind a 101; null: whoever knows the bytes.
  std::unique_ptr<StreamReader> successor(Side from, const Incoming& incoming,
                                          const Unanswered::Request* asked) {
    if (equal_ignoring_case(incoming.upgrade, "h2c"))
      return open_http2(*flow_, *out_,
                        {true, other(from), asked != nullptr ? asked->label : std::string()});
    if (!equal_ignoring_case(incoming.upgrade, "websocket")) return nullptr;
    WebSocketUpgrade upgrade{
        true, other(from), {}, incoming.websocket_protocol, incoming.websocket_extensions};
    if (asked != nullptr) upgrade.path = asked->label.substr(asked->method.size() + 1);
    return open_websocket(*flow_, *out_, std::move(upgrade));
  }

  void send(Side from, Half& half) {
    Incoming& incoming = *half.incoming;
    Message& message = incoming.message;
    Outlet::stamp(message, incoming.span);
    message.size = incoming.consumed + std::exchange(half.empty_lines, 0);
    if (incoming.kind() == Incoming::Kind::request) {
      finish_request(from, half);
    } else {
      finish_response(from, incoming);
    }
    incoming.body.add_to(message, *out_, "body", {incoming.content_type, incoming.codings()});
    out_->send(message, *flow_);
    close(half);
  }

  void close(Half& half) {
    half.incoming->clear();
    if (spare_->size() < max_spare) spare_->push_back(std::move(half.incoming));
    half.incoming.reset();
  }

  void finish_request(Side from, Half& half) {
    Incoming& incoming = *half.incoming;
    Message& message = incoming.message;
    if (incoming.method.empty()) {
      message.message = "malformed";
      return;
    }
    add_request(message, *out_, *flow_, from, incoming.method, incoming.target, incoming.host);
    half.waits = incoming.method == "CONNECT" || !incoming.upgrade.empty();
    unanswered_.add({incoming.method, message.message, half.waits});
  }

  void finish_response(Side from, Incoming& incoming) {
    Message& message = incoming.message;
    if (incoming.status == 0) {
      message.message = "malformed";
      return;
    }
    const Unanswered::Request* asked = unanswered_.next();
    label_response(message, incoming.status, asked != nullptr ? asked->label : std::string_view{});
    constexpr std::size_t digits = 3;
    out_->integer(message, "status", incoming.status, digits);
    if (incoming.status < 200 && incoming.status != 101) return;
    if (asked != nullptr && asked->leaves) half_[index(other(from))].waits = false;
    unanswered_.answered();
  }

  Flow* flow_;
  Outlet* out_;
  Spare* spare_;
  std::array<Half, 2> half_;
  Unanswered unanswered_;
  std::unique_ptr<StreamReader> next_;  // reads on behind an upgrade
};

}  // namespace

std::unique_ptr<StreamReader> open_http(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace brewproof::decode
