// TLS: hellos, certificates and alerts are read; what is sealed is opened where the secrets are
// known, else told by its size. The unit is then the record, because one connection may carry many
// emissions.
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "rig/decode/room.h"
#include "rig/decode/text.h"
#include "rig/decode/tls/handshake.h"
#include "rig/decode/tls/held_records.h"
#include "rig/decode/tls/inside.h"
#include "rig/decode/tls/names.h"
#include "rig/decode/tls/records.h"
#include "rig/decode/tls/session.h"
#include "rig/decode/tls/tally.h"

namespace brewproof::decode {
namespace {

// A TLS 1.3 Finished alone in its record: 4 + 32 or 48 (SHA-256, SHA-384) + 1 type + 16 tag.
constexpr std::size_t finished_sha256 = 53, finished_sha384 = 69;
// Level and description (RFC 8446 section 6); longer in a record: sealed.
constexpr std::size_t alert_size = 2;
// A sealed record of one byte: header, byte, tag.
constexpr std::size_t least_sealed = tls_record_header + 1 + 16;

class Reader final : public StreamReader, private TlsRecordUser {
 public:
  Reader(Flow& flow, Outlet& out)
      : flow_(&flow),
        out_(&out),
        session_(out, !flow.tls),
        handshake_(flow, out, session_),
        inside_(flow, out),
        half_{Half{TlsRecords(out.budget, Side::client, *this)},
              Half{TlsRecords(out.budget, Side::server, *this)}},
        held_(out.budget),
        tally_(flow, out) {}

  bool read(Side from, StreamBuffer& input) override {
    TlsRecords& records = half_[index(from)].records;
    while (records.at_border() && old_hello(from, input)) {
    }
    if (records.read(input, session_.version())) return true;
    for (const Side side : {Side::client, Side::server}) end(side, "what follows is no TLS record");
    return false;
  }

  bool gap(Side from, std::uint64_t count) override {
    stop_waiting();
    half_[index(from)].records.gap(count);
    return true;
  }

  void end(Side from, std::string_view why) override {
    half_[index(from)].records.end(why);
    stop_waiting();
    handshake_.end(from, why);
    inside_.end(from, why);
    tally_.seen();
  }

 private:
  struct Half {
    TlsRecords records;
    bool spoke = false;          // sent application records
    std::uint64_t unopened = 0;  // bytes of sealed records since the last one that opened
  };

  bool wants(Side from, std::uint8_t type, std::size_t length) const override {
    return !session_.seals(from, type, length) || session_.opens(from);
  }

  void missed(Side from, std::uint64_t count) override {
    handshake_.end(from, "the rest was never captured");
    session_.missed_up_to(from, count / least_sealed + 1);
    half_[index(from)].unopened += count;
  }

  void skipped(Side from, std::size_t count, const Span& span) override {
    Message& message = out_->begin(*flow_, from, span, "tls");
    message.message = "part of a record";
    message.size = count;
    message.gap = true;
    const bool sealed =
        session_.version() == tls13 || session_.seals(from, tls_type::handshake, tls_max_record);
    (sealed ? message.sealed_bytes : message.unexplained_bytes) = count;
    if (sealed) count_sealed(from, span, true);
    message.notes.emplace_back("bytes before it were never captured");
    out_->send(message, *flow_);
  }

  void record(Side from, const TlsRecord& record, std::string_view why) override {
    const bool waits = from == Side::server && waits_for_client(record, why);
    if (waits && held_.add(record, why)) return;
    if (!waits) take(from, record, why);
    const bool hello_goes_on = from == Side::client && session_.client_random().empty() &&
                               handshake_.unfinished(Side::client);
    if (!hello_goes_on) stop_waiting();
  }

  /// Whether the server's hello, and what follows it, came before the client's.
  bool waits_for_client(const TlsRecord& record, std::string_view why) {
    if (meeting_ != Meeting::unknown) return meeting_ == Meeting::server_waits;
    const bool hello = record.type() == tls_type::handshake && why.empty() && !record.gap &&
                       !record.content.empty() && record.content[0] == tls_handshake::server_hello;
    if (hello && session_.opens(Side::server)) meeting_ = Meeting::server_waits;
    return meeting_ == Meeting::server_waits;
  }

  void stop_waiting() {
    if (std::exchange(meeting_, Meeting::over) != Meeting::server_waits) return;
    held_.release(
        [this](const TlsRecord& record, std::string_view why) { take(Side::server, record, why); });
  }

