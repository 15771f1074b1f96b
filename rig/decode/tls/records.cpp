#include "rig/decode/tls/records.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace brewproof::decode {
namespace {

constexpr std::string_view never_captured = "the rest was never captured";

/// As far as the bytes tell.
bool is_record(ByteView bytes) {
  return begins_tls_record(bytes) &&
         (bytes.size() < tls_record_header || tls_record_length(bytes) <= tls_max_record);
}

/// Whether a record begins here: a header that fits the connection, and another one behind its
/// record as far as that is visible. In the middle of sealed bytes a header alone turns up once in
/// millions of places.
bool begins_here(ByteView bytes, std::uint16_t version) {
  if (!is_record(bytes) || bytes[0] == tls_type::heartbeat || tls_record_length(bytes) == 0)
    return false;
  if (version != 0 && bytes[2] != (std::min(version, tls12) & 0xff)) return false;
  if (version == tls13 && bytes[0] != tls_type::application) return false;
  const std::size_t next = tls_record_header + tls_record_length(bytes);
  return next >= bytes.size() || begins_tls_record(bytes.subspan(next));
}

}  // namespace

bool TlsRecords::read(StreamBuffer& input, std::uint16_t version) {
  while (!input.empty()) {
    if (left_ != 0) {
      take_content(input);
    } else if (searching_) {
      if (!search(input, version)) return false;
    } else {
      if (header_size_ == 0 && !is_record(input.bytes())) return false;
      take_header(input);
      if (!is_record(ByteView(header_).first(header_size_))) return false;
      if (header_size_ == tls_record_header && left_ == 0) hand_on({});
    }
  }
  return true;
}

void TlsRecords::take_header(StreamBuffer& input) {
  const std::size_t count = std::min(tls_record_header - header_size_, input.bytes().size());
  const Span span = input.span(0, count);
  if (header_size_ == 0) span_ = span;
  span_.include(span);
  std::memcpy(header_.data() + header_size_, input.bytes().data(), count);
  header_size_ += count;
  input.consume(count);
  if (header_size_ == tls_record_header) length_ = left_ = tls_record_length(header_);
}

void TlsRecords::take_content(StreamBuffer& input) {
  const std::size_t count = std::min(left_, input.bytes().size());
  const ByteView piece = input.bytes().first(count);
  span_.include(input.span(0, count));
  left_ -= count;
  captured_ += count;
  if (count == length_) {  // whole in one piece: it need not be kept
    hand_on(piece);
    return input.consume(count);
  }
  if (!gap_ && user_->wants(from_, header_[0], length_)) content_.append(piece);
  input.consume(count);
  if (left_ == 0) hand_on(content_.view());
}

/// Skips to where the next record begins; false: none does for too long.
bool TlsRecords::search(StreamBuffer& input, std::uint16_t version) {
  const ByteView bytes = input.bytes();
  std::size_t at = 0;
  while (at + tls_record_header <= bytes.size() && !begins_here(bytes.subspan(at), version)) ++at;
  searching_ = at + tls_record_header > bytes.size();
  if (searching_) at = bytes.size();
  if (at != 0) {
    const Span span = input.span(0, at);
    if (skipped_ == 0) skipped_span_ = span;
    skipped_span_.include(span);
    skipped_ += at;
    input.consume(at);
  }
  if (!searching_) hand_on_skipped();
  return skipped_ <= 2 * tls_max_record;
}

void TlsRecords::gap(std::uint64_t count) {
  if (left_ != 0 && count <= left_) {
    gap_ = true;
    left_ -= static_cast<std::size_t>(count);
    if (left_ == 0) hand_on(content_.view());
    return;
  }
  if (header_size_ != 0) hand_on(content_.view(), never_captured);
  user_->missed(from_, count);
  searching_ = true;
}

void TlsRecords::end(std::string_view why) {
  hand_on_skipped();
  if (header_size_ != 0) hand_on(content_.view(), why);
}

void TlsRecords::hand_on(ByteView content, std::string_view why) {
  TlsRecord record;
  record.header = ByteView(header_).first(header_size_);
  record.length = length_;
  record.content = content;
  record.captured = captured_;
  record.gap = gap_ || !why.empty();
  record.span = span_;
  header_size_ = length_ = left_ = captured_ = 0;
  gap_ = false;
  user_->record(from_, record, why);
  content_.clear();
}

void TlsRecords::hand_on_skipped() {
  if (skipped_ == 0) return;
  user_->missed(from_, skipped_);
  user_->skipped(from_, std::exchange(skipped_, 0), skipped_span_);
}

}  // namespace brewproof::decode
