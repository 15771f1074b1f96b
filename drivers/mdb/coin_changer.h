// What a machine and its coin changer (08h) say to each other: MDB/ICP 4.2, section 5. Pure.
#pragma once

#include <array>
#include <variant>
#include <vector>

#include "drivers/mdb/block.h"
#include "drivers/mdb/price_unit.h"

namespace brewproof::mdb::changer {

// ---- from the machine; what moves no money is told by its code alone
struct CoinTypes {
  std::uint16_t accepted = 0, manual = 0;  // a bit for each type
  friend bool operator==(const CoinTypes&, const CoinTypes&) = default;
};
struct Dispense {
  std::uint8_t type = 0, coins = 0;
  friend bool operator==(const Dispense&, const Dispense&) = default;
};
struct Payout {            // the changer chooses the coins
  std::uint8_t units = 0;  // times the scale
  friend bool operator==(const Payout&, const Payout&) = default;
};
enum class Ask : std::uint8_t {
  reset,
  setup,
  tube_status,
  poll,
  identity,
  enable_features,
  payout_status,
  payout_value,
  diagnosis,
};
using Command = std::variant<Ask, CoinTypes, Dispense, Payout>;

/// `content` is the block without its check byte.
[[nodiscard]] Read<Command> read_command(ByteView content);

// ---- from the changer
struct Setup {
  std::uint8_t level = 0;  // 2 or 3
  std::uint16_t country = 0;
  PriceUnit unit;
  std::uint16_t to_tubes = 0;             // a bit for each type that a tube takes
  std::array<std::uint8_t, 16> credit{};  // by coin type, times the scale; 0 none, FF a token
  friend bool operator==(const Setup&, const Setup&) = default;
};
/// The answer to SETUP; credits at its end may be left out.
[[nodiscard]] Read<Setup> read_setup(ByteView content);

struct Accepted {
  enum class To : std::uint8_t { cash_box = 0, tube = 1, reject = 3 };
  std::uint8_t type = 0;
  To to{};
  std::uint8_t in_tube = 0;
  friend bool operator==(const Accepted&, const Accepted&) = default;
};
struct DispensedByHand {
  std::uint8_t type = 0, coins = 0, in_tube = 0;
  friend bool operator==(const DispensedByHand&, const DispensedByHand&) = default;
};
struct Slugs {
  std::uint8_t count = 0;
  friend bool operator==(const Slugs&, const Slugs&) = default;
};
enum class Status : std::uint8_t {
  escrow_lever = 0x01,
  payout_busy = 0x02,
  no_credit = 0x03,
  tube_sensor = 0x04,
  double_arrival = 0x05,
  acceptor_unplugged = 0x06,
  tube_jam = 0x07,
  memory = 0x08,
  routing = 0x09,
  busy = 0x0A,
  was_reset = 0x0B,
  coin_jam = 0x0C,
  credited_coin_removed = 0x0D,
};
using Activity = std::variant<Status, Accepted, DispensedByHand, Slugs>;

/// The answer to POLL: up to 16 bytes of what happened, in order (5.3). One that cannot be read
/// makes the whole block a fault.
[[nodiscard]] Read<std::vector<Activity>> read_activities(ByteView content);

}  // namespace brewproof::mdb::changer
