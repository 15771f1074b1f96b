// The record that a bench was commissioned: each control was tried once and had its effect on this
// machine, and where each board was plugged in then. Made by `commission`; `run` and `act` hold the
// bench against it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "rig/bench/bench_file.h"
#include "rig/command/board_place.h"
#include "rig/model/clock.h"

namespace brewproof {

struct CommissioningRecord {
  struct Board {
    std::string driver, identity;
    BoardPlace at;
  };
  struct Control {
    std::string wiring;  // "panel/1", "meter power", "reader"
    std::string result;  // confirmed, failed
    std::string by;      // the sensor's or the person's name
  };
  std::string bench;
  std::int64_t at_ns = 0;
  std::string by;  // operator
  std::map<std::string, Board> boards;
  std::map<std::string, Control> controls;
  std::string power_off;  // "confirmed", "skipped: ..." or "failed: ..."
  [[nodiscard]] bool passed() const;
};

/// Beside the bench's log: kiosk.bench.log -> kiosk.commissioning.json.
[[nodiscard]] std::string commissioning_path(const std::string& bench_log);
[[nodiscard]] std::string commissioning_json(const CommissioningRecord& record);  // canonical
/// nullopt where there is none.
[[nodiscard]] Result<std::optional<CommissioningRecord>> read_commissioning(
    const std::string& path);

/// "panel/1", "meter power", "reader": what a control is bound to.
[[nodiscard]] std::string wiring_of(const ControlConfig& control);
[[nodiscard]] std::map<std::string, BoardPlace> places_of(const BenchFile& bench);

/// What the record does not cover of the bench as it is now; "" = all is as it was.
[[nodiscard]] std::string what_changed(const CommissioningRecord& record, const BenchFile& bench,
                                       const std::map<std::string, BoardPlace>& places,
                                       std::int64_t now_ns);
/// The same of who answered, once the devices are open.
[[nodiscard]] std::string who_changed(const CommissioningRecord& record,
                                      const std::map<std::string, std::string>& identities);

/// What a run says of it: when and by whom the bench was commissioned, or why it is not.
struct CommissioningState {
  std::optional<CommissioningRecord> record;  // one that covers the bench
  std::string missing;                        // else why there is none
};
/// Error `host`, with the command to type, where the bench file demands a commissioning and none
/// covers the bench.
[[nodiscard]] Result<CommissioningState> commissioning_of(const BenchFile& bench,
                                                          const std::string& bench_log,
                                                          Clock& clock);
/// The same for who answered, once the devices are open.
[[nodiscard]] Result<void> same_boards(const CommissioningState& state, const BenchFile& bench,
                                       const std::map<std::string, std::string>& identities);

}  // namespace brewproof
