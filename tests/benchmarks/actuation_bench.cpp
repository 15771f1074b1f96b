// What commanding a board costs beside the board itself. Each simulated serial board is driven over
// its pseudo-terminal twice in turn: by its driver (both clock stamps, reply checked, exchange
// kept) and by bare write(2) and read(2) of the same bytes. Then one whole step of the engine,
// intent to outcome, with devices that answer at once: what is left beside device, waiting and the
// disk. Goals: a step <= 50 us beside the one fdatasync of its intent (numbers.md).

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "drivers/catalogue.h"
#include "rig/bench/bench.h"
#include "rig/evidence/journal.h"
#include "rig/process/child.h"
#include "tests/benchmarks/times.h"

namespace {

using namespace brewproof;
namespace fs = std::filesystem;

constexpr int rounds = 300;
constexpr int warm_up = 30;

struct Board {
  const char* name;  // of the simulator and of the driver
  const char* driver;
  std::map<std::string, std::string> options;
};

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "actuation: {}\n", why);
  std::exit(3);
}

// The same bytes without anything of ours: written, and as many read as the driver read.
void bare_exchange(int port, const Exchange& exchange) {
  if (::write(port, exchange.written.data(), exchange.written.size()) !=
      static_cast<ssize_t>(exchange.written.size()))
    give_up("a bare write failed");
  std::size_t heard = 0;
  std::array<std::uint8_t, 256> buffer{};
  while (heard < exchange.received.size()) {
    pollfd waiting{port, POLLIN, 0};
    if (::poll(&waiting, 1, 1000) <= 0) give_up("no answer to bare bytes");
    const ssize_t count = ::read(port, buffer.data(), buffer.size());
    if (count <= 0) give_up("a bare read failed");
    heard += static_cast<std::size_t>(count);
  }
}

struct Figures {
  std::vector<double> ours, bare, bracket;
};

