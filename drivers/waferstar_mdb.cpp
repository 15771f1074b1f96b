// Waferstar's RS232-MDB adapter (also MDB-USB, PC2MDB, and its hat for a Raspberry Pi) as an
// emulated cashless card reader, 9600 8N1. Not its MDB-RS232, which is the machine's side of the
// bus and cannot stand at a machine's payment port.
//
// Sources: Shanghai Wafer, RS232-MDB and MDB-USB Converter Manual 2.1 and 3.5 (who answers what);
// pc-coholic/solomdb, mdbdevices/waferstar.py, and imJoeFi/LV_2.0 (what real adapters and machines
// said: frames, the check sum it computes, 07 after a session); MDB/ICP 4.2, section 7 (blocks).
//
//   to the adapter    a block of the reader as raw bytes, with its check byte; it hands it to the
//                     machine at the next POLL. A block whose check byte does not hold goes
//                     nowhere: it answers the byte that would.
//   from the adapter  STX, the block in hex with its check byte, ETX: all that the machine says but
//                     POLL, which the adapter answers, as it does RESET, SETUP and the identities;
//                     00 where the machine has taken a block; its own name when it gets power
//
//   01 02 1978 01 02 05 00   what the reader is: level, currency, scale, decimals ...
//   03 FUNDS ID 00 0000      BEGIN SESSION      04   the reader wants it to end
//   05 AMOUNT  06  07  08    approved, denied, END SESSION, cancelled
//
// What is not known: how long blocks to the adapter must be apart (50 ms are kept); whether a
// machine takes a new description of the reader before it sets the reader up the next time: where
// prices come out wrong, switch the machine off and on once after opening; whether the adapter
// hands on the machine's 00 in every firmware, by which a session is known to be open before the
// machine asks. The machine says once that it enabled the reader: where that was before this was
// opened, it is taken for enabled. A session that an earlier program left open is ended. An
// approval is never repeated.

#include <algorithm>
#include <array>
#include <thread>
#include <variant>

#include "drivers/mdb/cashless.h"
#include "drivers/mdb/emulated_reader.h"
#include "drivers/mdb/hex_frame.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/hear_until.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

namespace cashless = mdb::cashless;
namespace reader = mdb::reader;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds between_blocks{50};
constexpr milliseconds check_within{500};
constexpr milliseconds session_ends_within{1000};
constexpr int stop_attempts = 3;
enum class Status { unknown, inactive, disabled, enabled, session, vend };

std::string_view word_of(Status status) {
  constexpr std::array<std::string_view, 6> words{"in a state that was not heard",
                                                  "being set up",
                                                  "disabled",
                                                  "enabled",
                                                  "in a session",
                                                  "asked for a vend"};
  return words.at(static_cast<std::size_t>(status));
}

bool is_session(Status status) { return status == Status::session || status == Status::vend; }

class WaferstarMdb final : public Device, public PaymentReader {
 public:
  WaferstarMdb(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
               const DriverContext& context, reader::Description description)
      : dialogue_(std::move(port), resource.name, context),
        clock_(context.clock),
        description_(description) {
    form_.reader_level = reader::level;
    form_.master_level = reader::level;  // until it says another
  }

  /// Finds out whether the adapter is there, says what the reader is, and ends what an earlier
  /// program left open.
  Result<void> start() {
    if (auto settled = dialogue_.settle(); !settled) return settled;
    if (auto there = fence(); !there) return there;
    if (auto said = say(description_.block()); !said) return said;
    auto closed = close_session();
    if (!closed) return pass_on(std::move(closed));
    return {};
  }

  [[nodiscard]] std::string identity() const override {
    return name_.empty() ? "Waferstar RS232-MDB adapter"
                         : "Waferstar RS232-MDB adapter " + quoted(as_bytes(name_));
  }
  PaymentReader* as_payment_reader() override { return this; }

  Result<Request> begin(std::int64_t funds, ByteView media_id, milliseconds within) override {
    const Deadline until = SteadyClock::now() + within;
    auto shown = show(funds, media_id, until, [this] { return request_.has_value(); });
    if (!shown) return pass_on(std::move(shown));
    if (request_) return *request_;
    return nothing_came(has_ended_ ? "ended the session without asking for a vend"
                                   : "asked for no vend within the time");
  }

  Result<Sent> withdraw(std::int64_t funds, ByteView media_id, milliseconds within) override {
    const Deadline until = SteadyClock::now() + within;
    auto shown = show(funds, media_id, until, [this] { return taken_ || request_; });
    if (!shown) return pass_on(std::move(shown));
    if (*shown && !has_ended_) return deny();
    return nothing_came(has_ended_ ? "ended the session before the card was taken back"
                                   : "opened no session within the time");
  }

