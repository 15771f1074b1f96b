// What happened on a payment bus, as one value: something that a person at the machine would name,
// or a reason why it is not known. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "drivers/mdb/block.h"
#include "drivers/mdb/cashless.h"
#include "drivers/mdb/price_unit.h"

namespace brewproof::mdb {

struct PaymentEvent {
  enum class Kind : std::uint8_t {
    // of any device
    bus_reset,
    reset_by_machine,
    was_reset,       // the device says so itself
    malfunction,     // code: the device's own
    unreadable,      // fault
    unacknowledged,  // the machine did not take what the device said: it will be said again
    // of a cashless reader
    set_up,  // setup
    enabled,
    disabled,
    session_begun,         // amount: the funds; media_id
    session_cancel_asked,  // by the reader
    vend_requested,        // amount, item
    negative_vend_requested,
    vend_approved,  // amount, which may differ from the price; absent: a token
    vend_denied,
    vend_cancelled,           // by the machine
    vend_succeeded,           // item
    vend_succeeded_by_reset,  // a reset between approval and result counts as success (7.4.8)
    vend_failed,
    session_ended,
    cancelled,          // the answer to READER CANCEL
    cash_sale,          // amount, item, bits
    revalue_requested,  // amount
    revalue_approved,
    revalue_denied,
    revalue_limit,    // amount
    out_of_sequence,  // code: the reader's state, 0 where it tells none
    // of a coin changer
    coin_accepted,   // amount, code: its type, to_tube
    coin_returned,   // amount, code: its type
    coin_dispensed,  // amount, code: its type; by command or by hand
    payout,          // amount: the changer chose the coins
    slugs,           // code: how many
    escrow_lever,
    // of a bill validator
    bill_escrowed,  // amount, code: its type
    bill_stacked,
    bill_returned,
    bill_recycled,
    bill_rejected,
    bill_attempts,  // code: how many while it was disabled
    recycler,       // code: as the recycler tells it
  };
  Kind kind{};
  std::uint8_t device = 0;       // address: 08, 10, 30, 60; 0 of the whole bus
  std::int64_t time_ns = 0;      // of the block that says so, on the clock of who asks
  std::optional<Amount> amount;  // absent too where the bus says "unknown" or names a token
  std::optional<std::uint16_t> item;
  std::optional<cashless::ItemBits> bits;
  std::optional<std::array<std::uint8_t, 4>> media_id;
  std::optional<cashless::Configuration> setup;
  int code = 0;
  bool to_tube = false;
  Fault fault;  // says its byte counted in the block as it came
  friend bool operator==(const PaymentEvent&, const PaymentEvent&) = default;
};

/// "vend_requested"
[[nodiscard]] std::string_view word_of(PaymentEvent::Kind kind);

}  // namespace brewproof::mdb