  void take(Side from, const TlsRecord& record, std::string_view why) {
    if (session_.seals(from, record.type(), record.length)) {
      sealed_record(from, record, why);
    } else if (record.type() == tls_type::handshake &&
               (handshake_.unfinished(from) || begins_tls_handshake(record.content))) {
      if (record.gap)
        handshake_.add_cut(from, record.content, record.wire(), record.span,
                           why.empty() ? "bytes inside it were never captured" : why);
      else
        handshake_.add(from, record.content, record.wire(), record.span);
    } else if (!why.empty()) {
      Message& message = begin(from, record);
      message.unexplained_bytes = record.captured;
      label_by_size(message, record);
      out_->integer(message, "size", static_cast<std::int64_t>(record.length));
      note_cut(message, record, why);
      out_->send(message, *flow_);
    } else {
      send_open(from, record, record.type(), record.content);
    }
  }

  void sealed_record(Side from, const TlsRecord& record, std::string_view why) {
    Half& half = half_[index(from)];
    const auto opened =
        record.gap ? std::nullopt : session_.open(from, record.header, record.content);
    if (!opened) {
      if (record.gap) session_.missed_one(from);
      half.unopened += why.empty() ? record.header.size() + record.length : record.wire();
      return send_sealed(from, record, why);
    }
    tally_.opened();
    if (half.unopened != 0) inside_.missed(from, content_of(from, half.unopened));
    half.unopened = 0;
    if (opened->type == tls_type::application)
      inside_.bytes(from, opened->content, record.wire(), record.span);
    else if (opened->type == tls_type::handshake)
      handshake_.add(from, opened->content, record.wire(), record.span);
    else
      send_open(from, record, opened->type, opened->content);
  }

  /// How many bytes the records hold that were missed before the one just opened.
  [[nodiscard]] std::optional<std::uint64_t> content_of(Side from, std::uint64_t wire) const {
    const auto records = session_.passed_over(from);
    const auto around = session_.overhead(from);
    if (!records || !around || *records * (tls_record_header + *around) > wire) return std::nullopt;
    return wire - *records * (tls_record_header + *around);
  }

  /// A record that was never sealed, or was opened, and holds no application bytes.
  void send_open(Side from, const TlsRecord& record, std::uint8_t type, ByteView content) {
    const bool closes = type == tls_type::alert && content.size() == alert_size && content[1] == 0;
    if (closes) inside_.end(from, "the session was closed");
    Message& message = begin(from, record);
    if (type == tls_type::change_cipher_spec) {
      message.message = "change cipher spec";
      session_.change_cipher_spec(from);
    } else if (type == tls_type::alert && content.size() == alert_size) {
      message.message = "alert";
      add_alert(message, content);
    } else if (type == tls_type::heartbeat) {
      message.message = "heartbeat";
      out_->content(message, "payload", content);
    } else if (type == tls_type::handshake || type == tls_type::alert) {
      // After a gap, or captured from its middle: nothing but sealing makes it unreadable.
      message.message = type == tls_type::alert ? "alert" : "finished";
      message.sealed_bytes = record.captured;
    } else {
      message.message = "record of type ";
      append_number(message.message, type);
      out_->content(message, "payload", content);
    }
    out_->integer(message, "size", static_cast<std::int64_t>(record.length));
    out_->send(message, *flow_);
  }

  void send_sealed(Side from, const TlsRecord& record, std::string_view why) {
    Message& message = begin(from, record);
    message.sealed_bytes = record.captured;
    const std::string_view name = why.empty() ? sealed_name(from, record) : std::string_view{};
    if (name.empty())
      label_by_size(message, record);
    else
      message.message = name;
    out_->integer(message, "size", static_cast<std::int64_t>(record.length));
    if (!why.empty()) note_cut(message, record, why);
    if (!record.gap) tell_why(message, from);
    count_sealed(from, record.span, record.gap);
    out_->send(message, *flow_);
  }

  /// What belongs to the connection and is no emission of its own; "" for the others.
  std::string_view sealed_name(Side from, const TlsRecord& record) {
    switch (record.type()) {
      case tls_type::alert:
        return "alert";
      case tls_type::heartbeat:
        return "heartbeat";
      case tls_type::change_cipher_spec:
        return "change cipher spec";
      case tls_type::handshake:
        return "finished";
      default:
        break;
    }
    const bool first = !std::exchange(half_[index(from)].spoke, true);
    const bool alone = record.length == finished_sha256 || record.length == finished_sha384;
    return from == Side::client && first && session_.version() == tls13 && alone ? "finished" : "";
  }

