#include "tests/drivers/http_peer.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds script_patience{10'000};

struct ScriptFails {};  // ends the script's thread after the failure was reported

}  // namespace

HttpPeer::HttpPeer(Script script) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listening_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::listen(listening_, 8) != 0 ||
      ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    throw std::runtime_error("no loopback socket");
  port_ = ntohs(address.sin_port);
  if (!script) return;
  thread_ = std::thread([this, play = std::move(script)] {
    try {
      play(*this);
    } catch (const ScriptFails&) {
    }
    hang_up();
  });
}

HttpPeer::~HttpPeer() {
  over_ = true;
  wait();
  hang_up();
  vanish();
}

std::string HttpPeer::host() const { return fmt::format("127.0.0.1:{}", port_); }

void HttpPeer::wait() {
  if (thread_.joinable()) thread_.join();
}

void HttpPeer::expect(std::string_view target) {
  hang_up();
  pollfd waited{listening_, POLLIN, 0};
  for (const auto until = SteadyClock::now() + script_patience;
       ::poll(&waited, 1, 20) == 0 && !over_ && SteadyClock::now() < until;) {
  }
  if ((waited.revents & POLLIN) == 0) {
    ADD_FAILURE() << "GET " << target << " did not come";
    throw ScriptFails{};
  }
  connection_ = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  request_.clear();
  std::array<char, 4096> chunk{};
  while (!request_.ends_with("\r\n\r\n")) {
    const ssize_t count = ::recv(connection_, chunk.data(), chunk.size(), 0);
    if (count <= 0) break;
    request_.append(chunk.data(), static_cast<std::size_t>(count));
  }
  const std::string wanted = fmt::format("GET {} HTTP/1.1\r\n", target);
  if (request_.starts_with(wanted)) return;
  ADD_FAILURE() << "expected " << wanted << "got " << request_;
  throw ScriptFails{};
}

void HttpPeer::say(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    left_ = count <= 0;
    if (left_) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void HttpPeer::answer(std::string_view json) {
  say(
      fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
                  "Connection: close\r\n\r\n{}",
                  json.size(), json));
  hang_up();
}

void HttpPeer::pause(milliseconds time) {
  for (const auto until = SteadyClock::now() + time; !over_ && SteadyClock::now() < until;)
    std::this_thread::sleep_for(std::min(time, milliseconds(10)));
}

void HttpPeer::hang_up() {
  if (connection_ >= 0) ::close(connection_);
  connection_ = -1;
}

void HttpPeer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(connection_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  hang_up();
}

void HttpPeer::vanish() {
  if (listening_ >= 0) ::close(listening_);
  listening_ = -1;
}

}  // namespace brewproof::testing
