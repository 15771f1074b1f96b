// `brewproof diff` on run folders that simulated machines made on virtual time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "fixtures/zoo/off_line_run.h"
#include "rig/capture/pcapng_writer.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/run_folder.h"
#include "rig/evidence/trials_log.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/procedure_file.h"
#include "rig/procedure/service_stops.h"
#include "tests/rig/command/command_line.h"

namespace brewproof {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr std::int64_t hour_ns = 3'600'000'000'000, day_ns = 24 * hour_ns;
constexpr std::int64_t start_ns = 1'760'000'000'000'000'000;  // 2025-10-09 08:53:20 UTC

using Edits = std::vector<std::pair<std::string, std::string>>;

struct Made {
  std::uint64_t seed = 1;
  std::string firmware = "2.1.7";
  std::int64_t started_ns = start_ns;
  int blocks = 4;
  Edits machine = {}, bench = {};     // text of the profile and of the bench file, replaced
  std::string outcome = "completed";  // "" = the journal has no end
};

const Edits half_order = {{"method: POST\n      path: /v1/order\n",
                           "method: POST\n      path: /v1/order\n      probability: 0.5\n"}};
const Edits no_order = {{"method: POST\n      path: /v1/order\n",
                         "method: POST\n      path: /v1/order\n      probability: 0\n"}};

class Diff : public CommandLine {
 protected:
  static std::string edited(std::string text, const Edits& edits) {
    for (const auto& [from, to] : edits) {
      const std::size_t at = text.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      if (at != std::string::npos) text.replace(at, from.size(), to);
    }
    return text;
  }
  std::string source(const std::string& name) const {
    return text_of(std::string(BREWPROOF_SOURCE_DIR) + "/" + name);
  }
  void put(const std::filesystem::path& path, const std::string& text) const {
    std::ofstream(path, std::ios::binary) << text;
  }
  template <class T>
  static T value(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }

  // A whole run folder, as `run` leaves it.
  void make(const std::string& name, const Made& made) const {
    const auto folder = value(RunFolder::create((place / name).string()));
    put(place / (name + ".yaml"), edited(source("fixtures/profiles/kiosk.yaml"), made.machine));
    put(folder.file("procedure.yaml"), source("fixtures/profiles/zoo/zoo.procedure.yaml"));
    Edits bench = made.bench;
    bench.emplace_back("firmware: 2.1.7", "firmware: " + made.firmware);
    put(folder.file("bench.yaml"), edited(source("procedures/demo.bench.yaml"), bench));

    auto procedure = value(read_procedure_file(folder.file("procedure.yaml")));
    procedure.blocks = made.blocks;
    const Plan plan = value(make_plan(procedure, made.seed));
    put(folder.file("plan.json"), plan_json(plan));
    sim::OffLineSettings settings;
    settings.seed = made.seed;
    settings.start_real_ns = made.started_ns;
    settings.listen = std::chrono::nanoseconds(listening_ns(plan));
    const auto profile = value(sim::read_profile(place / (name + ".yaml")));
    const auto run = value(sim::run_off_line(profile, plan, settings));
    std::string trials;
    for (const Trial& trial : run.trials) trials += trial_json(trial) + "\n";
    put(folder.file("trials.jsonl"), trials);
    record(folder, made, plan, run);
  }

