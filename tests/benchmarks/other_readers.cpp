#include "tests/benchmarks/other_readers.h"

#include <pcap.h>

#include <cstdint>

#ifdef BREWPROOF_LIBTINS
#include <tins/tcp_ip/stream_follower.h>
#include <tins/tins.h>
#endif

namespace brewproof::benchmarks {
namespace {

struct Lengths {
  std::uint64_t tcp = 0, udp = 0;
};

void add_lengths(u_char* user, const pcap_pkthdr* header, const u_char* bytes) {
  auto& lengths = *reinterpret_cast<Lengths*>(user);
  const auto be16 = [&](std::size_t at) { return std::uint32_t{bytes[at]} << 8 | bytes[at + 1]; };
  if (header->caplen < 54 || be16(12) != 0x0800) return;
  const std::uint32_t ip_header = 4u * (bytes[14] & 15u), total = be16(16);
  if (header->caplen < 14 + ip_header + 20) return;
  if (bytes[23] == 6) lengths.tcp += total - ip_header - 4u * (bytes[14 + ip_header + 12] >> 4);
  if (bytes[23] == 17) lengths.udp += total - ip_header - 8;
}

}  // namespace

int read_with_libpcap(const std::string& path) {
  char error[PCAP_ERRBUF_SIZE] = {};
  pcap_t* pcap = pcap_open_offline(path.c_str(), error);
  if (pcap == nullptr) return 1;
  Lengths lengths;
  const int ended = pcap_loop(pcap, -1, add_lengths, reinterpret_cast<u_char*>(&lengths));
  pcap_close(pcap);
  return ended == 0 && lengths.tcp != 0 && lengths.udp != 0 ? 0 : 1;
}

#ifdef BREWPROOF_LIBTINS
int read_with_libtins(const std::string& path) {
  std::uint64_t stream_bytes = 0, names = 0;
  Tins::TCPIP::StreamFollower follower;
  follower.new_stream_callback([&](Tins::TCPIP::Stream& stream) {
    stream.auto_cleanup_payloads(true);
    stream.client_data_callback(
        [&](Tins::TCPIP::Stream& s) { stream_bytes += s.client_payload().size(); });
    stream.server_data_callback(
        [&](Tins::TCPIP::Stream& s) { stream_bytes += s.server_payload().size(); });
  });
  Tins::FileSniffer sniffer(path);
  sniffer.sniff_loop([&](Tins::Packet& packet) {
    Tins::PDU* pdu = packet.pdu();
    if (pdu->find_pdu<Tins::TCP>() != nullptr) {
      follower.process_packet(packet);
    } else if (const auto* udp = pdu->find_pdu<Tins::UDP>();
               udp != nullptr && (udp->dport() == 53 || udp->sport() == 53)) {
      const Tins::DNS dns = udp->rfind_pdu<Tins::RawPDU>().to<Tins::DNS>();
      names += dns.queries().size() + dns.answers().size();
    }
    return true;
  });
  return stream_bytes != 0 && names != 0 ? 0 : 1;
}
#else
int read_with_libtins(const std::string&) { return -1; }
#endif

}  // namespace brewproof::benchmarks
