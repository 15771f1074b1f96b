// The bench file (`brewproof: bench/1`) as a value: what is wired to what on this station.
// Read by read_bench_file (strict: every error carries file:line:col).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/driver.h"
#include "rig/bench/network_file.h"
#include "rig/model/money.h"
#include "rig/model/result.h"

namespace brewproof {

/// `output: panel/1` (a relay channel), `input: sensors/1` (a line that something outside drives),
/// `reader: NAME`, or `meter: NAME, quantity: Q`.
struct ControlConfig {
  enum class Kind { output, input, reader, meter };
  /// What a closed contact does. All but a button do harm where it stays closed.
  enum class Drives { button, heater, pump, mains, payment };
  std::string name;
  Kind kind = Kind::output;
  std::string resource;
  int channel = 0;                           // output, input
  std::chrono::milliseconds press{0};        // output
  std::chrono::milliseconds max_on{0};       // output
  std::chrono::milliseconds min_off{0};      // output, optional
  bool for_sham = false;                     // `for: sham`
  Drives drives = Drives::button;            // output
  bool board_timed = false;                  // output: its driver may time the press
  std::optional<Money> worth = {};           // output: of one pulse into a coin input
  std::string quantity;                      // meter
  bool watched = false;                      // input: named by `emergency`
  std::vector<std::string> needs, excludes;  // interlocks: other outputs that must be on / off
  std::string place;
};

/// `30..60 g`: by how much a meter shall rise, in SI.
struct RiseRange {
  double least = 0, most = 0;
  std::string written;  // as it stands in the file
};

/// `watts: {below: 30 W, for: 2 s}` or `{above: 500 W, within: 5 s}`: a meter control against a
/// threshold in SI units; or `cup: {is: on}`: an input, whose value is 1 or 0; or, of a `confirm`,
/// `scale: {rises_by: 30..60 g, within: 60 s}`: a meter against what it showed before the act.
struct Condition {
  std::string control;
  std::optional<double> above, below;
  std::chrono::nanoseconds hold{0};    // `for`
  std::chrono::nanoseconds within{0};  // time limit
  std::string place;
  std::string unit;       // SI unit of the threshold: W, A, V, Hz, J, kg; "" for an input
  bool is_state = false;  // of an input
  std::optional<RiseRange> rises_by;
};

/// `e_stop: on`: what an input control says when every output is to be cut at once.
struct EmergencyInput {
  std::string control;
  bool on = true;
};

/// What runs out or fills up, and how it is put right: between two blocks, by a person or a
/// control.
struct Consumable {
  std::string name;
  std::int64_t holds = 0;                   // units, after service
  std::map<std::string, std::int64_t> use;  // by event, pressed control or parameter value
  std::string service = "refill";           // refill, clean or warm
  std::string by;                           // output control that does it; "" = a person
  std::string conditioning;                 // pressed once after it, unscored; "" = no cup
  std::optional<Money> price;               // of a unit
  std::string place;
};

struct Limits {
  std::optional<std::int64_t> cups, payments;
  std::optional<Money> money;
  std::optional<std::chrono::nanoseconds> wall_clock;
};

/// `books: {from: audit, every: block, within: 60 s}`: a run reads the machine's own accounts, at
/// its beginning and after each of these, and holds them against its acts.
struct BooksConfig {
  enum class Every { trial, block, run };
  std::string resource;
  Every every = Every::block;
  std::chrono::milliseconds within{60'000};  // the time limit of one reading
  std::string place;
};

/// The payment terminal that is wired to the machine (terminal_file.h).
struct TerminalConfig {
  std::vector<std::string> addresses;   // MACs, lower case, and IP addresses; at least one
  std::vector<std::string> identities;  // these and its serial number
  std::string json;                     // the `terminal` map as canonical JSON
};

struct BenchFile {
  std::string path;
  std::string text;  // the file's bytes, copied into the run folder
  std::string name;
  std::string dut_json;               // the `dut` map as canonical JSON
  std::vector<std::string> dut_macs;  // lower case, colon separated
  std::vector<std::string>
      dut_identities;                      // serial number, MACs: values that identify this machine
  std::vector<std::string> boot_messages;  // `dut.boot`: what it sends when it starts
  std::map<std::string, ResourceConfig> resources;
  std::map<std::string, ControlConfig> controls;
  std::vector<Condition> ready;
  std::vector<Condition> by_itself;  // what the machine draws when nobody uses it: a rinse
  std::vector<EmergencyInput> emergency;
  std::string payment;                     // "emulated", "real" or ""
  std::optional<TerminalConfig> terminal;  // of `payment: real`, where it can be told apart
  std::optional<BooksConfig> books;
  NetworkConfig network;
  std::vector<Consumable> consumables;
  Limits limits;
  std::vector<std::string> safe_order;                       // resources in the order of `safe`
  bool guardian = true;                                      // false: `guardian: off`
  std::chrono::nanoseconds finish{std::chrono::minutes(2)};  // `stop.finish`
  std::optional<int> commissioning_days;  // `commissioning.valid_days`; nullopt: none is demanded
};

/// True for a resource that a thread of its own works with, and nothing else: its inputs are
/// watched (`emergency`), or the machine's books are read from it (`books`).
[[nodiscard]] bool is_apart(const BenchFile& bench, const std::string& resource);

/// `sniff: only`: it hears the payment bus and says nothing on it.
[[nodiscard]] bool only_sniffs(const ResourceConfig& resource);

/// Reads and checks a bench file. `drivers` is for names and option keys only; nothing is opened.
[[nodiscard]] Result<BenchFile> read_bench_file(const std::string& path, DriverTable drivers);

}  // namespace brewproof