  void record(const RunFolder& folder, const Made& made, const Plan& plan,
              const sim::OffLineRun& run) const {
    VirtualClock clock({1'000'000'000, made.started_ns});
    auto journal = value(Journal::create(folder.file("journal.jsonl"), clock));
    const auto line = [&](const char* type, json body) {
      EXPECT_TRUE(journal.append(type, std::move(body), Journal::Sync::no));
    };
    line("plan", {{"run", folder.path()},
                  {"operator", "Anna"},
                  {"seed", made.seed},
                  {"plan_sha256", plan_sha256(plan)}});
    line("outcome", {{"action", "safe"}, {"devices", {{"panel", "LCUS-4"}}}});
    std::filesystem::create_directories(folder.capture_folder());
    auto writer = value(PcapngWriter::create(folder.file("capture/0001.pcapng"), "dut0"));
    for (const sim::WireFrame& frame : run.frames)
      EXPECT_TRUE(writer.write(frame.t_ns, as_bytes(frame.bytes),
                               static_cast<std::uint32_t>(frame.bytes.size())));
    const std::string hash = value(writer.close({}, run.frames.back().t_ns));
    line("segment", {{"file", "0001.pcapng"}, {"sha256", hash}});
    if (!made.outcome.empty()) line("end", {{"outcome", made.outcome}, {"reasons", json::array()}});
  }

  // Analysed once without a second opinion: then nothing asks for one again.
  void run_of(const std::string& name, const Made& made) const {
    make(name, made);
    run({"analyze", name, "--no-cross-check"});
  }

  json diff(const std::vector<std::string>& runs) {
    std::vector<std::string> words = {"diff", "--json"};
    words.insert(words.end(), runs.begin(), runs.end());
    output = run(words);
    return json::parse(output.out, nullptr, false);
  }

  // "vanished pay POST /v1/order" of everything that is not the same.
  static std::vector<std::string> changes(const json& diff) {
    std::vector<std::string> all;
    for (const json& emission : diff.at("emissions"))
      if (emission.at("change") != "same")
        all.push_back(emission.at("change").get<std::string>() + " " +
                      emission.at("event").get<std::string>() + " " +
                      emission.at("message").get<std::string>());
    return all;
  }
  // "time day forbids"
  static std::vector<std::string> context(const json& diff) {
    std::vector<std::string> all;
    for (const json& each : diff.at("context"))
      all.push_back(each.at("group").get<std::string>() + " " + each.at("what").get<std::string>() +
                    " " + each.at("weight").get<std::string>());
    return all;
  }

  Child::Output output;
};

TEST_F(Diff, TheSameMachineTwiceShowsNoDifference) {
  run_of("a", {});
  run_of("b", {.seed = 2, .started_ns = start_ns + 12 * hour_ns});
  const json both = diff({"a", "b"});
  EXPECT_EQ(output.exit.code, 0) << output.err;
  EXPECT_EQ(both["outcome"], "alike");
  EXPECT_EQ(both["emissions"].size(), 3u) << both["emissions"].dump(1);
  EXPECT_THAT(changes(both), IsEmpty());
  EXPECT_THAT(context(both), UnorderedElementsAre("run seed told", "run plan told"));
  EXPECT_GT(both["family"]["tests"], 0);
  EXPECT_THAT(output.err, HasSubstr("NO DIFFERENCE SHOWN"));
  EXPECT_THAT(output.err, Not(HasSubstr("\x1b[")));
}

TEST_F(Diff, AnEventThatSendsNothingAnyMoreAndAnotherDay) {
  run_of("a", {});
  run_of("b",
         {.seed = 2, .firmware = "2.1.8", .started_ns = start_ns + day_ns, .machine = no_order});
  const json both = diff({"a", "b"});
  EXPECT_EQ(output.exit.code, 1) << output.err;
  EXPECT_THAT(changes(both), ElementsAre("vanished pay POST /v1/order"));
  EXPECT_EQ(both["emissions"][1]["runs"][1]["acts"]["hits"], 0);
  EXPECT_THAT(context(both), UnorderedElementsAre("machine firmware firmware", "time day forbids",
                                                  "run seed told", "run plan told"));
  EXPECT_EQ(both["firmware"]["said"], false);
  EXPECT_THAT(both["firmware"]["why_not"].get<std::string>(), HasSubstr("time day"));
  EXPECT_THAT(output.err, HasSubstr("2025-10-09 → 2025-10-10 (may be a cause as well)"));
  EXPECT_THAT(output.err, HasSubstr("Not said to be the firmware"));
  EXPECT_THAT(changes(diff({"b", "a"})), ElementsAre("appeared pay POST /v1/order"));
}

TEST_F(Diff, OfTwoRunsItIsTheFirmwareOnlyWhereNothingElseDiffers) {
  run_of("a", {});
  run_of(
      "b",
      {.seed = 2, .firmware = "2.1.8", .started_ns = start_ns + 4 * hour_ns, .machine = no_order});
  run_of("c", {.seed = 3,
               .firmware = "2.1.8",
               .started_ns = start_ns + 4 * hour_ns,
               .machine = no_order,
               .bench = {{"channels: 4", "channels: 8"}}});
  const json both = diff({"a", "b"});
  EXPECT_EQ(both["firmware"]["said"], true) << both["firmware"].dump();
  EXPECT_THAT(output.err, HasSubstr("It is the firmware: 2.1.7 → 2.1.8"));
  const json other = diff({"a", "c"});
  EXPECT_EQ(other["firmware"]["said"], false);
  EXPECT_THAT(context(other), testing::Contains("boards panel.channels forbids"));
}

TEST_F(Diff, OldNewOldBracketsTheDay) {
  run_of("a", {});
  run_of("b",
         {.seed = 2, .firmware = "2.1.8", .started_ns = start_ns + day_ns, .machine = no_order});
  run_of("c", {.seed = 3, .started_ns = start_ns + 2 * day_ns});
  const json all = diff({"a", "b", "c"});
  EXPECT_EQ(output.exit.code, 1) << output.err;
  EXPECT_EQ(all["firmware"]["said"], true) << all["firmware"].dump();
  EXPECT_THAT(context(all), testing::Contains("time day bracketed"));
  EXPECT_EQ(all["runs"][2]["role"], "old again");
  // The old one again emits as the new one did: it went away by itself.
  run_of("d", {.seed = 4, .started_ns = start_ns + 2 * day_ns, .machine = no_order});
  const json drifted = diff({"a", "b", "d"});
  EXPECT_EQ(output.exit.code, 4) << output.err;
  EXPECT_THAT(changes(drifted), ElementsAre("unsteady pay POST /v1/order"));
}

TEST_F(Diff, AFieldThatMoved) {
  run_of("a", {});
  run_of("b", {.seed = 2,
               .started_ns = start_ns + 4 * hour_ns,
               .machine = {{"cents: \"${amount}\"", "total: \"${amount}\""}}});
  const json both = diff({"a", "b"});
  EXPECT_EQ(output.exit.code, 1) << output.err;
  EXPECT_THAT(changes(both), ElementsAre("fields pay POST /v1/order"));
  std::vector<std::string> fields;
  for (const json& field : both["emissions"][1]["fields"])
    fields.push_back(field["path"].get<std::string>() + " " + field["param"].get<std::string>());
  EXPECT_THAT(fields,
              UnorderedElementsAre("body|json:/pay/cents amount", "body|json:/pay/total amount"));
  EXPECT_THAT(output.err, HasSubstr("body|json:/pay/cents carries amount (minor units): "));
}

// Four or five of eight against all of twelve: two blocks are too few to show that.
TEST_F(Diff, TooFewTrialsShowNothingAndAreInconclusive) {
  run_of("a", {.blocks = 3});
  run_of("b",
         {.seed = 2, .started_ns = start_ns + 4 * hour_ns, .blocks = 2, .machine = half_order});
  const json both = diff({"a", "b"});
  EXPECT_EQ(output.exit.code, 4) << output.err;
  EXPECT_EQ(both["outcome"], "inconclusive");
  EXPECT_THAT(changes(both), ElementsAre("doubtful pay POST /v1/order"));
  EXPECT_THAT(output.err, HasSubstr("these counts could not show a difference"));
  EXPECT_THAT(both["emissions"].dump(), HasSubstr("run 2 finds only what it carries: F3"));
}

TEST_F(Diff, ARunThatWasCutOffIsComparedAndMarked) {
  run_of("a", {});
  run_of("b",
         {.seed = 2, .started_ns = start_ns + 4 * hour_ns, .machine = no_order, .outcome = ""});
  const json both = diff({"a", "b"});
  EXPECT_EQ(output.exit.code, 4) << output.err;
  EXPECT_THAT(changes(both), ElementsAre("vanished pay POST /v1/order"));
  EXPECT_THAT(output.err, HasSubstr("INCONCLUSIVE: the run was cut off before its end"));
}

TEST_F(Diff, CapturesMadeElsewhereAreComparedByTheirFindings) {
  make("a", {});
  make("b", {.seed = 2, .machine = no_order});
  for (const std::string name : {"a", "b"})
    run({"analyze", name + "/capture/0001.pcapng", "--trials", name + "/trials.jsonl", "--dut",
         "02:c0:ff:ee:00:01", "--out", "of-" + name, "--windows", "0..15 s, 0..60 s",
         "--log-offset", "0s", "--no-cross-check"});
  const json both = diff({"of-a", "of-b"});
  EXPECT_EQ(output.exit.code, 1) << output.err;
  EXPECT_THAT(changes(both), ElementsAre("vanished pay POST /v1/order"));
  EXPECT_EQ(both["runs"][0]["from"], "findings");
  EXPECT_THAT(both["firmware"]["why_not"].get<std::string>(), HasSubstr("not known"));
}

TEST_F(Diff, EachRunGetsTheKeyLogsThatItsFindingsName) {
  const std::string line = "CLIENT_RANDOM " + std::string(64, 'a') + " " + std::string(96, 'b');
  for (const std::string name : {"a", "b"}) {
    run_of(name, {.blocks = 2});
    put(place / (name + ".log"), line + "\n");
    run({"analyze", name, "--keylog", name + ".log", "--no-cross-check"});
  }
  diff({"a", "b", "--keylog", "a.log", "--keylog", "b.log"});
  EXPECT_EQ(output.exit.code, 0) << output.err;
  diff({"a", "b", "--keylog", "a.log"});
  EXPECT_EQ(output.exit.code, 2);
  EXPECT_THAT(output.err, HasSubstr("they were made with b.log"));
}

TEST_F(Diff, WhatIsNoRunIsAnErrorThatNamesIt) {
  run_of("a", {.blocks = 2});
  diff({"a"});
  EXPECT_EQ(output.exit.code, 2);
  EXPECT_THAT(output.err, HasSubstr("two runs"));
  diff({"a", "nowhere"});
  EXPECT_EQ(output.exit.code, 2);
  EXPECT_THAT(output.err, HasSubstr("nowhere"));
  put(place / "a/plan.json", "{");
  diff({"a", "a"});
  EXPECT_EQ(output.exit.code, 2);
  EXPECT_THAT(output.err, HasSubstr("a/plan.json"));
}

}  // namespace
}  // namespace brewproof
