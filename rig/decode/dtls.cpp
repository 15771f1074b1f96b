// DTLS 1.0 to 1.3 (RFC 6347, RFC 9147): the hellos are read, everything sealed is told by its size.
// The unit is the record, as in TLS. Told by its records, which must fill the datagram; the short
// header of 1.3 only where the conversation is known.
#include <fmt/format.h>

#include <array>

#include "rig/decode/dtls/handshake.h"
#include "rig/decode/dtls/record.h"
#include "rig/decode/fields.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"
#include "rig/decode/tls/names.h"
#include "rig/decode/tls/record.h"
#include "rig/decode/tls/tally.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_records = 64;  // of one datagram

class DtlsConversation final : public Session {
 public:
  DtlsConversation(Flow& flow, Outlet& out)
      : flow_(&flow), out_(&out), handshake_(flow, out), tally_(flow, out) {}

  void read(const Datagram& datagram, const std::vector<DtlsRecord>& records) {
    std::size_t end = 0;
    for (const DtlsRecord& record : records) {
      end += record.header + record.length;
      read_record(datagram, record);
    }
    if (end < datagram.wire_length) send_rest(datagram, end);
  }

  void end(std::string_view why) override { handshake_.end(why); }
  /// The short headers of 1.3 cannot be told without it.
  [[nodiscard]] bool lasts() const override { return handshake_.version() == dtls13; }

 private:
  void read_record(const Datagram& datagram, const DtlsRecord& record) {
    const std::size_t wire = record.header + record.length;
    if (record.type == tls_type::handshake && !record.sealed() &&
        record.content.size() == record.length)
      return handshake_.add(datagram.from, record.content, wire, datagram.span);
    Message& message = out_->begin(*flow_, datagram.from, datagram.span, "dtls");
    message.size = wire;
    if (record.content.size() < record.length) {
      message.gap = true;
      message.notes.push_back(fmt::format("cut by the snap length: {} of {} bytes were captured",
                                          record.content.size(), record.length));
    }
    name_record(message, record);
    out_->integer(message, "size", static_cast<std::int64_t>(record.length));
    if (record.sealed()) {
      message.sealed_bytes = record.content.size();
      tally_.sealed("dtls", datagram.span.first, handshake_.client_random());
    } else if (record.type == tls_type::application || record.type == tls_type::handshake) {
      add_unread(message, *out_, "payload", record.content);
    }
    out_->send(message, *flow_);
  }

  void name_record(Message& message, const DtlsRecord& record) {
    if (record.type == tls_type::change_cipher_spec) {
      message.message = "change cipher spec";
    } else if (record.type == tls_type::alert) {
      message.message = "alert";
      if (!record.sealed()) add_alert(message, record.content);
    } else if (record.type == tls_type::handshake) {
      message.message = record.sealed() ? "finished" : "handshake";
    } else {
      message.message = "record ";
      append_size_class(message.message, record.length);
    }
  }

  void add_alert(Message& message, ByteView content) {
    if (content.size() < 2) return;
    if (const std::string_view name = tls_alert_name(content[1]); !name.empty())
      (message.message += ' ') += name;
    out_->integer(message, "level", content[0], 1);
    out_->integer(message, "description", content[1], 1);
  }

  /// Behind the records, which were enough to tell that it is DTLS.
  void send_rest(const Datagram& datagram, std::size_t begin) {
    Message& message = out_->begin(*flow_, datagram.from, datagram.span, "dtls");
    message.message = "malformed";
    message.size = datagram.wire_length - begin;
    if (datagram.cut()) {
      message.gap = true;
    } else {
      out_->malformed(message, fmt::format("no DTLS record at byte {}", begin));
    }
    add_unread(message, *out_, "payload",
               datagram.bytes.subspan(std::min(begin, datagram.bytes.size())));
    out_->send(message, *flow_);
  }

  Flow* flow_;
  Outlet* out_;
  DtlsHandshake handshake_;
  SessionTally tally_;
};

/// Reads as many records as there are; false where they do not fill the datagram.
bool read_records(const Datagram& datagram, bool known, std::vector<DtlsRecord>& records) {
  records.clear();
  std::size_t at = 0;
  while (at < datagram.bytes.size() && records.size() < max_records) {
    const ByteView rest = datagram.bytes.subspan(at);
    auto record = read_dtls_record(rest, datagram.wire_length - at);
    if (!record && known) record = read_short_dtls_record(rest, datagram.wire_length - at);
    if (!record) break;
    at += record->header + record->length;
    records.push_back(*record);
  }
  return at == datagram.wire_length;
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.empty()) return false;
  const bool known = find_session<DtlsConversation>(datagram) != nullptr;
  const std::uint8_t first = datagram.bytes[0];
  const bool may_be =
      (first >= tls_type::change_cipher_spec && first <= 26) || (known && first >> 5 == 1);
  if (!may_be) return false;
  auto& records = out.memory<std::vector<DtlsRecord>>();
  const bool fill = read_records(datagram, known, records);
  if (records.empty() || (!fill && !known && !datagram.cut())) return false;
  session<DtlsConversation>(datagram, flow, out).read(datagram, records);
  return true;
}

}  // namespace

extern const Room dtls_room{"dtls", read, nullptr, nullptr};

}  // namespace brewproof::decode
