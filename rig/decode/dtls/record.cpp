#include "rig/decode/dtls/record.h"

#include <algorithm>

#include "rig/decode/tls/record.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t with_connection_id = 25, acknowledgement = 26;  // RFC 9146, RFC 9147

}  // namespace

std::optional<DtlsRecord> read_dtls_record(ByteView bytes, std::size_t wire_length) {
  ByteReader reader(bytes);
  DtlsRecord record;
  record.type = reader.u8();
  record.version = reader.be16();
  record.epoch = reader.be16();
  record.sequence = std::uint64_t{reader.be16()} << 32;
  record.sequence |= reader.be32();
  record.header = dtls_record_header;
  const bool version_fits = record.version == dtls10 || record.version == dtls12;
  if (!version_fits || record.type < tls_type::change_cipher_spec || record.type > acknowledgement)
    return std::nullopt;
  if (record.type == with_connection_id) {  // of a length that only its parties know
    record.header = 11;
    if (!reader.ok() || wire_length < record.header + 2) return std::nullopt;
    record.length = wire_length - record.header;
  } else {
    record.length = reader.be16();
    if (!reader.ok() || record.length > tls_max_record ||
        record.length > wire_length - record.header)
      return std::nullopt;
  }
  record.content = reader.take(std::min(record.length, reader.remaining()));
  return record;
}

std::optional<DtlsRecord> read_short_dtls_record(ByteView bytes, std::size_t wire_length) {
  if (bytes.empty() || bytes[0] >> 5 != 1 || (bytes[0] & 0x10) != 0) return std::nullopt;
  ByteReader reader(bytes);
  DtlsRecord record;
  const std::uint8_t first = reader.u8();
  record.type = tls_type::application;
  record.epoch = first & 3;
  record.sequence = (first & 8) != 0 ? reader.be16() : reader.u8();  // sealed too
  const bool has_length = (first & 4) != 0;
  const std::size_t length = has_length ? reader.be16() : 0;
  record.header = reader.position();
  if (!reader.ok() || wire_length < record.header) return std::nullopt;
  record.length = has_length ? length : wire_length - record.header;
  if (record.length > wire_length - record.header || record.length < 16) return std::nullopt;
  record.content = reader.take(std::min(record.length, reader.remaining()));
  return record;
}

}  // namespace brewproof::decode