Figures measure_board(const Board& board, const std::string& link) {
  ChildSettings settings;
  settings.program = program_beside("brewproof-sim");
  settings.arguments = {board.name, "--link", link};
  settings.pipe_stdin = settings.pipe_stdout = settings.pipe_stderr = true;
  auto simulator = Child::start(settings);
  if (!simulator) give_up(simulator.error().message);
  const auto ready = simulator->read_line(std::chrono::seconds(10));
  if (!ready || !*ready) give_up(std::string(board.name) + ": its simulator does not start");

  SystemClock clock;
  Exchange last;
  ResourceConfig resource;
  resource.name = "board";
  resource.driver = board.driver;
  resource.options = board.options;
  resource.options["port"] = link;
  const DriverEntry* driver = find_driver(driver_table(), board.driver);
  auto device = driver->open(resource, {clock, [&](const Exchange& e) { last = e; }});
  if (!device) give_up(device.error().message);
  const int port = ::open(link.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (port < 0) give_up(link + " cannot be opened");

  Figures figures;
  for (int i = 0; i < rounds + warm_up; ++i) {
    const bool on = i % 2 == 0;
    const auto sent = (*device)->as_switch()->set(1, on);
    if (!sent) give_up(sent.error().message);
    // From before the write: a board with a pace of its own is waited for before that.
    const double o = static_cast<double>(clock.now().raw_ns - sent->before_write.raw_ns) / 1e3;
    ::usleep(12'000);
    const Exchange& same = last;
    const double b = microseconds_of([&] { bare_exchange(port, same); });
    ::usleep(12'000);
    if (i < warm_up) continue;
    figures.ours.push_back(o);
    figures.bare.push_back(b);
    figures.bracket.push_back(
        static_cast<double>(same.sent.after_drain.raw_ns - same.sent.before_write.raw_ns) / 1e3);
  }
  ::close(port);
  return figures;
}

// A device that answers at once: what remains of a step is the engine's.
class ReadyBoard final : public Device, public Switch {
 public:
  explicit ReadyBoard(Clock& clock) : clock_(clock) {}
  [[nodiscard]] std::string identity() const override { return "answers at once"; }
  Switch* as_switch() override { return this; }
  Result<Sent> set(int, bool on) override {
    on_ = on;
    return all_off();
  }
  Result<Sent> all_off() override {
    const Instant now = clock_.now();
    return Sent{now, now, now};
  }
  Result<std::optional<bool>> read(int) override { return std::optional<bool>(on_); }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }
  Result<Sent> harmless_exchange() override { return all_off(); }

 private:
  Clock& clock_;
  bool on_ = false;
};

Result<std::unique_ptr<Device>> open_ready_board(const ResourceConfig&,
                                                 const DriverContext& context) {
  return std::make_unique<ReadyBoard>(context.clock);
}

void measure_step(const std::string& folder) {
  static constexpr DriverEntry entry{.name = "ready",
                                     .summary = "",
                                     .transport = "none",
                                     .capability = "switch",
                                     .source = "",
                                     .options = {},
                                     .open = open_ready_board};
  static constexpr const DriverEntry* table[] = {&entry};
  BenchFile file;
  file.resources["panel"] = {.name = "panel", .driver = "ready", .options = {}, .place = ""};
  ControlConfig& control = file.controls["espresso"];
  control.name = "espresso";
  control.resource = "panel";
  control.channel = 1;
  control.press = std::chrono::milliseconds(1);
  control.max_on = std::chrono::seconds(1);
  SystemClock clock;
  auto bench = Bench::open(file, table, clock, {});
  if (!bench) give_up(bench.error().message);
  if (auto safe = (*bench)->make_safe(); !safe) give_up(safe.error().message);
  auto journal = Journal::create(folder + "/journal.jsonl", clock);
  if (!journal) give_up(journal.error().message);
  const Wait at_once = [](std::int64_t) { return Result<void>(); };
  std::vector<double> sync, rest;
  for (int i = 0; i < 2000; ++i) {
    const nlohmann::json intent = {
        {"trial", i + 1}, {"block", 1}, {"event", "brew"}, {"sham", false}};
    sync.push_back(microseconds_of([&] {
      if (!journal->append("intent", intent, Journal::Sync::yes)) give_up("the journal failed");
    }));
    rest.push_back(microseconds_of([&] {
      auto press = (*bench)->press("espresso", at_once);
      if (!press) give_up(press.error().message);
      const nlohmann::json outcome = {{"trial", i + 1},
                                      {"act_raw_ns", press->on.before_write.raw_ns},
                                      {"reported_on", *press->reported_on},
                                      {"reported_off", *press->reported_off}};
      if (!journal->append("outcome", outcome, Journal::Sync::no)) give_up("the journal failed");
    }));
  }
  fmt::print("\nA step of the engine with a board that answers at once, {} times, us\n",
             rest.size());
  fmt::print("{:<34}{:>10}{:>10}\n", "", "median", "p99");
  fmt::print("{:<34}{:>10.1f}{:>10.1f}\n", "press, read-backs, outcome line", quantile(rest, 0.5),
             quantile(rest, 0.99));
  fmt::print("{:<34}{:>10.1f}{:>10.1f}\n", "intent line with its fdatasync", quantile(sync, 0.5),
             quantile(sync, 0.99));
}

}  // namespace

int main() {
  const std::string folder = (fs::temp_directory_path() / fmt::format("actuation-{}", ::getpid()));
  fs::create_directories(folder);
  const std::vector<Board> boards = {{"lcus", "lcus_relay", {{"channels", "4"}}},
                                     {"modbus_relay", "modbus_relay", {{"channels", "8"}}},
                                     {"kmtronic", "kmtronic", {}},
                                     {"conrad_197720", "conrad_197720", {}},
                                     {"icstation", "icstation", {}},
                                     {"numato", "numato", {}},
                                     {"devantech_usb_rly", "devantech_usb_rly", {}}};
  fmt::print("Switching one channel of a simulated board over its pseudo-terminal, us\n");
  fmt::print("{:<20}{:>10}{:>8}{:>10}{:>8}{:>9}{:>14}{:>8}\n", "board", "ours p50", "p99",
             "bare p50", "p99", "ratio", "bracket p50", "p99");
  for (const Board& board : boards) {
    const Figures f = measure_board(board, folder + "/board");
    fmt::print("{:<20}{:>10.1f}{:>8.1f}{:>10.1f}{:>8.1f}{:>9.2f}{:>14.1f}{:>8.1f}\n", board.name,
               quantile(f.ours, 0.5), quantile(f.ours, 0.99), quantile(f.bare, 0.5),
               quantile(f.bare, 0.99), quantile(f.ours, 0.5) / quantile(f.bare, 0.5),
               quantile(f.bracket, 0.5), quantile(f.bracket, 0.99));
  }
  measure_step(folder);
  fs::remove_all(folder);
}
