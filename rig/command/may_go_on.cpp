#include "rig/command/may_go_on.h"

#include "drivers/catalogue.h"
#include "rig/command/stop_request.h"
#include "rig/model/stop.h"

namespace brewproof {

Result<void> may_go_on(Guardian& guardian) {
  const int stop = stop_requests().load();
  if (stop >= stop_in_emergency)
    return tl::unexpected(with_cause({ErrorCode::interlock, "emergency stop"}));
  if (stop > 0) return fail(ErrorCode::interrupted, "stopped on request");
  return guardian.tend();
}

Error with_cause(Error error) {
  const std::string cause = emergency_cause();
  if (error.code == ErrorCode::interlock && !cause.empty() &&
      stop_requests().load() >= stop_in_emergency)
    error.message += fmt::format(" ({})", cause);
  return error;
}

Result<EmergencyInputs> watch_emergency(const BenchFile& bench, Clock& clock) {
  return EmergencyInputs::watch(bench, driver_table(), clock, request_emergency);
}

}  // namespace brewproof
