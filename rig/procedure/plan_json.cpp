// plan.json (schema brewproof.plan/1): what is hashed before the first action, and read again by
// the analysis.
#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "rig/model/canonical_json.h"
#include "rig/model/generator.h"
#include "rig/model/sha256.h"
#include "rig/procedure/make_plan.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

using nlohmann::json;

constexpr std::string_view plan_schema = "brewproof.plan/1";
constexpr std::size_t most_bytes = std::size_t{256} << 20;

json value_json(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  return std::get<std::string>(value);
}

std::string_view kind_text(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::derived:
      return "derived";
    case ParameterKind::observed:
      return "observed";
    case ParameterKind::drawn:
      break;
  }
  return "drawn";
}

json parameter_json(const ParameterDesign& parameter) {
  json levels = json::array();
  for (const Value& level : parameter.levels) levels.push_back(value_json(level));
  return {{"kind", kind_text(parameter.kind)},
          {"unique", parameter.unique},
          {"money", parameter.money},
          {"currency", parameter.currency},
          {"levels", levels}};
}

json design_json(const Design& design) {
  json events = json::object();
  for (const auto& [name, event] : design.events) {
    json parameters = json::object();
    for (const auto& [parameter_name, parameter] : event.parameters)
      parameters[parameter_name] = parameter_json(parameter);
    events[name] = {
        {"sham", event.sham}, {"observe_ns", event.observe_ns}, {"parameters", parameters}};
  }
  json windows = json::array();
  for (const Window& window : design.windows) windows.push_back({window.begin_ns, window.end_ns});
  json whole = {
      {"alpha", design.alpha},
      {"background_ns", design.background_ns ? json(*design.background_ns) : json(nullptr)},
      {"draws", design.draws},
      {"events", events},
      {"seed", design.seed},
      {"windows_ns", windows}};
  if (design.stop)
    whole["stop"] = {{"when", "decided"}, {"least_blocks", design.stop->least_blocks}};
  return whole;
}

json slots_json(const std::vector<Slot>& slots) {
  json array = json::array();
  for (const Slot& slot : slots) {
    json parameters = json::object();
    for (const auto& [name, value] : slot.parameters) parameters[name] = value_json(value);
    array.push_back({{"trial", slot.trial},
                     {"block", slot.block},
                     {"event", slot.event},
                     {"sham", slot.sham},
                     {"parameters", parameters},
                     {"jitter_ns", slot.jitter_ns}});
  }
  return array;
}

json stops_json(const std::vector<ServiceStop>& stops) {
  json array = json::array();
  for (const ServiceStop& stop : stops) {
    json tasks = json::array();
    for (const ServiceTask& task : stop.tasks)
      tasks.push_back({{"consumable", task.consumable},
                       {"service", task.service},
                       {"by", task.by.empty() ? json(nullptr) : json(task.by)}});
    array.push_back({{"before_block", stop.before_block}, {"tasks", tasks}, {"cups", stop.cups}});
  }
  return array;
}

// A JSON value while it is read: the first fault is kept, later reads give defaults.
class Reader {
 public:
  Reader(const json& value, std::string pointer, std::string& fault)
      : value_(&value), pointer_(std::move(pointer)), fault_(&fault) {}

  [[nodiscard]] Reader at(const std::string& key) const {
    static const json null;
    const std::string pointer = pointer_ + "/" + key;
    if (value_->is_object() && value_->contains(key)) return {(*value_)[key], pointer, *fault_};
    Reader missing(null, pointer, *fault_);
    missing.wrong("there");
    return missing;
  }
  [[nodiscard]] bool has(const std::string& key) const {
    return value_->is_object() && value_->contains(key);
  }
  [[nodiscard]] bool is_null() const { return value_->is_null(); }

  template <class Visit>
  void each_item(Visit visit) const {
    if (!value_->is_array()) return wrong("a list");
    for (std::size_t i = 0; i < value_->size(); ++i)
      visit(Reader((*value_)[i], fmt::format("{}/{}", pointer_, i), *fault_));
  }
  template <class Visit>
  void each_entry(Visit visit) const {
    if (!value_->is_object()) return wrong("an object");
    for (const auto& [key, value] : value_->items())
      visit(key, Reader(value, pointer_ + "/" + key, *fault_));
  }

