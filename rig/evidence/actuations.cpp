#include "rig/evidence/actuations.h"

#include <nlohmann/json.hpp>
#include <set>

#include "rig/model/books_held.h"

namespace brewproof {
namespace {

using nlohmann::json;

// One outcome line, step by step.
class Reading {
 public:
  Reading(int trial, std::vector<Actuation>& rows) : trial_(trial), rows_(rows) {}

  void step(const json& step) {
    ++step_;
    if (step.contains("press")) {
      control_ = text_of(step, "press");
      pressed(step);
    } else if (step.contains("power")) {
      control_ = text_of(step, "power");
      pressed(step);
    } else if (step.contains("insert")) {
      control_ = text_of(step, "insert");
      if (const auto pulses = step.find("pulses"); pulses != step.end() && pulses->is_array())
        for (const json& pulse : *pulses)
          if (pulse.is_object()) pressed(pulse);
    } else if (step.contains("pay")) {
      control_ = text_of(step, "pay");
      sent(step, "contact", text_of(step, "vend") == "denied" ? "deny" : "approve");
      add("reported", step, "vend_read", "vend " + text_of(step, "vend"));
    } else if (step.contains("payment")) {
      control_ = "terminal";
      add("reported", step, "payment_read", "vend " + text_of(step, "payment"));
    } else if (step.contains("decline")) {
      control_ = text_of(step, "decline");
      sent(step, "contact", "deny");
    } else if (step.contains("cancel")) {
      control_ = text_of(step, "cancel");
      sent(step, "contact", "take back");
    } else if (step.contains("block") || step.contains("limit") || step.contains("unblock")) {
      const char* word = step.contains("block")   ? "block"
                         : step.contains("limit") ? "limit"
                                                  : "unblock";
      control_ = "network";
      sent(step, "sent", step.contains("let_through") ? "harmless" : word);
    } else if (step.contains("harmless")) {
      control_ = text_of(step, "harmless");
      sent(step, "sent", "harmless");
    }
  }

  // `confirmed` is there where a sensor was asked, and null where it saw nothing.
  void confirmed(const json& outcome) {
    if (!outcome.contains("confirmed")) return;
    control_.clear();
    if (!outcome["confirmed"].is_null()) return add("confirmed", outcome, "confirmed", "seen");
    if (!rows_.empty() && rows_.back().trial == trial_)
      rows_.push_back({trial_, step_, "confirmed", "", "not seen", rows_.back().end_raw_ns,
                       rows_.back().end_raw_ns});
  }

 private:
  void pressed(const json& press) {
    const bool by_board = text_of(press, "timed_by") == "board";
    sent(press, "on", by_board ? "pulse" : "on");
    reported(press, "reported_on", "read_on");
    sent(press, "off", "off");
    reported(press, "reported_off", "read_off");
  }
  void sent(const json& step, const char* key, const std::string& state) {
    const json* sent = object(step, key);
    if (sent == nullptr) return;
    rows_.push_back({trial_, step_, "commanded", control_, state,
                     integer_of(*sent, "before_write_raw_ns").value_or(0),
                     integer_of(*sent, "after_drain_raw_ns").value_or(0)});
    if (const auto answered = integer_of(*sent, "first_reply_raw_ns"))
      rows_.push_back({trial_, step_, "accepted", control_, state,
                       integer_of(*sent, "after_drain_raw_ns").value_or(0), *answered});
  }
  void reported(const json& step, const char* state_key, const char* bracket_key) {
    const auto state = step.find(state_key);
    if (state == step.end()) return;
    add("reported", step, bracket_key,
        !state->is_boolean() ? no_read_back
        : state->get<bool>() ? "on"
                             : "off");
  }
  void add(const char* level, const json& from, const char* bracket_key, const std::string& state) {
    const json* at = object(from, bracket_key);
    if (at == nullptr) return;
    rows_.push_back({trial_, step_, level, control_, state,
                     integer_of(*at, "begin_raw_ns").value_or(0),
                     integer_of(*at, "end_raw_ns").value_or(0)});
  }
  static const json* object(const json& of, const char* key) {
    const auto found = of.find(key);
    return found != of.end() && found->is_object() ? &*found : nullptr;
  }

  int trial_;
  std::vector<Actuation>& rows_;
  int step_ = 0;
  std::string control_;
};

// What the machine's books said of the acts since the reading before.
void booked(const BooksHeld& held, std::vector<Actuation>& rows) {
  const bool all = held.verdict != "not-booked";
  // Of several acts nobody knows which one is missing.
  if (held.verdict == "unread" || held.verdict == "doubtful" || (!all && held.acts.size() > 1))
    return;
  for (const int trial : held.acts)
    rows.push_back({trial, 0, "booked", "", all ? "booked" : "not booked", held.begin_raw_ns,
                    held.end_raw_ns});
}

}  // namespace

std::vector<Actuation> actuations_of(const std::vector<Record>& journal) {
  std::vector<Actuation> rows;
  for (const Record& record : journal) {
    if (record.type == "books") {
      if (const auto held = read_books_held(record.body)) booked(*held, rows);
      continue;
    }
    if (record.type != "outcome" || !record.body.contains("trial")) continue;
    Reading reading(static_cast<int>(integer_of(record.body, "trial").value_or(0)), rows);
    if (const auto steps = record.body.find("steps"); steps != record.body.end())
      for (const json& step : *steps)
        if (step.is_object()) reading.step(step);
    reading.confirmed(record.body);
  }
  return rows;
}

std::vector<ActuationCount> count_actuations(const std::vector<Actuation>& actuations,
                                             const std::vector<Trial>& trials) {
  const std::map<int, Answers> answers = answers_of(actuations);
  const std::set<int> not_to_be_asked = without_read_back(actuations);
  std::map<std::string, ActuationCount> arms;
  for (const Trial& trial : trials) {
    const auto found = answers.find(trial.trial);
    if (found == answers.end() || !found->second.commanded) continue;
    const Answers& of = found->second;
    ActuationCount& count = arms[trial.sham ? "sham of " + trial.event : trial.event];
    ++count.commanded;
    if (of.accepted) ++count.accepted;
    if (of.reported) ++count.reported;
    if (not_to_be_asked.contains(trial.trial)) ++count.unreported;
    if (of.confirmed) ++(*of.confirmed ? count.confirmed : count.unconfirmed);
    if (of.booked) ++(*of.booked ? count.booked : count.unbooked);
  }
  std::vector<ActuationCount> counts;
  for (auto& [arm, count] : arms) {
    count.arm = arm;
    counts.push_back(count);
  }
  return counts;
}

}  // namespace brewproof
