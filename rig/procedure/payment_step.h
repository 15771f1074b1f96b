// The steps of an event that pay, or almost: a card that is approved, declined, taken back or not
// good for the price, and coins that are inserted by pulses. While nobody knows whether money moved
// the setting says so, also where the step ends in an error.
#pragma once

#include "rig/procedure/act.h"

namespace brewproof {

/// A card is shown; what the machine asks is approved where the card holds as much. Not what the
/// step expects (approved, denied): the act is silent.
[[nodiscard]] Result<void> pay(const Step& step, const Parameters& parameters,
                               const ActSetting& setting, Act& act);
/// A card is shown, and what the machine asks is denied.
[[nodiscard]] Result<void> decline(const Step& step, const Parameters& parameters, Bench& bench,
                                   Act& act);
/// A card is taken back as soon as the machine has opened a session for it.
[[nodiscard]] Result<void> cancel(const Step& step, const Parameters& parameters, Bench& bench,
                                  Act& act);

inline constexpr int most_pulses = 100;  // of one insertion

/// What a step `insert` comes to: `pulses` of a control, each worth as much.
struct Insertion {
  std::string control;
  int pulses = 0;
  Money worth;  // of all of them
};
/// Error `bad_file`: the control is worth nothing, or the amount no multiple of what it is worth.
[[nodiscard]] Result<Insertion> insertion_of(const Step& step, const Parameters& parameters,
                                             const BenchFile& bench);
[[nodiscard]] Result<void> insert(const Step& step, const Parameters& parameters,
                                  const ActSetting& setting, Act& act);
/// Between two pulses: the control's `min_off`, or where it has none its `press`.
[[nodiscard]] std::chrono::nanoseconds gap_of(const ControlConfig& control);
/// Presses a control so many times. Each press for the journal; the contact of the act is the last
/// one's.
[[nodiscard]] Result<nlohmann::json> press_times(const std::string& control, int times,
                                                 const ActSetting& setting, Act& act);

/// Of a step that pays; 0 where it has none. Minor units.
[[nodiscard]] std::int64_t amount_of(const Step& step, const Parameters& parameters);

}  // namespace brewproof
