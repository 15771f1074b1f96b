// One reading of a machine's books over DDCMP (frames.h), as the data carrier: the line is begun
// and its speed agreed, then WHO ARE YOU, READ of list 2, its blocks, FINISH (EVA-DTS 6.1.1,
// chapter 3). List 2 is the security reading, which no machine clears anything after; nothing here
// can ask for another list, or write or delete. Used from one thread.
#pragma once

#include <string>

#include "drivers/ddcmp/frames.h"
#include "drivers/transport/dialogue.h"
#include "rig/model/clock.h"

namespace brewproof::ddcmp {

/// What the machine asks a data carrier for; most are delivered with zeros, which open to all.
struct Codes {
  std::uint16_t security = 0;
  std::uint16_t password = 0;
};

/// Rates that have a code.
struct Speeds {
  int first = 2400;   // that the machine listens at
  int most = 115200;  // that we offer
};

class Session {
 public:
  /// `now`: what the machine is told as the date and time (UTC) of the reading.
  Session(Dialogue& dialogue, Codes codes, Speeds speeds, Instant now, Deadline until)
      : dialogue_(dialogue), codes_(codes), speeds_(speeds), now_(now), until_(until) {}

  /// The whole of list 2 as the machine tells it. Leaves the line at its first speed. Errors say
  /// how far it came: `timeout` (nobody answers, or not any more), `protocol` (refused, or what
  /// came cannot be).
  [[nodiscard]] Result<std::string> read();

  /// The machine said no: asking again changes nothing.
  [[nodiscard]] bool refused() const { return refused_; }
  /// What was agreed.
  [[nodiscard]] int speed() const { return speed_; }

 private:
  /// What comes next, at the latest `within` from now; nullopt: nothing.
  Result<std::optional<Frame>> next(std::chrono::milliseconds within);
  /// Leaves the pause that the other side needs to turn round.
  Result<void> send(ByteView bytes);
  Result<void> change_speed(int baud);
  /// The machine's answer to a START; nullopt: none came.
  Result<std::optional<Frame>> begin(std::uint8_t offered, int attempts);
  Result<void> begin_and_agree();
  /// Sends the next message until it is acknowledged.
  Result<void> tell(ByteView content, const char* what);
  /// The next message of the machine's, acknowledged. `from`: "its answer to READ".
  Result<Frame> hear(const std::string& from);
  /// Asks and hears the answer, which must begin with 88, `kind` and 01.
  Result<void> ask(ByteView question, std::uint8_t kind, const char* what, const char* refused);
  Result<std::string> hear_blocks();
  [[nodiscard]] Bytes who_are_you() const;

  Dialogue& dialogue_;
  Codes codes_;
  Speeds speeds_;
  Instant now_;
  Deadline until_;
  FrameReader reader_;
  std::optional<Frame> early_;  // a message that came in the place of an acknowledgement
  int speed_ = 0;
  bool refused_ = false;
  std::uint8_t said_ = 0, heard_ = 0;  // the last message in either direction
};

}  // namespace brewproof::ddcmp
