// Questions to a person at a terminal, or to a pipe of answers. An answer that cannot be is told
// why and asked again; the end of the answers is an error, so that nothing half-known is written.
#pragma once

#include <cstdio>
#include <functional>
#include <string>

#include "rig/model/result.h"

namespace brewproof {

/// What is wrong with an answer; "" = it is good.
using Complaint = std::function<std::string(const std::string& answer)>;

class Questions {
 public:
  /// Reads lines of `in` and writes to `out`; both outlive this. `echo` shows the answers of a pipe
  /// as a terminal would.
  Questions(std::FILE* in, std::FILE* out, bool echo) : in_(in), out_(out), echo_(echo) {}

  /// The answer without spaces around it; `otherwise` where it is empty. Error `usage`: the answers
  /// ended.
  [[nodiscard]] Result<std::string> ask(const std::string& question, const std::string& otherwise,
                                        const Complaint& complaint);
  void say(const std::string& text);

 private:
  std::FILE* in_;
  std::FILE* out_;
  bool echo_;
};

// The usual complaints.
[[nodiscard]] std::string anything(const std::string& answer);
[[nodiscard]] std::string something(const std::string& answer);  // not empty
[[nodiscard]] std::string mac_or_none(const std::string& answer);
[[nodiscard]] std::string count_or_none(const std::string& answer);     // 1 to 1000000
[[nodiscard]] std::string money_or_none(const std::string& answer);     // "200.00 EUR"
[[nodiscard]] std::string duration_or_none(const std::string& answer);  // "6 h"

/// "none" and "" leave a thing out.
[[nodiscard]] bool is_none(const std::string& answer);

}  // namespace brewproof
