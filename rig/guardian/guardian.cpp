#include "rig/guardian/guardian.h"

#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "rig/guardian/watch.h"
#include "rig/model/sha256.h"
#include "rig/model/stop.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t ms = 1'000'000;
constexpr std::chrono::milliseconds ready_within{10'000};
constexpr std::chrono::milliseconds farewell{3'000};
// Its own patience with the boards, and some.
constexpr std::chrono::milliseconds rescued_within{20'000};
// Longer than any call that the controlling thread makes between two waits: a sentinel takes 10 s
// at most, a payment 6.5 s.
constexpr std::int64_t gets_on_within_ns = 30'000 * ms;
// Beats: half a second's.
constexpr std::size_t most_unread = 5;
constexpr std::int64_t emergency_grace_ns = 250 * ms;

}  // namespace

struct Guardian::State {
  State(Child started, const std::atomic<int>& requests)
      : child(std::move(started)), stop(requests), beats([this] { beat(); }) {}
  ~State() { end_beats(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // The beats' thread has the child's stdin and its exit; after end_beats() they are the caller's.
  void beat() {
    std::unique_lock lock(waiting);
    std::int64_t emergency_since = 0;
    while (!ending) {
      const std::int64_t now = clock.now().raw_ns;
      if (stop.load() >= stop_in_emergency && emergency_since == 0) emergency_since = now;
      const std::int64_t on = on_until_raw_ns.load();
      const bool unanswered =
          emergency_since != 0 && on != 0 && now - emergency_since > emergency_grace_ns;
      const bool keeps_its_word = now < gets_on_until_raw_ns.load() && (on == 0 || now < on);
      const char* said = unanswered ? word::emergency : word::beat;
      if (!child.running() || is_deaf() || ((unanswered || keeps_its_word) && !child.write(said))) {
        lost = true;
        return;
      }
      wake.wait_for(lock, beat_interval);
    }
  }

  // It was stopped, or hangs: it would not open a contact either. It reads each beat at once.
  bool is_deaf() const { return child.unread() > most_unread * std::strlen(word::beat); }

  void end_beats() {
    {
      const std::lock_guard lock(waiting);
      ending = true;
    }
    wake.notify_one();
    if (beats.joinable()) beats.join();
  }

  Child child;
  SystemClock clock;
  const std::atomic<int>& stop;
  std::atomic<std::int64_t> gets_on_until_raw_ns{clock.now().raw_ns + gets_on_within_ns};
  std::atomic<std::int64_t> on_until_raw_ns{0};  // 0: no output is on
  std::atomic<bool> lost{false};
  bool over = false;  // dismissed or handed over to
  std::mutex waiting;
  std::condition_variable wake;
  bool ending = false;
  std::thread beats;  // last: it uses all of the above
};

Result<Guardian> Guardian::start(const BenchFile& bench, const BenchLock& lock,
                                 const std::atomic<int>& stop, const GuardianSettings& settings) {
  if (!bench.guardian) return Guardian(nullptr);
  ChildSettings program;
  program.program =
      settings.program.empty() ? program_beside("brewproof-guardian") : settings.program;
  program.arguments = {"--bench",      bench.path,
                       "--sha256",     sha256(bench.text),
                       "--controller", std::to_string(::getpid()),
                       "--lock",       std::to_string(lock.descriptor())};
  if (!settings.log.empty())
    program.arguments.insert(program.arguments.end(), {"--log", settings.log});
  program.pipe_stdin = program.pipe_stdout = true;
  program.dies_with_parent = false;  // that is what it is for
  program.inherited = lock.descriptor();
  auto child = Child::start(program);
  if (!child) return pass_on(std::move(child));
  auto said = child->read_line(ready_within);
  if (!said) return pass_on(std::move(said));
  if (!*said || **said != word::ready)
    return fail(ErrorCode::host,
                "the guardian does not say that it is ready ({}); nothing was switched. Are "
                "brewproof and brewproof-guardian of the same version?",
                *said ? **said : "it ended");
  return Guardian(std::make_unique<State>(std::move(*child), stop));
}

OnFor Guardian::on_for() {
  if (!state_) return {};
  return [state = state_.get()](std::chrono::milliseconds at_most) {
    state->on_until_raw_ns =
        at_most.count() == 0 ? 0 : state->clock.now().raw_ns + at_most.count() * ms;
  };
}

Result<void> Guardian::tend() {
  if (!state_) return {};
  state_->gets_on_until_raw_ns = state_->clock.now().raw_ns + gets_on_within_ns;
  if (!state_->lost.load()) return {};
  return fail(ErrorCode::host,
              "the guardian ended, or does not listen: nobody would open a contact if this program "
              "were killed, so it "
              "stops; start again, and look in the system's log for what ended brewproof-guardian");
}

void Guardian::dismiss() {
  if (!state_ || std::exchange(state_->over, true)) return;
  state_->end_beats();
  // A guardian that is gone already needs no goodbye; one that does not leave is ended by the
  // child's destructor.
  (void)state_->child.write(word::bye);
  (void)state_->child.wait(farewell);
}

Result<void> Guardian::hand_over() {
  if (!state_ || std::exchange(state_->over, true)) return {};
  state_->end_beats();
  auto told = state_->child.write(word::take_over);
  if (!told) return told;
  auto exit = state_->child.wait(rescued_within);
  if (!exit) return pass_on(std::move(exit));
  if (exit->ok()) return {};
  return fail(ErrorCode::interlock,
              "NOT every output is known to be safe, the guardian could not change that either: "
              "look at the machine");
}

Guardian::Guardian(std::unique_ptr<State> state) : state_(std::move(state)) {}
Guardian::Guardian(Guardian&&) noexcept = default;
Guardian::~Guardian() { (void)hand_over(); }

}  // namespace brewproof
