#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "rig/bench/network_block.h"
#include "rig/procedure/event_file.h"
#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

using yaml::in_quotes;

class StepReader {
 public:
  explicit StepReader(const ParameterSpecs& parameters) : parameters_(parameters) {
    for (const auto& [name, spec] : parameters) names_.push_back(name);
  }

  std::vector<Step> read(const yaml::Node& node) {
    std::vector<Step> steps;
    for (const yaml::Node& item : node.items(1)) steps.push_back(read_step(item));
    for (const std::string& name : names_)
      if (node.is_sequence() && !used_.contains(name))
        node.fault(
            fmt::format("no step uses the parameter {}: write \"${{{}}}\" where it belongs, "
                        "or take it out",
                        name, name));
    return steps;
  }

 private:
  // What a step may be, in the order in which messages name them.
  using Reader = void (StepReader::*)(const yaml::Node& node, Step& step);
  struct Word {
    const char* word;
    Step::Kind kind;
    Reader read;
  };
  static std::span<const Word> words() {
    static constexpr std::array<Word, 12> all{{
        {"press", Step::Kind::press, &StepReader::read_press},
        {"pay", Step::Kind::pay, &StepReader::read_pay},
        {"decline", Step::Kind::decline, &StepReader::read_unpaid},
        {"cancel", Step::Kind::cancel, &StepReader::read_unpaid},
        {"present", Step::Kind::present, &StepReader::read_present},
        {"insert", Step::Kind::insert, &StepReader::read_insert},
        {"power", Step::Kind::power, &StepReader::read_power},
        {"operator", Step::Kind::by_operator, &StepReader::read_operator},
        {"wait", Step::Kind::wait, &StepReader::read_wait},
        {"block", Step::Kind::block, &StepReader::read_target},
        {"limit", Step::Kind::limit, &StepReader::read_limit},
        {"unblock", Step::Kind::unblock, &StepReader::read_target},
    }};
    return all;
  }

  Step read_step(const yaml::Node& node) {
    Step step;
    step.place = node.place_text();
    yaml::Map keys = node.map();
    std::vector<std::pair<const Word*, yaml::Node>> found;
    for (const Word& word : words())
      if (const yaml::Node value = keys.optional(word.word)) found.emplace_back(&word, value);
    if (node.is_map() && found.size() != 1)
      node.fault(fmt::format("{} must be exactly one of {} and {}", node.name(), all_but_last(),
                             words().back().word));
    if (!found.empty()) {
      step.kind = found.front().first->kind;
      (this->*found.front().first->read)(found.front().second, step);
    }
    keys.close();
    return step;
  }

  static std::string all_but_last() {
    std::string text;
    for (const Word& word : words().first(words().size() - 1))
      text += fmt::format("{}{}", text.empty() ? "" : ", ", word.word);
    return text;
  }

  void read_press(const yaml::Node& node, Step& step) {
    step.control = node.text();
    check(node, step.control);
  }

  // `wait: T`, `wait: ready`, or `wait: {quiet: T, within: T}`.
  void read_wait(const yaml::Node& node, Step& step) {
    if (node.is_map()) return read_quiet(node, step);
    if (node.is_scalar() && node.raw().value_or("") == "ready")
      step.kind = Step::Kind::wait_ready;
    else
      step.duration = node.duration();
  }

  static void read_quiet(const yaml::Node& node, Step& step) {
    step.kind = Step::Kind::wait_quiet;
    yaml::Map keys = node.map();
    const yaml::Node quiet = keys.required("quiet"), within = keys.required("within");
    if (quiet) step.duration = quiet.duration();
    if (within) step.within = within.duration();
    if (quiet && step.duration.count() == 0 && quiet.is_scalar() &&
        yaml::parse_duration(*quiet.raw()))
      quiet.fault(fmt::format("{} must be more than 0", quiet.name()));
    if (within && step.within.count() > 0 && step.within < step.duration)
      within.fault(fmt::format("{} is shorter than the silence that is waited for", within.name()));
    keys.close();
  }

