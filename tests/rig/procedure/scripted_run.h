// A loop on scripted devices and the virtual clock: a small plan, a machine that draws power for
// 200 ms after a press of espresso, and a journal on disk.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "rig/evidence/journal.h"
#include "rig/procedure/loop.h"
#include "tests/rig/bench/scripted_devices.h"

namespace brewproof {

inline constexpr std::int64_t ms = 1'000'000;

// Two blocks of one brew, one sham brew, one payment and one sham payment, and one reserve block.
class ScriptedRun : public ::testing::Test {
 protected:
  ScriptedRun() {
    testing::current_scene = &scene;
    brew.name = "brew";
    Step press;
    press.control = "${drink}";
    brew.steps = {press};
    Condition confirm;
    confirm.control = "watts";
    confirm.above = 500;
    confirm.within = std::chrono::milliseconds(300);
    brew.confirm = {confirm};
    brew.sham = "dummy";
    brew.sham_control = "dummy";
    brew.observe = std::chrono::milliseconds(350);
    pay.name = "pay";
    Step paying;
    paying.kind = Step::Kind::pay;
    paying.control = "card";
    paying.arguments = {{"method", "${method}"}, {"amount", "${amount}"}, {"card", "${card}"}};
    pay.steps = {paying};
    pay.sham = "host";
    pay.observe = std::chrono::milliseconds(350);
    procedure.events = {{"brew", brew}, {"pay", pay}};
    plan.design.events["brew"].sham = "dummy: dummy";
    ParameterDesign amount;
    amount.money = true;
    amount.currency = "EUR";
    plan.design.events["pay"].parameters["amount"] = amount;
    plan.drain_ns = 20 * ms;
    plan.idle_ns = 1000 * ms;
    plan.design.windows = {{0, 350 * ms}};
    for (int block = 1; block <= 3; ++block)
      for (const auto& [event, sham] : {std::pair("brew", false), std::pair("pay", true),
                                        std::pair("brew", true), std::pair("pay", false)}) {
        Slot slot;
        slot.trial = ++trials_planned;
        slot.block = block;
        slot.event = event;
        slot.sham = sham;
        slot.jitter_ns = 100 * ms;
        slot.parameters =
            slot.event == "brew"
                ? Parameters{{"drink", "espresso"}}
                : Parameters{{"amount", std::int64_t{225}}, {"card", "a1b2c3"}, {"method", "app"}};
        (block == 3 ? plan.reserve : plan.slots).push_back(slot);
      }
    // A press of espresso makes the machine draw power for 200 ms.
    scene.on_log = [this](const std::string& line) {
      if (line == "on 1") brewing_until = scene.clock.now().raw_ns + 200 * ms;
    };
    scene.watts = [this](const testing::Scene& s) {
      return s.clock.now().raw_ns < brewing_until ? 1200.0 : 3.0;
    };
    folder =
        std::filesystem::path(::testing::TempDir()) /
        ("loop-" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
  }
  ~ScriptedRun() override { std::filesystem::remove_all(folder); }

  LoopResult go() {
    auto bench = Bench::open(bench_file, testing::scripted_drivers(), scene.clock, {});
    EXPECT_TRUE(bench);
    auto journal = Journal::create((folder / "journal.jsonl").string(), scene.clock);
    EXPECT_TRUE(journal) << (journal ? "" : journal.error().message);
    LoopResult result = run_loop({plan,
                                  procedure,
                                  bench_file,
                                  **bench,
                                  nullptr,
                                  *journal,
                                  scene.clock,
                                  stop,
                                  [this](const Trial& trial) -> Result<void> {
                                    ended.push_back(trial);
                                    if (after_trial) after_trial(trial);
                                    return {};
                                  },
                                  [this](const Progress& p) {
                                    shown.push_back(p);
                                    if (when_shown) when_shown(p);
                                  },
                                  {},  // nobody guards what is scripted
                                  &pause,
                                  resumed ? &*resumed : nullptr,
                                  attendant ? &*attendant : nullptr,
                                  before_block,
                                  decided,
                                  bounds,
                                  network,
                                  sampled,
                                  books,
                                  last_heard,
                                  payments});
    return result;
  }

  std::vector<Record> journal() {
    auto check = read_journal((folder / "journal.jsonl").string());
    EXPECT_TRUE(check);
    EXPECT_EQ(check->fault, "");
    return check->records;
  }

  std::function<Result<bool>(int)> before_block;
  std::function<std::optional<bool>()> decided;
  RunBounds bounds;
  NetworkBlock* network = nullptr;
  std::function<void(const Sample&)> sampled;
  BooksPort* books = nullptr;
  LastHeard last_heard;
  PaymentBus* payments = nullptr;
  testing::Scene scene;
  BenchFile bench_file = testing::scripted_bench();
  EventSpec brew, pay;
  ProcedureFile procedure;
  Plan plan;
  int trials_planned = 0;
  std::atomic<int> stop{0};
  std::atomic<bool> pause{false};
  std::optional<Resumed> resumed;
  KeyPress answers;  // of the attendant
  std::optional<Attendant> attendant;
  std::vector<Progress> shown;
  std::function<void(const Progress&)> when_shown;
  std::int64_t brewing_until = 0;
  std::vector<Trial> ended;
  std::function<void(const Trial&)> after_trial;
  std::filesystem::path folder;
};

}  // namespace brewproof
