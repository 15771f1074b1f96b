// TLS records (RFC 8446 section 5.1, RFC 5246 section 6.2): the hellos are read, everything sealed
// is told by its size. The unit is the record, because one connection may carry many emissions.
#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "rig/decode/room.h"
#include "rig/decode/text.h"
#include "rig/decode/tls_hello.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t change_cipher_spec = 20, alert = 21, handshake = 22, application = 23,
                       heartbeat = 24;
constexpr std::size_t record_header = 5;
constexpr std::size_t max_record = 16384 + 2048;  // RFC 5246 section 6.2.3
constexpr std::size_t max_handshake = 65536;      // bytes of unfinished handshake messages
constexpr std::uint16_t tls13 = 0x0304;
// A TLS 1.3 Finished alone in its record: 4 + 32 or 48 (SHA-256, SHA-384) + 1 type + 16 tag.
constexpr std::size_t finished_sha256 = 53, finished_sha384 = 69;

bool is_record(ByteView bytes) {
  return bytes[0] >= change_cipher_spec && bytes[0] <= heartbeat &&
         (bytes.size() < 2 || bytes[1] == 3) && (bytes.size() < 3 || bytes[2] <= 4);
}

std::size_t record_length(ByteView bytes) { return std::size_t{bytes[3]} << 8 | bytes[4]; }

std::string_view handshake_label(std::uint8_t type) {
  switch (type) {
    case 0:
      return "hello request";
    case 1:
      return "client hello";
    case 2:
      return "server hello";
    case 4:
      return "new session ticket";
    case 11:
      return "certificate";
    case 12:
      return "server key exchange";
    case 13:
      return "certificate request";
    case 14:
      return "server hello done";
    case 15:
      return "certificate verify";
    case 16:
      return "client key exchange";
    case 20:
      return "finished";
    case 22:
      return "certificate status";
    default:
      return {};
  }
}

class Reader final : public StreamReader {
 public:
  Reader(Flow& flow, Outlet& out)
      : flow_(&flow), out_(&out), half_{Half(out.budget), Half(out.budget)} {}

  bool read(Side from, StreamBuffer& input) override {
    Half& half = half_[index(from)];
    while (!input.empty()) {
      const ByteView bytes = input.bytes();
      if (half.left != 0) {
        take(from, half, input, std::min(half.left, bytes.size()));
        continue;
      }
      if (!is_record(bytes)) {
        if (bytes.size() < 3 || !old_hello(from, input)) return false;
        continue;
      }
      if (bytes.size() < record_header) return true;
      const std::size_t length = record_length(bytes);
      if (length > max_record) return false;
      half.type = bytes[0];
      half.length = half.left = length;
      half.gap = false;
      half.span = input.span(0, record_header);
      half.content.clear();
      input.consume(record_header);
      if (length == 0) finish_record(from, half);
    }
    return true;
  }

  bool gap(Side from, std::uint64_t count) override {
    Half& half = half_[index(from)];
    if (half.left == 0 || count > half.left) {
      if (half.left != 0) cut(from, half, "the rest of it was never captured");
      return false;
    }
    half.gap = true;
    half.left -= static_cast<std::size_t>(count);
    if (half.left == 0) finish_record(from, half);
    return true;
  }

  void end(Side from, std::string_view why) override {
    Half& half = half_[index(from)];
    if (half.left != 0) cut(from, half, why);
  }

 private:
  struct Half {
    explicit Half(Budget& budget) : content(budget), messages(budget) {}
    std::uint8_t type = 0;
    std::size_t length = 0, left = 0;  // of the record being read
    bool gap = false;
    bool sealed = false;  // a ChangeCipherSpec went by: handshake records are encrypted
    bool spoke = false;   // sent application records
    Span span, messages_span;
    HeldBytes content;   // of a record that is read
    HeldBytes messages;  // handshake messages may run over several records
  };

  void take(Side from, Half& half, StreamBuffer& input, std::size_t count) {
    half.span.include(input.span(0, count));
    if (half.type == alert || (half.type == handshake && !half.sealed))
      half.content.append(input.bytes().first(count));
    input.consume(count);
    half.left -= count;
    if (half.left == 0) finish_record(from, half);
  }

  Message& begin(Side from, const Half& half, std::size_t size) {
    Message& message = out_->begin(*flow_, from, half.span, "tls");
    message.size = size;
    message.gap = half.gap;
    return message;
  }

  void finish_record(Side from, Half& half) {
    if (half.type == handshake && !half.sealed && !half.gap && looks_open(half))
      return handshake_messages(from, half);
    Message& message = begin(from, half, half.length + record_header);
    const bool first_of_client =
        half.type == application && from == Side::client && !std::exchange(half.spoke, true);
    if (half.type == change_cipher_spec) {
      message.message = "change cipher spec";
      half.sealed = true;
    } else if (half.type == alert) {
      message.message = "alert";
      if (half.length == 2 && half.content.size() == 2 && !half.sealed) {
        out_->integer(message, "level", half.content.view()[0]);
        out_->integer(message, "description", half.content.view()[1]);
      }
    } else if (half.type == heartbeat) {
      message.message = "heartbeat";
    } else if (half.type == handshake ||
               (first_of_client && version_ == tls13 &&
                (half.length == finished_sha256 || half.length == finished_sha384))) {
      // Sealed handshake: the Finished of either version. It belongs to the connection and is no
      // emission of its own.
      message.message = "finished";
    } else {
      message.message += "record ";
      append_size_class(message.message, half.length);
    }
    out_->integer(message, "size", static_cast<std::int64_t>(half.length));
    out_->send(message, *flow_);
    half.content.clear();
  }

