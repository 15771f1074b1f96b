// A coin acceptor on a ccTalk bus of the rig's own (9600 8N1, one wire: what is said is heard
// again), as a counter of the coins that it accepted.
//
// Sources: Money Controls, ccTalk generic specification 4.4, parts 1 to 3 (frames, headers, the
// list of events); Money Controls TSP073, SR5 ccTalk Protocol Manual 1.6 (how often it must be
// asked, what is off after power-up); Azkoyen, Modular X6 ccTalk, E 10210 (an answer with five
// events).
//
//   to it    ADDRESS LENGTH 01 HEADER DATA SUM       from it   01 LENGTH ADDRESS 00 DATA SUM
//
//   245 category, 246 maker, 244 product   text
//   229 credits and errors   a counter and the last five events, the newest first: coin, path; or
//   00
//                            and an error. It counts 1 to 255 and 1 again; 0 is after power-up.
//   231 FF FF, 228 01        coins are let in (`accept: on`), which are off after power-up
//
// The sum of all bytes of a frame is 0 modulo 256. An acceptor takes no coins when it was not asked
// for a second, so it is asked three times a second by a thread (AttendedPort), whoever reads or
// not; only answers that tell something new are kept in the record. Where more than five events lie
// between two answers, some are lost, and from then on the counts are errors: what was not heard is
// not guessed. After a loss of power the acceptor counts anew, and is let accept again.

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>

#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/attended_port.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds between_questions{300};
constexpr milliseconds answer_within{200};  // 10 ms and what it does; bytes up to 50 ms apart
constexpr milliseconds late_answer_within{200};
constexpr milliseconds stale_after{1500};  // without an answer
constexpr std::uint8_t host = 1;
constexpr std::size_t events_told = 5;
constexpr int most_coins = 32;
constexpr int most_value = 1'000'000;

enum Header : std::uint8_t {
  request_category = 245,
  request_maker = 246,
  request_product = 244,
  modify_inhibits = 231,
  modify_master_inhibit = 228,
  read_credits = 229,
};
constexpr std::uint8_t header_ack = 0;

std::uint8_t sum_of(ByteView bytes) {
  unsigned sum = 0;
  for (const std::uint8_t byte : bytes) sum += byte;
  return static_cast<std::uint8_t>(sum);
}

Bytes frame_of(std::uint8_t address, Header header, ByteView data) {
  Bytes frame{address, static_cast<std::uint8_t>(data.size()), host, header};
  frame.insert(frame.end(), data.begin(), data.end());
  frame.push_back(static_cast<std::uint8_t>(0x100U - sum_of(frame)));
  return frame;
}

// The data of the last whole answer among what was heard; an echo is not to us.
std::optional<Bytes> answer_in(ByteView heard, std::uint8_t address) {
  std::optional<Bytes> data;
  for (std::size_t at = 0; at + 5 <= heard.size(); ++at) {
    const std::size_t size = std::size_t{heard[at + 1]} + 5;
    if (heard[at] != host || heard[at + 2] != address || heard[at + 3] != header_ack) continue;
    if (at + size > heard.size() || sum_of(heard.subspan(at, size)) != 0) continue;
    const ByteView content = heard.subspan(at + 4, size - 5);
    data = Bytes(content.begin(), content.end());
    at += size - 1;
  }
  return data;
}

struct Plan {
  std::uint8_t address = 2;
  bool accept = false;
  std::vector<std::int64_t> values;  // of coin 1, 2 ...; 0: none
};

// What was counted since it was opened.
struct Count {
  std::int64_t coins = 0, credit = 0;
  Instant at;
  SteadyClock::time_point heard_at;
  std::optional<Error> silent;  // since the last answer
  std::string lost, unknown_coin;
};

class CcTalk final : public Device, public Meter {
 public:
  CcTalk(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
         const DriverContext& context, Plan plan)
      : resource_(resource.name),
        clock_(context.clock),
        plan_(std::move(plan)),
        attended_(std::move(port), resource, context,
                  [this](const Exchange& exchange) { return is_new(exchange); }) {}

  Result<void> start() {
    auto opened = open();
    if (auto recorded = attended_.attend(); !recorded) return recorded;
    if (opened) attended_.start([this](Dialogue& dialogue) { return attend(dialogue); });
    return opened;
  }

  [[nodiscard]] std::string identity() const override { return identity_; }
  Meter* as_meter() override { return this; }

