#include "rig/procedure/payment_step.h"

#include <algorithm>
#include <charconv>

namespace brewproof {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds vend_request_within{1500};
constexpr milliseconds vend_result_within{5000};
constexpr std::int64_t default_funds = 5000;  // shown on the emulated card, minor units

// The media id that stands for a payment: the method's byte (card 01, app 02), then the token.
Result<Bytes> media_id(const std::string& method, const std::string& token) {
  Bytes id;
  if (method == "card") {
    id.push_back(1);
  } else if (method == "app") {
    id.push_back(2);
  } else {
    return fail(ErrorCode::bad_file, "pay: method \"{}\" is not known: card or app", method);
  }
  for (std::size_t i = 0; i + 1 < token.size(); i += 2) {
    unsigned byte = 0;
    const auto end = token.data() + i + 2;
    if (std::from_chars(token.data() + i, end, byte, 16).ptr != end)
      return fail(ErrorCode::bad_file, "pay: card \"{}\" is not a hex token", token);
    id.push_back(static_cast<std::uint8_t>(byte));
  }
  id.resize(4);
  return id;
}

std::int64_t integer(const std::string& text, std::int64_t otherwise) {
  std::int64_t number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string argument(const Step& step, const std::string& name, const Parameters& parameters) {
  const auto found = step.arguments.find(name);
  return found == step.arguments.end() ? "" : substitute(found->second, parameters);
}

struct Card {
  Bytes id;
  std::int64_t funds = 0;
};

// Without `funds` the card is good for whatever is paid with it.
Result<Card> card_of(const Step& step, const Parameters& parameters, std::int64_t amount,
                     nlohmann::json& record) {
  auto id = media_id(argument(step, "method", parameters), argument(step, "card", parameters));
  if (!id) return pass_on(std::move(id));
  const std::int64_t funds =
      integer(argument(step, "funds", parameters), std::max(default_funds, amount));
  record["media_id"] = to_hex(*id);
  record["funds"] = funds;
  return Card{std::move(*id), funds};
}

// The machine did not do its part. Is it that, or the adapter before it? Only the adapter is ours.
// What was sent last is what ended the session.
Result<Sent> end_session(const Step& step, Bench& bench) {
  if (auto alive = bench.device(step.control)->harmless_exchange(); !alive)
    return pass_on(std::move(alive));
  return bench.reader(step.control)->deny();
}

Result<void> machine_is_silent(const Step& step, Bench& bench, const char* about, Act& act) {
  if (auto ended = end_session(step, bench); !ended) return pass_on(std::move(ended));
  act.silent = about;
  return {};
}

// Shows the card and waits for the machine's request; nullopt: none came.
Result<std::optional<PaymentReader::Request>> show_card(const Step& step, const Card& card,
                                                        Bench& bench, nlohmann::json& record,
                                                        Act& act) {
  const auto request = bench.reader(step.control)->begin(card.funds, card.id, vend_request_within);
  if (!request && request.error().code == ErrorCode::timeout) {
    record["request"] = nullptr;
    return std::optional<PaymentReader::Request>();
  }
  if (!request) return tl::unexpected(request.error());
  act.observed["price"] = request->price;
  record["request"] = {{"price", request->price}, {"item", request->item}};
  return std::optional(*request);
}

Result<void> deny(const Step& step, Bench& bench, nlohmann::json& record, Act& act) {
  const auto denied = bench.reader(step.control)->deny();
  if (!denied) return tl::unexpected(denied.error());
  act.contact = denied->before_write;
  record["contact"] = sent_json(*denied);
  return {};
}

// No request came. Of a card that is not good for a drink that is right, if the machine took it.
Result<void> not_asked(const Step& step, Bench& bench, nlohmann::json& record, Act& act) {
  const bool refused = step.to_be_denied && bench.reader(step.control)->card_taken();
  if (!refused) return machine_is_silent(step, bench, "the machine asked for no vend", act);
  const auto ended = end_session(step, bench);
  if (!ended) return tl::unexpected(ended.error());
  act.contact = ended->before_write;
  record["contact"] = sent_json(*ended);
  record["vend"] = "denied";
  return {};
}

std::string unlike_expected(PaymentReader::Outcome outcome, bool to_be_denied) {
  using Outcome = PaymentReader::Outcome;
  if (outcome == Outcome::none) return "the machine reported no vend result";
  if (to_be_denied) return "the payment was approved, and was to be denied";
  return outcome == Outcome::failure ? "the machine reported that the vend failed" : "";
}

// Whatever ends it otherwise than by an answer leaves it open whether money moved.
Result<void> approve(const Step& step, std::int64_t amount, const ActSetting& setting,
                     nlohmann::json& record, Act& act) {
  using Outcome = PaymentReader::Outcome;
  setting.payment_unknown = true;
  const auto vend = setting.bench.reader(step.control)->approve(amount, vend_result_within);
  if (!vend) {
    // These are said before anything was approved, or of what the adapter refused.
    const ErrorCode code = vend.error().code;
    setting.payment_unknown = code != ErrorCode::protocol && code != ErrorCode::usage;
    return tl::unexpected(vend.error());
  }
  setting.payment_unknown = vend->outcome == Outcome::none;
  if (vend->outcome == Outcome::cancelled) {
    record["vend"] = "cancelled";
    auto ended = end_session(step, setting.bench);
    if (!ended) return pass_on(std::move(ended));
    if (step.to_be_denied)
      act.contact = ended->before_write;
    else
      act.silent = "the machine cancelled the vend before it was approved";
    return {};
  }
  act.contact = vend->contact.before_write;
  record["vend_read"] = bracket_json(Bracket{vend->contact.after_drain, vend->at});
  record["approved"] = amount;
  record["contact"] = sent_json(vend->contact);
  record["vend"] = vend->outcome == Outcome::success   ? "success"
                   : vend->outcome == Outcome::failure ? "failure"
                                                       : "none";
  act.silent = unlike_expected(vend->outcome, step.to_be_denied);
  return {};
}

}  // namespace

std::int64_t amount_of(const Step& step, const Parameters& parameters) {
  return integer(argument(step, "amount", parameters), 0);
}

Result<void> pay(const Step& step, const Parameters& parameters, const ActSetting& setting,
                 Act& act) {
  const std::int64_t amount = amount_of(step, parameters);
  nlohmann::json record = {{"pay", step.control}};
  const auto card = card_of(step, parameters, amount, record);
  if (!card) return tl::unexpected(card.error());
  const auto request = show_card(step, *card, setting.bench, record, act);
  if (!request) return tl::unexpected(request.error());
  Result<void> done;
  if (!*request) {
    done = not_asked(step, setting.bench, record, act);
  } else if ((*request)->price <= card->funds) {
    done = approve(step, amount, setting, record, act);
  } else {
    done = deny(step, setting.bench, record, act);
    record["vend"] = "denied";
    if (!step.to_be_denied)
      act.silent = "the payment was denied: the card holds less than the price";
  }
  if (!done) return done;
  if (step.to_be_denied) record["expected"] = "denied";
  act.steps.push_back(std::move(record));
  return {};
}

Result<void> decline(const Step& step, const Parameters& parameters, Bench& bench, Act& act) {
  nlohmann::json record = {{"decline", step.control}};
  const auto card = card_of(step, parameters, 0, record);
  if (!card) return tl::unexpected(card.error());
  const auto request = show_card(step, *card, bench, record, act);
  if (!request) return tl::unexpected(request.error());
  auto done = *request ? deny(step, bench, record, act)
                       : machine_is_silent(step, bench, "the machine asked for no vend", act);
  if (!done) return done;
  act.steps.push_back(std::move(record));
  return {};
}

Result<void> cancel(const Step& step, const Parameters& parameters, Bench& bench, Act& act) {
  nlohmann::json record = {{"cancel", step.control}};
  const auto card = card_of(step, parameters, 0, record);
  if (!card) return tl::unexpected(card.error());
  const auto taken =
      bench.reader(step.control)->withdraw(card->funds, card->id, vend_request_within);
  if (!taken) {
    if (taken.error().code != ErrorCode::timeout) return tl::unexpected(taken.error());
    if (auto told = machine_is_silent(step, bench, "the machine took no card", act); !told)
      return told;
  } else {
    act.contact = taken->before_write;
    record["contact"] = sent_json(*taken);
  }
  act.steps.push_back(std::move(record));
  return {};
}

Result<Insertion> insertion_of(const Step& step, const Parameters& parameters,
                               const BenchFile& bench) {
  Insertion insertion;
  insertion.control = substitute(step.control, parameters);
  const auto control = bench.controls.find(insertion.control);
  if (control == bench.controls.end() || !control->second.worth)
    return fail(ErrorCode::bad_file, "{}: a pulse of \"{}\" is worth no money on this bench",
                step.place, insertion.control);
  const Money& each = *control->second.worth;
  insertion.worth = each;
  if (step.arguments.contains("amount")) insertion.worth.minor = amount_of(step, parameters);
  const std::int64_t pulses = insertion.worth.minor / each.minor;
  if (pulses < 1 || pulses > most_pulses || insertion.worth.minor % each.minor != 0)
    return fail(ErrorCode::bad_file,
                "{}: {} minor units are no 1 to {} pulses of {}, which are worth {} each",
                step.place, insertion.worth.minor, most_pulses, insertion.control, each.minor);
  insertion.pulses = static_cast<int>(pulses);
  return insertion;
}

std::chrono::nanoseconds gap_of(const ControlConfig& control) {
  return control.min_off.count() > 0 ? control.min_off : control.press;
}

Result<nlohmann::json> press_times(const std::string& control, int times, const ActSetting& setting,
                                   Act& act) {
  nlohmann::json pressed = nlohmann::json::array();
  const std::int64_t gap_ns = gap_of(setting.bench_file.controls.at(control)).count();
  for (int i = 0; i < times; ++i) {
    if (i > 0)
      if (auto waited = setting.wait(setting.clock.now().raw_ns + gap_ns); !waited)
        return pass_on(std::move(waited));
    auto done = setting.bench.press(control, setting.wait);
    if (!done) return pass_on(std::move(done));
    act.contact = done->on.before_write;
    pressed.push_back(press_json(*done));
  }
  return pressed;
}

// Of coins that were cut short nobody knows which the machine counted.
Result<void> insert(const Step& step, const Parameters& parameters, const ActSetting& setting,
                    Act& act) {
  const auto insertion = insertion_of(step, parameters, setting.bench_file);
  if (!insertion) return tl::unexpected(insertion.error());
  setting.payment_unknown = true;
  auto pulses = press_times(insertion->control, insertion->pulses, setting, act);
  if (!pulses) return pass_on(std::move(pulses));
  setting.payment_unknown = false;
  act.steps.push_back({{"insert", insertion->control},
                       {"amount", insertion->worth.minor},
                       {"currency", insertion->worth.currency},
                       {"pulses", std::move(*pulses)}});
  return {};
}

}  // namespace brewproof
