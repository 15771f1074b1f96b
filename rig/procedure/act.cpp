#include "rig/procedure/act.h"

#include <utility>

#include "rig/bench/output_json.h"
#include "rig/procedure/payment_step.h"
#include "rig/procedure/present.h"

namespace brewproof {
namespace {

Result<void> block_or_not(const EventSpec& event, const Step& step, const Parameters& parameters,
                          bool sham, Outage& outage, Act& act) {
  auto done = outage.step(event, step, substitute(step.control, parameters), sham);
  if (!done) return pass_on(std::move(done));
  if (!touches_machine(event)) act.contact = done->contact;
  act.steps.push_back(std::move(done->step));
  return {};
}

Result<void> press(const std::string& control, int times, const ActSetting& setting, Act& act) {
  auto pressed = press_times(control, times, setting, act);
  if (!pressed) return pass_on(std::move(pressed));
  for (nlohmann::json& each : *pressed) act.steps.push_back(std::move(each));
  return {};
}

// How long the mains are cut: as the step says, or as its control does.
std::chrono::milliseconds off_time(const Step& step, const std::string& control,
                                   const BenchFile& bench) {
  const auto off = std::chrono::duration_cast<std::chrono::milliseconds>(step.duration);
  return off.count() > 0 ? off : bench.controls.at(control).press;
}

// The contact with the machine is the moment in which it gets its mains again.
Result<void> cut_power(const std::string& control, std::chrono::milliseconds off,
                       const ActSetting& setting, Act& act) {
  auto done = setting.bench.press(control, setting.wait, off);
  if (!done) return pass_on(std::move(done));
  act.contact = done->off ? done->off->before_write : setting.clock.now();
  nlohmann::json record = press_json(*done);
  record["power"] = record["press"];
  record["off_ns"] = std::chrono::nanoseconds(off).count();
  record.erase("press");
  act.steps.push_back(std::move(record));
  return {};
}

Result<void> harmless(const std::string& control, int count, Bench& bench, Act& act) {
  for (int i = 0; i < count; ++i) {
    auto sent = bench.device(control)->harmless_exchange();
    if (!sent) return pass_on(std::move(sent));
    act.contact = sent->before_write;
    act.steps.push_back({{"harmless", control}, {"sent", sent_json(*sent)}});
  }
  return {};
}

// In a sham the mains stay, and it takes as long.
Result<void> pretend_to_cut(const EventSpec& event, const std::string& control,
                            std::chrono::milliseconds off, const ActSetting& setting, Act& act) {
  if (event.sham == "dummy") return cut_power(event.sham_control, off, setting, act);
  const int exchanges = event.sham == "host" ? setting.bench.exchanges_of_press(control) : 0;
  if (auto done = harmless(control, exchanges, setting.bench, act); !done) return done;
  auto waited = setting.wait(setting.clock.now().raw_ns + std::chrono::nanoseconds(off).count());
  act.contact = setting.clock.now();
  return waited;
}

Result<void> by_operator(const Step& step, const Parameters& parameters, bool sham,
                         const ActSetting& setting, Act& act) {
  OperatorStep asked = step.asked;
  asked.ask = substitute(asked.ask, parameters);
  if (!setting.ask)
    return fail(ErrorCode::usage, "{}: somebody has to {}, and nobody is there", step.place,
                asked.ask);
  auto answer = setting.ask(asked, sham);
  if (!answer) return pass_on(std::move(answer));
  act.asked = answer->at.begin;
  act.contact = answer->at.end;
  const std::string& choice = asked.choices.at(answer->choice);
  act.steps.push_back({{"operator", answer->operator_name},
                       {"asked", sham ? asked.sham : asked.ask},
                       {"answer", choice},
                       {"answered", bracket_json(answer->at)}});
  if (answer->choice != 0) act.silent = "the operator: " + choice;
  return {};
}

Result<void> wait_ready(const ActSetting& setting, Act& act) {
  auto ready = wait_until_ready(setting.bench_file, setting.measure, setting.clock, setting.wait);
  if (!ready) return pass_on(std::move(ready));
  act.steps.push_back({{"ready", bracket_json(*ready)}});
  return {};
}

// In shams too. A machine that goes on talking is no fault of its own: the slot shows nothing.
Result<void> wait_quiet(const Step& step, const ActSetting& setting, Act& act) {
  if (!setting.last_heard)
    return fail(ErrorCode::bad_file,
                "{}: wait: only `run` hears the machine's network, on a bench with "
                "`network.capture`",
                step.place);
  const auto quiet =
      wait_until_quiet(step.duration, step.within, setting.last_heard, setting.clock, setting.wait);
  if (!quiet) return tl::unexpected(quiet.error());
  act.steps.push_back({{"quiet_ns", step.duration.count()},
                       {"met", quiet->met},
                       {"waited", bracket_json(quiet->waited)},
                       {"last_heard_ns", quiet->last_heard_ns}});
  if (quiet->met) return {};
  act.doubt = "not-quiet";
  act.silent = fmt::format("the machine's network was not quiet for {:g} s within {:g} s",
                           static_cast<double>(step.duration.count()) * 1e-9,
                           static_cast<double>(step.within.count()) * 1e-9);
  return {};
}

/// Does the steps one after another; `do_step` those that are no waits.
template <class DoStep>
Result<Act> do_steps(const EventSpec& event, const ActSetting& setting,
                     const AfterContact& after_contact, DoStep do_step) {
  Act act;
  act.start = act.contact = setting.clock.now();
  const std::size_t last = last_contact(event);
  std::int64_t ended_raw_ns = act.start.raw_ns;
  for (std::size_t i = 0; i < event.steps.size(); ++i) {
    const Step& step = event.steps[i];
    Result<void> done;
    if (step.kind == Step::Kind::wait) {
      act.steps.push_back({{"wait_ns", step.duration.count()}});
      done = setting.wait(ended_raw_ns + step.duration.count());
    } else if (step.kind == Step::Kind::wait_ready) {
      done = wait_ready(setting, act);
    } else if (step.kind == Step::Kind::wait_quiet) {
      done = wait_quiet(step, setting, act);
    } else {
      done = do_step(step, act);
    }
    if (!done) return pass_on(std::move(done));
    if (!act.silent.empty()) break;  // later steps would act on a machine in an unknown state
    ended_raw_ns = setting.clock.now().raw_ns;
    if (i != last) continue;
    if (after_contact)
      if (auto looked = after_contact(act); !looked) return pass_on(std::move(looked));
    if (const auto follow = std::exchange(act.follow, {}))
      if (auto followed = follow(act); !followed) return pass_on(std::move(followed));
    if (!act.silent.empty()) break;
  }
  return act;
}

constexpr int exchanges_of_payment = 2;  // the card and the approval

}  // namespace

nlohmann::json sent_json(const Sent& sent) {
  nlohmann::json json = {{"before_write_raw_ns", sent.before_write.raw_ns},
                         {"after_drain_raw_ns", sent.after_drain.raw_ns}};
  json["first_reply_raw_ns"] =
      sent.first_reply ? nlohmann::json(sent.first_reply->raw_ns) : nlohmann::json(nullptr);
  return json;
}

nlohmann::json press_json(const Press& press) {
  return {{"press", press.control},
          {"on", sent_json(press.on)},
          {"off", press.off ? sent_json(*press.off) : nlohmann::json(nullptr)},
          {"timed_by", press.off ? "host" : "board"},
          {"reported_on", reported_json(press.reported_on)},
          {"read_on", bracket_json(press.read_on)},
          {"reported_off", reported_json(press.reported_off)},
          {"read_off", bracket_json(press.read_off)}};
}

nlohmann::json bracket_json(const std::optional<Bracket>& bracket) {
  if (!bracket) return nullptr;
  return {{"begin_raw_ns", bracket->begin.raw_ns}, {"end_raw_ns", bracket->end.raw_ns}};
}

std::string substitute(const std::string& text, const Parameters& parameters) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("${", at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) break;
    out.append(text, at, open - at);
    const auto found = parameters.find(text.substr(open + 2, close - open - 2));
    if (found != parameters.end()) out += to_text(found->second);
    at = close + 1;
  }
  return out + text.substr(at);
}

