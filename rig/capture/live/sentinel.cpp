#include "rig/capture/live/sentinel.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace brewproof {
namespace {
constexpr std::uint16_t kEthertype = 0x88b5;
constexpr std::string_view kName = "brewproof sentinel";
constexpr std::size_t kNameAt = 14, kNonceAt = kNameAt + kName.size(), kNonce = 16;
}  // namespace

Sentinel::Sentinel(std::string interface, Descriptor socket, const NetworkLink& link)
    : interface_(std::move(interface)), socket_(std::move(socket)), index_(link.index) {
  std::ranges::copy(link.mac, frame_.begin());
  std::ranges::copy(link.mac, frame_.begin() + 6);
  frame_[12] = kEthertype >> 8;
  frame_[13] = kEthertype & 0xff;
  std::ranges::copy(kName, frame_.begin() + kNameAt);
}

Result<Sentinel> Sentinel::open(const std::string& interface, const NetworkLink& link) {
  // Protocol 0: this socket receives nothing.
  Descriptor socket{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};
  if (!socket)
    return fail(ErrorCode::host, "opening a socket for sentinels on {}: {}", interface,
                std::strerror(errno));
  return Sentinel(interface, std::move(socket), link);
}

Result<void> Sentinel::send() {
  if (::getrandom(frame_.data() + kNonceAt, kNonce, 0) != static_cast<ssize_t>(kNonce))
    return fail(ErrorCode::host, "drawing random bytes: {}", std::strerror(errno));
  return repeat();
}

Result<void> Sentinel::repeat() {
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(kEthertype);
  to.sll_ifindex = index_;
  to.sll_halen = 6;
  std::copy_n(frame_.begin(), 6, to.sll_addr);
  while (::sendto(socket_.number(), frame_.data(), frame_.size(), 0,
                  reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0) {
    if (errno == EINTR) continue;
    return fail(ErrorCode::host, "sending a sentinel on {}: {}", interface_, std::strerror(errno));
  }
  return {};
}

bool Sentinel::recognises(const Packet& packet) const {
  constexpr std::size_t kUntilNonce = kNonceAt + kNonce;
  return packet.data.size() >= kUntilNonce &&
         std::equal(frame_.begin(), frame_.begin() + kUntilNonce, packet.data.begin());
}

}  // namespace brewproof
