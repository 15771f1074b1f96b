#include "rig/bench/interlock.h"

#include <chrono>

namespace brewproof {

Result<void> Interlock::allow_on(const std::string& control, std::int64_t raw_ns) const {
  const ControlConfig& config = file_.controls.at(control);
  const auto is_on = [&](const std::string& other) {
    const auto found = on_.find(other);
    return found != on_.end() && found->second;
  };
  for (const std::string& other : config.needs)
    if (!is_on(other))
      return fail(ErrorCode::interlock, "control {} needs {} to be on, and it is off ({})", control,
                  other, config.place);
  for (const std::string& other : config.excludes)
    if (is_on(other))
      return fail(ErrorCode::interlock, "control {} may not go on while {} is on ({})", control,
                  other, config.place);
  if (const auto since = off_since_ns_.find(control); since != off_since_ns_.end()) {
    const std::chrono::nanoseconds off(raw_ns - since->second);
    if (off < config.min_off)
      return fail(ErrorCode::interlock, "control {} was off for {} ms only; min_off is {} ms ({})",
                  control, off.count() / 1'000'000, config.min_off.count(), config.place);
  }
  return {};
}

void Interlock::went_on(const std::string& control) { on_[control] = true; }

void Interlock::went_off(const std::string& control, std::int64_t raw_ns) {
  on_[control] = false;
  off_since_ns_[control] = raw_ns;
}

Result<void> Allowance::take(std::int64_t cups, std::int64_t payments, std::int64_t money_minor,
                             std::int64_t now_raw_ns) {
  if (limits_.wall_clock && now_raw_ns - started_raw_ns_ > limits_.wall_clock->count())
    return fail(ErrorCode::interlock,
                "the bench file's limit of {} s of wall-clock time is used up",
                limits_.wall_clock->count() / 1'000'000'000);
  if (limits_.cups && cups_ + cups > *limits_.cups)
    return fail(ErrorCode::interlock, "the bench file's limit of {} cups is used up",
                *limits_.cups);
  if (limits_.payments && payments_ + payments > *limits_.payments)
    return fail(ErrorCode::interlock, "the bench file's limit of {} payments is used up",
                *limits_.payments);
  if (limits_.money && money_minor_ + money_minor > limits_.money->minor)
    return fail(
        ErrorCode::interlock,
        "a payment of {} minor units would exceed the bench file's limit of {} {} minor units",
        money_minor, limits_.money->minor, limits_.money->currency);
  cups_ += cups;
  payments_ += payments;
  money_minor_ += money_minor;
  return {};
}

}  // namespace brewproof