Result<Act> do_event(const EventSpec& event, const Parameters& parameters,
                     const ActSetting& setting, const AfterContact& after_contact) {
  const auto do_step = [&](const Step& step, Act& act) -> Result<void> {
    switch (step.kind) {
      case Step::Kind::press:
        return press(substitute(step.control, parameters), 1, setting, act);
      case Step::Kind::pay:
        return pay(step, parameters, setting, act);
      case Step::Kind::present:
        return present(step, parameters, setting, act);
      case Step::Kind::insert:
        return insert(step, parameters, setting, act);
      case Step::Kind::power: {
        const std::string control = substitute(step.control, parameters);
        return cut_power(control, off_time(step, control, setting.bench_file), setting, act);
      }
      case Step::Kind::decline:
        return decline(step, parameters, setting.bench, act);
      case Step::Kind::cancel:
        return cancel(step, parameters, setting.bench, act);
      case Step::Kind::by_operator:
        return by_operator(step, parameters, false, setting, act);
      case Step::Kind::block:
      case Step::Kind::unblock:
      case Step::Kind::limit:
        return block_or_not(event, step, parameters, false, setting.outage, act);
      case Step::Kind::wait:
      case Step::Kind::wait_ready:
      case Step::Kind::wait_quiet:
        break;
    }
    return {};
  };
  return do_steps(event, setting, after_contact, do_step);
}

