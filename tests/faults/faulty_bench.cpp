#include "tests/faults/faulty_bench.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "rig/evidence/journal.h"
#include "rig/evidence/trials_log.h"
#include "rig/guardian/bench_lock.h"
#include "tests/rig/process/started.h"

namespace brewproof::faults {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

Child start_board(const std::string& port, const std::vector<std::string>& faults) {
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof-sim";
  settings.arguments = {"lcus", "--port", port};
  for (const std::string& fault : faults)
    settings.arguments.insert(settings.arguments.end(), {"--fault", fault});
  settings.pipe_stdin = settings.pipe_stdout = true;
  Child child = started(settings);
  const auto ready = child.read_line(30s);
  if (!ready || *ready != "ready") throw std::runtime_error("the simulated board does not start");
  return child;
}

// The fields of /proc/PID/stat behind the name, from the state on; empty where it is gone.
std::pair<std::string, int> name_and_parent(const std::string& pid) {
  std::ifstream in("/proc/" + pid + "/stat");
  std::string text;
  std::getline(in, text);
  const std::size_t open = text.find('('), close = text.rfind(')');
  if (open == std::string::npos || close == std::string::npos) return {"", 0};
  return {text.substr(open + 1, close - open - 1), std::atoi(text.c_str() + close + 4)};
}

}  // namespace

SimulatedBoard::SimulatedBoard(const std::string& port, const std::vector<std::string>& faults)
    : child_(start_board(port, faults)), listener_([this] { listen(); }) {}

SimulatedBoard::~SimulatedBoard() {
  ending_ = true;
  child_.close_stdin();
  listener_.join();
}

void SimulatedBoard::listen() {
  while (!ending_) {
    const auto line = child_.read_line(50ms);
    if (!line) continue;
    if (!*line) return;
    int channel = 0;
    char state[16] = {};
    if (std::sscanf((*line)->c_str(), "contact %d %15s", &channel, state) != 2) continue;
    const std::lock_guard lock(guard_);
    const bool closed = std::string(state) == "closed";
    changes_.push_back({channel, closed, clock_.now().raw_ns});
    closed_[channel] = closed;
    changed_.notify_all();
  }
}

bool SimulatedBoard::wait_until(bool any_closed, std::chrono::milliseconds within) {
  std::unique_lock lock(guard_);
  return changed_.wait_for(lock, within, [&] {
    return std::ranges::any_of(closed_, [](const auto& c) { return c.second; }) == any_closed;
  });
}

bool SimulatedBoard::wait_closed(std::chrono::milliseconds within) {
  return wait_until(true, within);
}
bool SimulatedBoard::wait_all_open(std::chrono::milliseconds within) {
  return wait_until(false, within);
}

std::vector<Change> SimulatedBoard::changes() {
  const std::lock_guard lock(guard_);
  return changes_;
}

void SimulatedBoard::forget() {
  const std::lock_guard lock(guard_);
  changes_.clear();
}

FaultyBench::FaultyBench() { write_bench("200 ms", "2 s"); }

void FaultyBench::write_bench(const std::string& press, const std::string& max_on,
                              const std::string& more) {
  put_file(path("bench.yaml"), fmt::format(R"(brewproof: bench/1
name: faulty
dut: {{maker: Example, model: One, mac: ["02:c0:ff:ee:00:01"]}}
resources:
  panel: {{driver: lcus_relay, port: {}, channels: 4}}
controls:
  espresso: {{output: panel/1, press: {}, max_on: {}}}
  latte: {{output: panel/2, press: {}, max_on: {}}}
{})",
                                           path("panel"), press, max_on, press, max_on, more));
  put_file(path("procedure.yaml"), presses_procedure());
}

Child FaultyBench::controller(std::vector<std::string> arguments) const {
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
  settings.arguments = std::move(arguments);
  settings.working_folder = folder.path();
  settings.pipe_stdout = settings.pipe_stderr = true;
  return started(settings);
}

Child FaultyBench::act(const std::string& control, const std::string& out) const {
  return controller({"act", control, "--bench", path("bench.yaml"), "--out", path(out)});
}

