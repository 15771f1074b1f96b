// TLS records: hellos, certificates and alerts are read, everything sealed is told by its size. The
// unit is the record, because one connection may carry many emissions.
#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "rig/decode/room.h"
#include "rig/decode/text.h"
#include "rig/decode/tls/handshake.h"
#include "rig/decode/tls/names.h"
#include "rig/decode/tls/record.h"
#include "rig/decode/tls/session.h"

namespace brewproof::decode {
namespace {

// A TLS 1.3 Finished alone in its record: 4 + 32 or 48 (SHA-256, SHA-384) + 1 type + 16 tag.
constexpr std::size_t finished_sha256 = 53, finished_sha384 = 69;

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out)
      : flow_(&flow),
        out_(&out),
        handshake_(flow, out, session_),
        half_{Half(out.budget), Half(out.budget)} {}

  bool read(Side from, StreamBuffer& input) override {
    Half& half = half_[index(from)];
    while (!input.empty()) {
      if (half.left != 0) {
        take(from, half, input, std::min(half.left, input.bytes().size()));
        continue;
      }
      if (half.header_size == 0 && !is_record(input.bytes())) {
        if (input.bytes().size() < 3 || !old_hello(from, input)) return lost();
        continue;
      }
      if (!take_header(half, input)) return lost();
      if (half.header_size == tls_record_header && half.left == 0) finish_record(from, half);
    }
    return true;
  }

  bool gap(Side from, std::uint64_t count) override {
    Half& half = half_[index(from)];
    if (half.left == 0 || count > half.left) return lost();
    half.gap = true;
    half.left -= static_cast<std::size_t>(count);
    if (half.left == 0) finish_record(from, half);
    return true;
  }

  void end(Side from, std::string_view why) override {
    Half& half = half_[index(from)];
    if (half.header_size != 0) cut(from, half, why);
    handshake_.end(from, why);
  }

 private:
  struct Half {
    explicit Half(Budget& budget) : content(budget) {}
    std::array<std::uint8_t, tls_record_header> header{};
    std::size_t header_size = 0;       // 0: between two records
    std::size_t length = 0, left = 0;  // of the record being read, behind its header
    std::size_t captured = 0;          // of `length`
    bool gap = false;
    bool sealed = false;  // a ChangeCipherSpec went by
    bool spoke = false;   // sent application records
    Span span;
    HeldBytes content;  // of a record that is read, up to a gap
    [[nodiscard]] std::uint8_t type() const { return header[0]; }
    [[nodiscard]] std::size_t wire() const { return header_size + captured; }
  };

  /// As far as the bytes tell.
  static bool is_record(ByteView bytes) {
    return begins_tls_record(bytes) &&
           (bytes.size() < tls_record_header || tls_record_length(bytes) <= tls_max_record);
  }

  /// False: this is no record.
  bool take_header(Half& half, StreamBuffer& input) {
    const ByteView bytes = input.bytes();
    const std::size_t count = std::min(tls_record_header - half.header_size, bytes.size());
    const Span span = input.span(0, count);
    if (half.header_size == 0) {
      half.span = span;
    } else {
      half.span.include(span);
    }
    std::ranges::copy(bytes.first(count), half.header.begin() + half.header_size);
    half.header_size += count;
    input.consume(count);
    const ByteView header = ByteView(half.header).first(half.header_size);
    if (!is_record(header)) return false;
    if (half.header_size == tls_record_header) half.length = half.left = tls_record_length(header);
    return true;
  }

  void take(Side from, Half& half, StreamBuffer& input, std::size_t count) {
    half.span.include(input.span(0, count));
    if (!half.gap && open(half)) half.content.append(input.bytes().first(count));
    input.consume(count);
    half.left -= count;
    half.captured += count;
    if (half.left == 0) finish_record(from, half);
  }

