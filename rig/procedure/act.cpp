#include "rig/procedure/act.h"

#include <charconv>

#include "rig/bench/output_json.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds vend_request_within{1500};
constexpr milliseconds vend_result_within{5000};
constexpr std::int64_t default_funds = 5000;  // shown on the emulated card, minor units

nlohmann::json press_json(const Press& press) {
  return {{"press", press.control},
          {"on", sent_json(press.on)},
          {"off", press.off ? sent_json(*press.off) : nlohmann::json(nullptr)},
          {"timed_by", press.off ? "host" : "board"},
          {"reported_on", reported_json(press.reported_on)},
          {"read_on", bracket_json(press.read_on)},
          {"reported_off", reported_json(press.reported_off)},
          {"read_off", bracket_json(press.read_off)}};
}

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

Result<Card> card_of(const Step& step, const Parameters& parameters, nlohmann::json& record) {
  auto id = media_id(argument(step, "method", parameters), argument(step, "card", parameters));
  if (!id) return pass_on(std::move(id));
  const std::int64_t funds = integer(argument(step, "funds", parameters), default_funds);
  record["media_id"] = to_hex(*id);
  record["funds"] = funds;
  return Card{std::move(*id), funds};
}

// The machine did not do its part. Is it that, or the adapter before it? Only the adapter is ours.
Result<void> machine_is_silent(const Step& step, Bench& bench, const char* about, Act& act) {
  if (auto alive = bench.device(step.control)->harmless_exchange(); !alive)
    return pass_on(std::move(alive));
  if (auto closed = bench.reader(step.control)->deny(); !closed) return pass_on(std::move(closed));
  act.silent = about;
  return {};
}

// Shows the card and waits for the machine's request. nullopt: a machine that never asks is silent.
Result<std::optional<PaymentReader::Request>> show_card(const Step& step,
                                                        const Parameters& parameters,
                                                        std::int64_t amount, Bench& bench,
                                                        nlohmann::json& record, Act& act) {
  const auto card = card_of(step, parameters, record);
  if (!card) return tl::unexpected(card.error());
  const auto request = bench.reader(step.control)
                           ->begin(std::max(card->funds, amount), card->id, vend_request_within);
  if (!request && request.error().code == ErrorCode::timeout) {
    if (auto told = machine_is_silent(step, bench, "the machine asked for no vend", act); !told)
      return pass_on(std::move(told));
    record["request"] = nullptr;
    return std::optional<PaymentReader::Request>();
  }
  if (!request) return tl::unexpected(request.error());
  act.observed["price"] = request->price;
  record["request"] = {{"price", request->price}, {"item", request->item}};
  return std::optional(*request);
}

Result<void> pay(const Step& step, const Parameters& parameters, Bench& bench, Act& act) {
  const std::int64_t amount = integer(argument(step, "amount", parameters), 0);
  nlohmann::json record = {{"pay", step.control}};
  const auto request = show_card(step, parameters, amount, bench, record, act);
  if (!request) return tl::unexpected(request.error());
  if (!*request) {
    act.steps.push_back(std::move(record));
    return {};
  }
  const auto vend = bench.reader(step.control)->approve(amount, vend_result_within);
  if (!vend) return tl::unexpected(vend.error());
  if (vend->outcome == PaymentReader::Outcome::cancelled) {
    record["vend"] = "cancelled";
    act.steps.push_back(std::move(record));
    return machine_is_silent(step, bench, "the machine cancelled the vend before it was approved",
                             act);
  }
  act.contact = vend->contact.before_write;
  record["vend_read"] = bracket_json(Bracket{vend->contact.after_drain, vend->at});
  record["approved"] = amount;
  record["contact"] = sent_json(vend->contact);
  record["vend"] = vend->outcome == PaymentReader::Outcome::success   ? "success"
                   : vend->outcome == PaymentReader::Outcome::failure ? "failure"
                                                                      : "none";
  act.payment_unknown = vend->outcome == PaymentReader::Outcome::none;
  if (vend->outcome != PaymentReader::Outcome::success)
    act.silent = vend->outcome == PaymentReader::Outcome::failure
                     ? "the machine reported that the vend failed"
                     : "the machine reported no vend result";
  act.steps.push_back(std::move(record));
  return {};
}

