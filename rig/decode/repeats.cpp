#include "rig/decode/repeats.h"

#include <algorithm>

namespace brewproof::decode {
namespace {

constexpr std::size_t max_waiting = 256;
constexpr std::uint64_t max_bytes = 4u << 20;
constexpr std::int64_t max_wait_ns = 120'000'000'000;

}  // namespace

void Repeats::hold(RepeatKey key, Message&& message) {
  bytes_ += message.size;
  waiting_.push_back({std::move(key), std::move(message)});
}

bool Repeats::waits(const RepeatKey& key) const {
  return std::ranges::find(waiting_, key, &Waiting::key) != waiting_.end();
}

void Repeats::repeat(const RepeatKey& key, std::uint64_t bytes) {
  const auto found = std::ranges::find(waiting_, key, &Waiting::key);
  if (found == waiting_.end()) return;
  ++found->message.repeats;
  found->message.repeat_bytes += bytes;
}

bool Repeats::take(const std::string& exchange, std::uint32_t id, Message& message) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& w) {
    return w.key.id == id && w.key.exchange == exchange;
  });
  if (found == waiting_.end()) return false;
  bytes_ -= found->message.size;
  message = std::move(found->message);
  waiting_.erase(found);
  return true;
}

bool Repeats::take_overdue(std::int64_t now_ns, Message& message) {
  if (waiting_.empty()) return false;
  const bool overdue = now_ns - waiting_.front().message.time_ns > max_wait_ns;
  if (!overdue && waiting_.size() <= max_waiting && bytes_ <= max_bytes) return false;
  return take_any(message);
}

bool Repeats::take_any(Message& message) {
  if (waiting_.empty()) return false;
  bytes_ -= waiting_.front().message.size;
  message = std::move(waiting_.front().message);
  waiting_.pop_front();
  return true;
}

}  // namespace brewproof::decode
