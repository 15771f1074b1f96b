#include "tests/drivers/pty_peer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace brewproof::testing {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds script_patience{3000};

struct ScriptFails {};  // ends the script's thread after the failure was reported

}  // namespace

Bytes hex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    bytes.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    ++i;
  }
  return bytes;
}

PtyPeer::PtyPeer(Script script) {
  termios settings{};
  ::cfmakeraw(&settings);
  settings.c_cflag |= CREAD | CLOCAL;
  std::array<char, 128> name{};
  if (::openpty(&device_end_, &driver_end_, name.data(), &settings, nullptr) != 0)
    throw std::runtime_error("no pseudo-terminal");
  ::fcntl(device_end_, F_SETFD, FD_CLOEXEC);
  ::fcntl(driver_end_, F_SETFD, FD_CLOEXEC);
  ::fcntl(device_end_, F_SETFL, O_NONBLOCK);
  path_ = name.data();
  if (!script) return;
  thread_ = std::thread([this, play = std::move(script)] {
    try {
      play(*this);
    } catch (const ScriptFails&) {
    }
  });
}

PtyPeer::~PtyPeer() {
  over_ = true;
  wait();
  hang_up();
}

void PtyPeer::wait() {
  if (thread_.joinable()) thread_.join();
}

std::optional<Bytes> PtyPeer::receive(milliseconds time) {
  if (!unread_.empty()) return std::exchange(unread_, {});
  const auto deadline = SteadyClock::now() + time;
  while (SteadyClock::now() < deadline) {
    pollfd waited{device_end_, POLLIN, 0};
    if (::poll(&waited, 1, 10) > 0 && (waited.revents & POLLIN) != 0) {
      Bytes bytes(4096);
      const ssize_t count = ::read(device_end_, bytes.data(), bytes.size());
      if (count <= 0) return std::nullopt;
      bytes.resize(static_cast<std::size_t>(count));
      return bytes;
    }
    if (over_) return std::nullopt;
  }
  return std::nullopt;
}

void PtyPeer::expect(ByteView bytes) {
  Bytes heard;
  const auto deadline = SteadyClock::now() + script_patience;
  while (heard.size() < bytes.size() && SteadyClock::now() < deadline) {
    auto more = receive(script_patience);
    if (!more) break;
    heard.insert(heard.end(), more->begin(), more->end());
  }
  if (heard.size() > bytes.size()) {
    unread_.assign(heard.begin() + static_cast<std::ptrdiff_t>(bytes.size()), heard.end());
    heard.resize(bytes.size());
  }
  if (std::ranges::equal(heard, bytes)) return;
  ADD_FAILURE() << "the device expected " << to_hex(bytes) << " and the driver sent "
                << (heard.empty() ? "nothing" : to_hex(heard)) << "  (" << as_text(bytes) << " / "
                << as_text(heard) << ")";
  throw ScriptFails{};
}

void PtyPeer::expect_silence(milliseconds time) {
  if (const auto heard = receive(time)) {
    ADD_FAILURE() << "the device expected silence and the driver sent " << to_hex(*heard);
    throw ScriptFails{};
  }
}

void PtyPeer::say(ByteView bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::write(device_end_, bytes.data(), bytes.size());
    if (count < 0 && (errno != EAGAIN || over_)) return;
    if (count < 0)
      pause(milliseconds(1));  // nobody reads
    else
      bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void PtyPeer::say_split(ByteView bytes, std::size_t at) const {
  say(bytes.first(at));
  pause(milliseconds(3));
  say(bytes.subspan(at));
}

void PtyPeer::hang_up() {
  for (int* end : {&driver_end_, &device_end_})
    if (*end >= 0) ::close(std::exchange(*end, -1));
}

}  // namespace brewproof::testing
