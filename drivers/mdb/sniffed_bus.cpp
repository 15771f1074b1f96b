#include "drivers/mdb/sniffed_bus.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "drivers/quoted.h"

namespace brewproof::mdb {
namespace {

constexpr std::int64_t ticks_of_clock = 10'000'000'000;  // ten digits
constexpr std::int64_t order_ticks = 1000;
constexpr std::int64_t order_ns = 300'000'000;
// A line so late says rather that the clock began anew. Where it did not, nothing is lost but the
// anchors.
constexpr std::int64_t late_ns = 2'000'000'000;

}  // namespace

void SniffedBus::begin(const Instant& sent) {
  start_clock();
  begun_raw_ns_ = sent.raw_ns;
  address_ = 0;
  expected_.reset();
}

void SniffedBus::start_clock() {
  tell_waiting();
  clock_ = {};
  newest_ticks_.reset();
  told_ticks_.reset();
  contradicted_ = false;
}

void SniffedBus::expect(std::uint8_t code, const Instant& sent) {
  expected_ = Expected{code, sent.raw_ns};
}

// The stamp that is nearest to the newest one.
std::int64_t SniffedBus::unwrapped(std::int64_t ticks) const {
  if (!newest_ticks_) return ticks;
  std::int64_t ahead = (ticks - *newest_ticks_) % ticks_of_clock;
  if (ahead < -ticks_of_clock / 2) ahead += ticks_of_clock;
  if (ahead > ticks_of_clock / 2) ahead -= ticks_of_clock;
  return *newest_ticks_ + ahead;
}

void SniffedBus::hear(std::string_view line, const Instant& arrived) {
  auto read = read_sniffed_line(line);
  if (!read) {
    told_.faults.push_back(fmt::format("{}: character {}: {}", quoted(as_bytes(line)),
                                       read.error().at, read.error().why));
    return;
  }
  Waiting waiting{std::move(*read), 0, arrived};
  waiting.ticks = unwrapped(waiting.line.ticks);
  const auto bound = clock_.at(waiting.ticks);
  if (bound && bound->latest_ns + late_ns < arrived.raw_ns) {
    told_.faults.push_back(fmt::format(
        "{}: the line came {:.1f} s late, or the adapter's clock has begun anew",
        quoted(as_bytes(line)), static_cast<double>(arrived.raw_ns - bound->latest_ns) / 1e9));
    start_clock();
    waiting.ticks = waiting.line.ticks;
  }
  anchor(waiting);
  const auto place = std::ranges::upper_bound(waiting_, waiting.ticks, {}, &Waiting::ticks);
  waiting_.insert(place, std::move(waiting));
}

void SniffedBus::anchor(const Waiting& waiting) {
  if (!newest_ticks_) clock_.not_before(waiting.ticks, begun_raw_ns_);
  newest_ticks_ = std::max(newest_ticks_.value_or(waiting.ticks), waiting.ticks);
  clock_.not_after(waiting.ticks, waiting.arrived.raw_ns);
  const Bytes& bytes = waiting.line.bytes;
  if (!expected_ || waiting.line.from == From::master || bytes.size() < 2 ||
      bytes[0] != expected_->code)
    return;
  clock_.not_before(waiting.ticks, std::exchange(expected_, std::nullopt)->sent_raw_ns);
}

void SniffedBus::tell(const Waiting& waiting) {
  const SniffedLine& line = waiting.line;
  const auto fault = [&](std::string_view why) {
    told_.faults.push_back(fmt::format("{} at {:010}: {}", to_hex(line.bytes), line.ticks, why));
  };
  if (line.from == From::master && line.bytes.size() > 1) address_ = address_of(line.bytes[0]);
  if (address_ == 0) {
    fault("said before any command was heard");
    return;
  }
  if (told_ticks_ && waiting.ticks < *told_ticks_) fault("came behind what was later");
  told_ticks_ = std::max(told_ticks_.value_or(waiting.ticks), waiting.ticks);
  const std::int64_t arrived = waiting.arrived.raw_ns;
  auto bound = clock_.at(waiting.ticks);
  if (bound) bound->latest_ns = std::min(bound->latest_ns, arrived);
  if (!bound || bound->earliest_ns > bound->latest_ns) {
    if (!std::exchange(contradicted_, true))
      fault("the adapter's clock is worse than a crystal: from here on times are those of arrival");
    bound = AdapterClock::Bound{begun_raw_ns_, arrived};
  }
  // A stamp may be bounded less well than the one before it: it is not told as earlier for that.
  const std::int64_t latest = std::max(bound->latest_ns, told_raw_ns_);
  told_raw_ns_ = latest;
  BusBlock block;
  block.kind =
      line.from == From::master ? BusBlock::Kind::from_machine : BusBlock::Kind::from_device;
  block.address = line.from == From::master ? 0 : address_;
  block.bytes = line.bytes;
  block.at = {latest, waiting.arrived.real_ns - (arrived - latest)};
  block.uncertainty = std::chrono::nanoseconds(latest - bound->earliest_ns);
  told_.blocks.push_back(std::move(block));
}

void SniffedBus::tell_waiting() {
  for (const Waiting& each : waiting_) tell(each);
  waiting_.clear();
}

BusTap::Heard SniffedBus::heard(const Instant& now) {
  std::size_t ready = 0;
  while (ready < waiting_.size() && (waiting_[ready].ticks + order_ticks <= *newest_ticks_ ||
                                     waiting_[ready].arrived.raw_ns + order_ns <= now.raw_ns))
    tell(waiting_[ready++]);
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(ready));
  return std::exchange(told_, {});
}

BusTap::Heard SniffedBus::all_heard() {
  tell_waiting();
  return std::exchange(told_, {});
}

}  // namespace brewproof::mdb
