#include "rig/decode/http/incoming.h"

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
#include <optional>
#include <vector>

#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

constexpr std::size_t little = 1024;  // bytes of a header

std::string_view view(BeastView text) { return {text.data(), text.size()}; }

/// "header:content-type" of the fields that Beast knows by number; "" of the others.
std::string_view known_path(http::field name) {
  static const std::vector<std::string> paths = [] {
    std::vector<std::string> all(1);
    for (auto i = static_cast<unsigned>(http::field::unknown) + 1;
         i <= static_cast<unsigned>(http::field::xref); ++i) {
      all.emplace_back("header:");
      append_lower(all.back(), view(http::to_string(static_cast<http::field>(i))));
    }
    return all;
  }();
  const auto at = static_cast<std::size_t>(name);
  return at < paths.size() ? std::string_view(paths[at]) : std::string_view{};
}

void append_list(std::string& list, std::string_view more) {
  if (!list.empty()) list += ", ";
  list += more;
}

}  // namespace

template <bool is_request>
class Incoming::Parser final : public http::basic_parser<is_request> {
 public:
  explicit Parser(Incoming& incoming) : incoming_(&incoming) {
    this->eager(true);
    this->header_limit(max_header);
    this->body_limit(std::numeric_limits<std::uint64_t>::max());  // bounded where it is kept
  }

 private:
  void on_request_impl(http::verb, BeastView method_text, BeastView target_text, int,
                       error_code&) override {
    if (incoming_->muted_start_) return;
    incoming_->method = view(method_text);
    incoming_->target = view(target_text);
  }
  void on_response_impl(int code, BeastView, int, error_code&) override {
    if (!incoming_->muted_start_) incoming_->status = static_cast<unsigned>(code);
  }
  void on_field_impl(http::field name, BeastView name_text, BeastView value, error_code&) override {
    Incoming& c = *incoming_;
    if (c.muted_lines_ != 0) {
      --c.muted_lines_;
      return;
    }
    const std::string_view text = view(value);
    if (!c.in_trailer_) switch (name) {
        case http::field::host:
          c.host = text;
          break;
        case http::field::content_type:
          c.content_type = text;
          break;
        case http::field::content_length:
          c.content_length = text;
          break;
        case http::field::content_encoding:
          append_list(c.content_encoding, text);
          break;
        case http::field::transfer_encoding:
          append_list(c.transfer_encoding, text);
          break;
        case http::field::upgrade:
          append_list(c.upgrade, text);
          break;
        case http::field::sec_websocket_protocol:
          append_list(c.websocket_protocol, text);
          break;
        case http::field::sec_websocket_extensions:
          append_list(c.websocket_extensions, text);
          break;
        default:
          break;
      }
    c.field(view(name_text), text, known_path(name));
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
  std::size_t on_body_impl(BeastView piece, error_code&) override {
    incoming_->keep(as_bytes(view(piece)));
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t size, BeastView extensions, error_code&) override {
    incoming_->chunk_left_ = size;
    incoming_->in_trailer_ = size == 0;
    if (!extensions.empty()) incoming_->chunk_extensions(view(extensions));
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView piece, error_code&) override {
    incoming_->chunk_left_ -= piece.size();
    incoming_->keep(as_bytes(view(piece)));
    return piece.size();
  }
  void on_finish_impl(error_code&) override {}

  Incoming* incoming_;
};

struct Incoming::Parsers {
  std::optional<Parser<true>> request;
  std::optional<Parser<false>> response;

