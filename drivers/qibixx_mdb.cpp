// Qibixx MDB-USB adapter (USB CDC, 115200 8N1, text lines) as an emulated cashless card reader.
//
// Sources: docs.qibixx.com, pages api-general, api-configuration, api-sniff, vending-sessions-
// examples, cashless-device-accept-a-vend-request; jiroscripts/sumup-mdb-qibixx,
// mdb_bridge/mdb_service.py (the order of a session and its error lines).
//
//   V                       -> v,<firmware>,...
//   C,0  C,1                reader off, on; then c,STATUS,INACTIVE | DISABLED | ENABLED by itself
//   C,START,<funds>,<id>    a card is shown -> c,STATUS,IDLE.. then c,STATUS,VEND,<price>,<item>
//   C,VEND,<amount>         approved        -> c,VEND,SUCCESS or c,ERR,VEND 3 (the machine failed)
//   C,STOP                  denied, or the session ended -> c,STATUS,IDLE, c,STATUS,ENABLED
//                           the same by themselves: the machine took its request back
//   c,ERR,"START -3"        the adapter refuses a command
//   X,0  X,1                sniff off, on: x,<status>,<time>,... lines, see mdb/sniffed_line.h
//
// Beside a real terminal (`sniff: only`) the reader stays off: a second one on the bus would be set
// up and asked by the machine too. What was settled before it listened is told by its options.
//
// Lines may come at any moment and in pieces: whoever waits reads all of them. Only V has an answer
// of its own, so V is the fence: what is answered before it belongs to what was sent before it.
// An approval is never repeated: whether it counted is what the machine says, or unknown.

#include <algorithm>
#include <array>

#include "drivers/mdb/amount.h"
#include "drivers/mdb/sniffed_bus.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/hear_until.h"
#include "drivers/transport/line_reader.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds version_within{500};
constexpr milliseconds session_ends_within{1000};
constexpr int stop_attempts = 3;
constexpr int sniff_answers = 2;  // to X,0 and X,1

enum class Status { off, inactive, disabled, enabled, idle, vend };

std::string_view word_of(Status status) {
  constexpr std::array<std::string_view, 6> words{"off",     "INACTIVE", "DISABLED",
                                                  "ENABLED", "IDLE",     "VEND"};
  return words[static_cast<std::size_t>(status)];
}

enum class Sniff { off, on, only };

bool is_session(Status status) { return status == Status::idle || status == Status::vend; }

// The text up to the next comma, which is taken off `rest` with it.
std::string_view next_field(std::string_view& rest) {
  const std::size_t comma = std::min(rest.find(','), rest.size());
  const std::string_view field = rest.substr(0, comma);
  rest.remove_prefix(std::min(comma + 1, rest.size()));
  return field;
}

class QibixxMdb final : public Device, public PaymentReader, public BusTap {
 public:
  QibixxMdb(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
            const DriverContext& context, int decimals, Sniff sniff)
      : dialogue_(std::move(port), resource.name, context),
        clock_(context.clock),
        decimals_(decimals),
        sniffs_(sniff != Sniff::off),
        reads_(sniff != Sniff::only) {}

  /// Finds out who is there and turns the reader off and on: no session of an earlier program is
  /// left, and its state is known.
  Result<void> start() {
    // An earlier program may have left half a line, and an adapter that sniffs and is never still.
    if (auto sent = dialogue_.send(as_bytes("\r\nX,0\r\n")); !sent) return sent;
    if (auto settled = dialogue_.settle(); !settled) return settled;
    if (auto known = fence("V\r\n"); !known) return known;
    if (auto off = fence("C,0\r\nV\r\n"); !off) return off;
    status_ = Status::off;
    return turn_on();
  }

  [[nodiscard]] std::string identity() const override {
    return "Qibixx MDB adapter " + quoted(as_bytes(version_));
  }
  PaymentReader* as_payment_reader() override { return reads_ ? this : nullptr; }
  BusTap* as_bus_tap() override { return sniffs_ ? this : nullptr; }

