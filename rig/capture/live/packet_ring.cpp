#include "rig/capture/live/packet_ring.h"

#include <pcap/pcap.h>
#include <unistd.h>

#include <filesystem>

namespace brewproof {
namespace {

constexpr int kMostPackets = 10'000;

pcap_t* as_pcap(void* handle) { return static_cast<pcap_t*>(handle); }

std::string own_path() {
  std::error_code unreadable;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", unreadable);
  return unreadable ? "brewproof-capture" : path.string();
}

Error activation_error(const std::string& interface, int status, const char* text) {
  std::string mend;
  switch (status) {
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      mend = fmt::format("no privilege to capture; run once: sudo setcap cap_net_raw+ep {}",
                         own_path());
      break;
    case PCAP_ERROR_IFACE_NOT_UP:
      mend = fmt::format("the interface is down; run: sudo ip link set {} up", interface);
      break;
    default:
      mend = fmt::format("{} {}", pcap_statustostr(status), text);
  }
  return {ErrorCode::host, fmt::format("capturing on {}: {}", interface, mend)};
}

struct Delivery {
  const PacketRing::Take& take;
  pcap_t* handle;
  Result<void> result;
};

void deliver(u_char* user, const pcap_pkthdr* header, const u_char* bytes) {
  auto& delivery = *reinterpret_cast<Delivery*>(user);
  if (!delivery.result) return;  // the rest of a block after an error
  Packet packet;
  // With PCAP_TSTAMP_PRECISION_NANO tv_usec holds nanoseconds.
  packet.time_ns = std::int64_t{header->ts.tv_sec} * 1'000'000'000 + header->ts.tv_usec;
  packet.data = {bytes, header->caplen};
  packet.original_length = header->len;
  delivery.result = delivery.take(packet);
  if (!delivery.result) pcap_breakloop(delivery.handle);
}

}  // namespace

void PacketRing::Close::operator()(void* handle) const { pcap_close(as_pcap(handle)); }

Result<PacketRing> PacketRing::open(const std::string& interface) {
  char text[PCAP_ERRBUF_SIZE] = "";
  pcap_t* const handle = pcap_create(interface.c_str(), text);
  if (handle == nullptr) return fail(ErrorCode::host, "capturing on {}: {}", interface, text);
  PacketRing ring(interface, handle);
  pcap_set_snaplen(handle, static_cast<int>(PcapngWriter::kSnapLength));
  pcap_set_promisc(handle, 1);
  pcap_set_timeout(handle, static_cast<int>(kBlockTimeout.count()));
  pcap_set_buffer_size(handle, 64 << 20);
  pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
  if (const int status = pcap_activate(handle); status < 0)
    return tl::unexpected(activation_error(interface, status, pcap_geterr(handle)));
  if (pcap_datalink(handle) != DLT_EN10MB)
    return fail(ErrorCode::host, "capturing on {}: it is not an Ethernet interface but {}",
                interface, pcap_datalink_val_to_name(pcap_datalink(handle)));
  if (pcap_setnonblock(handle, 1, text) != 0 || pcap_get_selectable_fd(handle) < 0)
    return fail(ErrorCode::host, "capturing on {}: the ring cannot be polled {}", interface, text);
  return ring;
}

int PacketRing::descriptor() const { return pcap_get_selectable_fd(as_pcap(handle_.get())); }

Result<void> PacketRing::read(const Take& take) {
  Delivery delivery{take, as_pcap(handle_.get()), {}};
  const int count =
      pcap_dispatch(delivery.handle, kMostPackets, deliver, reinterpret_cast<u_char*>(&delivery));
  if (!delivery.result) return delivery.result;
  if (count == PCAP_ERROR)
    return fail(ErrorCode::host, "capturing on {}: {}", interface_, pcap_geterr(delivery.handle));
  return {};
}

CaptureCounters PacketRing::counters() {
  pcap_stat statistics{};
  if (pcap_stats(as_pcap(handle_.get()), &statistics) == 0) {
    counters_.received += statistics.ps_recv - std::exchange(last_received_, statistics.ps_recv);
    counters_.kernel_dropped +=
        statistics.ps_drop - std::exchange(last_dropped_, statistics.ps_drop);
  }
  return counters_;
}

}  // namespace brewproof
