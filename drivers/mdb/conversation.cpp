#include "drivers/mdb/conversation.h"

#include <utility>

namespace brewproof::mdb {
namespace {

template <class... Fs>
struct Either : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Either(Fs...) -> Either<Fs...>;

// What a coin or bill is worth: 0 is a type that is not used, FF a token.
template <class Setup>
std::optional<Amount> worth(const Setup& setup, std::uint8_t type, int count = 1) {
  const std::uint8_t credit = setup.credit[type];
  if (credit == 0x00 || credit == 0xFF) return std::nullopt;
  return setup.unit.of(static_cast<std::uint32_t>(credit * count));
}

constexpr std::string_view no_setup = "what this is worth is not known: SETUP was not heard";

}  // namespace

void Conversation::suppose(int level, PriceUnit unit) {
  for (Cashless& reader : readers_) {
    reader.form.master_level = reader.form.reader_level = level;
    reader.unit = unit;
  }
}

std::vector<PaymentEvent> Conversation::hear(From from, ByteView bytes, std::int64_t time_ns) {
  told_ns_ = time_ns;
  const auto block = read_block(bytes, from);
  if (!block) {
    // The machine will not take a damaged answer, nor a device a damaged command.
    if (from == From::master) {
      drop_reply();
      command_.reset();
      device_ = 0;
    }
    told_ns_ = time_ns;
    unreadable(block.error());
  } else if (from == From::master) {
    hear_master(*block, time_ns);
  } else {
    hear_peripheral(*block, time_ns);
  }
  return std::exchange(events_, {});
}

std::vector<PaymentEvent> Conversation::bus_reset(std::int64_t time_ns) {
  told_ns_ = time_ns;
  command_.reset();
  reply_.reset();
  device_ = 0;
  tell(Kind::bus_reset);  // RESET follows for each device, and settles what was open
  return std::exchange(events_, {});
}

void Conversation::hear_master(const Block& block, std::int64_t time_ns) {
  switch (block.kind) {
    case Block::Kind::ack:
      if (reply_) take_reply();
      command_.reset();
      return;
    case Block::Kind::nak:
    case Block::Kind::ret:
      reply_.reset();
      return;
    case Block::Kind::data:
      drop_reply();
      device_ = address_of(block.content[0]);
      command_ = Said{{block.content.begin(), block.content.end()}, time_ns};
      answered_ = false;
      return;
  }
}

void Conversation::hear_peripheral(const Block& block, std::int64_t time_ns) {
  if (!command_) {
    if (block.kind == Block::Kind::data) unreadable({0, "a device speaks without being asked"});
    return;
  }
  drop_reply();
  if (block.kind == Block::Kind::nak) {
    command_.reset();
    return;
  }
  if (!std::exchange(answered_, true)) take_command();
  if (block.kind == Block::Kind::data)
    reply_ = Said{{block.content.begin(), block.content.end()}, time_ns};
  else
    command_.reset();
}

void Conversation::drop_reply() {
  if (!reply_) return;
  told_ns_ = std::exchange(reply_, std::nullopt)->time_ns;
  tell(Kind::unacknowledged);
}

void Conversation::take_command() {
  told_ns_ = command_->time_ns;
  const ByteView content = command_->content;
  if (device_ == cashless_address || device_ == second_cashless_address) {
    const auto read = cashless::read_command(content, reader().form);
    if (read)
      command(reader(), *read);
    else
      unreadable(read.error());
  } else if (device_ == changer_address) {
    changer_command(content);
  } else if (device_ == bill_address) {
    bill_command(content);
  }
}

void Conversation::take_reply() {
  const Said said = *std::exchange(reply_, std::nullopt);
  told_ns_ = said.time_ns;
  if (device_ == cashless_address || device_ == second_cashless_address) {
    const auto replies = cashless::read_replies(said.content, reader().form);
    if (!replies) {
      unreadable(replies.error());
      return;
    }
    for (const cashless::Reply& each : *replies) reply(reader(), each);
  } else if (device_ == changer_address) {
    changer_reply(said.content);
  } else if (device_ == bill_address) {
    bill_reply(said.content);
  }
}

void Conversation::command(Cashless& reader, const cashless::Command& command) {
  using namespace cashless;
  std::visit(Either{
                 [&](const Reset&) {
                   if (reader.vend == Vend::approved) tell(Kind::vend_succeeded_by_reset);
                   tell(Kind::reset_by_machine);
                   reader = {};
                 },
                 [&](const Configure& said) {
                   reader.form.master_level = said.level;
                   reader.form.columns = said.columns;
                   reader.form.rows = said.rows;
                 },
                 [&](const VendRequest& said) {
                   PaymentEvent& event =
                       tell(said.negative ? Kind::negative_vend_requested : Kind::vend_requested);
                   event.amount = amount(reader, said.price);
                   event.item = said.item;
                   reader.vend = Vend::open;
                 },
                 [&](const VendCancel&) {
                   tell(Kind::vend_cancelled);
                   reader.vend = Vend::cancelled;
                 },
                 [&](const VendSuccess& said) {
                   tell(Kind::vend_succeeded).item = said.item;
                   reader.vend = Vend::open;
                 },
                 [&](const VendFailure&) {
                   tell(Kind::vend_failed);
                   reader.vend = Vend::open;
                 },
                 [&](const CashSale& said) {
                   PaymentEvent& event = tell(Kind::cash_sale);
                   event.amount = amount(reader, said.price);
                   event.bits = item_bits(said.item);
                   event.item = event.bits->number;
                 },
                 [&](const ReaderSwitch& said) {
                   if (said.to == ReaderSwitch::To::enabled) tell(Kind::enabled);
                   if (said.to == ReaderSwitch::To::disabled) tell(Kind::disabled);
                 },
                 [&](const RevalueRequest& said) {
                   tell(Kind::revalue_requested).amount = amount(reader, said.amount);
                 },
                 [&](const EnableOptions& said) {
                   reader.form.expanded =
                       (said.options & (option_money32 | option_currencies)) != 0;
                 },
                 [](const auto&) {},
             },
             command);
}

void Conversation::reply(Cashless& reader, const cashless::Reply& reply) {
  using namespace cashless;
  std::visit(Either{
                 [&](Word said) { word(reader, said); },
                 [&](const Configuration& said) {
                   reader.form.reader_level = said.level;
                   reader.unit = said.unit;
                   tell(Kind::set_up).setup = said;
                 },
                 [&](const BeginSession& said) {
                   PaymentEvent& event = tell(Kind::session_begun);
                   event.amount = amount(reader, said.funds);
                   if (said.medium) event.media_id = said.medium->id;
                 },
                 [&](const VendApproved& said) {
                   tell(Kind::vend_approved).amount = amount(reader, said.amount);
                   reader.vend = Vend::approved;
                 },
                 [&](const Malfunction& said) { tell(Kind::malfunction).code = said.code; },
                 [&](const OutOfSequence& said) {
                   tell(Kind::out_of_sequence).code = said.state.value_or(0);
                 },
                 [&](const RevalueLimit& said) {
                   tell(Kind::revalue_limit).amount = amount(reader, said.amount);
                 },
                 [](const auto&) {},
             },
             reply);
}

void Conversation::word(Cashless& reader, cashless::Word word) {
  using cashless::Word;
  switch (word) {
    case Word::just_reset:
      tell(Kind::was_reset);
      reader = {};
      return;
    case Word::session_cancel_request:
      tell(Kind::session_cancel_asked);
      return;
    case Word::vend_denied:
      // The answer to a cancelled vend is the same word.
      if (std::exchange(reader.vend, Vend::open) != Vend::cancelled) tell(Kind::vend_denied);
      return;
    case Word::end_session:
      tell(Kind::session_ended);
      reader.vend = Vend::open;
      return;
    case Word::cancelled:
      tell(Kind::cancelled);
      return;
    case Word::revalue_approved:
      tell(Kind::revalue_approved);
      return;
    case Word::revalue_denied:
      tell(Kind::revalue_denied);
      return;
    case Word::time_request:
    case Word::data_entry_cancel:
      return;
  }
}

void Conversation::changer_command(ByteView content) {
  const auto read = changer::read_command(content);
  if (!read) {
    unreadable(read.error());
    return;
  }
  const auto* ask = std::get_if<changer::Ask>(&*read);
  if (ask != nullptr && *ask == changer::Ask::reset) {
    tell(Kind::reset_by_machine);
    changer_.reset();
  }
  const auto* dispense = std::get_if<changer::Dispense>(&*read);
  const auto* payout = std::get_if<changer::Payout>(&*read);
  if (dispense == nullptr && payout == nullptr) return;
  if (!changer_) {
    unreadable({1, no_setup});
  } else if (dispense != nullptr) {
    PaymentEvent& event = tell(Kind::coin_dispensed);
    event.amount = worth(*changer_, dispense->type, dispense->coins);
    event.code = dispense->type;
  } else {
    tell(Kind::payout).amount = changer_->unit.of(payout->units);
  }
}

void Conversation::changer_reply(ByteView content) {
  const auto asked = changer::read_command(command_->content);
  const auto* ask = asked ? std::get_if<changer::Ask>(&*asked) : nullptr;
  if (ask == nullptr) return;
  if (*ask == changer::Ask::setup) {
    const auto setup = changer::read_setup(content);
    if (setup)
      changer_ = *setup;
    else
      unreadable(setup.error());
  } else if (*ask == changer::Ask::poll) {
    const auto activities = changer::read_activities(content);
    if (!activities) {
      unreadable(activities.error());
      return;
    }
    for (const changer::Activity& each : *activities) activity(each);
  }
}

void Conversation::activity(const changer::Activity& activity) {
  using namespace changer;
  std::visit(Either{
                 [&](Status status) {
                   switch (status) {
                     case Status::was_reset:
                       tell(Kind::was_reset);
                       changer_.reset();
                       return;
                     case Status::escrow_lever:
                       tell(Kind::escrow_lever);
                       return;
                     case Status::payout_busy:
                     case Status::busy:
                       return;
                     default:
                       tell(Kind::malfunction).code = static_cast<int>(status);
                   }
                 },
                 [&](const Accepted& coin) {
                   if (!changer_) {
                     unreadable({0, no_setup});
                     return;
                   }
                   PaymentEvent& event = tell(
                       coin.to == Accepted::To::reject ? Kind::coin_returned : Kind::coin_accepted);
                   event.amount = worth(*changer_, coin.type);
                   event.code = coin.type;
                   event.to_tube = coin.to == Accepted::To::tube;
                 },
                 [&](const DispensedByHand& coins) {
                   if (!changer_) {
                     unreadable({0, no_setup});
                     return;
                   }
                   PaymentEvent& event = tell(Kind::coin_dispensed);
                   event.amount = worth(*changer_, coins.type, coins.coins);
                   event.code = coins.type;
                 },
                 [&](const Slugs& slugs) { tell(Kind::slugs).code = slugs.count; },
             },
             activity);
}

void Conversation::bill_command(ByteView content) {
  const auto read = bill::read_command(content);
  if (!read) {
    unreadable(read.error());
    return;
  }
  const auto* ask = std::get_if<bill::Ask>(&*read);
  if (ask == nullptr || *ask != bill::Ask::reset) return;
  tell(Kind::reset_by_machine);
  bill_.reset();
}

void Conversation::bill_reply(ByteView content) {
  const auto asked = bill::read_command(command_->content);
  const auto* ask = asked ? std::get_if<bill::Ask>(&*asked) : nullptr;
  if (ask == nullptr) return;
  if (*ask == bill::Ask::setup) {
    const auto setup = bill::read_setup(content);
    if (setup)
      bill_ = *setup;
    else
      unreadable(setup.error());
  } else if (*ask == bill::Ask::poll) {
    const auto activities = bill::read_activities(content);
    if (!activities) {
      unreadable(activities.error());
      return;
    }
    for (const bill::Activity& each : *activities) activity(each);
  }
}

void Conversation::activity(const bill::Activity& activity) {
  using namespace bill;
  static constexpr std::array<Kind, 8> kinds{
      Kind::bill_stacked,  Kind::bill_escrowed, Kind::bill_returned, Kind::bill_recycled,
      Kind::bill_rejected, Kind::recycler,      Kind::recycler,      Kind::recycler};
  std::visit(Either{
                 [&](Status status) {
                   switch (status) {
                     case Status::was_reset:
                       tell(Kind::was_reset);
                       bill_.reset();
                       return;
                     case Status::rejected:
                       tell(Kind::bill_rejected);
                       return;
                     case Status::busy:
                     case Status::disabled:
                       return;
                     default:
                       tell(Kind::malfunction).code = static_cast<int>(status);
                   }
                 },
                 [&](const Bill& one) {
                   if (!bill_) {
                     unreadable({0, no_setup});
                     return;
                   }
                   PaymentEvent& event = tell(kinds[static_cast<std::size_t>(one.went)]);
                   event.amount = worth(*bill_, one.type);
                   event.code = one.type;
                 },
                 [&](const AttemptsWhileDisabled& attempts) {
                   tell(Kind::bill_attempts).code = attempts.count;
                 },
                 [&](const RecyclerStatus& status) { tell(Kind::recycler).code = status.code; },
             },
             activity);
}

PaymentEvent& Conversation::tell(Kind kind) {
  PaymentEvent& event = events_.emplace_back();
  event.kind = kind;
  event.device = device_;
  event.time_ns = told_ns_;
  return event;
}

void Conversation::unreadable(const Fault& fault) { tell(Kind::unreadable).fault = fault; }

std::optional<Amount> Conversation::amount(const Cashless& reader, cashless::Price price) {
  if (!price || !reader.unit) return std::nullopt;
  return reader.unit->of(*price);
}

}  // namespace brewproof::mdb
