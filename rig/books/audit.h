// One reading of a machine's books (EVA-DTS), typed: who the machine is, its products, its
// counters, and every record as it stood, also those that nobody here knows. A plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/books/audit_record.h"
#include "rig/books/counter_kind.h"

namespace brewproof::books {

/// DXS: who sent the transmission that the reading came in.
struct Sender {
  std::string id;       // DXS01, communication identifier
  std::string version;  // DXS03, "V1/6"
  std::string control;  // DXS04, which DXE01 repeats
};

/// ID1.
struct MachineIdentity {
  std::string serial, model, build, location, asset;
  friend bool operator==(const MachineIdentity&, const MachineIdentity&) = default;
};

/// CB1: the board that keeps the books.
struct ControlBoard {
  std::string serial, model, software;
};

/// ID4. Values count the smallest unit that `decimals` leaves: 180 with 2 is 1.80.
struct CurrencyOfBooks {
  std::optional<int> decimals;  // absent: ID4 does not say, and values have no point
  std::string code;             // "EUR"; the numeric code where there are no letters; "" = not told
  friend bool operator==(const CurrencyOfBooks&, const CurrencyOfBooks&) = default;
};

/// PA1.
struct Product {
  std::string id, name;
  std::optional<std::int64_t> price;
  Place at;
};

/// How many and worth what; absent where the record does not say.
struct Amounts {
  std::optional<std::int64_t> count, value;
  friend bool operator==(const Amounts&, const Amounts&) = default;
};

struct Counter {
  const CounterKind* kind = nullptr;  // of the one table, never null
  std::string of;                     // product, event or list; "" = the machine
  Amounts since_initialisation, since_reset;
  Place at;
};

/// EA1: something that happened to the machine, with the machine's own clock.
struct MachineEvent {
  std::string code, date, time;
  Place at;
};

/// G85, the check over all records from ST to the one before it.
struct RecordCheck {
  enum class State {
    absent,      // there is no G85
    unreadable,  // it is not four hex digits, or ST is missing, from which it counts
    differs,
    swapped,  // matches with its two bytes exchanged, as old kit writes it
    matches,
  };
  State state = State::absent;
  std::uint16_t told = 0, computed = 0;
};

struct Audit {
  std::optional<Sender> sender;
  std::string control;  // ST02, which SE02 repeats
  MachineIdentity machine;
  ControlBoard board;
  CurrencyOfBooks currency;
  std::string date, time;         // ID5, the machine's own clock: "yymmdd" or "yyyymmdd", "hhmmss"
  std::string initialised;        // EA401 and EA402: when all counters began
  std::vector<Product> products;  // in the file's order
  std::vector<Counter> counters;  // likewise
  std::vector<MachineEvent> events;  // likewise
  RecordCheck check;
  std::vector<AuditRecord> records;  // all from ST to SE, in order
  std::vector<Remark> remarks;       // in order of place

  /// Whole, and what G85 covers is what the machine wrote.
  [[nodiscard]] bool sound() const;
  /// The counter of `record` ("PA2") for `of`; nullptr where there is none.
  [[nodiscard]] const Counter* find(std::string_view record, std::string_view of = "") const;
  /// The first product of that number; nullptr where there is none.
  [[nodiscard]] const Product* product(std::string_view id) const;
};

}  // namespace brewproof::books
