#include "rig/bench/mark.h"

namespace brewproof {

PulseSwitch* timer_of(Device& device, const ControlConfig& control) {
  PulseSwitch* pulses = device.as_pulse_switch();
  if (pulses == nullptr || !pulses->times(control.channel)) return nullptr;
  const PulseSwitch::Range range = pulses->range();
  const bool fits = control.press >= range.least && control.press <= range.most &&
                    control.press % range.step == std::chrono::milliseconds(0);
  return fits ? pulses : nullptr;
}

}  // namespace brewproof
