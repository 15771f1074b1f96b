#include "rig/decode/http2/stream_side.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rig/decode/fields.h"
#include "rig/decode/text.h"

namespace brewproof::decode::http2 {
namespace {

constexpr std::size_t entry = 32;  // what a field counts beside its text (RFC 9113 section 6.5.2)

unsigned read_status(std::string_view text) {
  unsigned status = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), status).ptr;
  return end == text.data() + text.size() && text.size() == 3 ? status : 0;
}

}  // namespace

void StreamSide::reset() {
  begun_ = gap_ = header_seen_ = grpc_ = whole_ = packed_ = false;
  wire_ = 0;
  body_.clear();
  status_ = 0;
  for (std::string* text :
       {&method_, &target_, &authority_, &type_, &encoding_, &grpc_encoding_, &label_})
    text->clear();
  fields_.clear();
  list_size_ = 0;
  share_.set(0);
  messages_ = {};
}

void StreamSide::begin(const Place& place, const Span& span) {
  if (begun_) return span_.include(span);
  begun_ = true;
  span_ = span;
  place.out.begin(message_, place.flow, place.from, span, "http2");
}

void StreamSide::count(const Place& place, std::uint64_t wire, const Span& span) {
  begin(place, span);
  wire_ += wire;
}

void StreamSide::header(const Place& place, HeaderBlocks& blocks, ByteView block,
                        std::uint64_t wire, const Span& span) {
  count(place, wire, span);
  values_ = 0;
  const Outlet::Inside packed(place.out);
  const HeaderBlocks::Result result = blocks.read(
      block, [&](std::string_view name, std::string_view value) { field(place, name, value); });
  // What the values are on the wire, packed, is at most the block.
  message_.value_bytes += std::min(values_, block.size());
  if (result.unknown != 0)
    message_.notes.push_back(fmt::format(
        "{} header fields refer to what was not captured and are left out", result.unknown));
  if (!result.fault.empty())
    place.out.malformed(message_, fmt::format("header block: {}", result.fault));
  share_.set(sizeof *this + list_size_);
  if (header_seen_) return;
  first_line(place);
  if (status_ >= 100 && status_ < 200) return send(place);  // interim: another one follows
  header_seen_ = true;
}

void StreamSide::malformed(const Place& place, std::string why) {
  if (begun_) place.out.malformed(message_, std::move(why));
}

void StreamSide::lost_header(const Place& place, std::uint64_t wire, const Span& span,
                             std::string_view why) {
  count(place, wire, span);
  message_.unexplained_bytes += wire;
  message_.notes.push_back(fmt::format("a header block of it could not be read: {}", why));
}

void StreamSide::field(const Place& place, std::string_view name, std::string_view value) {
  values_ += value.size();
  const bool fits = list_size_ <= max_header;
  list_size_ += name.size() + value.size() + entry;
  if (list_size_ > max_header) {
    if (fits)
      message_.notes.push_back(
          fmt::format("header fields of more than {} bytes: the rest is left out", max_header));
    return;
  }
  if (header_seen_) return fields_.add(message_, place.out, "trailer:", name, value);
  if (name == ":method") {
    method_ = value;
  } else if (name == ":path") {
    target_ = value;
  } else if (name == ":status") {
    status_ = read_status(value);
    if (status_ == 0) place.out.text(message_, "status", value);
    if (status_ != 0) place.out.integer(message_, "status", status_);
  } else {
    if (name == ":authority") authority_ = value;
    if (name == "host" && authority_.empty()) authority_ = value;
    if (name == "content-type") {
      type_ = value;
      grpc_ = is_grpc(value);
    }
    if (name == "content-encoding") encoding_ = value;
    if (name == "grpc-encoding") grpc_encoding_ = value;
    fields_.add(message_, place.out, "header:", name, value);
  }
}

void StreamSide::first_line(const Place& place) {
  if (status_ != 0) {
    label_response(message_, status_, place.request);
  } else if (!method_.empty() || !target_.empty()) {
    if (method_.empty()) method_ = "?";
    if (method_ == "CONNECT") target_ = authority_;
    const Side asks = place.promised ? other(place.from) : place.from;
    add_request(message_, place.out, place.flow, asks, method_, target_, authority_);
    if (target_.empty()) message_.message += '?';
    place.request = message_.message;
    if (place.promised) message_.message.insert(0, "PUSH_PROMISE ");
  } else {
    message_.message = "HEADERS";
  }
  label_ = message_.message;
}

void StreamSide::begin_data(const Place& place, std::uint64_t wire, std::uint32_t length,
                            const Span& span) {
  if (grpc_ && whole_ && length != 0 && messages_.between()) send(place);
  count(place, wire, span);
}

void StreamSide::data(const Place& place, ByteView piece, const Span& span) {
  const std::size_t most = place.out.options.max_buffer;
  if (!grpc_) {
    count(place, piece.size(), span);
    return body_.add(piece, most);
  }
  while (!piece.empty()) {
    if (whole_ && messages_.between()) send(place);
    const GrpcMessages::Piece part = messages_.take(piece);
    count(place, part.size, span);
    body_.add(part.content, most);
    whole_ = part.ends;
    packed_ = messages_.packed();
    piece = piece.subspan(part.size);
  }
}

void StreamSide::gap(std::uint64_t count) {
  gap_ = true;
  body_.lose();
  if (grpc_ && !messages_.skip(count)) grpc_ = false;
}

void StreamSide::finish(const Place& place) {
  if (begun_) send(place);
}

void StreamSide::cut(const Place& place, std::string_view why) {
  if (!begun_) return;
  message_.notes.push_back(fmt::format("cut off: {}", why));
  send(place);
}

void StreamSide::send(const Place& place) {
  Outlet::stamp(message_, span_);
  message_.size = wire_;
  message_.gap = gap_;
  if (message_.message.empty()) {  // no header in this one
    message_.message = label_.empty() ? "DATA" : label_ + " message";
    if (label_.empty() && !place.request.empty()) message_.message += " " + place.request;
  }
  const std::size_t before = message_.fields.size();
  if (grpc_) {
    if (!whole_ && !body_.empty()) message_.notes.emplace_back("the gRPC message has no end");
    body_.add_to(
        message_, place.out, "body",
        {message_type(type_), packed_ ? std::string_view(grpc_encoding_) : std::string_view{}});
  } else {
    body_.add_to(message_, place.out, "body", {type_, encoding_});
  }
  if (gap_) Outlet::mark_cut(message_, before);
  place.out.send(message_, place.flow);
  begun_ = gap_ = whole_ = false;
  wire_ = 0;
  body_.clear();
  fields_.clear();
}

}  // namespace brewproof::decode::http2