Result<Act> do_sham(const EventSpec& event, const Parameters& parameters, const ActSetting& setting,
                    const AfterContact& after_contact) {
  const auto do_step = [&](const Step& step, Act& act) -> Result<void> {
    if (!touches_machine(step))
      return block_or_not(event, step, parameters, true, setting.outage, act);
    if (step.kind == Step::Kind::by_operator)
      return by_operator(step, parameters, true, setting, act);
    if (step.kind == Step::Kind::power) {
      const std::string control = substitute(step.control, parameters);
      return pretend_to_cut(event, control, off_time(step, control, setting.bench_file), setting,
                            act);
    }
    if (event.sham != "dummy" && event.sham != "host") return {};
    int presses = 1;
    if (step.kind == Step::Kind::insert) {
      const auto insertion = insertion_of(step, parameters, setting.bench_file);
      if (!insertion) return tl::unexpected(insertion.error());
      presses = insertion->pulses;
    }
    if (event.sham == "dummy") return press(event.sham_control, presses, setting, act);
    const std::string control = substitute(step.control, parameters);
    const int exchanges = is_pressed(step) ? presses * setting.bench.exchanges_of_press(control)
                                           : exchanges_of_payment;
    return harmless(control, exchanges, setting.bench, act);
  };
  return do_steps(event, setting, after_contact, do_step);
}

Result<std::optional<Bracket>> wait_for(const std::vector<Condition>& conditions, Bench& bench,
                                        Clock& clock, const Wait& wait,
                                        std::int64_t deadline_raw_ns) {
  const Measure measure = [&](const std::string& control) { return bench.measure(control); };
  return wait_until_met(conditions, measure, clock, wait, deadline_raw_ns);
}

Use use_of(const EventSpec& event, const Parameters& parameters, const BenchFile& bench) {
  Use use;
  for (const Step& step : event.steps) {
    if (step.kind == Step::Kind::pay || step.kind == Step::Kind::present) {
      if (!step.to_be_denied) ++use.cups;
      ++use.payments;  // of one that is to be denied too: it may be approved
      use.money_minor += amount_of(step, parameters);
    } else if (step.kind == Step::Kind::insert) {
      // One that fits no pulses inserts nothing: its step is an error.
      const auto insertion = insertion_of(step, parameters, bench);
      ++use.payments;
      use.money_minor += insertion ? insertion->worth.minor : 0;
    } else if (step.kind == Step::Kind::press) {
      const std::string control = substitute(step.control, parameters);
      // With consumables declared, a cup is what uses them; a power button is not one.
      bool brews = bench.consumables.empty();
      for (const Consumable& consumable : bench.consumables)
        brews = brews || consumable.use.contains(control) || consumable.use.contains(event.name);
      if (brews) ++use.cups;
    }
  }
  return use;
}

}  // namespace brewproof