Child FaultyBench::run(const std::string& out) const {
  return controller({"run", path("procedure.yaml"), "--bench", path("bench.yaml"), "--out",
                     path(out), "--seed", "7"});
}

int FaultyBench::child_named(const std::string& name, int parent,
                             std::chrono::milliseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  do {
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string pid = entry.path().filename();
      if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
      // The kernel keeps 15 characters of a name.
      if (name_and_parent(pid) == std::pair(name.substr(0, 15), parent)) return std::stoi(pid);
    }
    std::this_thread::sleep_for(2ms);
  } while (std::chrono::steady_clock::now() < deadline);
  return -1;
}

int FaultyBench::guardian_of(int controller, std::chrono::milliseconds within) {
  return child_named("brewproof-guardian", controller, within);
}

bool FaultyBench::wait_free(std::chrono::milliseconds within) const {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!BenchLock::take(folder.file("bench.yaml"), "test")) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

nlohmann::json FaultyBench::log_line(const std::string& run, const std::string& event) const {
  std::ifstream in(path(run) + "/guardian.log");
  for (std::string row; std::getline(in, row);) {
    const auto line = nlohmann::json::parse(row, nullptr, false);
    if (line.is_object() && line.value("event", "") == event) return line;
  }
  return nullptr;
}

void FaultyBench::expect_nothing_lost(const std::string& run,
                                      const std::vector<Change>& changes) const {
  std::size_t presses = 0, announced = 0;
  for (const Change& change : changes) presses += change.closed ? 1 : 0;
  if (!fs::exists(path(run) + "/journal.jsonl")) {
    EXPECT_EQ(presses, 0U) << run << ": an output moved without a journal";
    return;
  }
  const auto journal = read_journal(path(run) + "/journal.jsonl");
  ASSERT_TRUE(journal) << journal.error().message;
  if (!journal->fault.empty()) {
    EXPECT_THAT(journal->fault, ::testing::HasSubstr("is torn"));
  }
  std::set<std::int64_t> outcomes;
  for (const Record& record : journal->records) {
    if (record.type == "intent" && !record.body.value("sham", false)) ++announced;
    if (record.type == "outcome" && record.body.contains("trial"))
      outcomes.insert(record.body["trial"].get<std::int64_t>());
  }
  EXPECT_LE(presses, announced) << run << ": an output moved whose intent is not in the journal";
  const auto trials = read_trials_prefix(path(run) + "/trials.jsonl");
  if (!trials) return;  // cut off before its first trial
  for (const Trial& trial : trials->trials)
    EXPECT_TRUE(outcomes.contains(trial.trial)) << run << ": trial " << trial.trial << " is lost";
}

int how_often(int otherwise) {
  const char* wanted = std::getenv("BREWPROOF_FAULTS");
  return wanted == nullptr ? otherwise : std::max(1, std::atoi(wanted));
}

std::mt19937 fault_dice(std::uint32_t otherwise) {
  const char* wanted = std::getenv("BREWPROOF_SEED");
  return std::mt19937(wanted == nullptr
                          ? otherwise
                          : static_cast<std::uint32_t>(std::strtoul(wanted, nullptr, 10)));
}

std::string presses_procedure(const std::string& observe, const std::string& design) {
  return fmt::format(R"(brewproof: procedure/1
name: presses
events:
  brew:
    params: {{drink: {{one_of: [espresso, latte], balanced: true}}}}
    do: [press: "${{drink}}"]
    sham: none
    observe: {}
design: {{{}}}
)",
                     observe, design);
}

std::string figures(std::vector<double> milliseconds) {
  if (milliseconds.empty()) return "n 0";
  std::ranges::sort(milliseconds);
  const auto quantile = [&](double q) {
    const auto at =
        static_cast<std::size_t>(std::ceil(q * static_cast<double>(milliseconds.size())));
    return milliseconds[std::max<std::size_t>(at, 1) - 1];
  };
  return fmt::format("n {}, p50 {:.1f} ms, p99 {:.1f} ms, max {:.1f} ms", milliseconds.size(),
                     quantile(0.5), quantile(0.99), milliseconds.back());
}

}  // namespace brewproof::faults
