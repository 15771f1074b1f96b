#include "rig/procedure/procedure_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rig/bench/condition_file.h"
#include "rig/procedure/event_file.h"
#include "rig/yaml/document.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

constexpr int most_blocks = 1000, most_per_block = 20, most_reserve = 100;
constexpr double least_alpha = 1e-9, most_alpha = 0.5;
constexpr std::int64_t least_draws = 99, most_draws = 10'000'000;

// Words that trials and findings use for something else than an event.
constexpr std::array<std::string_view, 7> reserved_names = {
    "sham", "idle", "background", "overhead", "pause", "stop", "unexplained"};

void read_sham(const yaml::Node& node, EventSpec& event) {
  if (!node) return;
  if (!node.is_map()) {
    event.sham = node.raw().value_or("");
    if (node.is_scalar() && event.sham != "none" && event.sham != "host")
      node.fault(fmt::format("{} is {}: none, host or {{dummy: CONTROL}} is expected", node.name(),
                             yaml::in_quotes(event.sham)));
    return;
  }
  yaml::Map keys = node.map();
  event.sham = "dummy";
  event.sham_control = keys.required("dummy").text();
  keys.close();
}

std::vector<Condition> read_confirm(const yaml::Node& node) {
  if (node.is_map()) {
    yaml::Map meters = node.map();
    for (const auto& [name, value] : meters.entries())
      if (value.is_map() && !value.map().has("within"))
        value.fault(
            fmt::format("{}.within is missing: how long may the machine take?", value.name()));
  }
  return read_conditions(node, nullptr);
}

/// The sensors are looked at until they confirm the act, and after a sham for as long as they may:
/// a step on the network behind that would come later in the one than in the other.
void check_time_to_confirm(const yaml::Node& node, const EventSpec& event) {
  std::chrono::nanoseconds looked_at{0}, waited{0};
  for (const Condition& condition : event.confirm)
    looked_at = std::max<std::chrono::nanoseconds>(looked_at, condition.within);
  for (std::size_t i = last_contact(event) + 1; i < event.steps.size(); ++i) {
    const Step& step = event.steps[i];
    if (step.kind == Step::Kind::wait) waited += step.duration;  // the others may be over at once
    if (is_wait(step) || waited >= looked_at) continue;
    node.fault(fmt::format(
        "{} may take {:g} s, and {:g} s after its last contact the event touches the network ({}): "
        "let it wait as long before that",
        node.name(), static_cast<double>(looked_at.count()) * 1e-9,
        static_cast<double>(waited.count()) * 1e-9, step.place));
    return;
  }
}

void read_windows(const yaml::Node& node, ProcedureFile& procedure) {
  if (!node) return;
  for (const yaml::Node& item : node.items(1)) {
    const yaml::DurationRange range = item.duration_range();
    const Window window{range.begin.count(), range.end.count()};
    if (window.end_ns > 0 &&
        std::ranges::find(procedure.windows, window) != procedure.windows.end())
      item.fault(fmt::format("{} is there twice", item.name()));
    procedure.windows.push_back(window);
  }
}

/// `stop: {when: decided, least_blocks: 3}`.
std::optional<StopRule> read_stop(const yaml::Node& node) {
  if (!node) return std::nullopt;
  yaml::Map keys = node.map();
  StopRule rule;
  if (const yaml::Node when = keys.required("when"))
    if (const std::string word = when.text(); !word.empty() && word != "decided")
      when.fault(fmt::format("{} is {}: decided is the only rule there is", when.name(),
                             yaml::in_quotes(word)));
  if (const yaml::Node least = keys.optional("least_blocks"))
    rule.least_blocks = static_cast<int>(least.integer(1, most_blocks));
  keys.close();
  return rule;
}

/// Of a rule that could never end the run, or never look at anything.
void check_stop(const yaml::Node& node, const ProcedureFile& procedure) {
  if (!procedure.stop) return;
  if (procedure.stop->least_blocks >= procedure.blocks && procedure.blocks > 0)
    node.fault(fmt::format(
        "{}.least_blocks is {} and the design has {} blocks: the rule could never end the run",
        node.name(), procedure.stop->least_blocks, procedure.blocks));
  const auto shortest = std::ranges::min_element(
      procedure.events, {}, [](const auto& named) { return named.second.observe; });
  if (shortest == procedure.events.end() || procedure.windows.empty()) return;
  const std::int64_t observed_ns = shortest->second.observe.count();
  if (std::ranges::none_of(procedure.windows,
                           [&](const Window& window) { return window.end_ns <= observed_ns; }))
    node.fault(fmt::format(
        "{} looks at windows that are over when each event's observation is, and none of "
        "design.windows ends within the {} ms of {}: add one, or lengthen its `observe`",
        node.name(), observed_ns / 1'000'000, shortest->first));
}

