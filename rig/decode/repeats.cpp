#include "rig/decode/repeats.h"

namespace brewproof::decode {
namespace {

constexpr std::size_t max_waiting = 256, max_spare = 64;
constexpr std::uint64_t max_bytes = 4u << 20;
constexpr std::int64_t max_wait_ns = 120'000'000'000;

}  // namespace

void Repeats::hold(const RepeatKey& key, Message& message) {
  if (spare_.empty()) spare_.emplace_back();
  waiting_.splice(waiting_.end(), spare_, spare_.begin());
  bytes_ += message.size;
  waiting_.back().key = key;
  std::swap(waiting_.back().message, message);
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

bool Repeats::overdue(std::int64_t now_ns) const {
  return now_ns - waiting_.front().message.time_ns > max_wait_ns || waiting_.size() > max_waiting ||
         bytes_ > max_bytes;
}

/// A huge message's memory is not kept.
void Repeats::retire(List::iterator at) {
  constexpr std::size_t most_fields = 256;
  if (spare_.size() < max_spare && at->message.fields.capacity() <= most_fields)
    spare_.splice(spare_.begin(), waiting_, at);
  else
    waiting_.erase(at);
}

}  // namespace brewproof::decode