  Result<Heard> heard() override {
    if (auto read = absorb(); !read) return pass_on(std::move(read));
    return bus_.heard(clock_.now());
  }
  Result<Heard> all_heard() override {
    if (auto read = absorb(); !read) return pass_on(std::move(read));
    return bus_.all_heard();
  }

  Result<Request> begin(std::int64_t funds, ByteView media_id, milliseconds within) override {
    const Deadline until = SteadyClock::now() + within;
    auto shown = show(funds, media_id, until, [this] { return request_.has_value(); });
    if (!shown) return pass_on(std::move(shown));
    if (request_) return *request_;
    return fail(ErrorCode::timeout, "{}: the machine {}: does it offer a drink now?",
                dialogue_.resource(),
                has_ended_ ? "ended the session without asking for a vend"
                           : "asked for no vend within the time");
  }

  Result<Sent> withdraw(std::int64_t funds, ByteView media_id, milliseconds within) override {
    const Deadline until = SteadyClock::now() + within;
    auto shown = show(funds, media_id, until, [this] { return is_session(status_); });
    if (!shown) return pass_on(std::move(shown));
    if (!*shown || has_ended_)
      return fail(ErrorCode::timeout, "{}: the machine {}", dialogue_.resource(),
                  has_ended_ ? "ended the session before the card was taken back"
                             : "opened no session within the time");
    return deny();
  }

  Result<Vend> approve(std::int64_t amount, milliseconds within) override {
    if (amount < 0) return fail(ErrorCode::usage, "an approved amount is 0 or more");
    if (auto heard = absorb(); !heard) return pass_on(std::move(heard));
    if (request_ && withdrawn_at_) return Vend{Outcome::cancelled, {}, *withdrawn_at_};
    if (!request_)
      return fail(ErrorCode::protocol,
                  "{}: no vend request is open (the reader is {}): nothing was approved",
                  dialogue_.resource(), word_of(status_));
    expect_events();
    bus_.expect(0x05, clock_.now());  // VEND APPROVED
    auto answered = command(
        "C,VEND," + amount_text(amount, decimals_),
        [this] { return outcome_ || refusal_ || has_ended_; }, SteadyClock::now() + within);
    if (!answered) return pass_on(std::move(answered));
    const Sent contact = last_sent_;
    // Is the machine silent, or the adapter? Only the first is an answer.
    if (!*answered)
      if (auto alive = fence("V\r\n"); !alive) return pass_on(std::move(alive));
    if (outcome_) return Vend{*outcome_, contact, outcome_at_};
    if (refusal_) return refused("approving");
    return Vend{Outcome::none, contact, clock_.now()};
  }

  Result<Sent> deny() override {
    std::optional<Sent> first;
    request_.reset();
    for (int attempt = 0; attempt < stop_attempts; ++attempt) {
      auto stopped = command("C,STOP", [] { return true; }, SteadyClock::now());
      if (!stopped) return pass_on(std::move(stopped));
      if (!first) first = last_sent_;
      if (auto heard = fence("V\r\n"); !heard) return pass_on(std::move(heard));
      auto closed = read_until([this] { return !is_session(status_); },
                               SteadyClock::now() + session_ends_within);
      if (!closed) return pass_on(std::move(closed));
      if (!*closed) continue;
      if (auto known = mend(); !known) return pass_on(std::move(known));
      return *first;
    }
    return fail(ErrorCode::timeout,
                "{}: the payment session does not end: the reader is still {} after C,STOP; look "
                "at the machine's display",
                dialogue_.resource(), word_of(status_));
  }

  Result<State> state() override {
    if (auto heard = absorb(); !heard) return pass_on(std::move(heard));
    if (std::exchange(stray_, is_session(status_) && !ours_)) return State::stray;
    if (is_session(status_)) return State::session;
    return status_ == Status::enabled ? State::enabled : State::disabled;
  }

  [[nodiscard]] bool card_taken() const override { return card_taken_; }