void read_design(const yaml::Node& node, ProcedureFile& procedure) {
  procedure.design_place = node.place_text();
  yaml::Map keys = node.map();
  const auto count = [&](const yaml::Node& value, int least, int most, int otherwise) {
    return value ? static_cast<int>(value.integer(least, most)) : otherwise;
  };
  procedure.blocks = count(keys.required("blocks"), 1, most_blocks, 0);
  procedure.per_block = count(keys.optional("per_block"), 1, most_per_block, 4);
  procedure.reserve = count(keys.optional("reserve"), 0, most_reserve, 0);
  if (const yaml::Node period = keys.optional("background"))
    procedure.background = period.duration();
  if (const yaml::Node idle = keys.optional("idle")) procedure.idle = idle.duration();
  if (const yaml::Node drain = keys.optional("drain")) procedure.drain = drain.duration();
  if (const yaml::Node jitter = keys.optional("jitter")) procedure.jitter = jitter.duration();
  read_windows(keys.required("windows"), procedure);
  if (const yaml::Node alpha = keys.optional("alpha"))
    procedure.alpha = alpha.real(least_alpha, most_alpha);
  if (const yaml::Node draws = keys.optional("draws"))
    procedure.draws = static_cast<std::uint64_t>(draws.integer(least_draws, most_draws));
  const yaml::Node stop = keys.optional("stop");
  procedure.stop = read_stop(stop);
  check_stop(stop, procedure);
  keys.close();
}

void read_events(const yaml::Node& node, ProcedureFile& procedure) {
  yaml::Map names = node.map();
  for (const auto& [name, value] : names.named_entries()) {
    if (std::ranges::find(reserved_names, name) != reserved_names.end())
      value.fault(
          fmt::format("no event can be named {}: the word means something else in trials "
                      "and findings",
                      name));
    procedure.events.emplace(name, read_event(name, value));
  }
  if (node.is_map() && names.entries().empty())
    node.fault("events is empty: what is to be done to the machine?");
}

}  // namespace

bool is_wait(const Step& step) {
  return step.kind == Step::Kind::wait || step.kind == Step::Kind::wait_ready ||
         step.kind == Step::Kind::wait_quiet;
}

bool is_pressed(const Step& step) {
  return step.kind == Step::Kind::press || step.kind == Step::Kind::insert ||
         step.kind == Step::Kind::power || step.kind == Step::Kind::present;
}

bool touches_network(const Step& step) {
  return step.kind == Step::Kind::block || step.kind == Step::Kind::unblock ||
         step.kind == Step::Kind::limit;
}

bool touches_machine(const Step& step) { return !is_wait(step) && !touches_network(step); }

bool cuts_power(const EventSpec& event) {
  return std::ranges::any_of(event.steps,
                             [](const Step& step) { return step.kind == Step::Kind::power; });
}

bool needs_operator(const EventSpec& event) {
  return std::ranges::any_of(event.steps,
                             [](const Step& step) { return step.kind == Step::Kind::by_operator; });
}

bool touches_machine(const EventSpec& event) {
  return std::ranges::any_of(event.steps, [](const Step& step) { return touches_machine(step); });
}

std::size_t last_contact(const EventSpec& event) {
  std::size_t last = event.steps.size() - 1;
  for (std::size_t i = 0; i < event.steps.size(); ++i)
    if (touches_machine(event.steps[i])) last = i;
  return last;
}

EventSpec read_event(const std::string& name, const yaml::Node& node) {
  EventSpec event;
  event.name = name;
  event.place = node.place_text();
  yaml::Map keys = node.map();
  event.parameters = read_parameters(keys.optional("params"));
  if (const yaml::Node steps = keys.required("do"))
    event.steps = read_steps(steps, event.parameters);
  if (const yaml::Node confirm = keys.optional("confirm")) {
    event.confirm = read_confirm(confirm);
    if (!event.steps.empty()) check_time_to_confirm(confirm, event);
  }
  read_sham(keys.optional("sham"), event);
  if (const yaml::Node repeatable = keys.optional("repeatable"))
    event.repeatable = repeatable.boolean();
  if (const yaml::Node observe = keys.required("observe")) {
    event.observe = observe.duration();
    if (event.observe.count() == 0 && observe.is_scalar() && yaml::parse_duration(*observe.raw()))
      observe.fault(fmt::format("{} must be more than 0", observe.name()));
  }
  keys.close();
  return event;
}

Result<ProcedureFile> read_procedure_file(const std::string& path) {
  auto document = yaml::Document::read(path);
  if (!document) return pass_on(std::move(document));
  ProcedureFile procedure;
  procedure.path = path;
  procedure.text = document->text();

  yaml::Map top = yaml::top_map(*document, "procedure");
  procedure.name = top.required("name").text();
  read_events(top.required("events"), procedure);
  if (const yaml::Node design = top.required("design")) read_design(design, procedure);
  if (const yaml::Node contract = top.optional("contract")) {
    procedure.contract = contract.text();
    procedure.contract_place = contract.place_text();
  }
  top.close();
  return document->finish(std::move(procedure));
}

}  // namespace brewproof
