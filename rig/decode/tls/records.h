// One direction of a TLS stream cut into records. Bytes may be missing: inside a record its length
// bridges them; else the next record is looked for where one can begin, and what lies before it is
// skipped.
#pragma once

#include <array>
#include <string_view>

#include "rig/decode/stream/stream_buffer.h"
#include "rig/decode/tls/record.h"

namespace brewproof::decode {

struct TlsRecord {
  ByteView header;           // less than five bytes where it is cut off
  std::size_t length = 0;    // as the header says
  ByteView content;          // empty where it was not wanted; ends at a gap
  std::size_t captured = 0;  // of `length`
  bool gap = false;
  Span span;
  [[nodiscard]] std::uint8_t type() const { return header[0]; }
  [[nodiscard]] std::size_t wire() const { return header.size() + captured; }
};

class TlsRecordUser {
 public:
  virtual ~TlsRecordUser() = default;
  /// Whether the content of such a record is worth keeping until it is whole.
  [[nodiscard]] virtual bool wants(Side from, std::uint8_t type, std::size_t length) const = 0;
  /// A record that went by, with or without a gap inside. `why` is empty, or its end never came.
  virtual void record(Side from, const TlsRecord& record, std::string_view why) = 0;
  /// `count` bytes behind the last record were never captured, or were and are no whole record.
  virtual void missed(Side from, std::uint64_t count) = 0;
  virtual void skipped(Side from, std::size_t count, const Span& span) = 0;
};

class TlsRecords {
 public:
  TlsRecords(Budget& budget, Side from, TlsRecordUser& user)
      : from_(from), user_(&user), content_(budget) {}

  /// Between two records, with nothing missing before the next one.
  [[nodiscard]] bool at_border() const { return header_size_ == 0 && !searching_; }
  /// False: what follows is no record. `version`: of the connection; 0: not known yet.
  [[nodiscard]] bool read(StreamBuffer& input, std::uint16_t version);
  void gap(std::uint64_t count);
  /// Nothing more comes: what is under construction is handed on.
  void end(std::string_view why);

 private:
  void take_header(StreamBuffer& input);
  void take_content(StreamBuffer& input);
  [[nodiscard]] bool search(StreamBuffer& input, std::uint16_t version);
  void hand_on(ByteView content, std::string_view why = {});
  void hand_on_skipped();

  Side from_;
  TlsRecordUser* user_;
  std::array<std::uint8_t, tls_record_header> header_{};
  std::size_t header_size_ = 0;        // 0: between two records
  std::size_t length_ = 0, left_ = 0;  // of the record being read, behind its header
  std::size_t captured_ = 0;           // of `length_`
  bool gap_ = false;
  Span span_;
  HeldBytes content_;       // up to a gap
  bool searching_ = false;  // bytes are missing, and with them where the next record begins
  std::size_t skipped_ = 0;
  Span skipped_span_;
};

}  // namespace brewproof::decode
