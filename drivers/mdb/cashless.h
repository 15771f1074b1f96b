// What a machine and its cashless reader (10h, the second one 60h) say to each other, levels 1 to
// 3, with expanded currency: MDB/ICP 4.2, section 7. Pure.
//
// Prices are as on the bus (price_unit.h); absent where all their bits are set, which means unknown
// or, of an approval, a token. How long a field is depends on what was set up before: `Form`.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <variant>
#include <vector>

#include "drivers/mdb/block.h"
#include "drivers/mdb/price_unit.h"

namespace brewproof::mdb::cashless {

/// What SETUP and EXPANSION have settled.
struct Form {
  int master_level = 0, reader_level = 0;  // 1 to 3; 0: not heard
  bool expanded =
      false;  // 32-bit money or several currencies: long fields everywhere (option b1, b2)
  std::uint8_t columns = 0, rows = 0;  // of the machine's display
  /// The level that both speak; 0: not known.
  [[nodiscard]] int level() const { return std::min(master_level, reader_level); }
  friend bool operator==(const Form&, const Form&) = default;
};

using Price = std::optional<std::uint32_t>;

// ---- from the machine
struct Reset {
  friend bool operator==(const Reset&, const Reset&) = default;
};
struct Configure {  // SETUP, configuration data
  std::uint8_t level = 0, columns = 0, rows = 0, display = 0;
  friend bool operator==(const Configure&, const Configure&) = default;
};
struct PriceRange {  // SETUP, maximum and minimum prices
  Price most, least;
  std::optional<std::uint16_t> currency;  // expanded only
  friend bool operator==(const PriceRange&, const PriceRange&) = default;
};
struct Poll {
  friend bool operator==(const Poll&, const Poll&) = default;
};
struct VendRequest {
  Price price;
  std::uint16_t item = 0;
  bool negative = false;  // the machine gives money for something
  friend bool operator==(const VendRequest&, const VendRequest&) = default;
};
struct VendCancel {
  friend bool operator==(const VendCancel&, const VendCancel&) = default;
};
struct VendSuccess {
  std::uint16_t item = 0;
  friend bool operator==(const VendSuccess&, const VendSuccess&) = default;
};
struct VendFailure {
  friend bool operator==(const VendFailure&, const VendFailure&) = default;
};
struct SessionComplete {
  friend bool operator==(const SessionComplete&, const SessionComplete&) = default;
};
struct CashSale {
  Price price;
  std::uint16_t item = 0;  // with its bits as they came, see ItemBits
  std::optional<std::uint16_t> currency;
  friend bool operator==(const CashSale&, const CashSale&) = default;
};
struct ReaderSwitch {
  enum class To : std::uint8_t { disabled, enabled, cancelled };
  To to{};
  friend bool operator==(const ReaderSwitch&, const ReaderSwitch&) = default;
};
struct DataEntry {
  std::array<std::uint8_t, 8> text{};
  friend bool operator==(const DataEntry&, const DataEntry&) = default;
};
struct RevalueRequest {
  Price amount;
  friend bool operator==(const RevalueRequest&, const RevalueRequest&) = default;
};
struct RevalueLimitRequest {
  friend bool operator==(const RevalueLimitRequest&, const RevalueLimitRequest&) = default;
};
/// Who somebody is: 3, 12 and 12 characters, and a version of four BCD digits.
struct Identity {
  std::string maker, serial, model;
  std::uint16_t version = 0;
  std::optional<std::uint32_t> options;  // of a reader, for a machine of level 3
  friend bool operator==(const Identity&, const Identity&) = default;
};
struct IdentityRequest {
  Identity machine;
  friend bool operator==(const IdentityRequest&, const IdentityRequest&) = default;
};
struct WriteTime {
  std::array<std::uint8_t, 10> bcd{};
  friend bool operator==(const WriteTime&, const WriteTime&) = default;
};
struct EnableOptions {
  std::uint32_t options = 0;
  friend bool operator==(const EnableOptions&, const EnableOptions&) = default;
};
/// Of both sides; its bytes are the maker's own.
struct Diagnostics {
  Bytes bytes;
  friend bool operator==(const Diagnostics&, const Diagnostics&) = default;
};
using Command =
    std::variant<Reset, Configure, PriceRange, Poll, VendRequest, VendCancel, VendSuccess,
                 VendFailure, SessionComplete, CashSale, ReaderSwitch, DataEntry, RevalueRequest,
                 RevalueLimitRequest, IdentityRequest, WriteTime, EnableOptions, Diagnostics>;

/// Bits of the options that EXPANSION settles (7.4.17).
inline constexpr std::uint32_t option_money32 = 1U << 1, option_currencies = 1U << 2,
                               option_always_idle = 1U << 5;

/// The number of what was sold for cash, and what its upper bits say (7.4.10).
struct ItemBits {
  std::uint16_t number = 0;
  bool free = false, test = false, negative = false, token = false;
  friend bool operator==(const ItemBits&, const ItemBits&) = default;
};
[[nodiscard]] constexpr ItemBits item_bits(std::uint16_t item) {
  return {static_cast<std::uint16_t>(item & 0x0FFFU), (item & 0x8000U) != 0, (item & 0x4000U) != 0,
          (item & 0x2000U) != 0, (item & 0x1000U) != 0};
}

/// `content` is the block without its check byte, its first byte the address and command.
[[nodiscard]] Read<Command> read_command(ByteView content, const Form& form);

// ---- from the reader, at a POLL or at once
struct Configuration {
  std::uint8_t level = 0;
  std::uint16_t currency = 0;
  PriceUnit unit;
  std::uint8_t answers_within_s = 0;
  std::uint8_t options = 0;  // b0 refunds, b1 several vends, b2 own display, b3 wants CASH SALE
  friend bool operator==(const Configuration&, const Configuration&) = default;
};
struct DisplayRequest {
  std::uint8_t tenths = 0;  // of a second
  std::string text;
  friend bool operator==(const DisplayRequest&, const DisplayRequest&) = default;
};
struct Medium {
  std::array<std::uint8_t, 4> id{};
  std::uint8_t type = 0;
  std::uint16_t details = 0;
  friend bool operator==(const Medium&, const Medium&) = default;
};
struct Locale {  // of the customer
  std::uint16_t language = 0, currency = 0;
  std::uint8_t card_options = 0;
  friend bool operator==(const Locale&, const Locale&) = default;
};
struct BeginSession {
  Price funds;
  std::optional<Medium> medium;  // level 2 and 3
  std::optional<Locale> locale;  // expanded
  friend bool operator==(const BeginSession&, const BeginSession&) = default;
};
struct VendApproved {
  Price amount;  // may differ from what was asked
  friend bool operator==(const VendApproved&, const VendApproved&) = default;
};
struct Malfunction {
  std::uint8_t code = 0;  // upper half: what; C is a refund that failed
  friend bool operator==(const Malfunction&, const Malfunction&) = default;
};
struct OutOfSequence {
  std::optional<std::uint8_t> state;  // 1 inactive to 7; level 1 tells none
  friend bool operator==(const OutOfSequence&, const OutOfSequence&) = default;
};
struct RevalueLimit {
  Price amount;
  friend bool operator==(const RevalueLimit&, const RevalueLimit&) = default;
};
struct DataEntryRequest {
  std::uint8_t wanted = 0;
  friend bool operator==(const DataEntryRequest&, const DataEntryRequest&) = default;
};
/// A reply that is its code alone.
enum class Word : std::uint8_t {
  just_reset = 0x00,
  session_cancel_request = 0x04,
  vend_denied = 0x06,
  end_session = 0x07,
  cancelled = 0x08,
  revalue_approved = 0x0D,
  revalue_denied = 0x0E,
  time_request = 0x11,
  data_entry_cancel = 0x13,
};
using Reply =
    std::variant<Word, Configuration, DisplayRequest, BeginSession, VendApproved, Identity,
                 Malfunction, OutOfSequence, RevalueLimit, DataEntryRequest, Diagnostics>;

/// All replies of one block (its check byte left out), which may stand behind each other: each is
/// as long as its code says, in order. One that cannot be read makes the whole block a fault, for
/// where it is not understood its neighbours may not be either.
[[nodiscard]] Read<std::vector<Reply>> read_replies(ByteView content, const Form& form);

}  // namespace brewproof::mdb::cashless
