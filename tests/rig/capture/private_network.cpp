#include "tests/rig/capture/private_network.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "rig/capture/capture_file.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

constexpr std::uint16_t kEthertype = 0x88b6;

void write_file(const char* path, const std::string& text) { std::ofstream(path) << text; }

bool enter_namespaces() {
  if (::geteuid() == 0 && ::unshare(CLONE_NEWNET) == 0) return true;
  const auto uid = ::geteuid();
  const auto gid = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", fmt::format("0 {} 1", uid));
  write_file("/proc/self/gid_map", fmt::format("0 {} 1", gid));
  return true;
}

std::string enter_once() {
  if (!enter_namespaces())
    return fmt::format("no private network here: unshare: {}", std::strerror(errno));
  try {
    ip("link add name cap0 type veth peer name dut0");
    ip("link set cap0 up");
    ip("link set dut0 up");
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace

std::string enter_private_network() {
  static const std::string reason = enter_once();
  return reason;
}

void ip(const std::string& words) {
  ChildSettings settings;
  settings.program = "ip";
  std::istringstream split(words);
  for (std::string word; split >> word;) settings.arguments.push_back(word);
  settings.pipe_stderr = true;
  auto child = Child::start(settings);
  if (!child) throw std::runtime_error(child.error().message);
  const auto output = child->finish(std::chrono::seconds(10));
  if (!output) throw std::runtime_error(output.error().message);
  if (!output->exit.ok()) throw std::runtime_error("ip " + words + ": " + output->err);
}

Sender::Sender(const std::string& interface)
    : socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)),
      index_(static_cast<int>(::if_nametoindex(interface.c_str()))) {
  if (!socket_) throw std::runtime_error("packet socket: " + std::string(std::strerror(errno)));
}

void Sender::send(std::uint32_t number, std::size_t size) {
  Bytes frame(size, 0x5a);
  const std::uint8_t head[] = {0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1, 0x88, 0xb6};
  std::copy(std::begin(head), std::end(head), frame.begin());
  for (std::size_t i = 0; i < 4; ++i)
    frame[14 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  send_frame(frame);
}

void Sender::send_frame(ByteView frame) {
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(kEthertype);
  to.sll_ifindex = index_;
  to.sll_halen = 6;
  std::copy_n(frame.begin(), 6, to.sll_addr);
  while (::sendto(socket_.number(), frame.data(), frame.size(), 0,
                  reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
    if (errno != ENOBUFS && errno != EINTR)
      throw std::runtime_error("sending: " + std::string(std::strerror(errno)));
}

void Sender::send_all(std::uint32_t first, std::uint32_t count, std::size_t size) {
  for (std::uint32_t i = 0; i < count; ++i) send(first + i, size);
}

std::vector<std::uint32_t> numbers_in(const std::string& path) {
  auto reader = CaptureFileReader::open(path);
  std::vector<std::uint32_t> found;
  while (reader) {
    const auto packet = reader->next();
    if (!packet) throw std::runtime_error(packet.error().message);
    if (!*packet) return found;
    ByteReader bytes((*packet)->data);
    bytes.skip(12);
    if (bytes.be16() == kEthertype) found.push_back(bytes.be32());
  }
  throw std::runtime_error(reader.error().message);
}

std::vector<std::uint32_t> numbers(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> all(count);
  std::iota(all.begin(), all.end(), first);
  return all;
}

}  // namespace brewproof
