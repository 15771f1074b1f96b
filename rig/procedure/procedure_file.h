// The procedure file (`brewproof: procedure/1`) as values.
// Only `${name}` substitution, no expression language: an auditor reads a plan, not a program.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/model/plan.h"
#include "rig/model/result.h"
#include "rig/procedure/operator_step.h"

namespace brewproof {

struct ParameterSpec {
  enum class Kind { one_of, range, token };
  std::string name;
  Kind kind = Kind::one_of;
  std::vector<Value> levels;                // one_of
  bool balanced = false;                    // one_of: dealt over the whole run, n/levels each
  bool unique = false;                      // range, token
  std::int64_t from = 0, to = 0, step = 1;  // range: integers, or minor units of `currency`
  std::string currency;                     // "" = plain integers
  int token_bytes = 0;                      // token: drawn as lower-case hex
  std::string place;
};

/// One act of `do`. Texts may hold `${parameter}`.
struct Step {
  enum class Kind {
    press,
    pay,
    present,
    wait,
    decline,
    block,
    unblock,
    cancel,
    wait_ready,
    by_operator,
    insert,
    power,
    wait_quiet,
    limit,
  };
  Kind kind = Kind::press;
  // press, insert, power, present: the output; pay, decline, cancel: the reader control; block,
  // unblock, limit: whom
  std::string control;
  // pay: method, amount (a literal one in minor units, with its currency), card, funds; insert:
  // amount; present: amount, a literal one that it costs at most
  std::map<std::string, std::string> arguments;
  std::chrono::nanoseconds duration{
      0};  // wait; wait_quiet: the silence; power: how long it is off, 0: the
           // control's press; present: until the payment is over
  std::chrono::nanoseconds within{0};  // wait_quiet
  std::int64_t rate = 0;               // limit: bytes a second
  OperatorStep asked;                  // by_operator
  bool to_be_denied = false;           // pay
  std::string place;
};

/// For a time, or until the machine is ready or quiet.
[[nodiscard]] bool is_wait(const Step& step);
/// An output is pressed.
[[nodiscard]] bool is_pressed(const Step& step);
/// The machine's network is blocked, limited or let through.
[[nodiscard]] bool touches_network(const Step& step);
/// Not so waits and what touches the network.
[[nodiscard]] bool touches_machine(const Step& step);

struct EventSpec {
  std::string name;
  std::map<std::string, ParameterSpec> parameters;
  std::vector<Step> steps;
  std::vector<Condition> confirm;
  std::string sham;          // "none", "host", "dummy"; "" where the file has none
  std::string sham_control;  // of `dummy: CONTROL`
  std::chrono::nanoseconds observe{0};
  bool repeatable = false;  // harmless to do again where nobody knows whether it was done
  std::string place;
};

[[nodiscard]] bool touches_machine(const EventSpec& event);
/// The machine is without mains for a while: that it starts anew is expected then.
[[nodiscard]] bool cuts_power(const EventSpec& event);
/// A person has to do a part of it.
[[nodiscard]] bool needs_operator(const EventSpec& event);
/// The place of the step with the last contact; where no step touches the machine, of the last.
[[nodiscard]] std::size_t last_contact(const EventSpec& event);

struct ProcedureFile {
  std::string path;
  std::string text;
  std::string name;
  std::map<std::string, EventSpec> events;
  int blocks = 0, per_block = 4, reserve = 0;
  std::optional<std::chrono::nanoseconds> background;
  std::chrono::nanoseconds idle{0}, drain{0}, jitter{0};
  std::vector<Window> windows;
  double alpha = 0.01;
  std::uint64_t draws = 9999;
  std::optional<StopRule> stop;
  std::string contract;        // file name beside this file, "" = none
  std::string contract_place;  // file:line:col of that name
  std::string design_place;
};

[[nodiscard]] Result<ProcedureFile> read_procedure_file(const std::string& path);

/// Every control, parameter and unit that the procedure names must exist on this bench. All faults
/// found, not only the first; empty = the two fit.
[[nodiscard]] std::vector<Error> check_against_bench(const ProcedureFile& procedure,
                                                     const BenchFile& bench);

}  // namespace brewproof