// The card is refused: the machine asks for a vend and is denied it.
Result<void> decline(const Step& step, const Parameters& parameters, Bench& bench, Act& act) {
  nlohmann::json record = {{"decline", step.control}};
  const auto request = show_card(step, parameters, 0, bench, record, act);
  if (!request) return tl::unexpected(request.error());
  if (*request) {
    const auto denied = bench.reader(step.control)->deny();
    if (!denied) return tl::unexpected(denied.error());
    act.contact = denied->before_write;
    record["contact"] = sent_json(*denied);
  }
  act.steps.push_back(std::move(record));
  return {};
}

// The card is taken back as soon as the machine has opened a session for it.
Result<void> cancel(const Step& step, const Parameters& parameters, Bench& bench, Act& act) {
  nlohmann::json record = {{"cancel", step.control}};
  const auto card = card_of(step, parameters, record);
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

Result<void> block_or_not(const EventSpec& event, const Step& step, const Parameters& parameters,
                          bool sham, Outage& outage, Act& act) {
  auto done = outage.step(event, step, substitute(step.control, parameters), sham);
  if (!done) return pass_on(std::move(done));
  if (!touches_machine(event)) act.contact = done->contact;
  act.steps.push_back(std::move(done->step));
  return {};
}

Result<void> press(const std::string& control, Bench& bench, const Wait& wait, Act& act) {
  auto done = bench.press(control, wait);
  if (!done) return pass_on(std::move(done));
  act.contact = done->on.before_write;
  act.steps.push_back(press_json(*done));
  return {};
}

Result<void> harmless(const std::string& control, int count, Bench& bench, Act& act) {
  for (int i = 0; i < count; ++i) {
    auto sent = bench.device(control)->harmless_exchange();
    if (!sent) return pass_on(std::move(sent));
    act.contact = sent->before_write;
    act.steps.push_back({{"harmless", control}, {"sent", sent_json(*sent)}});
  }
  return {};
}

Result<void> by_operator(const Step& step, const Parameters& parameters, bool sham,
                         const ActSetting& setting, Act& act) {
  OperatorStep asked = step.asked;
  asked.ask = substitute(asked.ask, parameters);
  if (!setting.ask)
    return fail(ErrorCode::usage, "{}: somebody has to {}, and nobody is there", step.place,
                asked.ask);
  auto answer = setting.ask(asked, sham);
  if (!answer) return pass_on(std::move(answer));
  act.asked = answer->at.begin;
  act.contact = answer->at.end;
  const std::string& choice = asked.choices.at(answer->choice);
  act.steps.push_back({{"operator", answer->operator_name},
                       {"asked", sham ? asked.sham : asked.ask},
                       {"answer", choice},
                       {"answered", bracket_json(answer->at)}});
  if (answer->choice != 0) act.silent = "the operator: " + choice;
  return {};
}

Result<void> wait_ready(const ActSetting& setting, Act& act) {
  auto ready = wait_until_ready(setting.bench_file, setting.measure, setting.clock, setting.wait);
  if (!ready) return pass_on(std::move(ready));
  act.steps.push_back({{"ready", bracket_json(*ready)}});
  return {};
}

/// Does the steps one after another; `do_step` those that are no waits.
template <class DoStep>
Result<Act> do_steps(const EventSpec& event, const ActSetting& setting,
                     const AfterContact& after_contact, DoStep do_step) {
  Act act;
  act.start = act.contact = setting.clock.now();
  const std::size_t last = last_contact(event);
  std::int64_t ended_raw_ns = act.start.raw_ns;
  for (std::size_t i = 0; i < event.steps.size(); ++i) {
    const Step& step = event.steps[i];
    Result<void> done;
    if (step.kind == Step::Kind::wait) {
      act.steps.push_back({{"wait_ns", step.duration.count()}});
      done = setting.wait(ended_raw_ns + step.duration.count());
    } else if (step.kind == Step::Kind::wait_ready) {
      done = wait_ready(setting, act);
    } else {
      done = do_step(step, act);
    }
    if (!done) return pass_on(std::move(done));
    if (!act.silent.empty()) break;  // later steps would act on a machine in an unknown state
    ended_raw_ns = setting.clock.now().raw_ns;
    if (i != last || !after_contact) continue;
    if (auto looked = after_contact(act); !looked) return pass_on(std::move(looked));
  }
  return act;
}

constexpr int exchanges_of_payment = 2;  // the card and the approval

}  // namespace