  // `insert: CONTROL`, or `{coin: CONTROL, amount: MONEY}`.
  void read_insert(const yaml::Node& node, Step& step) {
    if (!node.is_map()) return read_press(node, step);
    yaml::Map keys = node.map();
    if (const yaml::Node coin = keys.required("coin")) read_press(coin, step);
    if (const yaml::Node amount = keys.optional("amount")) read_amount(amount, "amount", step);
    keys.close();
  }

  // `power: CONTROL`, or `{cycle: CONTROL, for: T}`.
  void read_power(const yaml::Node& node, Step& step) {
    if (!node.is_map()) return read_press(node, step);
    yaml::Map keys = node.map();
    if (const yaml::Node cycle = keys.required("cycle")) read_press(cycle, step);
    if (const yaml::Node off = keys.optional("for")) {
      step.duration = off.milliseconds();
      if (step.duration.count() == 0 && off.is_scalar() && yaml::parse_duration(*off.raw()))
        off.fault(fmt::format("{} must be at least 1 ms", off.name()));
    }
    keys.close();
  }

  void read_operator(const yaml::Node& node, Step& step) {
    constexpr std::size_t most_choices = 9;  // a key each
    step.control = "operator";
    yaml::Map keys = node.map();
    step.asked.ask = keys.required("ask").text();
    check(node, step.asked.ask);
    if (const yaml::Node sham = keys.optional("sham")) step.asked.sham = sham.text();
    if (const yaml::Node choices = keys.optional("choices")) {
      step.asked.choices.clear();
      for (const yaml::Node& choice : choices.items(2)) step.asked.choices.push_back(choice.text());
      if (step.asked.choices.size() > most_choices)
        choices.fault(fmt::format("{}: there is a key for nine choices, and these are {}",
                                  choices.name(), step.asked.choices.size()));
    }
    if (const yaml::Node within = keys.optional("within")) step.asked.within = within.duration();
    keys.close();
  }

  void read_pay(const yaml::Node& node, Step& step) {
    yaml::Map keys = node.map();
    step.control = keys.required("reader").text();
    if (const yaml::Node amount = keys.required("amount")) read_amount(amount, "amount", step);
    const yaml::Node funds = keys.optional("funds"), expect = keys.optional("expect");
    if (funds) read_amount(funds, "funds", step);
    if (expect) step.to_be_denied = expect.choice({"approved", "denied"}) == "denied";
    if (step.to_be_denied && !funds)
      expect.fault(
          fmt::format("{} is denied, and the card is good for any price: add `funds:`, less than "
                      "what the machine asks",
                      expect.name()));
    read_card(keys, step);
    keys.close();
  }

  // A real card costs what the machine asks, which nobody here decides: only a limit is written.
  void read_present(const yaml::Node& node, Step& step) {
    step.kind = Step::Kind::present;
    yaml::Map keys = node.map();
    if (const yaml::Node presenter = keys.required("presenter")) {
      step.control = presenter.text();
      check(presenter, step.control);
    }
    if (const yaml::Node most = keys.required("at_most")) {
      const Money money = most.money();
      step.arguments["amount"] = std::to_string(money.minor);
      step.arguments["currency"] = money.currency;
    }
    step.duration = std::chrono::seconds(30);
    if (const yaml::Node within = keys.optional("within")) step.duration = within.duration();
    keys.close();
  }

  // A card with which nothing is bought.
  void read_unpaid(const yaml::Node& node, Step& step) {
    yaml::Map keys = node.map();
    step.control = keys.required("reader").text();
    read_card(keys, step);
    keys.close();
  }

  void read_card(yaml::Map& keys, Step& step) {
    for (const char* key : {"method", "card"})
      if (const yaml::Node value = keys.optional(key)) {
        step.arguments[key] = value.text();
        check(value, step.arguments[key]);
      }
  }

