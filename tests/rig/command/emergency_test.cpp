// A stop button and other inputs of the bench, each a file that a program prints.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "rig/evidence/journal.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Inputs : public SmallBench {
 protected:
  Inputs() {
    state("e_stop", "off");
    state("cup", "on");
    std::string text = bench_text(
        "  cup: {input: cup/1}\n  e_stop: {input: e_stop/1}\n"
        "emergency: {e_stop: on}\n");
    text.insert(text.find("controls:"), resource("cup") + resource("e_stop"));
    text.replace(text.find("press: 60 ms"), 12, "press: 10 s, needs: [cup]");
    write("small.bench.yaml", text);
  }
  std::string resource(const std::string& name) const {
    return "  " + name + ": {driver: program, read: [cat, " + (place / name).string() + "]}\n";
  }
  void state(const std::string& name, const std::string& on) const {
    write(name + ".new", on + "\n");
    fs::rename(place / (name + ".new"), place / name);
  }
  // Begins a press of 10 s, does `then` once the contact is closed, and returns how it ended.
  Child::Output press_and(const std::function<void()>& then) {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = {"act", "espresso", "--bench", "small.bench.yaml", "--out", "a"};
    settings.working_folder = place.string();
    settings.pipe_stdout = settings.pipe_stderr = true;
    auto child = Child::start(settings);
    heard("contact 1 closed");
    const auto before = std::chrono::steady_clock::now();
    then();
    heard("contact 1 open");
    open_after = std::chrono::steady_clock::now() - before;
    return *child->finish(std::chrono::seconds(60));
  }
  void heard(const std::string& what) {
    while (true) {
      const auto line = panel_->read_line(std::chrono::seconds(60));
      ASSERT_TRUE(line && *line) << "waiting for " << what;
      if (**line == what) return;
    }
  }

  std::chrono::nanoseconds open_after{};
};

TEST_F(Inputs, TheStopButtonCutsInTheMiddleOfAPress) {
  const auto cut = press_and([this] { state("e_stop", "on"); });
  EXPECT_EQ(cut.exit.code, 5) << cut.err;
  EXPECT_THAT(cut.err, HasSubstr("emergency stop (emergency input e_stop is on)"));
  EXPECT_LT(open_after, std::chrono::seconds(5));  // the press has 10
}

TEST_F(Inputs, AStopButtonWhoseCableIsCutCutsToo) {
  const auto cut = press_and([this] { fs::remove(place / "e_stop"); });
  EXPECT_EQ(cut.exit.code, 5) << cut.err;
  EXPECT_THAT(cut.err, HasSubstr("emergency input e_stop cannot be read"));
}

TEST_F(Inputs, NothingIsSwitchedWhileTheButtonIsPressed) {
  state("e_stop", "on");
  const auto refused = run({"act", "dummy", "--bench", "small.bench.yaml", "--out", "a"});
  EXPECT_EQ(refused.exit.code, 5) << refused.err;
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("emergency input e_stop is on"), HasSubstr("nothing was switched")));
  const auto ran = run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out",
                        "r", "--seed", "7"});
  EXPECT_EQ(ran.exit.code, 5) << ran.err;
}

TEST_F(Inputs, AnOutputThatNeedsACupIsRefusedWithoutOne) {
  state("cup", "off");
  const auto refused = run({"act", "espresso", "--bench", "small.bench.yaml", "--out", "a"});
  EXPECT_EQ(refused.exit.code, 5) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("control espresso needs cup to be on, and it is off"));
}

TEST_F(Inputs, APersonPressesTheStopButtonWhenItIsCommissioned) {
  std::string text = text_of((place / "small.bench.yaml").string());
  text.replace(text.find("press: 10 s"), 11, "press: 60 ms");
  write("small.bench.yaml", text);
  // Its two outputs in one pipe, so that the person can follow what it asks for.
  ChildSettings settings;
  settings.program = "/bin/sh";
  settings.arguments = {"-c", std::string(BREWPROOF_BINARY_DIR) +
                                  "/brewproof commission --bench small.bench.yaml "
                                  "--confirm-by Ada 2>&1"};
  settings.working_folder = place.string();
  settings.pipe_stdin = settings.pipe_stdout = true;
  auto child = Child::start(settings);
  ASSERT_TRUE(child->write("y\ny\n"));
  const auto asked = [&](const std::string& what) {
    while (true) {
      const auto line = child->read_line(std::chrono::seconds(60));
      if (!line || !*line) return false;
      if ((*line)->find(what) != std::string::npos) return true;
    }
  };
  ASSERT_TRUE(asked("Press e_stop now."));
  state("e_stop", "on");
  ASSERT_TRUE(asked("Seen. Let it go."));
  state("e_stop", "off");
  const auto done = child->finish(std::chrono::seconds(120));
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->exit.code, 0) << done->out;
  const auto record = json_of("small.commissioning.json");
  EXPECT_EQ(record["controls"]["e_stop"]["by"], "Ada");
  EXPECT_EQ(record["controls"]["cup"]["by"], "its reading, 1");
  EXPECT_TRUE(record["boards"].contains("e_stop"));
}

TEST_F(Inputs, NothingCanBeDoneToASensor) {
  const auto refused = run({"act", "cup", "--bench", "small.bench.yaml", "--out", "a"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("cup is a sensor"));
}

}  // namespace
}  // namespace brewproof
