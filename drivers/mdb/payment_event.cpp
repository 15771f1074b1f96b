#include "drivers/mdb/payment_event.h"

namespace brewproof::mdb {

std::string_view word_of(PaymentEvent::Kind kind) {
  static constexpr std::string_view words[] = {
      "bus_reset",
      "reset_by_machine",
      "was_reset",
      "malfunction",
      "unreadable",
      "unacknowledged",
      "set_up",
      "enabled",
      "disabled",
      "session_begun",
      "session_cancel_asked",
      "vend_requested",
      "negative_vend_requested",
      "vend_approved",
      "vend_denied",
      "vend_cancelled",
      "vend_succeeded",
      "vend_succeeded_by_reset",
      "vend_failed",
      "session_ended",
      "cancelled",
      "cash_sale",
      "revalue_requested",
      "revalue_approved",
      "revalue_denied",
      "revalue_limit",
      "out_of_sequence",
      "coin_accepted",
      "coin_returned",
      "coin_dispensed",
      "payout",
      "slugs",
      "escrow_lever",
      "bill_escrowed",
      "bill_stacked",
      "bill_returned",
      "bill_recycled",
      "bill_rejected",
      "bill_attempts",
      "recycler",
  };
  return words[static_cast<std::size_t>(kind)];
}

}  // namespace brewproof::mdb
