// What a machine and its bill validator (30h) say to each other: MDB/ICP 4.2, section 6. Pure.
#pragma once

#include <array>
#include <variant>
#include <vector>

#include "drivers/mdb/block.h"
#include "drivers/mdb/price_unit.h"

namespace brewproof::mdb::bill {

// ---- from the machine; what moves no money is told by its code alone
struct Security {
  std::uint16_t high = 0;  // a bit for each type
  friend bool operator==(const Security&, const Security&) = default;
};
struct BillTypes {
  std::uint16_t accepted = 0, escrow = 0;  // a bit for each type
  friend bool operator==(const BillTypes&, const BillTypes&) = default;
};
enum class Escrow : std::uint8_t { give_back = 0x00, stack = 0x01 };
enum class Ask : std::uint8_t {
  reset,
  setup,
  poll,
  stacker,
  identity,
  enable_features,
  identity_and_options,
  recycler,
};
using Command = std::variant<Ask, Security, BillTypes, Escrow>;

/// `content` is the block without its check byte. What recyclers are told behind 37 03 and later
/// is not looked into.
[[nodiscard]] Read<Command> read_command(ByteView content);

// ---- from the validator
struct Setup {
  std::uint8_t level = 0;
  std::uint16_t country = 0;
  PriceUnit unit;
  std::uint16_t stacker_holds = 0, security = 0;
  bool has_escrow = false;
  std::array<std::uint8_t, 16> credit{};  // by bill type, times the scale; 0 none, FF a token
  friend bool operator==(const Setup&, const Setup&) = default;
};
[[nodiscard]] Read<Setup> read_setup(ByteView content);

struct Bill {
  enum class Went : std::uint8_t {
    to_stacker = 0,
    to_escrow = 1,
    back = 2,
    to_recycler = 3,
    rejected = 4,  // its type is not accepted
    to_recycler_by_hand = 5,
    dispensed_by_hand = 6,
    from_recycler_to_cash_box = 7,
  };
  std::uint8_t type = 0;
  Went went{};
  friend bool operator==(const Bill&, const Bill&) = default;
};
struct AttemptsWhileDisabled {
  std::uint8_t count = 0;
  friend bool operator==(const AttemptsWhileDisabled&, const AttemptsWhileDisabled&) = default;
};
struct RecyclerStatus {
  std::uint8_t code = 0;  // 21 to 2F
  friend bool operator==(const RecyclerStatus&, const RecyclerStatus&) = default;
};
enum class Status : std::uint8_t {
  motor = 0x01,
  sensor = 0x02,
  busy = 0x03,
  memory = 0x04,
  jam = 0x05,
  was_reset = 0x06,
  bill_removed = 0x07,
  cash_box = 0x08,
  disabled = 0x09,
  invalid_escrow = 0x0A,
  rejected = 0x0B,
  credited_bill_removed = 0x0C,
};
using Activity = std::variant<Status, Bill, AttemptsWhileDisabled, RecyclerStatus>;

/// The answer to POLL: up to 16 bytes of what happened, in order (6.3). One that cannot be read
/// makes the whole block a fault.
[[nodiscard]] Read<std::vector<Activity>> read_activities(ByteView content);

}  // namespace brewproof::mdb::bill
