// Stops for service, taken at the borders of blocks: outputs off, what a control does is pressed,
// what a person does is asked for and waited for, then the cups that count for nothing. Capture
// goes on; what the machine sends from `begin` to `end` of a stop is journalled as the stop's and
// belongs to no trial. Longest windows are waited out on both sides, so that none reaches into a
// stop.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "rig/evidence/journal.h"
#include "rig/procedure/act.h"
#include "rig/procedure/attendant.h"
#include "rig/procedure/resume.h"

namespace brewproof {

/// What a stop is taken with. Everything is the loop's and outlives it.
struct ServiceSetting {
  const Plan& plan;
  const BenchFile& bench_file;
  Bench& bench;
  Journal& journal;
  Clock& clock;
  const Wait& wait;
  const std::atomic<int>& stop;  // rig/model/stop.h
  Allowance& allowance;
  const Attendant* attendant;         // nullptr: nobody is there
  const Resumed* resumed;             // nullptr: a new run
  std::function<void()> not_watched;  // told when the machine may do anything because of the stop
  std::function<Result<Act>(const EventSpec&)> act;
  std::function<Result<void>()> ready;               // waits until the machine is ready
  std::function<void(const std::string& what)> ask;  // shows what to do; "" = nothing any more
};

/// The plan's stops that are still to be taken. A block that a resumed run does again has one of
/// its own, with everything put right: what it used before is in no plan.
[[nodiscard]] std::vector<ServiceStop> stops_to_take(const Plan& plan, const BenchFile& bench,
                                                     const Resumed* resumed);

class Service {
 public:
  explicit Service(ServiceSetting setting);

  /// Takes the stop before this block, if there is one.
  [[nodiscard]] Result<void> before(int block);

 private:
  Result<void> take(const ServiceStop& stop);
  Result<void> tasks(const ServiceStop& stop);
  Result<void> ask_person(const ServiceStop& stop);
  /// False: the machine was never seen to leave its rest.
  Result<bool> cups(const ServiceStop& stop);
  Result<bool> seen_at_work();
  Result<void> press(const ServiceStop& stop, const char* why, const std::string& control);
  Result<void> listen();

  ServiceSetting setting_;
  std::vector<ServiceStop> stops_;
  std::string remark_;  // why a person is asked again
};

}  // namespace brewproof