  /// Whether the record being read goes over the wire as it is.
  [[nodiscard]] bool open(const Half& half) const {
    if (half.type() == tls_type::application) return false;
    // Nothing sealed is as short as an alert. In 1.3 all that is sealed looks like application
    // bytes, and a ChangeCipherSpec means nothing (RFC 8446 section 5 and appendix D.4).
    return !half.sealed || half.type() == tls_type::change_cipher_spec ||
           (half.type() == tls_type::alert && half.length == 2) || session_.version() == tls13;
  }

  /// Whether its content belongs to handshake messages that can be read.
  [[nodiscard]] bool open_handshake(Side from, const Half& half) const {
    return half.type() == tls_type::handshake && open(half) &&
           (handshake_.unfinished(from) || begins_tls_handshake(half.content.view()));
  }

  void finish_record(Side from, Half& half) {
    if (!open_handshake(from, half)) {
      send_record(from, half);
    } else if (half.gap) {
      handshake_.add_cut(from, half.content.view(), half.wire(), half.span,
                         "the rest was never captured");
    } else {
      handshake_.add(from, half.content.view(), half.wire(), half.span);
    }
    clear(half);
  }

  void send_record(Side from, Half& half) {
    Message& message = begin(from, half);
    const bool first_of_client = half.type() == tls_type::application && from == Side::client &&
                                 !std::exchange(half.spoke, true);
    bool sealed = !open(half);
    if (half.type() == tls_type::change_cipher_spec) {
      message.message = "change cipher spec";
      half.sealed = true;
    } else if (half.type() == tls_type::alert) {
      message.message = "alert";
      if (!sealed) add_alert(message, half.content.view());
    } else if (half.type() == tls_type::heartbeat) {
      message.message = "heartbeat";
      if (!sealed) out_->content(message, "payload", half.content.view());
    } else if (half.type() == tls_type::handshake ||
               (first_of_client && session_.version() == tls13 &&
                (half.length == finished_sha256 || half.length == finished_sha384))) {
      // Sealed handshake: the Finished of either version. It belongs to the connection and is no
      // emission of its own.
      message.message = "finished";
      sealed = true;
    } else {
      message.message = "record ";
      append_size_class(message.message, half.length);
    }
    if (sealed) message.sealed_bytes = half.captured;
    out_->integer(message, "size", static_cast<std::int64_t>(half.length));
    out_->send(message, *flow_);
  }

  void add_alert(Message& message, ByteView content) {  // RFC 8446 section 6
    if (content.size() < 2) return;
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
    if ((bytes[0] & 0x80) == 0 || bytes[2] != 1) return false;
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

  Message& begin(Side from, const Half& half) {
    Message& message = out_->begin(*flow_, from, half.span, "tls");
    message.size = half.wire();
    message.gap = half.gap;
    return message;
  }

  void cut(Side from, Half& half, std::string_view why) {
    if (open_handshake(from, half)) {
      handshake_.add_cut(from, half.content.view(), half.wire(), half.span, why);
      return clear(half);
    }
    Message& message = begin(from, half);
    message.message = "record ";
    append_size_class(message.message, half.length);
    if (open(half))
      message.unexplained_bytes = half.captured;
    else
      message.sealed_bytes = half.captured;
    out_->integer(message, "size", static_cast<std::int64_t>(half.length));
    message.gap = true;
    message.notes.push_back(
        fmt::format("cut off after {} of {} bytes: {}", half.captured, half.length, why));
    out_->send(message, *flow_);
    clear(half);
  }

  static void clear(Half& half) {
    half.header_size = half.length = half.left = half.captured = 0;
    half.gap = false;
    half.content.clear();
  }

  /// The records cannot be followed any further.
  bool lost() {
    for (const Side side : {Side::client, Side::server}) end(side, "what follows is no TLS record");
    return false;
  }

  Flow* flow_;
  Outlet* out_;
  TlsSession session_;
  TlsHandshake handshake_;
  std::array<Half, 2> half_;
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
