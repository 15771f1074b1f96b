#include "drivers/transport/attended_port.h"

#include <utility>

namespace brewproof {
namespace {

constexpr std::size_t most_kept = 100'000;  // exchanges that nobody asks for, hours of them

}  // namespace

AttendedPort::AttendedPort(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
                           const DriverContext& context, Keep keep)
    : context_(context),
      keep_(std::move(keep)),
      dialogue_(std::move(port), resource.name,
                {.clock = context.clock, .record = [this](const Exchange& exchange) {
                   if (keep_ && !keep_(exchange)) return;
                   const std::lock_guard lock(mutex_);
                   if (said_.size() < most_kept) said_.push_back(exchange);
                 }}) {}

AttendedPort::~AttendedPort() {
  thread_ = {};  // stops and waits
  dialogue_.finish();
  record();
}

void AttendedPort::start(Work work) {
  thread_ = std::jthread(
      [this, work = std::move(work)](const std::stop_token& stop) { run(stop, work); });
}

void AttendedPort::run(const std::stop_token& stop, const Work& work) {
  while (!stop.stop_requested()) {
    auto done = work(dialogue_);
    if (done) continue;
    const std::lock_guard lock(mutex_);
    ended_ = std::move(done).error();
    return;
  }
}

void AttendedPort::record() {
  std::vector<Exchange> said;
  {
    const std::lock_guard lock(mutex_);
    said.swap(said_);
  }
  if (!context_.record) return;
  for (const Exchange& exchange : said) context_.record(exchange);
}

Result<void> AttendedPort::attend() {
  record();
  const std::lock_guard lock(mutex_);
  if (ended_) return tl::unexpected(*ended_);
  return {};
}

}  // namespace brewproof
