// What a device on the bench can do for the engine. A driver offers one or two of these; a control
// in the bench file is bound to one. Each call talks to the device and returns what came back.
// Called from one thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/model/bus_block.h"
#include "rig/model/bytes.h"
#include "rig/model/clock.h"
#include "rig/model/result.h"

namespace brewproof {

/// What a board's read-back can prove: at most that it took the command.
enum class ReadBack { none, latch, pin };

/// When a command left and when the first byte of its reply arrived.
struct Sent {
  Instant before_write;
  Instant after_drain;
  std::optional<Instant> first_reply;  // absent: this command has no reply
};

/// Relay channels, counted from 1.
class Switch {
 public:
  virtual ~Switch() = default;
  virtual Result<Sent> set(int channel, bool on) = 0;
  /// All channels off, in as few commands as the board allows.
  virtual Result<Sent> all_off() = 0;
  /// What the board says of the channel; nullopt where the board has no read-back.
  virtual Result<std::optional<bool>> read(int channel) = 0;
  [[nodiscard]] virtual ReadBack read_back() const = 0;
};

/// Relay channels whose board ends the pulse itself: the contact opens even if this computer dies
/// (faults.md, ring 1). Offered beside Switch, for the same channels.
class PulseSwitch {
 public:
  virtual ~PulseSwitch() = default;
  /// The pulses that this board can time.
  struct Range {
    std::chrono::milliseconds least{0}, most{0}, step{1};
  };
  /// Closes `channel` for `length`, a multiple of the range's step within it, and returns when the
  /// board took the command: the pulse is then still going on.
  virtual Result<Sent> pulse(int channel, std::chrono::milliseconds length) = 0;
  [[nodiscard]] virtual Range range() const = 0;
  /// False for a channel that stays on until it is switched off, on a board that has both kinds.
  [[nodiscard]] virtual bool times(int /*channel*/) const { return true; }
};

/// A sensor that measures quantities by name ("power", "mass" ...), in SI units, or counts
/// ("count_espresso").
class Meter {
 public:
  virtual ~Meter() = default;
  struct Reading {
    double value = 0;
    Instant at;           // after the last byte of the answer
    bool moving = false;  // the device says that the value is still on its way: a balance
  };
  virtual Result<Reading> read(const std::string& quantity) = 0;
};

/// Lines that something outside drives: a stop button, a cup sensor, a float switch. Counted
/// from 1.
class Input {
 public:
  virtual ~Input() = default;
  /// True: the line is asserted, in the sense of the driver's `active`.
  virtual Result<bool> sense(int line) = 0;
};

/// The machine's own books, read from its audit port.
class AuditReader {
 public:
  virtual ~AuditReader() = default;
  struct Audit {
    std::string text;  // EVA-DTS, as the machine told it
    Instant at;        // when all of it was read
  };
  /// Some machines clear what they count since the last reading when they are read.
  virtual Result<Audit> read_audit(std::chrono::milliseconds within) = 0;
};

/// An emulated card reader in front of the machine's payment port. One session at a time:
/// begin, then approve or deny. Amounts are minor units.
class PaymentReader {
 public:
  virtual ~PaymentReader() = default;
  struct Request {  // what the machine asks
    std::int64_t price = 0;
    int item = 0;
    Instant at;
  };
  /// What the machine said after the approval. `cancelled`: it withdrew its request before, and
  /// nothing was approved.
  enum class Outcome { success, failure, none, cancelled };
  /// `stray`: a session that nobody here began is open, or was since this was last asked.
  enum class State { disabled, enabled, session, stray };
  struct Vend {
    Outcome outcome = Outcome::none;
    Sent contact;  // the approval: the last contact of a payment; of a cancelled one there is none
    Instant at;    // when the outcome was read
  };
  /// Shows a card with funds and a media id (4 bytes); waits for the machine's vend request.
  virtual Result<Request> begin(std::int64_t funds, ByteView media_id,
                                std::chrono::milliseconds within) = 0;
  /// Approves `amount`, which may differ from the price asked; waits for success or failure.
  virtual Result<Vend> approve(std::int64_t amount, std::chrono::milliseconds within) = 0;
  /// Denies the request or cancels the session; the way back to "enabled" from anywhere.
  virtual Result<Sent> deny() = 0;
  virtual Result<State> state() = 0;
  /// Whether the machine opened a session for the card that was shown last.
  [[nodiscard]] virtual bool card_taken() const = 0;
  /// Shows a card and takes it back as soon as the machine has opened the session, whether or not
  /// it has asked for a vend by then; ends the session. The last contact is the taking back.
  virtual Result<Sent> withdraw(std::int64_t funds, ByteView media_id,
                                std::chrono::milliseconds within) = 0;
};

/// What is said on the machine's payment bus, heard by an adapter that stands on it. Never waits.
class BusTap {
 public:
  virtual ~BusTap() = default;
  struct Heard {
    std::vector<BusBlock> blocks;     // in the order in which they were said
    std::vector<std::string> faults;  // what could not be read, and why
  };
  /// What was heard since this was last asked; the latest blocks are held back until it is certain
  /// that none before them is missing.
  virtual Result<Heard> heard() = 0;
  /// The same with the latest: for the end.
  virtual Result<Heard> all_heard() = 0;
};

}  // namespace brewproof