nlohmann::json sent_json(const Sent& sent) {
  nlohmann::json json = {{"before_write_raw_ns", sent.before_write.raw_ns},
                         {"after_drain_raw_ns", sent.after_drain.raw_ns}};
  json["first_reply_raw_ns"] =
      sent.first_reply ? nlohmann::json(sent.first_reply->raw_ns) : nlohmann::json(nullptr);
  return json;
}

nlohmann::json bracket_json(const std::optional<Bracket>& bracket) {
  if (!bracket) return nullptr;
  return {{"begin_raw_ns", bracket->begin.raw_ns}, {"end_raw_ns", bracket->end.raw_ns}};
}

std::string substitute(const std::string& text, const Parameters& parameters) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find("${", at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) break;
    out.append(text, at, open - at);
    const auto found = parameters.find(text.substr(open + 2, close - open - 2));
    if (found != parameters.end()) out += to_text(found->second);
    at = close + 1;
  }
  return out + text.substr(at);
}

Result<Act> do_event(const EventSpec& event, const Parameters& parameters,
                     const ActSetting& setting, const AfterContact& after_contact) {
  const auto do_step = [&](const Step& step, Act& act) -> Result<void> {
    switch (step.kind) {
      case Step::Kind::press:
        return press(substitute(step.control, parameters), setting.bench, setting.wait, act);
      case Step::Kind::pay:
        return pay(step, parameters, setting.bench, act);
      case Step::Kind::decline:
        return decline(step, parameters, setting.bench, act);
      case Step::Kind::cancel:
        return cancel(step, parameters, setting.bench, act);
      case Step::Kind::by_operator:
        return by_operator(step, parameters, false, setting, act);
      case Step::Kind::block:
      case Step::Kind::unblock:
        return block_or_not(event, step, parameters, false, setting.outage, act);
      case Step::Kind::wait:
      case Step::Kind::wait_ready:
        break;
    }
    return {};
  };
  return do_steps(event, setting, after_contact, do_step);
}

Result<Act> do_sham(const EventSpec& event, const Parameters& parameters, const ActSetting& setting,
                    const AfterContact& after_contact) {
  const auto do_step = [&](const Step& step, Act& act) -> Result<void> {
    if (!touches_machine(step))
      return block_or_not(event, step, parameters, true, setting.outage, act);
    if (step.kind == Step::Kind::by_operator)
      return by_operator(step, parameters, true, setting, act);
    if (event.sham == "dummy") return press(event.sham_control, setting.bench, setting.wait, act);
    if (event.sham != "host") return {};
    const std::string control = substitute(step.control, parameters);
    const int exchanges = step.kind == Step::Kind::press ? setting.bench.exchanges_of_press(control)
                                                         : exchanges_of_payment;
    return harmless(control, exchanges, setting.bench, act);
  };
  return do_steps(event, setting, after_contact, do_step);
}

Result<std::optional<Bracket>> wait_for(const std::vector<Condition>& conditions, Bench& bench,
                                        Clock& clock, const Wait& wait,
                                        std::int64_t deadline_raw_ns) {
  const Measure measure = [&](const std::string& control) { return bench.measure(control); };
  return wait_until_met(conditions, measure, clock, wait, deadline_raw_ns);
}

Use use_of(const EventSpec& event, const Parameters& parameters, const BenchFile& bench) {
  Use use;
  for (const Step& step : event.steps) {
    if (step.kind == Step::Kind::pay) {
      ++use.cups;
      ++use.payments;
      use.money_minor += integer(argument(step, "amount", parameters), 0);
    } else if (step.kind == Step::Kind::press) {
      const std::string control = substitute(step.control, parameters);
      // With consumables declared, a cup is what uses them; a power button is not one.
      bool brews = bench.consumables.empty();
      for (const Consumable& consumable : bench.consumables)
        brews = brews || consumable.use.contains(control) || consumable.use.contains(event.name);
      if (brews) ++use.cups;
    }
  }
  return use;
}

}  // namespace brewproof
