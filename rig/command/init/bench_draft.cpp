#include "rig/command/init/bench_draft.h"

#include <fmt/format.h>

#include <iterator>

#include "rig/command/station/boards.h"
#include "rig/yaml/scalar_form.h"

namespace brewproof {
namespace {

class Writer {
 public:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  void text(std::string_view key, const std::string& value, std::string_view indent) {
    if (!value.empty()) line("{}{}: {}", indent, key, yaml_scalar(value));
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Numbers, on/off and lists are what drivers take plain.
std::string option_scalar(const std::string& value) {
  const bool plain = yaml::form_of(value) == yaml::ScalarForm::integer || value == "on" ||
                     value == "off" || (value.starts_with('[') && value.ends_with(']'));
  return plain ? value : yaml_scalar(value);
}

void write_resource(const std::optional<ResourceDraft>& resource, Writer& out) {
  if (!resource) return;
  std::string options;
  if (!resource->adapter.empty()) {
    out.line("  # {} is an adapter on boards of several kinds: that it is {} here was said,",
             resource->adapter, resource->driver);
    out.line("  # not seen. `brewproof doctor --bench` asks the board.");
  }
  for (const auto& [name, value] : resource->options)
    options += fmt::format(", {}: {}", name, option_scalar(value));
  out.line("  {}", bench_line(resource->name, resource->driver, resource->place + options));
}

void write_dut(const BenchDraft& draft, Writer& out) {
  out.line("dut:");
  out.text("maker", draft.maker, "  ");
  out.text("model", draft.model, "  ");
  out.text("serial", draft.serial, "  ");
  out.text("firmware", draft.firmware, "  ");
  if (!draft.mac.empty()) out.line("  mac: [\"{}\"]", draft.mac);
  out.line("  # What else describes its state, in keys of your own:");
  out.line("  # state: {{account: test, region: CN, consent: accepted}}");
}

void write_controls(const BenchDraft& draft, Writer& out) {
  const bool any = !draft.buttons.empty() || draft.dummy > 0 || draft.reader || draft.meter;
  out.line(
      "# What a person could do at the machine. `press` is how long a contact is held, `max_on`");
  out.line("# the time after which it is opened whatever happens.");
  out.line("controls:{}", any ? "" : " {}");
  for (const auto& [channel, button] : draft.buttons)
    out.line("  {}: {{output: {}/{}, press: 300 ms, max_on: 1 s}}", button, draft.panel->name,
             channel);
  if (draft.dummy > 0) {
    out.line(
        "  # Wired to nothing: the same relay, click and all, for the trials that must not reach");
    out.line("  # the machine.");
    out.line("  dummy: {{output: {}/{}, press: 300 ms, max_on: 1 s, for: sham}}", draft.panel->name,
             draft.dummy);
  }
  if (draft.reader) out.line("  card: {{reader: {}}}", draft.reader->name);
  if (draft.meter) {
    out.line("  watts: {{meter: {}, quantity: power}}", draft.meter->name);
    out.line("# The next trial begins when the machine is idle. Look what yours takes when it is.");
    out.line("ready: {{watts: {{below: 30 W, for: 2 s}}}}");
  }
}

void write_network(const BenchDraft& draft, Writer& out) {
  out.line(
      "# Every way out of the machine: captured, blocked, absent or unobserved. As long as one is");
  out.line(
      "# unobserved, `none seen` proves little; say blocked or absent only where you made sure.");
  out.line("network:");
  if (!draft.capture.empty()) out.line("  capture: {}", yaml_scalar(draft.capture));
  out.line(
      "  paths: {{ethernet: {}, wifi: unobserved, cellular: unobserved, bluetooth: unobserved, "
      "reader_modem: unobserved}}",
      draft.capture.empty() ? "unobserved" : "captured");
}

void write_limits(const BenchDraft& draft, Writer& out) {
  std::string limits;
  for (const auto& [key, value] : {std::pair{"cups", &draft.cups},
                                   {"payments", &draft.payments},
                                   {"money", &draft.money},
                                   {"wall_clock", &draft.duration}})
    if (!value->empty()) limits += fmt::format("{}{}: {}", limits.empty() ? "" : ", ", key, *value);
  if (limits.empty()) return;
  out.line("# A run stops before one of these is exceeded.");
  out.line("limits: {{{}}}", limits);
}

}  // namespace

std::string bench_text(const BenchDraft& draft, const std::string& schema) {
  Writer out;
  out.line("# yaml-language-server: $schema={}", schema);
  out.line(
      "# What is wired to what on this bench, as `brewproof init` asked for it. After a change");
  out.line(
      "# `brewproof lint` tells every fault, `brewproof doctor --bench` whether it all answers.");
  out.line("brewproof: bench/1");
  out.line("name: {}", yaml_scalar(draft.name));
  write_dut(draft, out);
  out.line(
      "# Where the boards are. `brewproof devices` prints such lines, `devices --known` all "
      "options.");
  const bool any = draft.panel || draft.reader || draft.meter;
  out.line("resources:{}", any ? "" : " {}");
  write_resource(draft.panel, out);
  write_resource(draft.reader, out);
  write_resource(draft.meter, out);
  write_controls(draft, out);
  if (draft.reader) out.line("payment: emulated");
  write_network(draft, out);
  write_limits(draft, out);
  if (draft.panel) {
    out.line("# The order in which outputs are made safe.");
    out.line("safe: {{{}: all off}}", draft.panel->name);
  }
  return out.take();
}

}  // namespace brewproof
