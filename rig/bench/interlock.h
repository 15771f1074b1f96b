// What forbids an output to go on: other outputs and inputs (`needs`, `excludes`), a minimum off
// time, and the per-run counts of cups, payments, money and time. Pure bookkeeping; the Bench and
// the loop ask before each act and report after it.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "rig/bench/bench_file.h"
#include "rig/model/result.h"

namespace brewproof {

class Interlock {
 public:
  explicit Interlock(const BenchFile& file) : file_(file) {}

  /// Error `interlock` names what forbids it.
  [[nodiscard]] Result<void> allow_on(const std::string& control, std::int64_t raw_ns) const;
  void went_on(const std::string& control);
  void went_off(const std::string& control, std::int64_t raw_ns);

 private:
  const BenchFile& file_;
  std::map<std::string, bool> on_;
  std::map<std::string, std::int64_t> off_since_ns_;
};

/// What a run has used up of the bench file's limits.
class Allowance {
 public:
  Allowance(const Limits& limits, std::int64_t started_raw_ns)
      : limits_(limits), started_raw_ns_(started_raw_ns) {}

  /// Takes one act off the allowance before it is done. Error `interlock` names the limit that it
  /// would exceed; then nothing was taken.
  [[nodiscard]] Result<void> take(std::int64_t cups, std::int64_t payments,
                                  std::int64_t money_minor, std::int64_t now_raw_ns);
  [[nodiscard]] std::int64_t cups() const { return cups_; }
  [[nodiscard]] std::int64_t payments() const { return payments_; }
  [[nodiscard]] std::int64_t money_minor() const { return money_minor_; }

 private:
  Limits limits_;
  std::int64_t started_raw_ns_;
  std::int64_t cups_ = 0, payments_ = 0, money_minor_ = 0;
};

}  // namespace brewproof
