#include "rig/capture/live/sentinel.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "rig/capture/sentinel_frame.h"

namespace brewproof {
namespace {
constexpr std::size_t kNonce = sentinel_sent_at - sentinel_nonce_at;
}  // namespace

Sentinel::Sentinel(std::string interface, Descriptor socket, const NetworkLink& link)
    : interface_(std::move(interface)), socket_(std::move(socket)), index_(link.index) {
  std::ranges::copy(link.mac, frame_.begin());
  std::ranges::copy(link.mac, frame_.begin() + 6);
  frame_[12] = sentinel_ethertype >> 8;
  frame_[13] = sentinel_ethertype & 0xff;
  std::ranges::copy(sentinel_name, frame_.begin() + sentinel_name_at);
}

Result<Sentinel> Sentinel::open(const std::string& interface, const NetworkLink& link) {
  // Protocol 0: this socket receives nothing.
  Descriptor socket{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};
  if (!socket)
    return fail(ErrorCode::host, "opening a socket for sentinels on {}: {}", interface,
                std::strerror(errno));
  return Sentinel(interface, std::move(socket), link);
}

Result<void> Sentinel::send(std::int64_t real_ns) {
  if (::getrandom(frame_.data() + sentinel_nonce_at, kNonce, 0) != static_cast<ssize_t>(kNonce))
    return fail(ErrorCode::host, "drawing random bytes: {}", std::strerror(errno));
  return repeat(real_ns);
}

Result<void> Sentinel::repeat(std::int64_t real_ns) {
  for (std::size_t i = 0; i < 8; ++i)
    frame_[sentinel_sent_at + i] =
        static_cast<std::uint8_t>(static_cast<std::uint64_t>(real_ns) >> (56 - 8 * i));
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(sentinel_ethertype);
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
  // Not its time: the one before a repetition may come back late.
  return packet.data.size() >= sentinel_sent_at &&
         std::equal(frame_.begin(), frame_.begin() + sentinel_sent_at, packet.data.begin());
}

}  // namespace brewproof