  /// After a gap or a late start a handshake record may be sealed without our knowing.
  static bool looks_open(const Half& half) {
    if (!half.messages.empty()) return true;
    const ByteView content = half.content.view();
    return content.size() >= 4 && content[1] == 0 && !handshake_label(content[0]).empty();
  }

  void handshake_messages(Side from, Half& half) {
    if (half.messages.empty()) {
      half.messages_span = half.span;
    } else {
      half.messages_span.include(half.span);
    }
    half.messages.append(half.content.view());
    half.content.clear();
    std::size_t overhead = record_header;  // counted on the first message of the record
    for (;;) {
      const ByteView bytes = half.messages.view();
      if (bytes.size() < 4) break;
      const std::size_t length =
          std::size_t{bytes[1]} << 16 | std::size_t{bytes[2]} << 8 | bytes[3];
      if (bytes.size() < 4 + length) {
        if (length <= max_handshake) break;
        Message& message = begin(from, half, bytes.size());
        message.message = "handshake";
        out_->malformed(message, fmt::format("handshake message of {} bytes at byte 1", length));
        out_->send(message, *flow_);
        half.messages.clear();
        break;
      }
      handshake_message(from, half, bytes[0], bytes.subspan(4, length), 4 + length + overhead);
      overhead = 0;
      half.messages.drop_front(4 + length);
      half.messages_span = half.span;
    }
  }

  void handshake_message(Side from, const Half& half, std::uint8_t type, ByteView body,
                         std::size_t size) {
    Message& message = begin(from, half, size);
    Outlet::stamp(message, half.messages_span);
    message.message = handshake_label(type);
    if (message.message.empty()) {
      message.message = "handshake ";
      append_number(message.message, type);
    }
    out_->integer(message, "size", static_cast<std::int64_t>(body.size()));
    if (type == 1 || type == 2) {
      const TlsHello hello = read_tls_hello(body, type == 1);
      add_hello(message, hello, type == 1);
      if (!hello.whole)
        out_->malformed(message, "hello is cut off inside its lengths, after byte 34");
      if (type == 1) out_->name_party(*flow_, other(from), hello.sni);
      if (type == 2)
        version_ = hello.selected_version != 0 ? hello.selected_version : hello.version;
    }
    out_->send(message, *flow_);
  }

  void add_hello(Message& message, const TlsHello& hello, bool client) {
    append_tls_version(out_->field(message, "version").value, hello.version);
    if (!hello.sni.empty()) out_->text(message, "sni", hello.sni);
    if (!hello.alpn.empty()) out_->text(message, "alpn", hello.alpn);
    if (!hello.versions.empty()) out_->text(message, "versions", hello.versions);
    if (hello.selected_version != 0)
      append_tls_version(out_->field(message, "selected_version").value, hello.selected_version);
    if (!client) {
      std::string& cipher = out_->field(message, "cipher").value;
      cipher = "0x";
      append_hex(cipher, std::array{static_cast<std::uint8_t>(hello.cipher >> 8),
                                    static_cast<std::uint8_t>(hello.cipher)});
    }
    if (!hello.session.empty())
      append_hex(out_->field(message, "session", FieldType::bytes).value, hello.session);
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
    append_tls_version(out_->field(message, "version").value,
                       static_cast<std::uint16_t>(bytes[3] << 8 | bytes[4]));
    out_->send(message, *flow_);
    input.consume(2 + length);
    return true;
  }

  void cut(Side from, Half& half, std::string_view why) {
    Message& message = begin(from, half, record_header + half.length - half.left);
    message.message += "record ";
    append_size_class(message.message, half.length);
    out_->integer(message, "size", static_cast<std::int64_t>(half.length));
    message.gap = true;
    message.notes.push_back(
        fmt::format("cut off after {} of {} bytes: {}", half.length - half.left, half.length, why));
    out_->send(message, *flow_);
    half.left = 0;
    half.content.clear();
  }

  Flow* flow_;
  Outlet* out_;
  std::array<Half, 2> half_;
  std::uint16_t version_ = 0;
};

/// A connection begins with a handshake record, or an SSL 2.0 hello. Captured from its middle, one
/// whole plausible record header is enough, and the next one where it is visible.
Claim claims(ByteView bytes, const StreamStart& start) {
  if (bytes[0] == 0x80 && start.begins) {
    if (bytes.size() < 5) return Claim::more;
    return bytes[2] == 1 && bytes[3] == 3 && bytes[4] <= 3 ? Claim::yes : Claim::no;
  }
  if (!is_record(bytes)) return Claim::no;
  if (bytes.size() < 6) return Claim::more;
  const std::size_t length = record_length(bytes);
  if (length == 0 || length > max_record) return Claim::no;
  if (bytes[0] == handshake && (bytes[5] == 1 || bytes[5] == 2) && length >= 42) return Claim::yes;
  if (start.begins && bytes[0] != alert) return Claim::no;
  if ((bytes[0] == change_cipher_spec && length != 1) || (bytes[0] == alert && length < 2))
    return Claim::no;
  const std::size_t next = record_header + length;
  if (bytes.size() >= next + 3 && !is_record(bytes.subspan(next, 3))) return Claim::no;
  return Claim::yes;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) {
  return std::make_unique<Reader>(flow, out);
}

}  // namespace

extern const Room tls_room{"tls", nullptr, claims, open};

}  // namespace brewproof::decode
