#include "rig/capture/capture_process.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "rig/process/child.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::milliseconds;

// Longer than the process itself waits for a sentinel (5 s) or for a slow disk.
constexpr milliseconds kAnswer{10'000}, kLastSync{60'000}, kFarewell{3'000};

ClosedSegment read_segment(const json& report) {
  return {report.at("file"), report.at("sha256"), report.at("packets")};
}
ClockPair read_clock(const json& report) { return {{report.at("raw_ns"), report.at("real_ns")}}; }
CaptureDamage read_damage(const json& report) {
  return {report.at("reason"), report.at("text"), report.at("from_real_ns"),
          report.at("to_real_ns")};
}

}  // namespace

struct CaptureProcess::State {
  explicit State(Child started) : child(std::move(started)) {}
  ~State() {
    // At the end of stdin it closes its file properly; the child's own destructor kills it where
    // even that fails.
    child.close_stdin();
    (void)child.wait(kFarewell);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Asks, and waits for the answer of that type; what comes before it is kept.
  Result<json> ask(const std::string& command) {
    if (auto written = child.write(command + "\n"); !written) {
      // It is dying or dead: its last words say why.
      while (true) {
        auto report = next(1s);
        if (!report) return pass_on(std::move(report));
        if (!*report) return pass_on(std::move(written));
      }
    }
    while (true) {
      auto report = next(kAnswer);
      if (!report) return pass_on(std::move(report));
      if (!*report)
        return fail(ErrorCode::host, "the capture process does not answer within {} s",
                    kAnswer.count() / 1000);
      if ((*report)->type == command) return std::move((*report)->content);
    }
  }

  Child child;
  CaptureReport pending;  // came while something else was waited for
  std::optional<CaptureSummary> summary;
  std::optional<Error> failure;  // the first: a dead capture stays dead

  /// Takes what everyone wants; returns the report's type.
  Result<std::string> take(const json& report) {
    std::string type = report.at("type");
    if (type == "segment") pending.segments.push_back(read_segment(report));
    if (type == "clock") pending.clock.push_back(read_clock(report));
    if (type == "damage") pending.damage.push_back(read_damage(report));
    if (type == "error") return fail(ErrorCode::host, "{}", report.at("text").get<std::string>());
    if (type == "summary") {
      summary.emplace();
      summary->packets = report.at("packets");
      summary->dropped = report.at("dropped");
      summary->offloads = report.at("offloads");
    }
    return type;
  }

  struct Report {
    std::string type;
    json content;
  };
  /// The next report; nullopt where none came within the time. Errors stay.
  Result<std::optional<Report>> next(milliseconds within) {
    if (failure) return tl::unexpected(*failure);
    auto report = read(within);
    if (!report) failure = report.error();
    return report;
  }

 private:
  Result<std::optional<Report>> read(milliseconds within) {
    auto line = child.read_line(within);
    if (!line && line.error().code == ErrorCode::timeout) return std::nullopt;
    if (!line) return pass_on(std::move(line));
    if (!*line) return tl::unexpected(death());
    try {
      json content = json::parse(**line);
      auto type = take(content);
      if (!type) return pass_on(std::move(type));
      return Report{std::move(*type), std::move(content)};
    } catch (const json::exception&) {
      return fail(ErrorCode::host,
                  "the capture process reports something that is not its protocol; are "
                  "brewproof and brewproof-capture of the same version?");
    }
  }

  Error death() {
    const auto exit = child.wait(1s);
    std::string how = "closed its reports";
    if (exit && exit->signal != 0)
      how = fmt::format("was ended by signal {}", exit->signal);
    else if (exit)
      how = fmt::format("ended with exit code {}", exit->code);
    return {ErrorCode::host, "the capture process " + how + " in the middle of the capture"};
  }
};

Result<CaptureProcess> CaptureProcess::start(const CaptureSettings& settings) {
  ChildSettings program;
  program.program =
      settings.program.empty() ? program_beside("brewproof-capture") : settings.program;
  program.arguments = {"--interface",   settings.interface, "--folder",
                       settings.folder, "--segment-bytes",  std::to_string(settings.segment_bytes)};
  if (!settings.sentinel) program.arguments.emplace_back("--no-sentinel");
  for (const std::string& mac : settings.machine)
    program.arguments.insert(program.arguments.end(), {"--machine", mac});
  program.pipe_stdin = program.pipe_stdout = true;
  program.dies_with_parent = false;  // it closes its file when its stdin ends
  auto child = Child::start(program);
  if (!child) return pass_on(std::move(child));
  auto state = std::make_unique<State>(std::move(*child));
  while (true) {
    auto report = state->next(kAnswer);
    if (!report) return pass_on(std::move(report));
    if (!*report)
      return fail(ErrorCode::host, "capturing on {}: the capture process is not ready after {} s",
                  settings.interface, kAnswer.count() / 1000);
    if ((*report)->type == "ready") return CaptureProcess(std::move(state));
  }
}

Result<CaptureReport> CaptureProcess::poll() {
  while (true) {
    auto report = state_->next(0ms);
    // What came before the end is delivered first; the next call tells of the end.
    const bool something = !state_->pending.segments.empty() || !state_->pending.clock.empty() ||
                           !state_->pending.damage.empty();
    if (!report && !something) return pass_on(std::move(report));
    if (!report || !*report) return std::exchange(state_->pending, {});
  }
}

Result<void> CaptureProcess::sentinel() {
  auto answer = state_->ask("sentinel");
  if (!answer) return pass_on(std::move(answer));
  if (answer->value("ok", false)) return {};
  return fail(ErrorCode::host, "{}", answer->value("text", "the sentinel failed"));
}

Result<std::int64_t> CaptureProcess::last_heard() {
  auto answer = state_->ask("heard");
  if (!answer) return pass_on(std::move(answer));
  return answer->value("real_ns", std::int64_t{0});
}

Result<CaptureSummary> CaptureProcess::stop() {
  // Where it cannot be written, the process is gone, and `next` says how.
  (void)state_->child.write("stop\n");
  while (!state_->summary) {
    auto report = state_->next(kLastSync);
    if (!report) return pass_on(std::move(report));
    if (!*report)
      return fail(ErrorCode::host, "the capture process does not stop within {} s",
                  kLastSync.count() / 1000);
  }
  CaptureSummary summary = *state_->summary;
  summary.last = std::exchange(state_->pending, {});
  state_->child.close_stdin();
  if (auto exit = state_->child.wait(kAnswer); !exit) return pass_on(std::move(exit));
  state_->failure = Error{ErrorCode::host, "the capture was stopped"};
  return summary;
}

CaptureProcess::CaptureProcess(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureProcess::CaptureProcess(CaptureProcess&&) noexcept = default;
CaptureProcess& CaptureProcess::operator=(CaptureProcess&&) noexcept = default;
CaptureProcess::~CaptureProcess() = default;

}  // namespace brewproof
