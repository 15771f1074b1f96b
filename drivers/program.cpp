// A child program as a control: the own tool of a finger robot, a phone, a power supply. Its
// argument vectors go to execve as they are, without a shell.
//
//   press: {driver: program, "on": [switchbot-cli, press, "E5:1C"], "off": ["true"], within: 5 s}
//   lamp:  {driver: program, "on": [lamp, "1"], "off": [lamp, "0"], read: [lamp, state]}
//
//   door:  {driver: program, read: [door-state]}
//
// With `read` alone it is an input, in `input: door/1`. (`on` and `off` are quoted, because some
// YAML readers take them for booleans.)
//
// Source: none but this: the contract with the program. It ends by itself within `within` (else it
// is killed with its process group, and the state is unknown), exit code 0 says that the command
// was taken, any other is an error that quotes its last line; `read` prints `on` or `off` as its
// last line. What it prints is recorded. Nothing is run again after a failure; unlike a device that
// is gone, a program may well succeed the next time it is asked.
//
// What a read-back proves is what the program knows; without `read` there is none.

#include <array>
#include <nlohmann/json.hpp>

#include "drivers/option.h"
#include "drivers/quoted.h"
#include "rig/bench/driver.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;

constexpr int default_within_ms = 5000;
constexpr int longest_within_ms = 600'000;
constexpr std::size_t most_output = 65536;

using Arguments = std::vector<std::string>;

// `on` of the bench file comes as on.0, on.1 ...
Arguments arguments_of(const ResourceConfig& resource, const std::string& name) {
  Arguments arguments;
  for (;;) {
    const auto next = resource.options.find(fmt::format("{}.{}", name, arguments.size()));
    if (next == resource.options.end()) return arguments;
    arguments.push_back(next->second);
  }
}

std::string_view last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
    text.remove_suffix(1);
  const std::size_t start = text.find_last_of("\r\n");
  return start == std::string_view::npos ? text : text.substr(start + 1);
}

class Program final : public Device, public Switch, public Input {
 public:
  Program(const ResourceConfig& resource, const DriverContext& context, milliseconds within)
      : resource_(resource.name),
        context_(context),
        within_(within),
        on_(arguments_of(resource, "on")),
        off_(arguments_of(resource, "off")),
        read_(arguments_of(resource, "read")) {}

  // An *off* that cannot be run must be told now and not when it is needed.
  Result<void> look_up() const {
    const bool is_input = on_.empty() && off_.empty() && !read_.empty();
    for (const Arguments* each : {&on_, &off_, &read_}) {
      if (each->empty() && each != &read_ && !is_input)
        return fail(ErrorCode::bad_file,
                    "{} is missing: the program and its arguments, as [lamp, \"1\"]",
                    each == &on_ ? "on" : "off");
      if (each->empty()) continue;
      if (auto found = find_program(each->front()); !found) return pass_on(std::move(found));
    }
    return {};
  }

  [[nodiscard]] std::string identity() const override {
    return fmt::format("program {}", find_program(named()).value_or(named()));
  }
  Switch* as_switch() override { return on_.empty() ? nullptr : this; }
  Input* as_input() override { return read_.empty() ? nullptr : this; }
  [[nodiscard]] ReadBack read_back() const override {
    return read_.empty() ? ReadBack::none : ReadBack::latch;
  }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    auto done = run(on ? on_ : off_);
    if (!done) return pass_on(std::move(done));
    return exchange_.sent;
  }
  Result<Sent> all_off() override { return set(1, false); }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    if (read_.empty()) return std::nullopt;
    auto on = sense(channel);
    if (!on) return pass_on(std::move(on));
    return *on;
  }

  Result<bool> sense(int line) override {
    if (auto known = check_channel(line); !known) return pass_on(std::move(known));
    auto said = run(read_);
    if (!said) return pass_on(std::move(said));
    const std::string_view word = last_line(*said);
    if (word == "on" || word == "off") return word == "on";
    return fail(ErrorCode::protocol,
                "{}: {} printed {} where on or off was expected as the last line", resource_,
                read_.front(), quoted(as_bytes(word)));
  }

  Result<Sent> harmless_exchange() override {
    if (read_.empty())
      return fail(ErrorCode::usage, "{} has no `read`: there is nothing harmless to run for a sham",
                  resource_);
    auto said = run(read_);
    if (!said) return pass_on(std::move(said));
    return exchange_.sent;
  }

 private:
  [[nodiscard]] const std::string& named() const { return (on_.empty() ? read_ : on_).front(); }

  Result<void> check_channel(int channel) const {
    if (channel == 1) return {};
    return fail(ErrorCode::usage, "{} has no channel {}: a program is one channel", resource_,
                channel);
  }

  // Its standard output. Before: the program is not started; after the drain: it runs; first reply:
  // it has ended.
  Result<std::string> run(const Arguments& arguments) {
    const std::string line =
        nlohmann::json(arguments).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    exchange_ = {resource_, {}, Bytes(line.begin(), line.end()), {}};
    exchange_.sent.before_write = context_.clock.now();
    ChildSettings settings;
    settings.program = arguments.front();
    settings.arguments.assign(arguments.begin() + 1, arguments.end());
    settings.pipe_stdout = true;
    settings.pipe_stderr = true;
    auto child = Child::start(settings);
    exchange_.sent.after_drain = context_.clock.now();
    if (!child) return fail(child.error().code, "{}: {}", resource_, child.error().message);
    auto output = child->finish(within_, most_output);
    const std::string heard = output ? output->out + output->err : child->heard();
    if (output) exchange_.sent.first_reply = context_.clock.now();
    exchange_.received.assign(heard.begin(), heard.end());
    if (context_.record) context_.record(exchange_);
    if (!output)
      return fail(output.error().code, "{}: {}: its state is unknown", resource_,
                  output.error().message);
    if (output->exit.ok()) return std::move(output->out);
    const std::string end = output->exit.signal != 0
                                ? fmt::format("was ended by signal {}", output->exit.signal)
                                : fmt::format("failed with exit code {}", output->exit.code);
    return fail(ErrorCode::io, "{}: {} {}: {}", resource_, line, end,
                quoted(as_bytes(last_line(heard))));
  }

  std::string resource_;
  DriverContext context_;
  milliseconds within_;
  Arguments on_, off_, read_;
  Exchange exchange_;
};

Result<std::unique_ptr<Device>> open_program(const ResourceConfig& resource,
                                             const DriverContext& context) {
  auto within = number_option(resource, "within", default_within_ms, 1, longest_within_ms);
  if (!within) return pass_on(std::move(within));
  auto program = std::make_unique<Program>(resource, context, milliseconds(*within));
  if (auto found = program->look_up(); !found) return pass_on(std::move(found));
  return program;
}

constexpr std::array<OptionEntry, 4> options{{
    {"on", false, "program and arguments that switch on, as [lamp, \"1\"]"},
    {"off", false, "program and arguments that switch off"},
    {"read", false, "program and arguments that print on or off; alone: an input"},
    {"within", false, "time limit of each run, 5 s where absent"},
}};

}  // namespace

extern const DriverEntry program_driver;
constinit const DriverEntry program_driver{
    .name = "program",
    .summary = "a program of your own as an output or input: finger robot, phone, door switch",
    .transport = "program",
    .capability = "switch input",
    .read_back = ReadBack::latch,
    .source = "the contract in drivers/program.cpp",
    .options = options,
    .open = open_program,
};

}  // namespace brewproof
