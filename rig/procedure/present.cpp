#include "rig/procedure/present.h"

#include <fmt/format.h>

#include <algorithm>

#include "rig/model/currency.h"
#include "rig/procedure/payment_step.h"

namespace brewproof {
namespace {

constexpr std::int64_t heard_again_ns = 20'000'000;

// `number` of 10^-from in units of 10^-to. Finer than the currency is rounded up: it is money that
// is spent.
std::int64_t in_decimals(std::int64_t number, int from, int to) {
  for (; from < to; ++from) number *= 10;
  for (; from > to; --from) number = (number + 9) / 10;
  return number;
}

// What was heard of one payment so far.
struct Payment {
  bool begun = false, denied = false, cancelled = false, approved = false;
  std::optional<bool> dispensed;
  std::optional<std::int64_t> asked, charged;  // minor units
  std::optional<int> item;

  void hear(const PaymentWord& word, int decimals) {
    const auto minor = word.amount
                           ? std::optional(in_decimals(*word.amount, word.decimals, decimals))
                           : std::nullopt;
    switch (word.kind) {
      case PaymentWord::Kind::begun:
        begun = true;
        break;
      case PaymentWord::Kind::asked:
        asked = minor;
        item = word.item;
        denied = cancelled = false;  // it asks again
        break;
      case PaymentWord::Kind::approved:
        approved = true;
        charged = minor ? minor : asked;
        break;
      case PaymentWord::Kind::denied:
        denied = true;
        break;
      case PaymentWord::Kind::cancelled:
        cancelled = true;
        break;
      case PaymentWord::Kind::succeeded:
      case PaymentWord::Kind::failed:
        dispensed = word.kind == PaymentWord::Kind::succeeded;
        break;
      case PaymentWord::Kind::ended:
        break;
    }
  }
  [[nodiscard]] bool over() const { return dispensed || denied; }

  [[nodiscard]] nlohmann::json json() const {
    nlohmann::json json;
    json["request"] = asked ? nlohmann::json{{"price", *asked}, {"item", item.value_or(0)}}
                            : nlohmann::json(nullptr);
    if (approved) json["approved"] = charged.value_or(0);
    json["payment"] = dispensed   ? *dispensed ? "success" : "failure"
                      : denied    ? "denied"
                      : cancelled ? "cancelled"
                                  : "none";
    return json;
  }

  // "" = it was paid and the machine says that it dispenses.
  [[nodiscard]] std::string silent() const {
    if (dispensed) return *dispensed ? "" : "the machine reported that the vend failed";
    if (approved) return "the machine reported no vend result";
    if (denied) return "the terminal denied the payment";
    if (cancelled) return "the machine cancelled the vend before it was approved";
    if (asked) return "the terminal did not answer the machine's request";
    return begun ? "the machine asked for no vend" : "the terminal took no card";
  }
};

Result<void> follow(const Step& step, const ActSetting& setting, std::int64_t until, Act& act) {
  const int decimals = decimals_of(step.arguments.at("currency")).value_or(2);
  Payment payment;
  Bracket read;
  while (true) {
    read.begin = setting.clock.now();
    for (const PaymentWord& word : setting.payments->heard()) payment.hear(word, decimals);
    read.end = setting.clock.now();
    if (payment.over() || read.end.raw_ns >= until) break;
    if (auto waited = setting.wait(std::min(until, read.end.raw_ns + heard_again_ns)); !waited)
      return pass_on(std::move(waited));
  }
  act.silent = payment.silent();
  setting.payment_unknown = payment.approved && !payment.dispensed;
  if (payment.asked) act.observed["price"] = *payment.asked;
  if (payment.charged) act.observed["charged"] = *payment.charged;
  if (const std::int64_t most = amount_of(step, {}); payment.charged.value_or(0) > most)
    act.overcharged = fmt::format("{} {} (minor units), where the step says at_most {}",
                                  *payment.charged, step.arguments.at("currency"), most);
  nlohmann::json record = payment.json();
  record["payment_read"] = bracket_json(read);
  act.steps.push_back(std::move(record));
  return {};
}

}  // namespace

Result<void> present(const Step& step, const Parameters& parameters, const ActSetting& setting,
                     Act& act) {
  if (setting.payments == nullptr)
    return fail(ErrorCode::usage,
                "{}: nobody hears the payment bus: only `run` shows a card, on a bench with a "
                "resource that has `sniff: only`",
                step.place);
  for (const PaymentWord& word : setting.payments->heard())
    if (word.kind == PaymentWord::Kind::begun)
      return fail(ErrorCode::protocol,
                  "{}: a payment that the rig did not begin came just before its card was shown",
                  step.place);
  setting.payment_unknown = true;
  auto press = setting.bench.press(substitute(step.control, parameters), setting.wait);
  if (!press) return pass_on(std::move(press));
  act.contact = press->on.before_write;
  act.steps.push_back(press_json(*press));
  act.follow = [&step, &setting, until = act.contact.raw_ns + step.duration.count()](Act& so_far) {
    return follow(step, setting, until, so_far);
  };
  return {};
}

}  // namespace brewproof