  Result<Sent> harmless_exchange() override {
    if (auto heard = fence("V\r\n"); !heard) return pass_on(std::move(heard));
    return last_sent_;
  }

 private:
  // Shows a card and reads until `done`; true: it is. The session may have ended before, or nothing
  // may have come in time. Error: the reader is not enabled, or the adapter refuses the card.
  template <class Done>
  Result<bool> show(std::int64_t funds, ByteView media_id, Deadline until, Done done) {
    if (funds < 0 || media_id.size() != 4)
      return fail(ErrorCode::usage, "a card has funds of 0 or more and a media id of 4 bytes");
    auto enabled_now = read_until([this] { return status_ == Status::enabled; }, until);
    if (!enabled_now) return pass_on(std::move(enabled_now));
    if (!*enabled_now)
      return fail(ErrorCode::timeout,
                  "{}: the machine has not enabled the card reader (it is {}): is it switched on, "
                  "and wired to the adapter?",
                  dialogue_.resource(), word_of(status_));
    expect_events();
    ours_ = true;
    card_taken_ = false;
    bus_.expect(0x03, clock_.now());  // BEGIN SESSION
    auto answered = command(
        fmt::format("C,START,{},{}", amount_text(funds, decimals_), to_hex(media_id)),
        [&] { return done() || refusal_ || has_ended_; }, until);
    if (!answered) return pass_on(std::move(answered));
    if (!refusal_) return done();
    ours_ = false;
    return refused("beginning a session");
  }

  void expect_events() {
    request_.reset();
    withdrawn_at_.reset();
    outcome_.reset();
    refusal_.reset();
    has_ended_ = false;
  }

  tl::unexpected<Error> refused(std::string_view what) const {
    return fail(ErrorCode::protocol, "{}: {} failed: the adapter says {} (the reader is {})",
                dialogue_.resource(), what, quoted(as_bytes(*refusal_)), word_of(status_));
  }

  // What the machine says to set the reader up is on the bus as soon as the reader is on.
  Result<void> turn_on() {
    if (sniffs_)
      if (auto sniffing = begin_sniffing(); !sniffing) return sniffing;
    if (!reads_) return {};
    refusal_.reset();
    bus_.expect(0x00, clock_.now());  // JUST RESET
    if (auto on = fence("C,1\r\nV\r\n"); !on) return on;
    if (refusal_)
      return fail(ErrorCode::protocol, "the adapter does not become a card reader: {}",
                  quoted(as_bytes(*refusal_)));
    if (status_ == Status::off) status_ = Status::inactive;
    return {};
  }

  // Lines of an earlier sniffing are not stamped later than this: it is turned off first.
  Result<void> begin_sniffing() {
    sniff_answers_owed_ = sniff_answers;
    bus_.begin(clock_.now());
    if (auto set = fence("X,0\r\nX,1\r\nV\r\n"); !set) return set;
    if (sniff_answers_owed_ > 0)
      return fail(ErrorCode::protocol,
                  "the adapter does not sniff: remove `sniff` from its options");
    return {};
  }

  // The adapter tells changes only. Where it lost its power, or lines of it were lost, the reader
  // is turned off and on: the machine sets it up anew and every state is told again.
  Result<void> mend() {
    if (lines_lost_ && status_ != Status::off) {
      if (auto off = fence("C,0\r\nV\r\n"); !off) return off;
      status_ = Status::off;
    }
    lines_lost_ = false;
    return status_ == Status::off ? turn_on() : Result<void>();
  }

  // Sends one line; reads until `done` or the deadline; false: the deadline came first.
  template <class Done>
  Result<bool> command(const std::string& line, Done done, Deadline until) {
    auto sent = dialogue_.send(as_bytes(line + "\r\n"));
    if (!sent) return pass_on(std::move(sent));
    auto finished = read_until(done, until);
    last_sent_ = dialogue_.finish();
    return finished;
  }

