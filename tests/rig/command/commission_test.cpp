// Commissioning: each control reaches this machine, and the boards are still those that were tried.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "rig/command/commissioning.h"
#include "rig/evidence/bench_log.h"
#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Commission : public SmallBench {
 protected:
  // Two boards of one make; `answers` are typed by the person at the machine.
  Commission() {
    other_.emplace(board("panel-b"));
    put_bench("commissioning: {valid_days: 30}\n");
  }
  void put_bench(const std::string& more) const {
    std::string text = bench_text("  hot: {output: second/1, press: 60 ms, max_on: 20 s}\n" + more);
    const std::size_t at = text.find("controls:");
    text.insert(at, "  second: {driver: lcus_relay, port: " + (place / "panel-b").string() +
                        ", channels: 4}\n");
    write("small.bench.yaml", text);
  }
  Child::Output commission(const std::string& answers) const {
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = {"commission", "--bench", "small.bench.yaml", "--confirm-by", "Ada"};
    settings.working_folder = place.string();
    settings.pipe_stdin = settings.pipe_stdout = settings.pipe_stderr = true;
    Child child = started(settings);
    EXPECT_TRUE(child.write(answers));
    return output_of(std::move(child));
  }
  Child::Output act() const {
    static int number = 0;
    return run({"act", "espresso", "--bench", "small.bench.yaml", "--out",
                "act" + std::to_string(++number)});
  }

  std::optional<Child> other_;
};

TEST_F(Commission, TriesEachControlOnceAndAPersonConfirmsIt) {
  const auto done = commission("y\ny\ny\n");
  ASSERT_EQ(done.exit.code, 0) << done.err << done.out;
  EXPECT_THAT(done.err, AllOf(HasSubstr("espresso was pressed. Did the machine do it? [y/n]"),
                              HasSubstr("dummy was pressed. Did the machine ignore it?")));
  EXPECT_THAT(done.out, HasSubstr("skipped"));  // there is no power control, and that is said
  const json record = json_of("small.commissioning.json");
  EXPECT_EQ(record["passed"], true);
  EXPECT_EQ(record["controls"]["espresso"]["by"], "Ada");
  EXPECT_EQ(record["controls"]["hot"]["wiring"], "second/1");
  EXPECT_EQ(act().exit.code, 0);
  const auto log = read_bench_log((place / "small.bench.log").string());
  EXPECT_EQ(log->work[0].kind, "commission");
  EXPECT_EQ(log->work[0].outcome, "completed");
}

TEST_F(Commission, ThatIsMissingStopsRunAndActWithTheCommandToType) {
  const auto acted = act();
  EXPECT_EQ(acted.exit.code, 3);
  EXPECT_THAT(acted.err, HasSubstr("Type: brewproof commission --bench small.bench.yaml"));
  const auto ran =
      run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out", "r"});
  EXPECT_EQ(ran.exit.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("not commissioned"));
  EXPECT_FALSE(fs::exists(place / "r"));
}

TEST_F(Commission, ThatAPersonDeniedFailsAndCoversNothing) {
  const auto done = commission("y\nn\ny\n");
  EXPECT_EQ(done.exit.code, 1);
  EXPECT_EQ(act().exit.code, 3);
  EXPECT_THAT(act().err, HasSubstr("the last commissioning failed"));
}

TEST_F(Commission, ThatNobodyAnswersIsAborted) {
  EXPECT_EQ(commission("y\n").exit.code, 130);
  EXPECT_FALSE(fs::exists(place / "small.commissioning.json"));
  const auto log = read_bench_log((place / "small.bench.log").string());
  EXPECT_EQ(log->work[0].outcome, "aborted");
}

