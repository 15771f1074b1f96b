// The wired bench: every resource of the bench file opened by its driver, every control bound to a
// device. Owns the devices. Whatever happens, outputs end off: a press holds a lease that switches
// off in its destructor, and the Bench's own destructor makes all outputs safe once more.
// Used from one thread. The three levels are kept apart: commanded, reported by the board, and
// confirmed by an independent sensor (faults.md, ring 2).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rig/bench/bench_file.h"
#include "rig/bench/condition.h"
#include "rig/bench/driver.h"
#include "rig/bench/interlock.h"
#include "rig/bench/mark.h"

namespace brewproof {

/// Told before an output goes on, for how long at most, and 0 once it is off again: a guardian
/// behind it acts where that does not come in time.
using OnFor = std::function<void(std::chrono::milliseconds at_most)>;

/// One press of a button: commanded on and off, and what the board said after each. Where the board
/// timed the pulse itself there is no command for its end.
struct Press {
  std::string control;
  Sent on;
  std::optional<Sent> off;
  std::optional<bool> reported_on, reported_off;  // nullopt: the board has no read-back
  std::optional<Bracket> read_on, read_off;       // when the board was asked and had answered
};

/// One output as the board reports it after it was commanded off.
struct OutputState {
  std::string resource;
  int channel = 0;
  std::optional<bool> reported;  // nullopt: no read-back
};

class Bench {
 public:
  /// Opens every resource but those that something of its own works with (is_apart). The first that
  /// fails is the error, with its place in the bench file; error `bad_file` too where more than a
  /// button would be unguarded. Nothing is switched: call make_safe() before anything else.
  [[nodiscard]] static Result<std::unique_ptr<Bench>> open(const BenchFile& file,
                                                           DriverTable drivers, Clock& clock,
                                                           ExchangeSink record, OnFor on_for = {});
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  /// All outputs off in the bench file's order, payment sessions closed; then read back. Goes on
  /// after a failure, so that one dead board does not leave another one on; the first error is
  /// returned. Error `interlock`: a board reports an output on that was commanded off.
  Result<std::vector<OutputState>> make_safe();

  /// Presses an output control for its `press` time, or for `lasting`. Error `interlock`: an
  /// interlock forbids it, the read-back differs from the command, or the contact stayed closed
  /// longer than `max_on`.
  Result<Press> press(const std::string& control, const Wait& wait,
                      std::optional<std::chrono::milliseconds> lasting = std::nullopt);

  /// Commands and read-backs of one press of that control, for a sham that does the same.
  [[nodiscard]] int exchanges_of_press(const std::string& control) const;

  /// A sensor control's present value, as rig/bench/sense.h says.
  Result<Meter::Reading> measure(const std::string& control);
  /// The payment reader behind a control; nullptr where the control is not one.
  PaymentReader* reader(const std::string& control);
  /// The device behind a control, for identity and harmless exchanges.
  Device* device(const std::string& control);

  /// Output control -> who opens its contact if this program is killed.
  [[nodiscard]] std::map<std::string, Mark> marks() const;
  /// Resource name -> who answered.
  [[nodiscard]] std::map<std::string, std::string> identities() const;
  /// The resources on which the machine itself answers (capability "machine"): its service port.
  [[nodiscard]] const std::vector<std::string>& machine_lines() const { return machine_lines_; }
  /// Who it says that it is, asked now on one of them.
  Result<std::string> ask_machine(const std::string& resource);
  /// Resource name -> what is heard on its payment bus.
  [[nodiscard]] std::map<std::string, BusTap*> bus_taps() const;

 private:
  Bench(const BenchFile& file, Clock& clock, OnFor on_for);
  void on_for(std::chrono::milliseconds at_most) const;
  Switch* switch_of(const std::string& resource);
  [[nodiscard]] PulseSwitch* pulse_switch_of(const ControlConfig& control) const;
  Result<void> sense_interlocks(const ControlConfig& control);
  Result<void> press_by_host(const ControlConfig& control, Press& press, const Wait& wait);
  Result<void> press_by_board(const ControlConfig& control, PulseSwitch& pulses, Press& press,
                              const Wait& wait);

  const BenchFile& file_;
  std::vector<std::string> machine_lines_;
  Clock& clock_;
  OnFor on_for_;
  OpenBuses buses_;
  std::map<std::string, std::unique_ptr<Device>> devices_;  // by resource name
  Interlock interlock_;
};

}  // namespace brewproof
