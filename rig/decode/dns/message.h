// A DNS message (RFC 1035 section 4) taken apart into questions and records; the records' data is
// not looked into here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rig/model/bytes.h"

namespace brewproof::decode {

enum class DnsSection : std::uint8_t { question, answer, authority, additional };

struct DnsRecord {
  DnsSection section = DnsSection::question;
  std::string name;
  std::size_t name_size = 0;  // on the wire
  std::uint16_t type = 0, klass = 0;
  std::uint32_t ttl = 0;
  std::size_t begin = 0;  // of the data, in the message
  ByteView data;
};

struct DnsHeader {
  std::uint16_t id = 0, flags = 0;
  std::uint16_t counts[4] = {};  // by section

  [[nodiscard]] bool response() const { return (flags & 0x8000) != 0; }
  [[nodiscard]] unsigned operation() const { return flags >> 11 & 0xf; }
  [[nodiscard]] unsigned outcome() const { return flags & 0xf; }
  /// Could these 12 bytes head a DNS message, as people send them?
  [[nodiscard]] bool plausible() const;
};

inline constexpr std::size_t dns_header_size = 12;

[[nodiscard]] DnsHeader read_dns_header(ByteReader& reader);

/// Keeps its memory from one message to the next.
class DnsMessage {
 public:
  /// The views into `bytes` stay valid as long as these do.
  void read(ByteView bytes);

  [[nodiscard]] const DnsHeader& header() const { return header_; }
  [[nodiscard]] ByteView bytes() const { return bytes_; }
  /// Questions too, in the order of the wire.
  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] const DnsRecord& operator[](std::size_t at) const { return records_[at]; }
  /// The first question; nullptr where there is none.
  [[nodiscard]] const DnsRecord* question() const;
  /// What the message is about: the first question, else the first answer.
  [[nodiscard]] const DnsRecord* subject() const;
  /// All records were read.
  [[nodiscard]] bool whole() const { return whole_; }
  /// Where the records end, or where the one stands that could not be read.
  [[nodiscard]] std::size_t end() const { return end_; }

 private:
  bool read_record(ByteReader& reader, DnsRecord& record) const;

  DnsHeader header_;
  ByteView bytes_;
  std::vector<DnsRecord> records_;
  std::size_t used_ = 0, end_ = 0;
  bool whole_ = false;
};

}  // namespace brewproof::decode
