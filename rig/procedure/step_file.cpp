#include <fmt/format.h>

#include <algorithm>
#include <set>

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
  Step read_step(const yaml::Node& node) {
    Step step;
    step.place = node.place_text();
    yaml::Map keys = node.map();
    const yaml::Node press = keys.optional("press");
    const yaml::Node pay = keys.optional("pay");
    const yaml::Node wait = keys.optional("wait");
    const yaml::Node decline = keys.optional("decline"), cancel = keys.optional("cancel");
    const yaml::Node block = keys.optional("block"), unblock = keys.optional("unblock");
    const yaml::Node asked = keys.optional("operator");
    const int count = (press ? 1 : 0) + (pay ? 1 : 0) + (wait ? 1 : 0) + (decline ? 1 : 0) +
                      (cancel ? 1 : 0) + (block ? 1 : 0) + (unblock ? 1 : 0) + (asked ? 1 : 0);
    if (node.is_map() && count != 1)
      node.fault(fmt::format(
          "{} must be exactly one of press, pay, decline, cancel, operator, wait, block and "
          "unblock",
          node.name()));
    if (press) {
      step.kind = Step::Kind::press;
      step.control = press.text();
      check(press, step.control);
    } else if (pay) {
      read_pay(pay, step);
    } else if (decline || cancel) {
      step.kind = decline ? Step::Kind::decline : Step::Kind::cancel;
      read_unpaid(decline ? decline : cancel, step);
    } else if (block || unblock) {
      step.kind = block ? Step::Kind::block : Step::Kind::unblock;
      read_target(block ? block : unblock, step);
    } else if (asked) {
      step.kind = Step::Kind::by_operator;
      step.control = "operator";
      read_operator(asked, step);
    } else if (wait && wait.raw().value_or("") == "ready") {
      step.kind = Step::Kind::wait_ready;
    } else if (wait) {
      step.kind = Step::Kind::wait;
      step.duration = wait.duration();
    }
    keys.close();
    return step;
  }

  void read_operator(const yaml::Node& node, Step& step) {
    constexpr std::size_t most_choices = 9;  // a key each
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
    step.kind = Step::Kind::pay;
    yaml::Map keys = node.map();
    step.control = keys.required("reader").text();
    if (const yaml::Node amount = keys.required("amount")) read_amount(amount, step);
    read_card(keys, step);
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

  // One parameter that is money, or money as it is written. Kept in minor units.
  void read_amount(const yaml::Node& node, Step& step) {
    const std::string text = node.raw().value_or("");
    if (text.find('$') == std::string::npos) {
      const Money money = node.money();
      step.arguments["amount"] = std::to_string(money.minor);
      step.arguments["currency"] = money.currency;
      return;
    }
    step.arguments["amount"] = text;
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
      else if (node.name().ends_with(".press") &&
               (found->second.kind != ParameterSpec::Kind::one_of ||
                !found->second.currency.empty()))
        node.fault(fmt::format("{}: the parameter {} must be a one_of of names of controls",
                               node.name(), name));
    }
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