  [[nodiscard]] std::int64_t integer(
      std::int64_t least, std::int64_t most = std::numeric_limits<std::int64_t>::max()) const {
    const bool fits = value_->is_number_integer() &&
                      (!value_->is_number_unsigned() ||
                       value_->get<std::uint64_t>() <=
                           static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
    if (fits && value_->get<std::int64_t>() >= least && value_->get<std::int64_t>() <= most)
      return value_->get<std::int64_t>();
    wrong(fmt::format("a whole number of at least {}", least));
    return least;
  }
  [[nodiscard]] std::uint64_t natural() const {
    if (value_->is_number_unsigned()) return value_->get<std::uint64_t>();
    if (value_->is_number_integer() && value_->get<std::int64_t>() >= 0)
      return static_cast<std::uint64_t>(value_->get<std::int64_t>());
    wrong("a whole number of at least 0");
    return 0;
  }
  [[nodiscard]] int count(int least) const {
    return static_cast<int>(integer(least, std::numeric_limits<int>::max()));
  }
  [[nodiscard]] double real() const {
    if (value_->is_number()) return value_->get<double>();
    wrong("a number");
    return 0;
  }
  [[nodiscard]] bool boolean() const {
    if (value_->is_boolean()) return value_->get<bool>();
    wrong("true or false");
    return false;
  }
  [[nodiscard]] std::string text() const {
    if (value_->is_string()) return value_->get<std::string>();
    wrong("text");
    return "";
  }
  [[nodiscard]] Value value() const {
    if (value_->is_string()) return value_->get<std::string>();
    return integer(std::numeric_limits<std::int64_t>::min());
  }
  void wrong(std::string_view wanted) const {
    if (fault_->empty()) *fault_ = fmt::format("{} is not {}", yaml::in_quotes(pointer_), wanted);
  }

 private:
  const json* value_;
  std::string pointer_;
  std::string* fault_;
};

ParameterKind read_kind(const Reader& reader) {
  const std::string text = reader.text();
  if (text == "derived") return ParameterKind::derived;
  if (text == "observed") return ParameterKind::observed;
  if (text != "drawn") reader.wrong("drawn, derived or observed");
  return ParameterKind::drawn;
}

ParameterDesign read_parameter(const Reader& reader) {
  ParameterDesign parameter;
  parameter.kind = read_kind(reader.at("kind"));
  parameter.unique = reader.at("unique").boolean();
  parameter.money = reader.at("money").boolean();
  parameter.currency = reader.at("currency").text();
  reader.at("levels").each_item(
      [&](const Reader& level) { parameter.levels.push_back(level.value()); });
  return parameter;
}

Window read_window(const Reader& reader) {
  std::vector<std::int64_t> ends;
  reader.each_item([&](const Reader& end) { ends.push_back(end.integer(0)); });
  if (ends.size() != 2 || ends[0] >= ends[1]) {
    reader.wrong("a window [begin, end]");
    return {};
  }
  return {ends[0], ends[1]};
}

void expect(const Reader& reader, std::string_view wanted) {
  if (reader.text() != wanted) reader.wrong(yaml::in_quotes(wanted));
}

Design read_design(const Reader& reader) {
  Design design;
  reader.at("events").each_entry([&](const std::string& name, const Reader& event) {
    EventDesign& of_event = design.events[name];
    of_event.sham = event.at("sham").text();
    of_event.observe_ns = event.at("observe_ns").integer(0);
    event.at("parameters").each_entry([&](const std::string& key, const Reader& parameter) {
      of_event.parameters[key] = read_parameter(parameter);
    });
  });
  reader.at("windows_ns").each_item([&](const Reader& window) {
    design.windows.push_back(read_window(window));
  });
  const Reader alpha = reader.at("alpha");
  design.alpha = alpha.real();
  if (!(design.alpha > 0 && design.alpha < 1)) alpha.wrong("between 0 and 1");
  design.draws = reader.at("draws").natural();
  design.seed = reader.at("seed").natural();
  if (const Reader background = reader.at("background_ns"); !background.is_null())
    design.background_ns = background.integer(0);
  if (reader.has("stop")) {
    expect(reader.at("stop").at("when"), "decided");
    design.stop = StopRule{reader.at("stop").at("least_blocks").count(1)};
  }
  return design;
}

std::vector<Slot> read_slots(const Reader& reader, const Design& design) {
  std::vector<Slot> slots;
  reader.each_item([&](const Reader& item) {
    Slot slot;
    slot.trial = item.at("trial").count(1);
    slot.block = item.at("block").count(1);
    const Reader event = item.at("event");
    slot.event = event.text();
    if (!design.events.contains(slot.event)) event.wrong("an event of the design");
    slot.sham = item.at("sham").boolean();
    item.at("parameters").each_entry([&](const std::string& name, const Reader& value) {
      slot.parameters[name] = value.value();
    });
    slot.jitter_ns = item.at("jitter_ns").integer(0);
    slots.push_back(std::move(slot));
  });
  return slots;
}

std::vector<ServiceStop> read_stops(const Reader& reader) {
  std::vector<ServiceStop> stops;
  reader.each_item([&](const Reader& item) {
    ServiceStop stop;
    stop.before_block = item.at("before_block").count(1);
    item.at("tasks").each_item([&](const Reader& task) {
      const Reader by = task.at("by");
      stop.tasks.push_back(
          {task.at("consumable").text(), task.at("service").text(), by.is_null() ? "" : by.text()});
    });
    item.at("cups").each_item([&](const Reader& cup) { stop.cups.push_back(cup.text()); });
    stops.push_back(std::move(stop));
  });
  return stops;
}

}  // namespace

