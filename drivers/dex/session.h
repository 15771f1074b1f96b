// One reading of a machine's books over DEX/UCS (frames.h), as the data carrier: two handshakes,
// then the data, block by block (EVA-DTS 6.1.1, chapter 2). Used from one thread.
#pragma once

#include <string>

#include "drivers/dex/frames.h"
#include "drivers/transport/dialogue.h"

namespace brewproof::dex {

/// Who we say we are.
struct Identity {
  std::string id = "BREWPROOF1";    // ten characters
  std::string revision = "R00L06";  // revision and level of the standard: six characters
};

class Session {
 public:
  Session(Dialogue& dialogue, Identity identity, Deadline until)
      : dialogue_(dialogue), identity_(std::move(identity)), until_(until) {}

  /// The whole audit as the machine tells it. Errors say how far it came: `timeout` (nobody
  /// answers, or not any more), `protocol` (refused with a code, or what came cannot be).
  [[nodiscard]] Result<std::string> read();

  /// Whom the machine says it is, once a handshake was understood; "" before.
  [[nodiscard]] const std::string& machine() const { return machine_; }

 private:
  /// What comes next, at the latest `within` from now; nullopt: nothing.
  Result<std::optional<Frame>> next(std::chrono::milliseconds within);
  /// Leaves the pause before an answer that the other side needs.
  Result<void> send(ByteView bytes);

  /// Asks for the line. True: it is ours; false: the machine insists on having it, and was told
  /// yes.
  Result<bool> take_line();
  /// Sends until this acknowledgement comes.
  Result<void> tell(ByteView frame, int acknowledged, const char* what);
  /// Waits until the machine takes the line, and lets it.
  Result<void> give_line(const char* for_what);
  Result<std::string> hear_handshake();
  Result<void> hear_end(const char* of_what);
  Result<std::string> hear_data();

  /// We begin: our handshake, then the machine's.
  Result<void> introduce();
  /// The machine began: its handshake, then ours.
  Result<void> be_introduced();

  Dialogue& dialogue_;
  Identity identity_;
  Deadline until_;
  FrameReader reader_;
  std::string machine_;
};

}  // namespace brewproof::dex
