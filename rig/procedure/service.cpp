#include "rig/procedure/service.h"

#include <algorithm>

#include "rig/procedure/service_stops.h"

namespace brewproof {
namespace {

constexpr std::int64_t asks_every_ns = 50'000'000;  // sensors answer on a bus
constexpr std::int64_t at_work_within_ns = 10'000'000'000;

nlohmann::json tasks_json(const ServiceStop& stop) {
  nlohmann::json tasks = nlohmann::json::array();
  for (const ServiceTask& task : stop.tasks)
    tasks.push_back({{"consumable", task.consumable},
                     {"service", task.service},
                     {"by", task.by.empty() ? nlohmann::json(nullptr) : nlohmann::json(task.by)}});
  return tasks;
}

}  // namespace

std::vector<ServiceStop> stops_to_take(const Plan& plan, const BenchFile& bench,
                                       const Resumed* resumed) {
  std::vector<ServiceStop> stops;
  if (resumed != nullptr && !bench.consumables.empty())
    for (const int block : resumed->again) stops.push_back(whole_service(bench, block));
  for (const ServiceStop& stop : plan.stops) {
    const bool again =
        std::ranges::find(stops, stop.before_block, &ServiceStop::before_block) != stops.end();
    const bool over = resumed != nullptr && resumed->served.contains(stop.before_block) &&
                      resumed->served.at(stop.before_block).ended;
    if (!again && !over) stops.push_back(stop);
  }
  return stops;
}

Service::Service(ServiceSetting setting)
    : setting_(std::move(setting)),
      stops_(stops_to_take(setting_.plan, setting_.bench_file, setting_.resumed)) {}

Result<void> Service::before(int block) {
  const auto stop = std::ranges::find(stops_, block, &ServiceStop::before_block);
  if (stop == stops_.end()) return {};
  auto taken = take(*stop);
  setting_.ask("");
  return taken;
}

Result<void> Service::take(const ServiceStop& stop) {
  if (auto listened = listen(); !listened) return listened;
  setting_.not_watched();
  if (auto safe = setting_.bench.make_safe(); !safe) return pass_on(std::move(safe));
  const std::int64_t from_ns = setting_.clock.now().real_ns;
  if (auto written = setting_.journal.append("service",
                                             {{"stage", "begin"},
                                              {"before_block", stop.before_block},
                                              {"from_ns", from_ns},
                                              {"tasks", tasks_json(stop)}},
                                             Journal::Sync::yes);
      !written)
    return written;
  remark_.clear();
  while (true) {
    if (auto done = tasks(stop); !done) return done;
    auto seen = cups(stop);
    if (!seen) return pass_on(std::move(seen));
    if (*seen) break;
    if (!stop.attended())
      return fail(ErrorCode::timeout,
                  "after the service before block {} ({}) the machine made no drink: look what it "
                  "waits for, then go on with --resume",
                  stop.before_block, what_to_do(stop));
    remark_ = "the machine made no drink, look again: ";
  }
  setting_.not_watched();
  if (auto listened = listen(); !listened) return listened;
  const bool attended = stop.attended() && setting_.attendant != nullptr;
  return setting_.journal.append("service",
                                 {{"stage", "end"},
                                  {"before_block", stop.before_block},
                                  {"from_ns", from_ns},
                                  {"to_ns", setting_.clock.now().real_ns},
                                  {"operator", attended ? setting_.attendant->name : ""},
                                  {"tasks", tasks_json(stop)},
                                  {"cups", stop.cups}},
                                 Journal::Sync::yes);
}

// Controls first: a person who is asked finds them done.
Result<void> Service::tasks(const ServiceStop& stop) {
  for (const ServiceTask& task : stop.tasks)
    if (!task.by.empty())
      if (auto pressed = press(stop, "service", task.by); !pressed) return pressed;
  return stop.attended() ? ask_person(stop) : Result<void>();
}

Result<void> Service::ask_person(const ServiceStop& stop) {
  if (setting_.attendant == nullptr)
    return fail(ErrorCode::usage,
                "the stop before block {} needs somebody to {}, and nobody is there",
                stop.before_block, what_to_do(stop));
  nlohmann::json asked = nlohmann::json::array();
  std::string what;
  for (const ServiceTask& task : stop.tasks) {
    if (!task.by.empty()) continue;
    what += fmt::format("{}{} {}", what.empty() ? "" : " and ", task.service, task.consumable);
    asked.push_back(fmt::format("{} {}", task.service, task.consumable));
  }
  const int before = setting_.attendant->pressed().count;
  setting_.ask(remark_ + what);
  while (setting_.attendant->pressed().count == before) {
    if (setting_.stop.load() > 0)
      return fail(ErrorCode::interrupted, "stopped on request in the stop before block {}",
                  stop.before_block);
    if (auto waited = setting_.wait(setting_.clock.now().raw_ns + asks_every_ns); !waited)
      return waited;
  }
  setting_.ask("");
  return setting_.journal.append("service",
                                 {{"stage", "done"},
                                  {"before_block", stop.before_block},
                                  {"operator", setting_.attendant->name},
                                  {"done", std::move(asked)}},
                                 Journal::Sync::yes);
}

Result<bool> Service::cups(const ServiceStop& stop) {
  const Resumed* resumed = setting_.resumed;
  for (const std::string& control : stop.cups) {
    // One that an interrupted run began is not made again: nobody knows whether it was made.
    if (remark_.empty() && resumed != nullptr && resumed->served.contains(stop.before_block) &&
        std::ranges::count(resumed->served.at(stop.before_block).cups, control) > 0)
      continue;
    if (auto ready = setting_.ready(); !ready) return pass_on(std::move(ready));
    if (auto allowed = setting_.allowance.take(1, 0, 0, setting_.clock.now().raw_ns); !allowed)
      return pass_on(std::move(allowed));
    if (auto pressed = press(stop, "conditioning", control); !pressed)
      return pass_on(std::move(pressed));
    auto seen = seen_at_work();
    if (!seen || !*seen) return seen;
  }
  if (auto ready = setting_.ready(); !ready) return pass_on(std::move(ready));
  return true;
}

// Whether the machine leaves the state that `ready` describes. Without `ready` nobody can see.
Result<bool> Service::seen_at_work() {
  std::vector<Condition> now = setting_.bench_file.ready;
  if (now.empty()) return true;
  for (Condition& condition : now) condition.hold = std::chrono::nanoseconds(0);
  const std::int64_t end = setting_.clock.now().raw_ns + at_work_within_ns;
  while (setting_.clock.now().raw_ns < end) {
    auto at_rest =
        wait_for(now, setting_.bench, setting_.clock, setting_.wait, setting_.clock.now().raw_ns);
    if (!at_rest) return pass_on(std::move(at_rest));
    if (!*at_rest) return true;
    if (auto waited = setting_.wait(setting_.clock.now().raw_ns + asks_every_ns); !waited)
      return pass_on(std::move(waited));
  }
  return false;
}

Result<void> Service::press(const ServiceStop& stop, const char* why, const std::string& control) {
  nlohmann::json body = {
      {"action", why}, {"control", control}, {"before_block", stop.before_block}};
  if (auto written = setting_.journal.append("intent", body, Journal::Sync::yes); !written)
    return written;
  EventSpec event;
  Step step;
  step.control = control;
  event.steps = {step};
  auto act = setting_.act(event);
  body["fault"] = act ? "" : act.error().message;
  if (act) body["steps"] = act->steps;
  if (auto written = setting_.journal.append("outcome", std::move(body), Journal::Sync::yes);
      !written)
    return written;
  return act ? Result<void>() : pass_on(std::move(act));
}

Result<void> Service::listen() {
  return setting_.wait(setting_.clock.now().raw_ns + listening_ns(setting_.plan));
}

}  // namespace brewproof