  Result<Vend> approve(std::int64_t amount, milliseconds within) override {
    const auto price = price_of(amount);
    if (!price) return pass_on(Result<std::uint16_t>(price));
    if (auto heard = absorb(); !heard) return pass_on(std::move(heard));
    if (request_ && withdrawn_at_) return Vend{Outcome::cancelled, {}, *withdrawn_at_};
    if (!request_)
      return fail(ErrorCode::protocol,
                  "{}: no vend request is open (the reader is {}): nothing was approved",
                  dialogue_.resource(), word_of(status_));
    expect_events();
    approved_ = true;
    auto answered = command(
        reader::vend_approved(*price), [this] { return outcome_ || has_ended_; },
        SteadyClock::now() + within);
    approved_ = false;
    if (!answered) return pass_on(std::move(answered));
    const Sent contact = last_sent_;
    // Is the machine silent, or the adapter? Only the first is an answer.
    if (!*answered)
      if (auto alive = fence(); !alive) return pass_on(std::move(alive));
    if (!outcome_) return Vend{Outcome::none, contact, clock_.now()};
    // The machine ends the session behind its word; then it wants 07.
    auto closed = read_until([this] { return !is_session(status_); },
                             SteadyClock::now() + session_ends_within);
    if (!closed) return pass_on(std::move(closed));
    return Vend{*outcome_, contact, outcome_at_};
  }

  Result<Sent> deny() override {
    std::optional<Sent> first;
    // A card that was shown may have been taken where nothing was heard of it.
    const bool may_be_open = is_session(status_) || ours_ || status_ == Status::unknown;
    if (!may_be_open) return harmless_exchange();
    for (int attempt = 0; attempt < stop_attempts; ++attempt) {
      auto closed = close_session();
      if (!closed) return pass_on(std::move(closed));
      if (!first) first = *closed;
      if (!is_session(status_)) {
        ours_ = shown_ = false;
        return *first;
      }
    }
    return fail(ErrorCode::timeout,
                "{}: the payment session does not end: the machine does not say SESSION COMPLETE; "
                "look at its display",
                dialogue_.resource());
  }

  Result<State> state() override {
    if (auto heard = absorb(); !heard) return pass_on(std::move(heard));
    if (std::exchange(stray_, is_session(status_) && !ours_)) return State::stray;
    if (is_session(status_)) return State::session;
    return may_show_a_card() ? State::enabled : State::disabled;
  }

  [[nodiscard]] bool card_taken() const override { return card_taken_; }

  Result<Sent> harmless_exchange() override {
    if (auto heard = fence(); !heard) return pass_on(std::move(heard));
    return last_sent_;
  }

 private:
  [[nodiscard]] bool may_show_a_card() const {
    return status_ == Status::enabled || status_ == Status::unknown;
  }

  // Minor units as the bus counts them.
  Result<std::uint16_t> price_of(std::int64_t amount) const {
    const std::int64_t price = amount / description_.scale;
    if (amount < 0 || amount % description_.scale != 0 || price > reader::most_price)
      return fail(ErrorCode::usage,
                  "{}: {} minor units cannot be said on the bus: 0 to {} in steps of {} can",
                  dialogue_.resource(), amount, reader::most_price * description_.scale,
                  description_.scale);
    return static_cast<std::uint16_t>(price);
  }

  tl::unexpected<Error> nothing_came(std::string_view what) const {
    return fail(ErrorCode::timeout, "{}: the machine {}: does it offer a drink now?",
                dialogue_.resource(), what);
  }

  // Shows a card and reads until `done`; true: it is. The session may have ended before, or nothing
  // may have come in time. Error: the reader is not enabled.
  template <class Done>
  Result<bool> show(std::int64_t funds, ByteView media_id, Deadline until, Done done) {
    if (media_id.size() != 4) return fail(ErrorCode::usage, "a card has a media id of 4 bytes");
    const auto price = price_of(funds);
    if (!price) return tl::unexpected(price.error());
    auto enabled_now = read_until([this] { return may_show_a_card(); }, until);
    if (!enabled_now) return enabled_now;
    if (!*enabled_now)
      return fail(ErrorCode::timeout,
                  "{}: the machine has not enabled the card reader (it is {}): is it switched on, "
                  "wired to the adapter, and is the adapter's switch at its address (10 or 60)?",
                  dialogue_.resource(), word_of(status_));
    if (form_.master_level < 2)
      return fail(ErrorCode::protocol,
                  "{}: the machine speaks level 1, in which a card has no id: it cannot be shown",
                  dialogue_.resource());
    expect_events();
    ours_ = shown_ = true;
    card_taken_ = false;
    auto answered = command(
        reader::session_begun(*price, media_id), [&] { return done() || has_ended_; }, until);
    if (!answered) return answered;
    return done();
  }