  static void label_by_size(Message& message, const TlsRecord& record) {
    message.message = "record ";
    append_size_class(message.message, record.length);
  }

  static void note_cut(Message& message, const TlsRecord& record, std::string_view why) {
    message.notes.push_back(
        fmt::format("cut off after {} of {} bytes: {}", record.captured, record.length, why));
  }

  /// Once a connection and reason.
  void tell_why(Message& message, Side from) {
    const TlsWhySealed& why = session_.why(from);
    if (why.kind.empty() || why.kind.data() == told_.data()) return;
    told_ = why.kind;
    message.notes.push_back(
        fmt::format("stays sealed: {}{}{}", why.kind, why.detail.empty() ? "" : ": ", why.detail));
  }

  void count_sealed(Side from, const Span& span, bool gap) {
    if (tally_.is_sealed()) return;
    const std::string_view why =
        gap && session_.opens(from) ? std::string_view("gap") : session_.why(from).word;
    tally_.sealed(why, span.first, session_.client_random());
  }

  void add_alert(Message& message, ByteView content) {  // RFC 8446 section 6
    const std::string_view name = tls_alert_name(content[1]);
    if (!name.empty()) (message.message += ' ') += name;
    const std::string_view level = content[0] == 1 ? "warning" : content[0] == 2 ? "fatal" : "";
    if (level.empty())
      out_->integer(message, "level", content[0], 1);
    else
      out_->field(message, "level", FieldType::text, 1).value = level;
    out_->integer(message, "description", content[1], 1);
  }

  /// An SSL 2.0 hello that offers SSL 3.0 or TLS (RFC 5246 appendix E.2).
  bool old_hello(Side from, StreamBuffer& input) {
    const ByteView bytes = input.bytes();
    if (bytes.size() < 3 || (bytes[0] & 0x80) == 0 || bytes[2] != 1) return false;
    const std::size_t length = std::size_t{bytes[0] & 0x7fu} << 8 | bytes[1];
    if (bytes.size() < 2 + length || length < 9) return false;
    Message& message = out_->begin(*flow_, from, input.span(0, 2 + length), "tls");
    message.message = "client hello";
    message.size = 2 + length;
    out_->integer(message, "size", static_cast<std::int64_t>(length));
    append_tls_version(out_->field(message, "version", FieldType::text, 2).value,
                       static_cast<std::uint16_t>(bytes[3] << 8 | bytes[4]));
    out_->send(message, *flow_);
    input.consume(2 + length);
    return true;
  }

  Message& begin(Side from, const TlsRecord& record) {
    Message& message = out_->begin(*flow_, from, record.span, "tls");
    message.size = record.wire();
    message.gap = record.gap;
    return message;
  }

  enum class Meeting : std::uint8_t { unknown, server_waits, over };

  Flow* flow_;
  Outlet* out_;
  TlsSession session_;
  TlsHandshake handshake_;
  TlsInside inside_;
  std::array<Half, 2> half_;
  HeldRecords held_;
  Meeting meeting_ = Meeting::unknown;  // which of the two sides spoke first
  SessionTally tally_;
  std::string_view told_;
};

/// A connection begins with a handshake record, or an SSL 2.0 hello. Captured from its middle, one
/// whole plausible record header is enough, and the next one where it is visible.
Claim claims(ByteView bytes, const StreamStart& start) {
  if (bytes[0] == 0x80 && start.begins) {
    if (bytes.size() < 5) return Claim::more;
    return bytes[2] == 1 && bytes[3] == 3 && bytes[4] <= 3 ? Claim::yes : Claim::no;
  }
  if (!begins_tls_record(bytes)) return Claim::no;
  if (bytes.size() < 6) return Claim::more;
  const std::size_t length = tls_record_length(bytes);
  if (length == 0 || length > tls_max_record) return Claim::no;
  const std::uint8_t type = bytes[0];
  if (type == tls_type::handshake && (bytes[5] == 1 || bytes[5] == 2) && length >= 42)
    return Claim::yes;
  if (start.begins && type != tls_type::alert) return Claim::no;
  if ((type == tls_type::change_cipher_spec && length != 1) ||
      (type == tls_type::alert && length < 2))
    return Claim::no;
  const std::size_t next = tls_record_header + length;
  if (bytes.size() >= next + 3 && !begins_tls_record(bytes.subspan(next, 3))) return Claim::no;
  return Claim::yes;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace

extern const Room tls_room{"tls", nullptr, claims, open};

}  // namespace brewproof::decode