  template <class Use>
  auto with(Use use) const {
    return request ? use(*request) : use(*response);
  }
  template <class Use>
  auto with(Use use) {
    return request ? use(*request) : use(*response);
  }
};

Incoming::Incoming(Budget& budget, Outlet& outlet)
    : out(outlet), body(budget), parsers_(std::make_unique<Parsers>()), share_(budget) {}

Incoming::~Incoming() = default;

void Incoming::begin(Kind kind, bool bodiless) {
  kind_ = kind;
  bodiless_ = bodiless;
  if (kind == Kind::request) {
    parsers_->request.emplace(*this);
  } else {
    parsers_->response.emplace(*this).skip(bodiless);
  }
}

void Incoming::clear() {
  parsers_->request.reset();
  parsers_->response.reset();
  consumed = 0;
  share_.set(0);
  body.clear();
  for (std::string* text :
       {&method, &target, &host, &content_length, &content_type, &content_encoding,
        &transfer_encoding, &upgrade, &websocket_protocol, &websocket_extensions})
    text->clear();
  status = 0;
  chunks_padded = skipping_ = muted_start_ = in_trailer_ = false;
  muted_lines_ = 0;
  chunk_left_ = 0;
  fields_.clear();
}

Incoming::Step Incoming::put(std::string_view bytes) {
  error_code error;
  Step step;
  step.used =
      parsers_->with([&](auto& parser) { return parser.put({bytes.data(), bytes.size()}, error); });
  if (done()) {
    step.state = State::done;
  } else if (error == http::error::bad_transfer_encoding && !content_length.empty()) {
    step.state = State::conflict;
  } else if (error && error != http::error::need_more) {
    step.state = State::refused;
    step.why = error.message();
  }
  return step;
}

bool Incoming::header_done() const {
  return parsers_->with([](const auto& parser) { return parser.is_header_done(); });
}

bool Incoming::done() const {
  return parsers_->with([](const auto& parser) { return parser.is_done(); });
}

void Incoming::restart(bool without_length) {
  if (method.empty() && status == 0) return begin(kind_, bodiless_);
  const bool chunked =
      parsers_->with([](const auto& parser) { return parser.chunked(); }) && !without_length;
  if (without_length) content_length.clear();
  std::string told =
      kind_ == Kind::request ? "GET / HTTP/1.1\r\n" : fmt::format("HTTP/1.1 {:03} \r\n", status);
  begin(kind_, bodiless_);
  if (chunked) told += "Transfer-Encoding: chunked\r\n";
  if (!content_length.empty()) told += fmt::format("Content-Length: {}\r\n", content_length);
  muted_start_ = true;
  muted_lines_ = (chunked ? 1u : 0u) + (content_length.empty() ? 0u : 1u);
  // The parser looks one byte beyond a line, for its continuation (RFC 9112 section 5.2).
  told += 'x';
  (void)put(told);
  muted_start_ = false;
}

bool Incoming::skip(std::uint64_t count) {
  if (!header_done()) return false;
  body.lose();
  const auto left = parsers_->with([](const auto& parser) {
    const auto remaining = parser.content_length_remaining();
    return remaining ? *remaining : std::numeric_limits<std::uint64_t>::max();
  });
  const bool chunked = parsers_->with([](const auto& parser) { return parser.chunked(); });
  if (count > (chunked ? chunk_left_ : left)) return false;
  if (!chunked && left == std::numeric_limits<std::uint64_t>::max()) return true;
  // Zeros stand for the bytes that were never captured: their number is all that matters.
  static constexpr std::array<char, 4096> zeros{};
  skipping_ = true;
  while (count != 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(count, zeros.size()));
    const Step step = put({zeros.data(), piece});
    if (step.used == 0) break;
    count -= step.used;
  }
  skipping_ = false;
  return count == 0;
}

bool Incoming::end() {
  if (!header_done() || kind_ == Kind::request) return false;
  error_code error;
  parsers_->response->put_eof(error);
  return !error;
}

void Incoming::hold() {
  if (consumed > little && consumed <= max_header) share_.set(consumed);
}

void Incoming::keep(ByteView piece) {
  if (!skipping_) body.add(piece, out.options.max_buffer);
}

void Incoming::field(std::string_view name, std::string_view value, std::string_view known_path) {
  if (in_trailer_) {
    fields_.add(message, out, "trailer:", name, value);
  } else if (!known_path.empty()) {
    fields_.add(message, out, known_path, value);
  } else {
    fields_.add(message, out, "header:", name, value);
  }
}

void Incoming::add_refused(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  constexpr std::string_view blank = " \t";
  const std::size_t colon = line.find(':');
  std::string_view name, value = line;
  if (colon != std::string_view::npos && colon != 0) {
    name = line.substr(0, colon);
    name = name.substr(0, name.find_last_not_of(blank) + 1);
    value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(blank), value.size()));
    value = value.substr(0, value.find_last_not_of(blank) + 1);
  }
  fields_.add(message, out, in_trailer_ ? "trailer:" : "header:", name, value);
}

std::string_view Incoming::codings() {
  constexpr std::string_view chunked = "chunked";
  std::string_view transfer = transfer_encoding;
  if (transfer.size() >= chunked.size() &&
      equal_ignoring_case(transfer.substr(transfer.size() - chunked.size()), chunked))
    transfer.remove_suffix(chunked.size());
  transfer = transfer.substr(0, transfer.find_last_not_of(", \t") + 1);
  if (!transfer.empty()) append_list(content_encoding, transfer);
  return content_encoding;
}

/// RFC 9112 section 7.1.1: `;name=value` behind the size of a chunk.
void Incoming::chunk_extensions(std::string_view text) {
  constexpr std::string_view blank = " \t";
  while (!text.empty()) {
    bool quoted = false;
    std::size_t end = 1;  // behind the semicolon
    for (; end < text.size() && (quoted || text[end] != ';'); ++end) {
      if (text[end] == '"') quoted = !quoted;
      if (quoted && text[end] == '\\') ++end;
    }
    std::string_view pair = text.substr(1, std::min(end, text.size()) - 1);
    text.remove_prefix(std::min(end, text.size()));
    const std::size_t equals = pair.find('=');
    std::string_view name = pair.substr(0, equals);
    name.remove_prefix(std::min(name.find_first_not_of(blank), name.size()));
    name = name.substr(0, name.find_last_not_of(blank) + 1);
    std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    fields_.add(message, out, "chunk:", name, value);
  }
}

}  // namespace brewproof::decode