std::string plan_json(const Plan& plan) {
  json whole = {{"schema", plan_schema},
                {"generator", generator_name},
                {"procedure", plan.procedure},
                {"nonce", plan.nonce},
                {"design", design_json(plan.design)},
                {"blocks", plan.blocks},
                {"per_block", plan.per_block},
                {"reserve_blocks", plan.reserve_blocks},
                {"idle_ns", plan.idle_ns},
                {"drain_ns", plan.drain_ns},
                {"slots", slots_json(plan.slots)},
                {"reserve", slots_json(plan.reserve)}};
  // A plan without these has the bytes that it had before there were any.
  if (!plan.stops.empty()) whole["stops"] = stops_json(plan.stops);
  if (!plan.passive_blocks.empty()) whole["passive_blocks"] = plan.passive_blocks;
  return canonical_json(whole);
}

std::string plan_sha256(const Plan& plan) { return sha256(plan_json(plan)); }

Result<Plan> read_plan_json(const std::string& text, const std::string& path) {
  const auto refuse = [&](const std::string& why) {
    return fail(ErrorCode::bad_file, "{}: this is no plan: {}", yaml::printable(path), why);
  };
  if (text.size() > most_bytes) return refuse("it is larger than 256 MiB");
  const json whole = json::parse(text, nullptr, false);
  if (whole.is_discarded()) return refuse("it is no complete JSON (was the file cut off?)");
  std::string fault;
  const Reader reader(whole, "", fault);
  Plan plan;
  expect(reader.at("schema"), plan_schema);
  expect(reader.at("generator"), generator_name);
  plan.procedure = reader.at("procedure").text();
  plan.nonce = reader.at("nonce").text();
  plan.design = read_design(reader.at("design"));
  plan.blocks = reader.at("blocks").count(0);
  plan.per_block = reader.at("per_block").count(0);
  plan.reserve_blocks = reader.at("reserve_blocks").count(0);
  plan.idle_ns = reader.at("idle_ns").integer(0);
  plan.drain_ns = reader.at("drain_ns").integer(0);
  plan.slots = read_slots(reader.at("slots"), plan.design);
  plan.reserve = read_slots(reader.at("reserve"), plan.design);
  if (reader.has("stops")) plan.stops = read_stops(reader.at("stops"));
  if (reader.has("passive_blocks"))
    reader.at("passive_blocks").each_item([&](const Reader& block) {
      plan.passive_blocks.insert(block.count(1));
    });
  if (!fault.empty()) return refuse(fault);
  return plan;
}

}  // namespace brewproof
