#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "rig/bench/condition_file.h"
#include "rig/bench/network_block.h"
#include "rig/procedure/event_file.h"
#include "rig/procedure/payment_step.h"
#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

using Kind = ControlConfig::Kind;
using yaml::in_quotes;

constexpr int media_id_token_bytes = 3;  // 4 bytes of media id, the first is the method

class BenchCheck {
 public:
  explicit BenchCheck(const BenchFile& bench) : bench_(bench) {}

  std::vector<Error> check(const ProcedureFile& procedure) {
    for (const auto& [name, event] : procedure.events) check_event(event);
    return std::move(errors_);
  }

 private:
  void add(const std::string& place, const std::string& message) {
    errors_.push_back(
        {ErrorCode::bad_file, fmt::format("{}: {}", place, yaml::printable(message))});
  }

  void check_event(const EventSpec& event) {
    for (const Step& step : event.steps) {
      if (step.kind == Step::Kind::press) check_press(event, step);
      if (step.kind == Step::Kind::insert) check_insert(event, step);
      if (step.kind == Step::Kind::power) check_power(event, step);
      if (step.kind == Step::Kind::pay) check_pay(event, step);
      if (step.kind == Step::Kind::present) check_present(event, step);
      if (step.kind == Step::Kind::decline || step.kind == Step::Kind::cancel)
        check_card_shown(event, step);
      if (step.kind == Step::Kind::wait_quiet && bench_.network.capture.empty())
        add(step.place, fmt::format("bench {} has no `network.capture`: nobody hears whether the "
                                    "machine is quiet",
                                    bench_.name));
      if (touches_network(step)) check_block(event, step);
    }
    for (const Condition& condition : event.confirm)
      if (const std::string wrong = misfit(condition, bench_.controls); !wrong.empty())
        add(condition.place, wrong);
    check_sham(event);
  }

  const ControlConfig* find(const std::string& name, Kind kind, const std::string& place) {
    const auto found = bench_.controls.find(name);
    if (found != bench_.controls.end() && found->second.kind == kind) return &found->second;
    add(place,
        fmt::format("bench {} has no {} control {}{}", bench_.name, text_of(kind), in_quotes(name),
                    yaml::did_you_mean(name, names_of(bench_.controls, kind))));
    return nullptr;
  }

  // Every value that the text can take on in this event.
  static std::set<std::string> expand(const std::string& text, const EventSpec& event) {
    std::set<std::string> texts = {text};
    for (const std::string& name : placeholders(text).value_or(std::vector<std::string>{})) {
      const auto found = event.parameters.find(name);
      if (found == event.parameters.end()) continue;
      std::set<std::string> longer;
      for (const std::string& before : texts)
        for (const Value& level : found->second.levels) {
          std::string after = before;
          const std::string mark = "${" + name + "}";
          if (const std::size_t at = after.find(mark); at != std::string::npos)
            after.replace(at, mark.size(), to_text(level));
          longer.insert(after);
        }
      if (longer.size() > most_expanded) return texts;
      texts = std::move(longer);
    }
    return texts;
  }

  void check_press(const EventSpec& event, const Step& step) {
    for (const std::string& name : expand(step.control, event)) {
      const ControlConfig* control = find(name, Kind::output, step.place);
      if (control == nullptr) continue;
      if (control->for_sham)
        add(step.place, fmt::format("control {} is for sham only: pressing it does nothing to the "
                                    "machine",
                                    name));
      if (control->worth)
        add(step.place, fmt::format("a press of {} is money: write `insert: {}`, which the limits "
                                    "count",
                                    name, name));
      // The engine counts what cards pay; a press would go past its limits.
      if (bench_.payment == "real" && control->drives == ControlConfig::Drives::payment &&
          !control->worth)
        add(step.place,
            fmt::format("control {} shows a card that pays: write `present: {{presenter: {}, "
                        "at_most: 2.00 EUR}}` instead of `press`",
                        name, name));
    }
  }

