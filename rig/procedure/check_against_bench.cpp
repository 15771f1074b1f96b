#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "rig/bench/condition_file.h"
#include "rig/bench/network_block.h"
#include "rig/procedure/event_file.h"
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
      if (step.kind == Step::Kind::pay) check_pay(event, step);
      if (step.kind == Step::Kind::decline || step.kind == Step::Kind::cancel)
        check_card_shown(event, step);
      if (step.kind == Step::Kind::block || step.kind == Step::Kind::unblock)
        check_block(event, step);
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
    for (const std::string& name : expand(step.control, event))
      if (const ControlConfig* control = find(name, Kind::output, step.place);
          control != nullptr && control->for_sham)
        add(step.place, fmt::format("control {} is for sham only: pressing it does nothing to the "
                                    "machine",
                                    name));
  }

  void check_pay(const EventSpec& event, const Step& step) {
    check_card_shown(event, step);
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