  void expect_events() {
    request_.reset();
    withdrawn_at_.reset();
    outcome_.reset();
    taken_ = has_ended_ = false;
  }

  // Denies what was asked for, or asks the machine to end the session; it may say that it has.
  Result<Sent> close_session() {
    const bool asked = request_ && !withdrawn_at_;
    request_.reset();
    has_ended_ = false;
    auto ended = command(
        {asked ? reader::denied : reader::cancel_request}, [this] { return has_ended_; },
        SteadyClock::now() + session_ends_within);
    if (!ended) return pass_on(std::move(ended));
    return last_sent_;
  }

  // Sends one block and reads until `done` or the deadline; false: the deadline came first.
  template <class Done>
  Result<bool> command(Bytes block, Done done, Deadline until) {
    if (auto said = say(std::move(block)); !said) return pass_on(std::move(said));
    contact_.reset();
    auto finished = read_until(done, until);
    last_sent_ = contact_ ? *contact_ : dialogue_.finish();
    return finished;
  }

  // With its check byte.
  Result<void> say(Bytes block) {
    block.push_back(mdb::check_byte(block));
    return send(block);
  }

  Result<void> send(ByteView bytes) {
    std::this_thread::sleep_until(free_at_);
    auto sent = dialogue_.send(bytes);
    free_at_ = SteadyClock::now() + between_blocks;
    return sent;
  }

  // What the machine waits for, while something else is read for.
  Result<void> reply(reader::Code code) {
    if (!contact_) contact_ = dialogue_.finish();
    return say({code});
  }

  // The description without its check byte, which the adapter computes and hands on to nobody.
  Result<void> fence() {
    const Bytes block = description_.block();
    checks_heard_ = 0;
    expected_check_ = mdb::check_byte(block);
    auto sent = send(block);
    if (!sent) return sent;
    contact_.reset();
    auto heard =
        read_until([this] { return checks_heard_ > 0; }, SteadyClock::now() + check_within);
    last_sent_ = contact_ ? *contact_ : dialogue_.finish();
    if (!heard) return pass_on(std::move(heard));
    if (*heard) return {};
    return fail(
        ErrorCode::timeout,
        "{}: the adapter does not compute a check byte within {} ms: is the machine on, "
        "which feeds it, is this its port, and is it an RS232-MDB (PC2MDB)? An MDB-RS232 is "
        "for the other end of the bus",
        dialogue_.resource(), check_within.count());
  }

  Result<void> absorb() {
    auto heard = read_until([] { return false; }, SteadyClock::now());
    if (!heard) return pass_on(std::move(heard));
    return {};
  }

  template <class Done>
  Result<bool> read_until(Done done, Deadline until) {
    return hear_until(dialogue_, until, done, [this](ByteView came) -> Result<void> {
      const Instant at = dialogue_.last_received();
      frames_.feed(came);
      while (const auto frame = frames_.next())
        if (auto understood = understand(*frame, at); !understood) return understood;
      return {};
    });
  }

  Result<void> understand(const mdb::HexFrame& frame, const Instant& at) {
    if (frame.bytes.empty()) {
      if (frame.text.size() > 8) name_ = frame.text;
      return {};
    }
    if (frame.bytes.size() == 1) {
      if (frame.bytes[0] == expected_check_) ++checks_heard_;
      if (frame.bytes[0] == 0x00) taken_ = true;
      if (frame.bytes[0] == 0x00 && std::exchange(shown_, false)) become(Status::session);
      return {};
    }
    const auto block = mdb::read_block(frame.bytes, mdb::From::master);
    if (!block || block->kind != mdb::Block::Kind::data) return {};  // damaged: a fault of the line
    // It got power, and tells what it would say it is.
    if (block->content[0] == reader::configuration) {
      become(Status::inactive);
      return say(description_.block());
    }
    const auto command = cashless::read_command(block->content, form_);
    if (!command) return {};
    return std::visit([&](const auto& said) { return hear(said, at); }, *command);
  }