  void check_power(const EventSpec& event, const Step& step) {
    std::vector<std::string> cut = {event.sham_control};
    for (const std::string& name : expand(step.control, event)) {
      const ControlConfig* control = find(name, Kind::output, step.place);
      if (control == nullptr) continue;
      cut.push_back(name);
      if (control->drives != ControlConfig::Drives::mains)
        add(step.place, fmt::format("control {} does not cut the mains: the bench file must say "
                                    "that it does, with `drives: mains`",
                                    name));
    }
    for (const std::string& name : cut)
      if (const auto found = bench_.controls.find(name);
          found != bench_.controls.end() && step.duration > found->second.max_on)
        add(step.place,
            fmt::format("the mains are off for {} ms, and {} may be on for {} ms at most: raise "
                        "its max_on, or shorten `for`",
                        step.duration.count() / 1'000'000, name, found->second.max_on.count()));
  }

  void check_insert(const EventSpec& event, const Step& step) {
    for (const std::string& name : expand(step.control, event)) {
      const ControlConfig* control = find(name, Kind::output, step.place);
      if (control == nullptr) continue;
      if (control->worth)
        check_pulses(event, step, *control);
      else
        add(step.place, fmt::format("control {} is worth nothing: the bench file must say what a "
                                    "pulse of it is worth, as `worth: 0.50 EUR`",
                                    name));
    }
    check_currency(event, step);
  }

  // Each amount that the event may insert must be so many whole pulses.
  void check_pulses(const EventSpec& event, const Step& step, const ControlConfig& control) {
    const Money& each = *control.worth;
    if (bench_.limits.money && bench_.limits.money->currency != each.currency)
      add(control.place,
          fmt::format("a pulse is worth {}, and `limits.money` is in {}: the limit "
                      "could not be kept",
                      yaml::money_text(each.minor, each.currency), bench_.limits.money->currency));
    for (const Money& amount : amounts(event, step)) {
      if (amount.currency == each.currency && amount.minor % each.minor == 0 && amount.minor > 0 &&
          amount.minor / each.minor <= most_pulses)
        continue;
      add(step.place, fmt::format("{} cannot be inserted: {} takes 1 to {} pulses of {}",
                                  yaml::money_text(amount.minor, amount.currency), control.name,
                                  most_pulses, yaml::money_text(each.minor, each.currency)));
      return;
    }
  }

  // The amounts of a step; of a range its ends and the first behind each, which stand for all.
  static std::vector<Money> amounts(const EventSpec& event, const Step& step) {
    const auto amount = step.arguments.find("amount");
    if (amount == step.arguments.end()) return {};
    const auto names = placeholders(amount->second).value_or(std::vector<std::string>{});
    if (names.empty()) return {{std::stoll(amount->second), step.arguments.at("currency")}};
    const auto found = event.parameters.find(names.front());
    if (found == event.parameters.end()) return {};
    const ParameterSpec& spec = found->second;
    std::vector<Money> all;
    for (const Value& level : spec.levels)
      if (const auto* minor = std::get_if<std::int64_t>(&level))
        all.push_back({*minor, spec.currency});
    if (spec.kind != ParameterSpec::Kind::range) return all;
    for (const std::int64_t minor : {spec.from, spec.from + spec.step, spec.to})
      if (minor <= spec.to) all.push_back({minor, spec.currency});
    return all;
  }

  void check_pay(const EventSpec& event, const Step& step) {
    check_card_shown(event, step);
    check_currency(event, step);
  }

  // A real card, a real terminal, and somebody who hears what comes of it.
  void check_present(const EventSpec& event, const Step& step) {
    if (bench_.payment != "real")
      add(step.place, fmt::format("bench {} has no real terminal: `present` needs `payment: real`",
                                  bench_.name));
    if (std::ranges::none_of(bench_.resources,
                             [](const auto& each) { return only_sniffs(each.second); }))
      add(step.place,
          fmt::format("nobody on bench {} hears the payment bus, and what a card paid would not be "
                      "known: add a resource as {{driver: qibixx_mdb, sniff: only}}",
                      bench_.name));
    for (const std::string& name : expand(step.control, event))
      if (const ControlConfig* control = find(name, Kind::output, step.place);
          control != nullptr && control->drives != ControlConfig::Drives::payment)
        add(step.place,
            fmt::format("control {} shows no card: give it `drives: payment` in {}, so that it is "
                        "guarded",
                        name, control->place));
    check_currency(event, step);
  }