  void read_target(const yaml::Node& node, Step& step) {
    step.control = node.raw().value_or("");
    if (step.control.find('$') == std::string::npos) {
      if (!read_block_target(step.control))
        node.fault(
            fmt::format("{} is {}: write `everything`, an address, or an address with its "
                        "port as \"203.0.113.10:443\"",
                        node.name(), in_quotes(step.control)));
      return;
    }
    check(node, step.control);
  }

  // `limit: {to: WHOM, rate: 8 kB/s}`.
  void read_limit(const yaml::Node& node, Step& step) {
    yaml::Map keys = node.map();
    if (const yaml::Node to = keys.required("to")) read_target(to, step);
    if (const yaml::Node rate = keys.required("rate")) {
      const std::string text = rate.raw().value_or("");
      const auto read = read_byte_rate(text);
      if (!read && rate.is_scalar())
        rate.fault(
            fmt::format("{} is {}: write it as 500 bytes/s, 8 kB/s or 2 MB/s, up to 1000 "
                        "MB/s",
                        rate.name(), in_quotes(text)));
      step.rate = read.value_or(0);
    }
    keys.close();
  }

  // One parameter that is money, or money as it is written. Kept in minor units.
  void read_amount(const yaml::Node& node, const std::string& key, Step& step) {
    const std::string text = node.raw().value_or("");
    if (text.find('$') == std::string::npos) {
      const Money money = node.money();
      step.arguments[key] = std::to_string(money.minor);
      const auto [currency, is_new] = step.arguments.emplace("currency", money.currency);
      if (!is_new && currency->second != money.currency)
        node.fault(fmt::format("{} is in {} and the amount in {}", node.name(), money.currency,
                               currency->second));
      return;
    }
    step.arguments[key] = text;
    check(node, text);
    const auto names = placeholders(text);
    if (!names || names->empty()) return;
    const auto found = parameters_.find(names->front());
    if (names->size() != 1 || text != "${" + names->front() + "}")
      node.fault(fmt::format("{} is {}: it must be one parameter, or money", node.name(),
                             in_quotes(text)));
    else if (found != parameters_.end() && found->second.currency.empty())
      node.fault(fmt::format("{}: the parameter {} is no money: give it values as 1.05 EUR",
                             node.name(), names->front()));
  }

  void check(const yaml::Node& node, const std::string& text) {
    const auto names = placeholders(text);
    if (!names) {
      node.fault(
          fmt::format("{}: {} has a ${{ without its name and }}", node.name(), in_quotes(text)));
      return;
    }
    for (const std::string& name : *names) {
      used_.insert(name);
      const auto found = parameters_.find(name);
      if (found == parameters_.end())
        node.fault(fmt::format("{}: there is no parameter {}{}", node.name(), in_quotes(name),
                               yaml::did_you_mean(name, names_)));
      else if (names_a_control(node) && (found->second.kind != ParameterSpec::Kind::one_of ||
                                         !found->second.currency.empty()))
        node.fault(fmt::format("{}: the parameter {} must be a one_of of names of controls",
                               node.name(), name));
    }
  }

  static bool names_a_control(const yaml::Node& node) {
    return std::ranges::any_of(
        std::array{".press", ".insert", ".coin", ".power", ".cycle", ".presenter"},
        [&](const char* key) { return node.name().ends_with(key); });
  }

  const ParameterSpecs& parameters_;
  std::vector<std::string> names_;
  std::set<std::string> used_;
};

}  // namespace

std::optional<std::vector<std::string>> placeholders(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t open = 0; (open = text.find("${", open)) != std::string_view::npos;) {
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::string_view name = text.substr(open + 2, close - open - 2);
    if (!yaml::is_name(name)) return std::nullopt;
    names.emplace_back(name);
    open = close;
  }
  return names;
}

std::vector<Step> read_steps(const yaml::Node& node, const ParameterSpecs& parameters) {
  return StepReader(parameters).read(node);
}

}  // namespace brewproof
