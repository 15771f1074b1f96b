// HTTP/1.0 and 1.1 (RFC 9112) by Boost.Beast's parser: pipelining, chunks, interim responses, and
// the end of HTTP on a connection that is upgraded or tunnelled. Which side asks is told by the
// bytes, so both directions are read alike.
#include <fmt/format.h>

#include <array>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // false alarm of g++ 12 on boost::optional
#endif
#include <boost/beast/http/basic_parser.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#include <limits>
#include <string>
#include <vector>

#include "rig/decode/http_target.h"
#include "rig/decode/payload/content.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

constexpr std::size_t max_header = 65536;
constexpr std::size_t max_header_fields = 256;
constexpr std::size_t max_pending = 256;  // requests without a response yet

std::string_view view(BeastView text) { return {text.data(), text.size()}; }

/// "header:content-type" of the fields that Beast knows by number.
std::string_view known_path(http::field name) {
  static const std::vector<std::string> paths = [] {
    std::vector<std::string> all;
    for (unsigned i = 0; i <= static_cast<unsigned>(http::field::xref); ++i) {
      const BeastView text = http::to_string(static_cast<http::field>(i));
      all.emplace_back("header:");
      append_lower(all.back(), {text.data(), text.size()});
    }
    return all;
  }();
  const auto at = static_cast<std::size_t>(name);
  return at < paths.size() ? std::string_view(paths[at]) : "header:";
}

/// What a message collects while its parser runs.
struct Collected {
  Collected(Budget& budget, Outlet& outlet) : out(&outlet), body(budget) {}
  Outlet* out;
  Message message;
  Span span;
  HeldBytes body;
  std::uint64_t body_size = 0;  // as received, kept or not
  std::string method, target, host, content_type, content_encoding;
  std::string path, lower;  // of the header field being read; kept for their memory
  std::size_t header_fields = 0;
  unsigned status = 0;
  bool body_gap = false;

  void clear() {
    body.clear();
    body_size = 0;
    method.clear();
    target.clear();
    host.clear();
    content_type.clear();
    content_encoding.clear();
    header_fields = 0;
    status = 0;
    body_gap = false;
  }
};

/// Of finished messages, for the next ones: an idle connection holds none.
using Spare = std::vector<std::unique_ptr<Collected>>;
constexpr std::size_t max_spare = 64;

template <bool is_request>
class Parser final : public http::basic_parser<is_request> {
 public:
  explicit Parser(Collected& collected) : collected_(&collected) {
    this->eager(true);
    this->header_limit(max_header);
    this->body_limit(std::numeric_limits<std::uint64_t>::max());  // bounded where it is kept
  }

