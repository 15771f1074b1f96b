#include "rig/decode/dns/message.h"

#include "rig/decode/dns/name.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_records = 512;  // that a header may announce where the port tells nothing

}  // namespace

bool DnsHeader::plausible() const {
  const unsigned records = counts[1] + counts[2] + counts[3];
  return operation() <= 6 && operation() != 3 && counts[0] <= 32 && records <= max_records &&
         counts[0] + records != 0 && (response() || outcome() == 0);
}

DnsHeader read_dns_header(ByteReader& reader) {
  DnsHeader header;
  header.id = reader.be16();
  header.flags = reader.be16();
  for (std::uint16_t& count : header.counts) count = reader.be16();
  return header;
}

bool DnsMessage::read_record(ByteReader& reader, DnsRecord& record) const {
  const std::size_t begin = reader.position();
  if (!read_dns_name(bytes_, reader, record.name)) return false;
  record.name_size = reader.position() - begin;
  record.type = reader.be16();
  record.klass = reader.be16();
  record.ttl = 0;
  record.data = {};
  if (record.section == DnsSection::question) return reader.ok();
  record.ttl = reader.be32();
  const std::uint16_t length = reader.be16();
  record.begin = reader.position();
  record.data = reader.take(length);
  return reader.ok();
}

void DnsMessage::read(ByteView bytes) {
  bytes_ = bytes;
  used_ = 0;
  whole_ = false;
  ByteReader reader(bytes);
  header_ = read_dns_header(reader);
  end_ = reader.position();
  if (!reader.ok()) return;
  for (std::size_t section = 0; section < 4; ++section)
    for (unsigned i = 0; i < header_.counts[section]; ++i) {
      if (used_ == records_.size()) records_.emplace_back();
      DnsRecord& record = records_[used_];
      record.section = static_cast<DnsSection>(section);
      if (!read_record(reader, record)) return;
      ++used_;
      end_ = reader.position();
    }
  whole_ = true;
}

const DnsRecord* DnsMessage::question() const {
  return used_ != 0 && records_[0].section == DnsSection::question ? records_.data() : nullptr;
}

const DnsRecord* DnsMessage::subject() const {
  const bool has = used_ != 0 && records_[0].section <= DnsSection::answer;
  return has ? records_.data() : nullptr;
}

}  // namespace brewproof::decode