  Result<Reading> read(const std::string& quantity) override {
    const bool credit = quantity == "credit";
    if (!credit && quantity != "coins")
      return fail(ErrorCode::usage, "{} does not measure {}: it has coins and credit", resource_,
                  quoted(as_bytes(quantity)));
    if (credit && plan_.values.empty())
      return fail(ErrorCode::usage,
                  "{} cannot tell credit: say what its coins are worth, as `coins: [5, 10, 20]`",
                  resource_);
    if (auto attended = attended_.attend(); !attended) return pass_on(std::move(attended));
    const std::lock_guard lock(mutex_);
    if (count_.silent && SteadyClock::now() - count_.heard_at > stale_after)
      return tl::unexpected(*count_.silent);
    const std::string& doubt = count_.lost.empty() && credit ? count_.unknown_coin : count_.lost;
    if (!doubt.empty()) return fail(ErrorCode::protocol, "{}: {}", resource_, doubt);
    return Reading{static_cast<double>(credit ? count_.credit : count_.coins), count_.at};
  }

  /// That the acceptor was heard a moment ago is one: it is asked all the time.
  Result<Sent> harmless_exchange() override {
    if (auto heard = read("coins"); !heard && heard.error().code != ErrorCode::protocol)
      return pass_on(std::move(heard));
    const std::lock_guard lock(mutex_);
    return last_sent_;
  }

 private:
  Result<void> open() {
    Dialogue& dialogue = attended_.dialogue();
    auto category = ask(dialogue, request_category);
    if (!category) return pass_on(std::move(category));
    if (as_text(*category) != "Coin Acceptor")
      return fail(ErrorCode::protocol, "{}: at address {} is a {}, no Coin Acceptor", resource_,
                  plan_.address, quoted(*category));
    auto maker = ask(dialogue, request_maker);
    if (!maker) return pass_on(std::move(maker));
    auto product = ask(dialogue, request_product);
    if (!product) return pass_on(std::move(product));
    identity_ = fmt::format("coin acceptor {} {}", quoted(*maker), quoted(*product));
    if (auto let = let_accept(dialogue); !let) return let;
    auto credits = ask_credits(dialogue);
    if (!credits) return pass_on(std::move(credits));
    counter_ = (*credits)[0];
    return {};
  }

  Result<void> let_accept(Dialogue& dialogue) {
    if (!plan_.accept) return {};
    constexpr std::array<std::uint8_t, 2> all{0xFF, 0xFF};
    constexpr std::array<std::uint8_t, 1> on{1};
    if (auto mask = ask(dialogue, modify_inhibits, all); !mask) return pass_on(std::move(mask));
    if (auto master = ask(dialogue, modify_master_inhibit, on); !master)
      return pass_on(std::move(master));
    return {};
  }

  // On the thread: one question, and the rest of its time.
  Result<void> attend(Dialogue& dialogue) {
    const auto next = SteadyClock::now() + between_questions;
    auto credits = ask_credits(dialogue);
    if (credits && (*credits)[0] == 0 && counter_ != 0) {
      counter_ = 0;  // it got power
      if (auto let = let_accept(dialogue); !let) credits = pass_on(std::move(let));
    }
    if (credits) {
      understand(*credits);
    } else if (credits.error().code == ErrorCode::io) {
      return pass_on(std::move(credits));
    } else {
      const std::lock_guard lock(mutex_);
      count_.silent = credits.error();
    }
    return dialogue.pause_until(next);
  }

  void understand(ByteView credits) {
    const std::uint8_t counter = credits[0];
    const unsigned events = counter_ == 0 ? counter : (counter + 255U - counter_) % 255U;
    const std::lock_guard lock(mutex_);
    count_.at = clock_.now();
    count_.heard_at = SteadyClock::now();
    count_.silent.reset();
    if (events > events_told)
      count_.lost = fmt::format(
          "{} events came between two answers and only {} are told: what was accepted since this "
          "was opened is not known any more",
          events, events_told);
    counter_ = counter;
    for (std::size_t event = 0; event < std::min<std::size_t>(events, events_told); ++event)
      if (const std::uint8_t coin = credits[1 + 2 * event]; coin != 0) accepted(coin);
  }

  void accepted(std::uint8_t coin) {
    ++count_.coins;
    const std::int64_t value = coin <= plan_.values.size() ? plan_.values[coin - 1U] : 0;
    count_.credit += value;
    if (value == 0)
      count_.unknown_coin =
          fmt::format("coin {} was accepted, and `coins` does not say what it is worth", coin);
  }