 private:
  void on_request_impl(http::verb, BeastView method, BeastView target, int, error_code&) override {
    collected_->method = view(method);
    collected_->target = view(target);
  }
  void on_response_impl(int status, BeastView, int, error_code&) override {
    collected_->status = static_cast<unsigned>(status);
  }
  void on_field_impl(http::field name, BeastView name_text, BeastView value, error_code&) override {
    Collected& c = *collected_;
    if (name == http::field::host) c.host = view(value);
    if (name == http::field::content_type) c.content_type = view(value);
    if (name == http::field::content_encoding) c.content_encoding = view(value);
    if (++c.header_fields > max_header_fields) {
      if (c.header_fields == max_header_fields + 1)
        c.message.notes.push_back(
            fmt::format("more than {} header fields: the rest is left out", max_header_fields));
      return;
    }
    if (name != http::field::unknown) return c.out->text(c.message, known_path(name), view(value));
    c.lower.clear();
    append_lower(c.lower, view(name_text));
    c.path = "header:";
    append_key(c.path, c.lower);
    c.out->text(c.message, c.path, view(value));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(BeastView body, error_code&) override { return keep(body); }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code&) override {
    return keep(body);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t keep(BeastView body) {
    Collected& c = *collected_;
    c.body_size += body.size();
    const std::size_t most = c.out->options.max_buffer;
    const std::size_t room = most - std::min(most, c.body.size());
    if (!c.body_gap) c.body.append(as_bytes(view(body).substr(0, room)));
    return body.size();
  }

  Collected* collected_;
};

constexpr std::string_view methods[] = {
    "GET",    "POST",     "PUT",       "DELETE",      "HEAD",   "OPTIONS", "PATCH", "CONNECT",
    "TRACE",  "PROPFIND", "PROPPATCH", "MKCOL",       "COPY",   "MOVE",    "LOCK",  "UNLOCK",
    "REPORT", "SEARCH",   "SUBSCRIBE", "UNSUBSCRIBE", "NOTIFY", "M-SEARCH"};

bool ends_lines_bare(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end != std::string_view::npos && end != 0 && text[end - 1] != '\r';
}

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out) : flow_(&flow), out_(&out), spare_(&out.memory<Spare>()) {}

  bool read(Side from, StreamBuffer& input) override {
    Half& half = half_[index(from)];
    while (!input.empty()) {
      if (!half.active() && !begin(from, half, input)) return true;
      const bool going = half.request ? advance(from, half, *half.request, input)
                                      : advance(from, half, *half.response, input);
      if (!going) return false;
      if (half.active()) return true;  // more bytes are needed
    }
    return true;
  }

  bool gap(Side from, std::uint64_t count) override {
    Half& half = half_[index(from)];
    if (!half.active()) return false;
    half.collected->body_gap = half.collected->message.gap = true;
    const bool bridged =
        half.request ? bridge(*half.request, count) : bridge(*half.response, count);
    if (!bridged) {
      half.collected->message.notes.push_back(
          fmt::format("{} bytes of it were never captured: the rest could not be told", count));
      send(from, half);
      return false;
    }
    if (half.request ? half.request->is_done() : half.response->is_done())
      return complete(from, half);
    return true;
  }

  void end(Side from, std::string_view why) override {
    Half& half = half_[index(from)];
    if (!half.active()) return;
    if (!half.begun()) return close(half);  // not even a first line: it stays unread
    const bool in_body =
        half.request ? half.request->is_header_done() : half.response->is_header_done();
    error_code error;
    if (in_body && half.response) half.response->put_eof(error);
    if (!(in_body && half.response && !error)) {
      half.collected->message.notes.push_back(fmt::format("cut off: {}", why));
      if (!in_body) out_->malformed(half.collected->message, "HTTP header has no end");
    }
    send(from, half);
  }

 private:
  struct Half {
    std::unique_ptr<Collected> collected;  // while a message is under construction
    std::optional<Parser<true>> request;
    std::optional<Parser<false>> response;
    std::uint64_t consumed = 0;  // bytes of the message so far
    [[nodiscard]] bool active() const { return request.has_value() || response.has_value(); }
    [[nodiscard]] bool begun() const { return consumed != 0; }
  };

  /// Starts a message; false: too few bytes to tell a request from a response.
  bool begin(Side from, Half& half, StreamBuffer& input) {
    // RFC 9112 section 2.2: empty lines before a request are ignored.
    std::string_view text = as_text(input.bytes());
    const std::size_t blank = text.find_first_not_of("\r\n");
    if (blank != 0) {
      input.consume(std::min(blank, text.size()));
      if (input.empty()) return false;
      text = as_text(input.bytes());
    }
    constexpr std::string_view version = "HTTP/1.";
    constexpr std::size_t status_end = 12;  // "HTTP/1.1 200"
    const bool response = text.substr(0, version.size()) == version.substr(0, text.size());
    if (response && text.size() < status_end) return false;
    if (spare_->empty()) {
      half.collected = std::make_unique<Collected>(out_->budget, *out_);
    } else {
      half.collected = std::move(spare_->back());
      spare_->pop_back();
    }
    half.consumed = 0;
    half.collected->span = input.span(0, 1);
    out_->begin(half.collected->message, *flow_, from, half.collected->span, "http");
    if (!response) {
      half.request.emplace(*half.collected);
      return true;
    }
    half.response.emplace(*half.collected);
    const std::string_view status = text.substr(9, 3);
    if (!pending_.empty() && status[0] != '1')
      half.response->skip(pending_.front().method == "HEAD" ||
                          (pending_.front().method == "CONNECT" && status[0] == '2'));
    return true;
  }

  template <class AnyParser>
  bool advance(Side from, Half& half, AnyParser& parser, StreamBuffer& input) {
    while (!input.empty()) {
      error_code error;
      const ByteView bytes = input.bytes();
      const bool bare = !half.begun() && ends_lines_bare(as_text(bytes));
      const std::size_t used = bare ? put_bare_header(half, parser, as_text(bytes), error)
                                    : parser.put({bytes.data(), bytes.size()}, error);
      if (used != 0) {
        half.collected->span.include(input.span(0, used));
        half.consumed += used;
        input.consume(used);
      }
      if (parser.is_done()) return complete(from, half);
      if (error == http::error::need_more) return true;
      if (error && !half.begun()) {  // not even a first line: other rooms may know it
        close(half);
        return false;
      }
      if (error) {
        out_->malformed(half.collected->message,
                        fmt::format("not HTTP after byte {}: {}", half.consumed, error.message()));
        broken(from, half, input);
        return false;
      }
      if (used == 0) return true;
    }
    return true;
  }

  /// Beast wants CR LF; a header whose lines end in LF alone (RFC 9112 section 2.2 lets one read
  /// it) is given to it as it should have been. Returns how many bytes the header has.
  template <class AnyParser>
  static std::size_t put_bare_header(Half& half, AnyParser& parser, std::string_view text,
                                     error_code& error) {
    const std::size_t end = std::min(text.find("\n\n"), text.find("\n\r\n"));
    if (end == std::string_view::npos) {
      if (text.size() > max_header)
        error = http::error::header_limit;
      else
        error = http::error::need_more;
      return 0;
    }
    const std::size_t size = text[end + 1] == '\n' ? end + 2 : end + 3;
    std::string header;
    for (const char c : text.substr(0, size)) {
      if (c == '\n' && (header.empty() || header.back() != '\r')) header += '\r';
      header += c;
    }
    half.collected->message.notes.emplace_back("header lines end in LF without CR");
    parser.put({header.data(), header.size()}, error);
    return size;
  }

  void broken(Side from, Half& half, StreamBuffer& input) {
    const ByteView rest =
        input.bytes().first(std::min<std::size_t>(input.bytes().size(), max_header));
    if (!rest.empty()) {
      half.collected->span.include(input.span(0, rest.size()));
      out_->content(half.collected->message, "rest", rest);
      half.consumed += rest.size();
      input.consume(rest.size());
    }
    send(from, half);
  }

  /// Zeros stand for bytes that were never captured, where their number is all that matters.
  template <class AnyParser>
  static bool bridge(AnyParser& parser, std::uint64_t count) {
    if (!parser.is_header_done() || parser.chunked()) return false;
    const auto left = parser.content_length_remaining();
    if (!left) return true;  // a body that runs to the end of the connection
    if (count > *left) return false;
    static constexpr std::array<char, 4096> zeros{};
    while (count != 0) {
      error_code error;
      const std::size_t piece =
          static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
      const std::size_t used = parser.put({zeros.data(), piece}, error);
      if (error || used == 0) return false;
      count -= used;
    }
    return true;
  }

  /// False: what follows is no HTTP any more.
  bool complete(Side from, Half& half) {
    bool stays = true;
    if (half.response && half.collected->status >= 200 && !pending_.empty()) {
      stays = !(pending_.front().method == "CONNECT" && half.collected->status < 300);
    }
    if (half.response && half.collected->status == 101) stays = false;  // RFC 9110 section 15.2.2
    send(from, half);
    return stays;
  }

  void send(Side from, Half& half) {
    Collected& c = *half.collected;
    Message& message = c.message;
    Outlet::stamp(message, c.span);
    message.size = half.consumed;
    if (half.request) {
      finish_request(from, c);
    } else {
      finish_response(c);
    }
    if (!c.body.empty()) {
      if (c.body_size > c.body.size() && !c.body_gap)
        message.notes.push_back(fmt::format("the first {} of {} bytes of the body were kept",
                                            c.body.size(), c.body_size));
      if (c.body_gap) {
        out_->content(message, "body", c.body.view());
      } else {
        add_content(message, *out_, "body", c.body.view(), {c.content_type, c.content_encoding});
      }
    }
    out_->send(message, *flow_);
    close(half);
  }

  void close(Half& half) {
    half.request.reset();
    half.response.reset();
    half.collected->clear();
    if (spare_->size() < max_spare) spare_->push_back(std::move(half.collected));
    half.collected.reset();
  }

  void finish_request(Side from, Collected& c) {
    const HttpTarget target = split_http_target(c.method, c.target);
    Message& message = c.message;
    if (c.method.empty()) {
      message.message = "malformed";
      return;
    }
    message.message = c.method;
    message.message += ' ';
    append_label(message.message, target.path);
    if (c.method != "CONNECT") add_path_segments(message, *out_, target.path);
    add_pairs(message, *out_, "query", target.query);
    out_->name_party(*flow_, other(from),
                     host_name(target.authority.empty() ? c.host : target.authority));
    if (pending_.size() < max_pending) pending_.push_back({c.method, message.message});
  }

  void finish_response(Collected& c) {
    Message& message = c.message;
    if (c.status == 0) {
      message.message = "malformed";
      return;
    }
    message.message = "response ";
    append_number(message.message, c.status);
    out_->integer(message, "status", c.status);
    if (pending_.empty()) return;
    message.message += ' ';
    message.message += pending_.front().label;
    if (c.status >= 200) pending_.erase(pending_.begin());
  }

  struct Pending {
    std::string method, label;
  };
  Flow* flow_;
  Outlet* out_;
  Spare* spare_;
  std::array<Half, 2> half_;
  std::vector<Pending> pending_;  // oldest first
};

/// A known method, a target and " HTTP/1." in the first line; or a status line.
Claim claims(ByteView bytes, const StreamStart&) {
  const std::string_view text = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 16384)));
  constexpr std::string_view version = "HTTP/1.";
  if (text.substr(0, version.size()) == version.substr(0, text.size())) {
    if (text.size() < 10) return Claim::more;
    return text[8] == ' ' && text[9] >= '1' && text[9] <= '9' ? Claim::yes : Claim::no;
  }
  for (const std::string_view method : methods) {
    if (text[0] != method[0]) continue;
    if (text.size() <= method.size()) {
      if (text == method.substr(0, text.size())) return Claim::more;
      continue;
    }
    if (text.substr(0, method.size()) != method || text[method.size()] != ' ') continue;
    const std::size_t line = text.find('\n');
    const std::string_view first = text.substr(0, line);
    if (first.find(" HTTP/1.") != std::string_view::npos) return Claim::yes;
    return line == std::string_view::npos && bytes.size() < 16384 && is_readable(first)
               ? Claim::more
               : Claim::no;
  }
  return Claim::no;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace

extern const Room http_room{"http", nullptr, claims, open};

}  // namespace brewproof::decode