TEST_F(Commission, AnEmergencyStopIsHeardAlsoWhileAPersonIsAsked) {
  ChildSettings settings;
  settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
  settings.arguments = {"commission", "--bench", "small.bench.yaml", "--confirm-by", "Ada"};
  settings.working_folder = place.string();
  settings.pipe_stdin = settings.pipe_stdout = settings.pipe_stderr = true;
  auto child = Child::start(settings);
  ASSERT_TRUE(child) << child.error().message;
  for (std::string heard; heard != "contact 4 open";) {  // the dummy is the first
    const auto line = panel_->read_line(std::chrono::seconds(60));
    ASSERT_TRUE(line && *line);
    heard = **line;
  }
  child->signal(SIGUSR1);
  const auto output = child->finish(std::chrono::seconds(60));
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->exit.code, 5) << output->err;
}

TEST_F(Commission, WithoutSensorAndWithoutAPersonIsRefused) {
  const auto refused = run({"commission", "--bench", "small.bench.yaml"});
  EXPECT_EQ(refused.exit.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("--confirm-by NAME"));
}

TEST_F(Commission, TwoIdenticalBoardsThatWereSwappedAreNoticed) {
  ASSERT_EQ(commission("y\ny\ny\n").exit.code, 0);
  ASSERT_EQ(act().exit.code, 0);
  fs::rename(place / "panel", place / "kept");
  fs::rename(place / "panel-b", place / "panel");
  fs::rename(place / "kept", place / "panel-b");
  const auto refused = act();
  EXPECT_EQ(refused.exit.code, 3) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("resource panel was at"));
}

TEST_F(Commission, DoesNotCoverAControlThatWasWiredAnew) {
  ASSERT_EQ(commission("y\ny\ny\n").exit.code, 0);
  std::string text = text_of((place / "small.bench.yaml").string());
  text.replace(text.find("panel/1"), 7, "panel/2");
  write("small.bench.yaml", text);
  EXPECT_THAT(act().err, HasSubstr("control espresso was not tried at panel/2"));
}

TEST_F(Commission, ARecordThatWasEditedIsNone) {
  ASSERT_EQ(commission("y\nn\ny\n").exit.code, 1);
  std::string text = text_of((place / "small.commissioning.json").string());
  text.replace(text.find("failed"), 6, "confirmed");
  write("small.commissioning.json", text);
  EXPECT_THAT(act().err, HasSubstr("is not the record that the bench's log knows"));
}

TEST_F(Commission, IsNotDemandedWithoutTheKeyButTheReportSaysSo) {
  put_bench("");
  const auto ran = run({"run", "presses.procedure.yaml", "--bench", "small.bench.yaml", "--out",
                        "r", "--seed", "7"});
  ASSERT_TRUE(fs::exists(place / "r/findings.json")) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("bench not commissioned"));
  EXPECT_EQ(json_of("r/findings.json")["run"]["commissioned"]["at_ns"], nullptr);
}

// What the record covers, on values.
class ARecord : public ::testing::Test {
 protected:
  ARecord() {
    bench.name = "kiosk";
    bench.path = "kiosk.bench.yaml";
    bench.commissioning_days = 30;
    bench.resources["panel"] = {"panel", "lcus_relay", {}, ""};
    ControlConfig espresso;
    espresso.name = "espresso";
    espresso.resource = "panel";
    espresso.channel = 1;
    bench.controls["espresso"] = espresso;
    record.at_ns = 1000;
    record.boards["panel"] = {"lcus_relay", "LCUS-4", {"usb 1-1.4", "", "boot 1/7"}};
    record.controls["espresso"] = {"panel/1", "confirmed", "watts"};
    record.power_off = "confirmed";
    places["panel"] = {"usb 1-1.4", "", "boot 1/7"};
  }
  std::string says(std::int64_t now_ns = 2000) const {
    return what_changed(record, bench, places, now_ns);
  }

  BenchFile bench;
  CommissioningRecord record;
  std::map<std::string, BoardPlace> places;
};

TEST_F(ARecord, CoversTheBenchAsItWas) { EXPECT_EQ(says(), ""); }

TEST_F(ARecord, IsValidForTheDaysOfTheBenchFile) {
  constexpr std::int64_t day = 86'400'000'000'000;
  EXPECT_EQ(says(1000 + 30 * day), "");
  EXPECT_THAT(says(1001 + 30 * day), HasSubstr("valid for 30"));
}

