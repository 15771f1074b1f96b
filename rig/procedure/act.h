// One slot's act on the bench: the event's steps, or its sham, and the check by a sensor. Talks to
// the bench only; what happened is returned for the journal and the trials log.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rig/bench/bench.h"
#include "rig/model/plan.h"
#include "rig/procedure/outage.h"
#include "rig/procedure/payment_bus.h"
#include "rig/procedure/procedure_file.h"
#include "rig/procedure/quiet.h"

namespace brewproof {

struct Act {
  Instant start;        // before the first byte of the first step was written
  Instant contact;      // the last contact with the machine, of an event without any that with
                        // the network: origin of latencies
  Parameters observed;  // what the machine said: the price it asked
  std::string silent;   // why the machine did not take part ("" = it did); not the rig's fault
  std::string doubt;    // reason code: the trial shows nothing ("" = it may); then it is silent too
  std::optional<Instant>
      asked;                // a person was asked to do it: it was done between then and contact
  std::string overcharged;  // a real card paid more than the step allows; "" = it did not
  nlohmann::json steps = nlohmann::json::array();  // for the journal
  /// Hears how a payment goes on, once the last contact was made and the sensors looked at; empty:
  /// there is none to hear of. Empty again when the act is done.
  std::function<Result<void>(Act&)> follow;
};

/// When a command left and was answered, for the journal.
[[nodiscard]] nlohmann::json sent_json(const Sent& sent);

/// A press for the journal: both commands, and what the board said after each.
[[nodiscard]] nlohmann::json press_json(const Press& press);

/// `{"begin_raw_ns": ..., "end_raw_ns": ...}`, or null.
[[nodiscard]] nlohmann::json bracket_json(const std::optional<Bracket>& bracket);

/// Called after the step with the last contact, once: what follows only waits or touches the
/// network, so the machine can be looked at. Waits that follow count from before it was called.
using AfterContact = std::function<Result<void>(const Act&)>;

/// What an act is done with. Everything outlives the call.
struct ActSetting {
  Bench& bench;
  const BenchFile& bench_file;
  Outage& outage;
  Clock& clock;
  const Wait& wait;
  const Measure& measure;
  const AskOperator& ask;       // empty: nobody is there
  const LastHeard& last_heard;  // empty: nothing is captured
  /// Set where a payment was begun and nobody knows how it ended, also by an act that fails.
  bool& payment_unknown;
  PaymentBus* payments = nullptr;  // nullptr: nobody hears a real terminal
};

/// Does the event's steps. Errors are the rig's: a device failed, an interlock, a person stopped or
/// did not answer. What is blocked then stays so until the outage is lifted.
[[nodiscard]] Result<Act> do_event(const EventSpec& event, const Parameters& parameters,
                                   const ActSetting& setting,
                                   const AfterContact& after_contact = {});

/// `parameters` are those the slot would have used. Does everything but the last contact, as
/// `sham:` says: nothing (none), the same number of harmless exchanges with the same devices
/// (host), or the same presses onto the dummy control. A person is asked for the step's sham. The
/// network: as outage.h says.
[[nodiscard]] Result<Act> do_sham(const EventSpec& event, const Parameters& parameters,
                                  const ActSetting& setting,
                                  const AfterContact& after_contact = {});

/// Waits until every condition has held for its `for` time. `deadline_raw_ns` bounds the wait;
/// nullopt: not met in time. A meter that fails is an error only if it gave no reading at all.
[[nodiscard]] Result<std::optional<Bracket>> wait_for(const std::vector<Condition>& conditions,
                                                      Bench& bench, Clock& clock, const Wait& wait,
                                                      std::int64_t deadline_raw_ns);

/// `text` with every ${name} replaced by the parameter's value.
[[nodiscard]] std::string substitute(const std::string& text, const Parameters& parameters);

/// What one act of the event uses up.
struct Use {
  std::int64_t cups = 0, payments = 0, money_minor = 0;
};
[[nodiscard]] Use use_of(const EventSpec& event, const Parameters& parameters,
                         const BenchFile& bench);

}  // namespace brewproof