  template <class Other>
  Result<void> hear(const Other& said, const Instant& at) {
    (void)said, (void)at;
    return {};
  }
  Result<void> hear(const cashless::Reset& said, const Instant& at) {
    (void)said;
    if (approved_ && !outcome_) ended_as(Outcome::success, at);  // MDB/ICP 7.4.8
    become(Status::inactive);
    return {};
  }
  Result<void> hear(const cashless::Configure& said, const Instant& at) {
    (void)at;
    form_.master_level = said.level;
    become(Status::disabled);
    return {};
  }
  Result<void> hear(const cashless::ReaderSwitch& said, const Instant& at) {
    (void)at;
    using To = cashless::ReaderSwitch::To;
    if (said.to == To::cancelled) return reply(reader::cancelled);
    become(said.to == To::enabled ? Status::enabled : Status::disabled);
    return {};
  }
  Result<void> hear(const cashless::VendRequest& said, const Instant& at) {
    if (!said.price || said.negative) return {};
    withdrawn_at_.reset();
    request_ = Request{std::int64_t{*said.price} * description_.scale, said.item, at};
    become(Status::vend);
    return {};
  }
  Result<void> hear(const cashless::VendCancel& said, const Instant& at) {
    (void)said;
    if (request_ && !withdrawn_at_) withdrawn_at_ = at;
    become(Status::session);
    return reply(reader::denied);
  }
  Result<void> hear(const cashless::VendSuccess& said, const Instant& at) {
    (void)said;
    ended_as(Outcome::success, at);
    become(Status::session);
    return {};
  }
  Result<void> hear(const cashless::VendFailure& said, const Instant& at) {
    (void)said;
    // Unasked it is a machine that waited too long for an answer.
    if (request_ && !withdrawn_at_) withdrawn_at_ = at;
    ended_as(Outcome::failure, at);
    become(Status::session);
    return {};
  }
  Result<void> hear(const cashless::SessionComplete& said, const Instant& at) {
    (void)said;
    if (request_ && !withdrawn_at_) withdrawn_at_ = at;
    has_ended_ = true;
    become(Status::enabled);
    return reply(reader::end_session);
  }

  void become(Status status) {
    if (is_session(status_) && !is_session(status)) has_ended_ = true;
    if (status == Status::inactive || status == Status::disabled) request_.reset();
    if (is_session(status)) (ours_ ? card_taken_ : stray_) = true;
    if (!is_session(status) && is_session(status_)) ours_ = false;
    if (status != Status::enabled) shown_ = false;
    status_ = status;
  }

  void ended_as(Outcome outcome, const Instant& at) {
    outcome_ = outcome;
    outcome_at_ = at;
  }

  Dialogue dialogue_;
  Clock& clock_;
  reader::Description description_;
  mdb::HexFrameReader frames_;
  cashless::Form form_;
  std::string name_;
  Status status_ = Status::unknown;
  std::uint8_t expected_check_ = 0;  // the answer to the last fence
  int checks_heard_ = 0;
  std::optional<Request> request_;       // of the machine, neither approved nor denied yet
  std::optional<Instant> withdrawn_at_;  // when it was heard that the machine took it back
  std::optional<Outcome> outcome_;
  Instant outcome_at_;
  bool approved_ = false;        // and no outcome yet
  bool taken_ = false;           // the machine took the last block
  bool card_taken_ = false;      // a session was opened for the card that was shown last
  bool shown_ = false;           // a card, and it is not known to be taken
  bool has_ended_ = false;       // a session that was open is not any more
  bool ours_ = false;            // the session that is open, or comes next, was begun here
  bool stray_ = false;           // one was open that was not, since state() was last asked
  Deadline free_at_{};           // for the next block
  std::optional<Sent> contact_;  // of a command that is read for, where a reply came between
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_waferstar_mdb(const ResourceConfig& resource,
                                                   const DriverContext& context) {
  reader::Description description;
  struct Option {
    const char* name;
    int* value;
    int least, most;
  };
  for (const auto& [name, value, least, most] : {Option{"currency", &description.currency, 0, 999},
                                                 Option{"scale", &description.scale, 1, 255},
                                                 Option{"decimals", &description.decimals, 0, 4}}) {
    auto number = number_option(resource, name, *value, least, most);
    if (!number) return pass_on(std::move(number));
    *value = *number;
  }
  auto port = open_serial_port(resource, 9600);
  if (!port) return pass_on(std::move(port));
  auto adapter = std::make_unique<WaferstarMdb>(std::move(*port), resource, context, description);
  if (auto started = adapter->start(); !started) return pass_on(std::move(started));
  return adapter;
}

constexpr std::array<OptionEntry, 5> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"currency", false, "its number in ISO 4217; 978 (EUR) where absent"},
    {"scale", false, "minor units that one count on the bus is worth; 1 where absent"},
    {"decimals", false, "decimal places of the machine's currency; 2 where absent"},
}};

}  // namespace

extern const DriverEntry waferstar_mdb_driver;
constinit const DriverEntry waferstar_mdb_driver{
    .name = "waferstar_mdb",
    .summary = "Waferstar RS232-MDB adapter (PC2MDB) as an emulated cashless card reader",
    .transport = "serial",
    .capability = "reader",
    .read_back = ReadBack::none,
    .source =
        "Shanghai Wafer RS232-MDB manual 2.1, 3.5; pc-coholic/solomdb mdbdevices/waferstar.py; "
        "imJoeFi/LV_2.0",
    .options = options,
    .open = open_waferstar_mdb,
};

}  // namespace brewproof
