#include "rig/procedure/plan_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "rig/model/wrapped.h"
#include "rig/yaml/quote.h"
#include "rig/yaml/units.h"

namespace brewproof {
namespace {

std::string duration_text(std::int64_t ns) {
  const double seconds = static_cast<double>(ns) / 1e9;
  if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (seconds < 120) return fmt::format("{:.1f} s", seconds);
  const std::int64_t minutes = ns / 60'000'000'000;
  if (minutes < 120) return fmt::format("{} min", minutes);
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::string value_text(const Value& value, const ParameterDesign* design) {
  if (design != nullptr && design->money)
    if (const auto* minor = std::get_if<std::int64_t>(&value))
      return yaml::money_text(*minor, design->currency);
  return yaml::printable(to_text(value));
}

class PlanWriter {
 public:
  PlanWriter(const Plan& plan, const Forecast& forecast, const PlanStyle& style)
      : plan_(plan), forecast_(forecast), style_(style) {}

  std::string write() {
    line("{}  {}", bold("Plan"), yaml::printable(plan_.procedure));
    schedule();
    cost();
    outputs();
    confirmations();
    stops();
    reach();
    first_slots();
    warnings();
    line("\n{}  {}", bold("SHA-256 of this plan"), plan_sha256(plan_));
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  std::string colored(std::string_view code, const std::string& text) const {
    return style_.color ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }
  std::string bold(const std::string& text) const { return colored("1", text); }

  void schedule() {
    std::size_t arms = 0;
    for (const auto& [name, event] : plan_.design.events) arms += event.sham.empty() ? 1 : 2;
    line("  schedule   {} blocks of {} for each of {} arms: {} slots ({} more in {} reserve {})",
         plan_.blocks, plan_.per_block, arms, forecast_.slots, forecast_.reserve_slots,
         plan_.reserve_blocks, plan_.reserve_blocks == 1 ? "block" : "blocks");
    line(
        "  seed       {}{}", plan_.design.seed,
        plan_.nonce.empty() ? "" : fmt::format(" (of the nonce {})", yaml::in_quotes(plan_.nonce)));
    line("  time       {} without the machine's own brewing time; at most {} with the reserve",
         duration_text(forecast_.expected_ns), duration_text(forecast_.longest_ns));
  }

  void cost() {
    const std::string conditioning =
        forecast_.conditioning_cups == 0
            ? ""
            : fmt::format(", and {} for no score", forecast_.conditioning_cups);
    line("  cups       {}{} ({} more in reserve)", forecast_.cups, conditioning,
         forecast_.reserve_cups + forecast_.reserve_conditioning_cups);
    if (forecast_.payments + forecast_.reserve_payments > 0)
      line("  payments   {} ({} more in reserve)", forecast_.payments, forecast_.reserve_payments);
    for (const auto& [currency, minor] : forecast_.money_minor)
      line("  money      up to {}, reserve included", yaml::money_text(minor, currency));
    for (const auto& [name, units] : forecast_.consumables)
      line("  {:<10} {} used{}, {}", yaml::printable(name), units, price_text(name),
           times_text(forecast_.services.at(name)));
  }
  std::string price_text(const std::string& name) const {
    const auto price = forecast_.prices.find(name);
    return price == forecast_.prices.end()
               ? ""
               : " for " + yaml::money_text(price->second.minor, price->second.currency);
  }
  static std::string times_text(std::int64_t count) {
    if (count == 0) return "enough for the run";
    return count == 1 ? "put right once on the way"
                      : fmt::format("put right {} times on the way", count);
  }

  void stops() {
    if (forecast_.stops.empty()) return;
    const auto attended = std::ranges::count(forecast_.stops, true, &Forecast::Stop::attended);
    line("\n{}  ({})", bold("Stops for service"),
         attended == 0 ? "nobody needs to be there"
                       : fmt::format("somebody must be there for {} of {}", attended,
                                     forecast_.stops.size()));
    const auto width = static_cast<std::size_t>(std::max(style_.width, 40)) - 4;
    for (const Forecast::Stop& stop : forecast_.stops)
      line("  {}",
           wrapped(fmt::format("before block {}{}, about {} after the start: {}", stop.before_block,
                               stop.reserve ? " (reserve, if it is needed)" : "",
                               duration_text(stop.at_ns), yaml::printable(stop.what)),
                   width, 4));
  }

  void outputs() {
    std::map<std::string, std::string> marked;
    for (const Forecast::Output& output : forecast_.outputs) {
      std::string& names = marked[output.mark];
      names += (names.empty() ? "" : ", ") + yaml::printable(output.control);
    }
    for (const auto& [mark, names] : marked) line("  {:<10} {}", mark, names);
  }

  void confirmations() {
    for (const Forecast::Event& event : forecast_.events)
      if (!event.confirm.empty())
        line("  {:<10} {}", "confirm",
             yaml::printable(
                 fmt::format("{} by {}", event.event, fmt::join(event.confirm, " and "))));
  }

  void reach() {
    line("\n{}  (alpha {}, half for timing and half for content)", bold("What can be proved"),
         plan_.design.alpha);
    line("  {:<12} {:>7} {:>7}  {:<22} {:>12} {:>12}", "event", "trials", "shams", "sham",
         "smallest p", "none seen <");
    for (const Forecast::Event& event : forecast_.events)
      line("  {:<12} {:>7} {:>7}  {:<22} {:>12} {:>12}", event.event, event.trials,
           event.sham_trials, sham_of(event.event),
           event.sham_trials > 0 ? fmt::format("{:.1e}", event.smallest_p) : "-",
           fmt::format("{:.1f} %", event.none_seen_bound * 100));
    if (forecast_.parameters.empty()) return;
    line("  {:<28} {:>7} {:>35} {:>12}", "parameter", "values", "smallest p", "provable");
    for (const Forecast::Parameter& parameter : forecast_.parameters)
      line("  {:<28} {:>7} {:>35} {:>12}", parameter.event + "." + parameter.parameter,
           parameter.values, fmt::format("{:.1e}", parameter.smallest_p),
           parameter.provable ? "yes" : "NO");
  }
  std::string sham_of(const std::string& event) const {
    const auto found = plan_.design.events.find(event);
    if (found == plan_.design.events.end() || found->second.sham.empty()) return "-";
    return yaml::printable(found->second.sham);
  }

  void first_slots() {
    const auto shown =
        std::min(plan_.slots.size(), static_cast<std::size_t>(std::max(style_.first_slots, 0)));
    if (shown == 0) return;
    line("\n{}", bold("First slots"));
    for (std::size_t i = 0; i < shown; ++i) {
      const Slot& slot = plan_.slots[i];
      line("  {:>5}  block {:<3} {:<16} after {:>8}  {}", slot.trial, slot.block,
           slot.sham ? "sham of " + slot.event : slot.event, duration_text(slot.jitter_ns),
           parameters_text(slot));
    }
    if (shown < plan_.slots.size()) line("    ... and {} more", plan_.slots.size() - shown);
  }
  std::string parameters_text(const Slot& slot) const {
    std::string text;
    const auto event = plan_.design.events.find(slot.event);
    for (const auto& [name, value] : slot.parameters) {
      const ParameterDesign* design = nullptr;
      if (event != plan_.design.events.end())
        if (const auto found = event->second.parameters.find(name);
            found != event->second.parameters.end())
          design = &found->second;
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value_text(value, design));
    }
    return text;
  }

  void warnings() {
    if (forecast_.warnings.empty()) return;
    line("\n{}", colored("33", "Mind"));
    const auto width = static_cast<std::size_t>(std::max(style_.width, 40)) - 4;
    for (const std::string& warning : forecast_.warnings)
      line("  - {}", wrapped(yaml::printable(warning), width, 4));
  }

  const Plan& plan_;
  const Forecast& forecast_;
  const PlanStyle& style_;
  std::string out_;
};

}  // namespace

std::string plan_text(const Plan& plan, const Forecast& forecast, const PlanStyle& style) {
  return PlanWriter(plan, forecast, style).write();
}

nlohmann::json forecast_json(const Plan& plan, const Forecast& forecast) {
  nlohmann::json events = nlohmann::json::array(), parameters = nlohmann::json::array(),
                 outputs = nlohmann::json::array(), stops = nlohmann::json::array();
  for (const Forecast::Event& event : forecast.events)
    events.push_back({{"event", event.event},
                      {"trials", event.trials},
                      {"sham_trials", event.sham_trials},
                      {"smallest_p", event.smallest_p},
                      {"none_seen_bound", event.none_seen_bound},
                      {"confirm", event.confirm}});
  for (const Forecast::Parameter& parameter : forecast.parameters)
    parameters.push_back({{"event", parameter.event},
                          {"parameter", parameter.parameter},
                          {"values", parameter.values},
                          {"smallest_p", parameter.smallest_p},
                          {"provable", parameter.provable}});
  for (const Forecast::Output& output : forecast.outputs)
    outputs.push_back(
        {{"control", output.control}, {"output", output.output}, {"mark", output.mark}});
  for (const Forecast::Stop& stop : forecast.stops)
    stops.push_back({{"before_block", stop.before_block},
                     {"at_ns", stop.at_ns},
                     {"reserve", stop.reserve},
                     {"attended", stop.attended},
                     {"what", stop.what}});
  nlohmann::json prices = nlohmann::json::object();
  for (const auto& [name, price] : forecast.prices)
    prices[name] = {{"minor", price.minor}, {"currency", price.currency}};
  return {{"procedure", plan.procedure},
          {"outputs", outputs},
          {"stops", stops},
          {"conditioning_cups", forecast.conditioning_cups},
          {"seed", plan.design.seed},
          {"plan_sha256", plan_sha256(plan)},
          {"blocks", plan.blocks},
          {"per_block", plan.per_block},
          {"reserve_blocks", plan.reserve_blocks},
          {"slots", forecast.slots},
          {"reserve_slots", forecast.reserve_slots},
          {"cups", forecast.cups},
          {"reserve_cups", forecast.reserve_cups},
          {"payments", forecast.payments},
          {"reserve_payments", forecast.reserve_payments},
          {"money_minor", forecast.money_minor},
          {"consumables", forecast.consumables},
          {"prices", prices},
          {"services", forecast.services},
          {"expected_ns", forecast.expected_ns},
          {"longest_ns", forecast.longest_ns},
          {"events", events},
          {"parameters", parameters},
          {"warnings", forecast.warnings}};
}

}  // namespace brewproof