  // Sends lines of which the last is V. An answer that is owed from before must come as well.
  Result<void> fence(std::string_view lines) {
    ++versions_owed_;
    versions_heard_ = 0;
    auto sent = dialogue_.send(as_bytes(lines));
    if (!sent) return sent;
    auto finished =
        read_until([this] { return versions_owed_ == 0; }, SteadyClock::now() + version_within);
    last_sent_ = dialogue_.finish();
    if (!finished) return pass_on(std::move(finished));
    if (!*finished && versions_heard_ == 0) {
      lines_lost_ = true;
      return fail(ErrorCode::timeout,
                  "{}: the adapter does not answer V within {} ms: is it plugged in, and is this "
                  "its port? What came: {}",
                  dialogue_.resource(), version_within.count(),
                  quoted(as_bytes(lines_.unfinished())));
    }
    versions_owed_ = 0;
    return {};
  }

  Result<void> absorb() {
    auto heard = read_until([] { return false; }, SteadyClock::now());
    if (!heard) return pass_on(std::move(heard));
    return {};
  }

  template <class Done>
  Result<bool> read_until(Done done, Deadline until) {
    return hear_until(dialogue_, until, done, [this](ByteView came) -> Result<void> {
      lines_.feed(came);
      while (const auto line = lines_.next()) understand(*line);
      return {};
    });
  }

  void understand(std::string_view line) {
    // Noise before a line: no letter of the protocol is beyond ASCII.
    const auto is_noise = [](char c) { return c < ' ' || c > '~'; };
    line.remove_prefix(
        static_cast<std::size_t>(std::ranges::find_if_not(line, is_noise) - line.begin()));
    std::string_view rest = line;
    const std::string_view kind = next_field(rest);
    if (kind == "v") {
      version_ = rest;
      ++versions_heard_;
      if (versions_owed_ > 0) --versions_owed_;
    } else if (kind == "x") {
      if (sniff_answers_owed_ > 0 && rest == "ACK")
        --sniff_answers_owed_;
      else if (sniffs_ && sniff_answers_owed_ == 0)
        bus_.hear(line, dialogue_.last_received());
    } else if (kind == "c") {
      understand_reader(rest);
    }
  }

  void understand_reader(std::string_view rest) {
    const std::string_view what = next_field(rest);
    if (what == "STATUS") {
      understand_status(rest);
    } else if (what == "VEND" && rest == "SUCCESS") {
      ended_as(Outcome::success);
    } else if (what == "ERR") {
      understand_error(rest);
    }
  }

  void understand_status(std::string_view rest) {
    const std::string_view word = next_field(rest);
    for (const Status status :
         {Status::inactive, Status::disabled, Status::enabled, Status::idle, Status::vend})
      if (word == word_of(status)) become(status);
    if (word != word_of(Status::vend)) return;
    const auto price = parse_amount(next_field(rest), decimals_);
    const auto item = parse_amount(next_field(rest), 0);
    withdrawn_at_.reset();
    if (price && item && *item <= 0xFFFF)
      request_ = Request{*price, static_cast<int>(*item), dialogue_.last_received()};
    else
      refusal_ = "a vend request without a price and an item";
  }

  void become(Status status) {
    if (is_session(status_) && !is_session(status)) has_ended_ = true;
    if (status == Status::idle || status == Status::enabled) {
      if (request_ && !withdrawn_at_) withdrawn_at_ = dialogue_.last_received();
    } else if (status != Status::vend) {
      request_.reset();  // after a reset nobody knows of it
    }
    if (is_session(status)) (ours_ ? card_taken_ : stray_) = true;
    if (!is_session(status) && is_session(status_)) ours_ = false;
    status_ = status;
  }

  // `VEND 3`, with or without quotes: the machine reports that dispensing failed. A negative number
  // is the adapter's: it does not take the command now.
  void understand_error(std::string_view rest) {
    std::string text(rest);
    std::erase(text, '"');
    if (text == "VEND 3" || text == "VEND,3") {
      ended_as(Outcome::failure);
      return;
    }
    if (text.find("is off") != std::string::npos) become(Status::off);
    if (!text.starts_with("STOP")) refusal_ = text;  // nothing to stop is not a fault
  }

