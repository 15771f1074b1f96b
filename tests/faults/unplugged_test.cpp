// R8 of the fault table, for USB: a board is pulled out in mid-act and comes back under another
// address, in its socket or another one. The programs run unmodified libusb in a mocked system.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <random>

#include "fixtures/usb/board_kind.h"
#include "fixtures/usb/mocked_bus.h"
#include "rig/evidence/guardian_log.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/trials_log.h"
#include "rig/guardian/bench_lock.h"
#include "tests/faults/faulty_bench.h"
#include "tests/rig/process/started.h"

namespace brewproof::faults {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class UnpluggedBoard : public ::testing::Test {
 protected:
  UnpluggedBoard() {
    put_file(path("bench.yaml"), R"(brewproof: bench/1
name: unplugged
dut: {maker: Example, model: One, mac: ["02:c0:ff:ee:00:01"]}
resources:
  panel: {driver: dcttech, usb: {serial: 6QMBS}}
controls:
  espresso: {output: panel/1, press: 200 ms, max_on: 2 s}
  latte: {output: panel/2, press: 200 ms, max_on: 2 s}
)");
    put_file(path("procedure.yaml"), presses_procedure());
    board = sim::make_usb_board(
        "dcttech", {.contact = [this](int channel, bool closed) { moved(channel, closed); }});
    bus.plug(*board, "1-1");
  }

  Child start(std::vector<std::string> arguments) const {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = std::move(arguments);
    settings.environment = bus.environment();
    // The mock stands before the sanitizer in the program.
    settings.environment["ASAN_OPTIONS"] = "verify_asan_link_order=0";
    settings.working_folder = folder.path();
    settings.pipe_stdout = settings.pipe_stderr = true;
    return started(settings);
  }

  bool wait_closed() {
    std::unique_lock lock(guard_);
    return changed_.wait_for(lock, 60s, [&] { return closed_ > 0; });
  }
  // How often a contact has closed until now.
  int closings() {
    const std::lock_guard lock(guard_);
    return closings_;
  }
  bool all_open() {
    const std::lock_guard lock(guard_);
    return closed_ == 0;
  }
  bool wait_free() const {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!BenchLock::take(path("bench.yaml"), "test")) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(5ms);
    }
    return true;
  }

  // Every act was announced once, and the one that was cut is a loss of the rig's.
  void expect_unknown_and_not_repeated(const std::string& run, int closed) const {
    const auto journal = read_journal(path(run) + "/journal.jsonl");
    ASSERT_TRUE(journal) << journal.error().message;
    std::map<std::int64_t, int> intents;
    std::int64_t cut = 0;
    for (const Record& record : journal->records) {
      if (!record.body.contains("trial")) continue;  // the bench as a whole
      if (record.type == "intent") ++intents[record.body["trial"].get<std::int64_t>()];
      if (record.type == "outcome" && record.body.contains("fault"))
        cut = record.body["trial"].get<std::int64_t>();
    }
    int announced = 0;
    for (const auto& [trial, times] : intents) {
      announced += times;
      EXPECT_EQ(times, 1) << "trial " << trial << " was done again";
    }
    EXPECT_LE(closed, announced) << "a contact closed whose intent is not in the journal";
    if (intents.empty()) return;  // it went before the first act
    ASSERT_NE(cut, 0) << "no outcome tells of the fault";
    const auto trials = read_trials_prefix(path(run) + "/trials.jsonl");
    ASSERT_TRUE(trials);
    const auto trial = std::ranges::find(trials->trials, cut, &Trial::trial);
    ASSERT_NE(trial, trials->trials.end());
    EXPECT_EQ(trial->status, TrialStatus::excluded);
    EXPECT_EQ(trial->reason, "rig-fault");
  }

  [[nodiscard]] std::string path(const std::string& name) const { return folder.file(name); }

  TemporaryFolder folder;
  std::unique_ptr<sim::UsbBoard> board;

 private:
  void moved(int, bool closed) {
    const std::lock_guard lock(guard_);
    closed_ += closed ? 1 : -1;
    closings_ += closed ? 1 : 0;
    changed_.notify_all();
  }
  std::mutex guard_;
  std::condition_variable changed_;
  int closed_ = 0, closings_ = 0;

 protected:
  sim::MockedBus bus;  // last: its threads end before what they call
};

