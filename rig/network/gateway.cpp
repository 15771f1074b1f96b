#include "rig/network/gateway.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace brewproof {
namespace {

using Tls = GatewayConfig::Tls;
constexpr std::size_t part_size = std::size_t{1} << 16;

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Result<KeyLogTail> KeyLogTail::follow(const std::string& log, const std::string& copy) {
  Descriptor opened(::open(copy.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
  if (!opened) return fail(ErrorCode::host, "{}: opening it: {}", copy, std::strerror(errno));
  KeyLogTail tail(log, std::move(opened));
  struct stat now{};
  if (::stat(log.c_str(), &now) == 0) tail.taken_ = static_cast<std::uint64_t>(now.st_size);
  return tail;
}

bool KeyLogTail::readable() const { return ::access(log_.c_str(), R_OK) == 0; }

Result<void> KeyLogTail::copy_new() {
  const Descriptor file(::open(log_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat now{};
  if (!file || ::fstat(file.number(), &now) != 0 || !S_ISREG(now.st_mode)) return {};
  if (static_cast<std::uint64_t>(now.st_size) < taken_) taken_ = 0;
  std::string part(part_size, '\0');
  for (;;) {
    const ssize_t count =
        ::pread(file.number(), part.data(), part.size(), static_cast<off_t>(taken_));
    if (count <= 0) return {};
    const std::string_view read(part.data(), static_cast<std::size_t>(count));
    const std::size_t end = read.rfind('\n');
    // A line as long as this is none of a key log.
    const std::size_t whole = end != std::string_view::npos ? end + 1
                              : read.size() == part_size    ? read.size()
                                                            : 0;
    if (whole == 0) return {};
    if (!write_all(copy_.number(), read.substr(0, whole)))
      return fail(ErrorCode::io, "copying keys of {}: {}", log_, std::strerror(errno));
    taken_ += whole;
  }
}

Result<Gateway> Gateway::start(const NetworkConfig& network, const std::string& key_log) {
  Gateway made(network.gateway.value_or(GatewayConfig{}));
  const GatewayConfig& config = made.config_;
  made.steered_ = {network.capture, config.ports, 0};
  for (const std::string& log : config.key_logs) {
    auto tail = KeyLogTail::follow(log, key_log);
    if (!tail) return pass_on(std::move(tail));
    made.tails_.push_back(std::move(*tail));
  }
  if (config.tls == Tls::intercept) {
    auto proxy = Interceptor::start(config, key_log);
    if (!proxy) return pass_on(std::move(proxy));
    made.steered_.proxy = proxy->port();
    made.proxy_.emplace(std::move(*proxy));
  }
  if (config.steers()) {
    auto steering = Steering::begin();
    if (!steering) return pass_on(std::move(steering));
    made.steering_.emplace(std::move(*steering));
  }
  return made;
}

Result<bool> Gateway::lead(bool passive) {
  if (!steering_ || passive_ == passive) return false;
  const std::string line = !proxy_   ? renew_line(steered_)
                           : passive ? straight_line(steered_)
                                     : through_proxy_line(steered_);
  if (auto applied = steering_->apply(line); !applied) return pass_on(std::move(applied));
  passive_ = passive;
  return true;
}

Result<void> Gateway::listen() { return proxy_ ? proxy_->listen() : Result<void>(); }

Result<void> Gateway::collect_keys() {
  for (KeyLogTail& tail : tails_)
    if (auto copied = tail.copy_new(); !copied) return copied;
  return {};
}

std::vector<TlsDestination> Gateway::destinations() const {
  return proxy_ ? proxy_->destinations() : std::vector<TlsDestination>();
}

std::vector<std::string> Gateway::missing_key_logs() const {
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < tails_.size(); ++i)
    if (!tails_[i].readable()) missing.push_back(config_.key_logs[i]);
  return missing;
}

}  // namespace brewproof