  void ended_as(Outcome outcome) {
    outcome_ = outcome;
    outcome_at_ = dialogue_.last_received();
  }

  Dialogue dialogue_;
  Clock& clock_;
  int decimals_;
  LineReader lines_;
  std::string version_;
  int versions_owed_ = 0, versions_heard_ = 0;
  bool sniffs_, reads_;                     // reads_: it stands in for a card reader
  int sniff_answers_owed_ = sniff_answers;  // before them, lines are of an earlier sniffing
  mdb::SniffedBus bus_;
  Status status_ = Status::off;
  std::optional<Request> request_;       // of the machine, neither approved nor denied yet
  std::optional<Instant> withdrawn_at_;  // when it was heard that the machine took it back
  std::optional<Outcome> outcome_;
  Instant outcome_at_;
  std::optional<std::string> refusal_;
  bool lines_lost_ = false;  // the adapter was silent: what it told meanwhile is not known
  bool has_ended_ = false;   // a session that was open is not any more
  bool card_taken_ = false;  // a session was opened for the card that was shown last
  bool ours_ = false;        // the session that is open, or comes next, was begun here
  bool stray_ = false;       // one was open that was not, since state() was last asked
  Sent last_sent_;
};

Result<Sniff> sniff_option(const ResourceConfig& resource) {
  const std::string text = text_option(resource, "sniff", "off");
  const Sniff sniff = text == "only" ? Sniff::only : text == "on" ? Sniff::on : Sniff::off;
  if (sniff == Sniff::off && text != "off")
    return fail(ErrorCode::bad_file, "sniff is {}: on, off or only is expected",
                quoted(as_bytes(text)));
  for (const char* name : {"level", "scale"}) {
    if (sniff != Sniff::only && resource.options.contains(name))
      return fail(ErrorCode::bad_file,
                  "{} is of a terminal that is there already: it goes with `sniff: only`", name);
  }
  if (auto level = number_option(resource, "level", 2, 1, 3); !level)
    return pass_on(std::move(level));
  if (auto scale = number_option(resource, "scale", 1, 1, 255); !scale)
    return pass_on(std::move(scale));
  return sniff;
}

Result<std::unique_ptr<Device>> open_qibixx_mdb(const ResourceConfig& resource,
                                                const DriverContext& context) {
  auto decimals = number_option(resource, "decimals", 2, 0, 4);
  if (!decimals) return pass_on(std::move(decimals));
  auto sniff = sniff_option(resource);
  if (!sniff) return pass_on(std::move(sniff));
  auto port = open_serial_port(resource, 115200);
  if (!port) return pass_on(std::move(port));
  auto adapter =
      std::make_unique<QibixxMdb>(std::move(*port), resource, context, *decimals, *sniff);
  if (auto started = adapter->start(); !started) return pass_on(std::move(started));
  return adapter;
}

constexpr std::array<OptionEntry, 6> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"decimals", false, "decimal places of the machine's currency; 2 where absent"},
    {"sniff", false,
     "on: the traffic of the MDB bus becomes a capture of its own; only: beside "
     "a real terminal, without a reader of its own"},
    {"level", false, "with `sniff: only`, until a SETUP is heard: 1 to 3; 2 where absent"},
    {"scale", false, "likewise, what the bus counts money in, in minor units; 1 where absent"},
}};

}  // namespace

extern const DriverEntry qibixx_mdb_driver;
constinit const DriverEntry qibixx_mdb_driver{
    .name = "qibixx_mdb",
    .summary = "Qibixx MDB-USB adapter as an emulated cashless card reader",
    .transport = "serial",
    .capability = "reader",
    .read_back = ReadBack::none,
    .source = "docs.qibixx.com; jiroscripts/sumup-mdb-qibixx, mdb_bridge/mdb_service.py",
    .options = options,
    .open = open_qibixx_mdb,
};

}  // namespace brewproof
