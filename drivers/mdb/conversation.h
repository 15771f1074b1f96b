// Follows what is said on one MDB bus, block by block in order of time, and tells what it means for
// a payment (MDB/ICP 4.2, sections 5 to 7). Pure; used from one thread.
//
// What a device says counts once the machine has acknowledged it, for until then the device says it
// again; what the machine commands counts once the device has answered. Levels, scales, decimals
// and lengths are those that were heard in SETUP since the device's last reset: where they were
// not, a block that needs them is `unreadable`.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "drivers/mdb/bill_validator.h"
#include "drivers/mdb/coin_changer.h"
#include "drivers/mdb/payment_event.h"

namespace brewproof::mdb {

class Conversation {
 public:
  /// What the machine and its cashless readers had settled before this listened; SETUP and RESET
  /// that are heard count for more.
  void suppose(int level, PriceUnit unit);
  /// The next block as it stood on the bus, with its check byte. Events that it completes, with the
  /// times of the blocks that said so.
  [[nodiscard]] std::vector<PaymentEvent> hear(From from, ByteView bytes, std::int64_t time_ns);
  /// The machine held the line for 100 ms or longer.
  [[nodiscard]] std::vector<PaymentEvent> bus_reset(std::int64_t time_ns);

 private:
  using Kind = PaymentEvent::Kind;
  struct Said {
    Bytes content;
    std::int64_t time_ns = 0;
  };
  enum class Vend : std::uint8_t { open, approved, cancelled };
  struct Cashless {
    cashless::Form form;
    std::optional<PriceUnit> unit;
    Vend vend = Vend::open;
  };

  void hear_master(const Block& block, std::int64_t time_ns);
  void hear_peripheral(const Block& block, std::int64_t time_ns);
  /// What the device said was not acknowledged before the next block.
  void drop_reply();
  void take_command();
  void take_reply();

  void command(Cashless& reader, const cashless::Command& command);
  void reply(Cashless& reader, const cashless::Reply& reply);
  void word(Cashless& reader, cashless::Word word);
  void changer_command(ByteView content);
  void changer_reply(ByteView content);
  void activity(const changer::Activity& activity);
  void bill_command(ByteView content);
  void bill_reply(ByteView content);
  void activity(const bill::Activity& activity);

  PaymentEvent& tell(Kind kind);
  void unreadable(const Fault& fault);
  [[nodiscard]] Cashless& reader() { return readers_[device_ == cashless_address ? 0 : 1]; }
  [[nodiscard]] static std::optional<Amount> amount(const Cashless& reader, cashless::Price price);

  std::array<Cashless, 2> readers_;
  std::optional<changer::Setup> changer_;
  std::optional<bill::Setup> bill_;

  std::uint8_t device_ = 0;      // that the machine speaks to
  std::optional<Said> command_;  // of the machine
  bool answered_ = false;        // it has counted
  std::optional<Said> reply_;    // of the device, not acknowledged yet
  std::int64_t told_ns_ = 0;     // of the block that is being taken
  std::vector<PaymentEvent> events_;
};

}  // namespace brewproof::mdb