// Every other time it goes in mid-transfer, else at any moment of a press.
TEST_F(UnpluggedBoard, IsFoundAgainByItsSerialNumberAndNothingIsRepeated) {
  std::mt19937 dice = fault_dice(20268);
  const auto up_to = [&](int most) { return std::uniform_int_distribution<int>(0, most)(dice); };
  const int times = how_often(4);
  int found_in_time = 0;
  std::string socket = "1-1";
  for (int i = 0; i < times; ++i) {
    SCOPED_TRACE(i);
    const std::string name = "run" + std::to_string(i);
    const bool in_mid_transfer = i % 2 == 0;
    if (in_mid_transfer)
      bus.spoil(
          *board,
          sim::Faults({sim::parse_fault(fmt::format("vanish:{}@{}", 1 + up_to(200), 12 + up_to(40)))
                           .value()}));
    const int before = closings();
    Child child = start({"run", path("procedure.yaml"), "--bench", path("bench.yaml"), "--out",
                         path(name), "--seed", "7"});
    int closed = 0;
    if (!in_mid_transfer) {
      ASSERT_TRUE(wait_closed());
      std::this_thread::sleep_for(std::chrono::milliseconds(up_to(150)));
      bus.unplug(socket);
      closed = closings() - before;
      std::this_thread::sleep_for(std::chrono::milliseconds(up_to(200)));
      socket = socket == "1-1" ? "1-2" : "1-1";
      bus.plug(*board, socket);
    }
    const auto output = output_of(std::move(child));
    bus.settle();
    bus.spoil(*board, {});
    if (in_mid_transfer) closed = closings() - before;
    EXPECT_EQ(output.exit.code, 3) << output.out << output.err;
    EXPECT_THAT(output.err, HasSubstr("panel: the device is gone"));
    ASSERT_TRUE(wait_free());
    EXPECT_EQ(closings() - before, closed) << "a contact closed after the board was back";
    EXPECT_TRUE(all_open());
    expect_unknown_and_not_repeated(name, closed);
    const auto account = read_guardian_log(path(name) + "/guardian.log");
    if (account && *account && (*account)->fired && (*account)->safe) ++found_in_time;

    const auto safe = output_of(start({"safe", "--bench", path("bench.yaml")}));
    EXPECT_EQ(safe.exit.code, 0) << safe.out << safe.err;
    EXPECT_EQ(closings() - before, closed);
    if (HasFailure()) FAIL() << output.err;
  }
  EXPECT_GT(found_in_time, 0) << "no guardian found the board again";
  fmt::print(
      "R8  {} boards pulled out in mid-act and plugged in again: 0 acts repeated, 0 left on; "
      "{} made safe by the guardian at once\n",
      times, found_in_time);
}

TEST_F(UnpluggedBoard, ARunGoesOnWithoutTheActWhoseOutcomeIsUnknown) {
  Child child = start({"run", path("procedure.yaml"), "--bench", path("bench.yaml"), "--out",
                       path("run"), "--seed", "7"});
  ASSERT_TRUE(wait_closed());
  bus.unplug("1-1");
  bus.plug(*board, "1-4");
  EXPECT_EQ(output_of(std::move(child)).exit.code, 3);
  ASSERT_TRUE(wait_free());
  const int before = closings();
  const auto resumed = output_of(start({"run", path("procedure.yaml"), "--bench",
                                        path("bench.yaml"), "--out", path("run"), "--resume"}));
  EXPECT_GT(closings(), before) << resumed.out << resumed.err;
  expect_unknown_and_not_repeated("run", closings());
}

}  // namespace
}  // namespace brewproof::faults