  Result<Bytes> ask_credits(Dialogue& dialogue) {
    auto credits = ask(dialogue, read_credits);
    if (credits && credits->size() != 1 + 2 * events_told)
      return fail(ErrorCode::protocol,
                  "{} answered {} where a counter and five events were expected", resource_,
                  quoted(*credits));
    return credits;
  }

  Result<Bytes> ask(Dialogue& dialogue, Header header, ByteView data = {}) {
    if (auto settled = dialogue.settle(); !settled) return pass_on(std::move(settled));
    if (auto sent = dialogue.send(frame_of(plan_.address, header, data)); !sent)
      return pass_on(std::move(sent));
    const Deadline until = SteadyClock::now() + answer_within;
    Bytes heard;
    std::optional<Bytes> answer;
    while (!answer && SteadyClock::now() < until) {
      const auto came = dialogue.receive(until);
      if (!came) return tl::unexpected(came.error());
      if (came->empty()) break;
      heard.insert(heard.end(), came->begin(), came->end());
      answer = answer_in(heard, plan_.address);
    }
    const Sent sent = dialogue.finish();
    const std::lock_guard lock(mutex_);
    last_sent_ = sent;
    if (answer) return *std::move(answer);
    dialogue.owe_answer(late_answer_within);
    if (heard.empty())
      return fail(
          ErrorCode::timeout,
          "{}: nothing at address {} answers within {} ms: has the acceptor its 12 V, and is "
          "this its port?",
          resource_, plan_.address, answer_within.count());
    return fail(ErrorCode::protocol, "{} answered {}, no whole frame of address {}", resource_,
                quoted(heard), plan_.address);
  }

  // On whichever thread talks.
  bool is_new(const Exchange& exchange) {
    const bool same = exchange.written == last_kept_.written &&
                      exchange.received == last_kept_.received && !exchange.received.empty();
    if (!same) last_kept_ = exchange;
    return !same;
  }

  std::string resource_;
  Clock& clock_;
  Plan plan_;
  std::string identity_;
  Exchange last_kept_;
  std::uint8_t counter_ = 0;  // of the acceptor's events; the thread's once it runs
  std::mutex mutex_;          // of what follows
  Count count_;
  Sent last_sent_;
  AttendedPort attended_;  // last: its thread uses all of the above
};

// `coins: [5, 10, 20]`: what coin 1, 2 ... are worth in minor units.
Result<std::vector<std::int64_t>> values_of(const ResourceConfig& resource) {
  std::vector<std::int64_t> values;
  values.reserve(most_coins);
  for (int coin = 0; coin < most_coins; ++coin) {
    auto value = number_option(resource, fmt::format("coins.{}", coin), -1, 0, most_value);
    if (!value) return pass_on(std::move(value));
    if (*value < 0) break;
    values.push_back(*value);
  }
  return values;
}

Result<std::unique_ptr<Device>> open_cctalk(const ResourceConfig& resource,
                                            const DriverContext& context) {
  auto address = number_option(resource, "address", 2, 2, 255);
  if (!address) return pass_on(std::move(address));
  auto accept = on_off_option(resource, "accept", false);
  if (!accept) return pass_on(std::move(accept));
  auto values = values_of(resource);
  if (!values) return pass_on(std::move(values));
  auto port = open_serial_port(resource, 9600);
  if (!port) return pass_on(std::move(port));
  auto acceptor = std::make_unique<CcTalk>(
      std::move(*port), resource, context,
      Plan{static_cast<std::uint8_t>(*address), *accept, std::move(*values)});
  if (auto started = acceptor->start(); !started) return pass_on(std::move(started));
  return acceptor;
}

constexpr std::array<OptionEntry, 5> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"address", false, "on the bus; 2 where absent"},
    {"coins", false, "what coin 1, 2 ... are worth in minor units, 0 for none: [5, 10, 20]"},
    {"accept", false, "on: it is let accept all its coins; off where absent"},
}};

}  // namespace

extern const DriverEntry cctalk_driver;
constinit const DriverEntry cctalk_driver{
    .name = "cctalk",
    .summary = "coin acceptor on a ccTalk bus: counts coins and what they are worth",
    .transport = "serial",
    .capability = "meter",
    .read_back = ReadBack::none,
    .source = "ccTalk generic specification 4.4; Money Controls TSP073; Azkoyen E 10210",
    .options = options,
    .open = open_cctalk,
    .measures = "coins credit",
};

}  // namespace brewproof
