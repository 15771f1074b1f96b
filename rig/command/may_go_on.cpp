#include "rig/command/may_go_on.h"

#include "rig/command/stop_request.h"
#include "rig/model/stop.h"

namespace brewproof {

Result<void> may_go_on(Guardian& guardian) {
  const int stop = stop_requests().load();
  if (stop >= stop_in_emergency) return fail(ErrorCode::interlock, "emergency stop");
  if (stop > 0) return fail(ErrorCode::interrupted, "stopped on request");
  return guardian.tend();
}

}  // namespace brewproof
