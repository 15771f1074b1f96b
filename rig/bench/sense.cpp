#include "rig/bench/sense.h"

namespace brewproof {

Result<Meter::Reading> measure(Device& device, const ControlConfig& control, Clock& clock) {
  if (control.kind == ControlConfig::Kind::input) {
    Input* input = device.as_input();
    if (input == nullptr) return fail(ErrorCode::bad_file, "{} is no input", control.name);
    auto on = input->sense(control.channel);
    if (!on) return pass_on(std::move(on));
    return Meter::Reading{*on ? 1.0 : 0.0, clock.now()};
  }
  if (control.kind == ControlConfig::Kind::reader) {
    PaymentReader* reader = device.as_payment_reader();
    if (reader == nullptr) return fail(ErrorCode::bad_file, "{} is no card reader", control.name);
    auto state = reader->state();
    if (!state) return pass_on(std::move(state));
    return Meter::Reading{*state == PaymentReader::State::stray ? 1.0 : 0.0, clock.now()};
  }
  Meter* meter = device.as_meter();
  if (meter == nullptr) return fail(ErrorCode::bad_file, "{} is no meter", control.name);
  return meter->read(control.quantity);
}

}  // namespace brewproof