  // A card is shown; what comes of it is another matter.
  void check_card_shown(const EventSpec& event, const Step& step) {
    if (bench_.payment != "emulated")
      add(step.place,
          fmt::format("bench {} does not emulate payments: it needs `payment: emulated` "
                      "and a reader",
                      bench_.name));
    for (const std::string& name : expand(step.control, event))
      (void)find(name, Kind::reader, step.place);
    check_method(event, step);
    check_card(event, step);
  }

  void check_block(const EventSpec& event, const Step& step) {
    if (bench_.network.capture.empty())
      add(step.place,
          fmt::format(
              "bench {} has no `network.capture`: there is no interface of the machine's at "
              "which its network could be blocked",
              bench_.name));
    for (const std::string& target : expand(step.control, event))
      if (!read_block_target(target))
        add(step.place, fmt::format("{} is neither `everything` nor an address, with its port or "
                                    "not",
                                    in_quotes(target)));
  }

  // How the adapter's media id is formed: a byte for the method, then the token.
  void check_method(const EventSpec& event, const Step& step) {
    const auto method = step.arguments.find("method");
    if (method == step.arguments.end()) {
      add(step.place, "the payment has no method: add `method: card` or `method: app`");
      return;
    }
    for (const std::string& value : expand(method->second, event))
      if (value != "card" && value != "app")
        add(step.place,
            fmt::format("there is no payment method {}: card or app", in_quotes(value)));
  }

  void check_card(const EventSpec& event, const Step& step) {
    const auto card = step.arguments.find("card");
    if (card == step.arguments.end()) return;
    const auto names = placeholders(card->second).value_or(std::vector<std::string>{});
    for (const std::string& name : names) {
      const auto found = event.parameters.find(name);
      if (found == event.parameters.end() || found->second.kind == ParameterSpec::Kind::one_of)
        continue;
      if (found->second.kind == ParameterSpec::Kind::range)
        add(step.place, fmt::format("the card {} must be a token", name));
      else if (found->second.token_bytes > media_id_token_bytes)
        add(step.place, fmt::format("the card token {} has {} bytes: the reader shows at most {}",
                                    name, found->second.token_bytes, media_id_token_bytes));
      return;
    }
    for (const std::string& value : expand(card->second, event))
      if (value.empty() || value.size() % 2 != 0 ||
          value.size() > std::size_t{2} * media_id_token_bytes ||
          !std::ranges::all_of(value, [](unsigned char c) { return std::isxdigit(c) != 0; }))
        add(step.place, fmt::format("the card {} must be 1 to {} bytes in hex", in_quotes(value),
                                    media_id_token_bytes));
  }

  void check_currency(const EventSpec& event, const Step& step) {
    if (!bench_.limits.money) return;
    std::string currency;
    if (const auto literal = step.arguments.find("currency"); literal != step.arguments.end())
      currency = literal->second;
    if (const auto amount = step.arguments.find("amount"); amount != step.arguments.end())
      for (const std::string& name :
           placeholders(amount->second).value_or(std::vector<std::string>{}))
        if (const auto found = event.parameters.find(name); found != event.parameters.end())
          currency = found->second.currency;
    if (!currency.empty() && currency != bench_.limits.money->currency)
      add(step.place,
          fmt::format("the payment is in {} and the bench file's limit in {}: the limit "
                      "could not be kept",
                      currency, bench_.limits.money->currency));
  }

  void check_sham(const EventSpec& event) {
    if (event.sham != "dummy") return;
    const ControlConfig* control = find(event.sham_control, Kind::output, event.place);
    if (control != nullptr && !control->for_sham)
      add(event.place,
          fmt::format(
              "control {} is no dummy: it must be inert for the machine, and the bench file "
              "must say so with `for: sham`",
              event.sham_control));
  }

  static constexpr std::size_t most_expanded = 4096;
  const BenchFile& bench_;
  std::vector<Error> errors_;
};

}  // namespace

std::vector<Error> check_against_bench(const ProcedureFile& procedure, const BenchFile& bench) {
  return BenchCheck(bench).check(procedure);
}

}  // namespace brewproof
