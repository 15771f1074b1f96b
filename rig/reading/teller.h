// The decoding process' side of the pipe: gathers what there is to tell into batches (telling.h)
// and writes each in one go. Ends the process where nobody listens any more.
#pragma once

#include "rig/reading/telling.h"

namespace brewproof {

class Teller {
 public:
  explicit Teller(int descriptor) : descriptor_(descriptor) {}

  void message(const Message& message);
  /// There is enough to be worth a write: tell the state.
  [[nodiscard]] bool full() const { return batch_.size() >= good_batch; }
  /// Ends the batch: how far the file in hand is, and everything until now.
  void state(std::uint32_t file, const FileRead& read, const DecodeTotals& totals);
  void refusal(const Error& error);
  void done(const DecodeTotals& totals);

 private:
  static constexpr std::size_t good_batch = 128u << 10;
  void begin();
  void send();

  int descriptor_;
  FormWriter batch_;  // empty: none has begun
};

}  // namespace brewproof