TEST_F(ARecord, DoesNotCoverABoardWithoutSerialNumberThatReappeared) {
  places["panel"].appearance = "boot 1/8";
  EXPECT_THAT(says(), HasSubstr("was plugged in again since"));
  places["panel"].serial = record.boards["panel"].at.serial = "6QMBS";
  EXPECT_EQ(says(), "");  // its serial number says that it is the same one
}

TEST_F(ARecord, DoesNotCoverABoardInAnotherSocket) {
  places["panel"].place = "usb 1-1.3";
  EXPECT_THAT(says(), HasSubstr("was at usb 1-1.4 and is at usb 1-1.3"));
}

TEST_F(ARecord, DoesNotCoverAnotherSerialNumber) {
  record.boards["panel"].at.serial = "A";
  places["panel"].serial = "B";
  EXPECT_THAT(says(), HasSubstr("its serial number was A and is B"));
}

TEST_F(ARecord, DoesNotCoverABoardThatAnswersOtherwise) {
  EXPECT_EQ(who_changed(record, {{"panel", "LCUS-4"}}), "");
  EXPECT_THAT(who_changed(record, {{"panel", "LCUS-8"}}), HasSubstr("answers \"LCUS-8\""));
}

TEST_F(ARecord, WhosePowerOffFailedDidNotPass) {
  record.power_off = "failed: the link of eth1 stayed up";
  EXPECT_EQ(says(), "the last commissioning failed");
}

// A USB serial adapter as sysfs describes it.
class APort : public CommandLine {
 protected:
  APort() {
    const fs::path device = place / "sys/devices/usb1/1-1/1-1.4";
    fs::create_directories(device / "1-1.4:1.0/ttyUSB0");
    put(device / "devnum", "7\n");
    put(device / "busnum", "1\n");
    put(device / "idVendor", "1a86\n");
    put(device / "idProduct", "7523\n");
    fs::create_directories(place / "sys/class/tty/ttyUSB0");
    fs::create_directory_symlink(device / "1-1.4:1.0/ttyUSB0",
                                 place / "sys/class/tty/ttyUSB0/device");
    fs::create_directories(place / "sys/bus/usb/devices");
    fs::create_directory_symlink(device, place / "sys/bus/usb/devices/1-1.4");
    put(place / "ttyUSB0", "");
  }
  static void put(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }
  BoardPlace found(std::map<std::string, std::string> options) const {
    return place_of({"panel", "lcus_relay", std::move(options), ""}, (place / "sys").string());
  }
};

TEST_F(APort, IsKnownByItsSocket) {
  const BoardPlace at = found({{"port", (place / "ttyUSB0").string()}});
  EXPECT_EQ(at.place, "usb 1-1.4");
  EXPECT_EQ(at.serial, "");
  EXPECT_THAT(at.appearance, ::testing::EndsWith(" 1/7"));
}

TEST_F(APort, IsTheSameByItsUsbProperties) {
  EXPECT_EQ(found({{"usb.vid", "1a86"}, {"usb.pid", "7523"}}),
            found({{"port", (place / "ttyUSB0").string()}}));
  EXPECT_EQ(found({{"usb.vid", "1a86"}, {"usb.path", "1-1.3"}}).place, "");
}

TEST_F(APort, ThatIsPluggedInAgainHasAnotherAppearance) {
  const std::string before = found({{"port", (place / "ttyUSB0").string()}}).appearance;
  put(place / "sys/devices/usb1/1-1/1-1.4/devnum", "8\n");
  EXPECT_NE(found({{"port", (place / "ttyUSB0").string()}}).appearance, before);
}

TEST_F(APort, ThatIsAPseudoTerminalIsKnownByItsDevice) {
  put(place / "pts7", "");
  fs::create_symlink(place / "pts7", place / "panel");
  EXPECT_EQ(found({{"port", (place / "panel").string()}}).place,
            fs::canonical(place / "pts7").string());
}

}  // namespace
}  // namespace brewproof
