// `brewproof doctor --bench` as a program: what fails, the mend, the exit code.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "rig/guardian/bench_lock.h"
#include "rig/process/child.h"
#include "tests/rig/process/started.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

class Doctor : public ::testing::Test {
 protected:
  ~Doctor() override { std::filesystem::remove(path_); }

  Child::Output run(const std::string& bench, std::vector<std::string> more = {}) const {
    std::ofstream(path_) << bench;
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof";
    settings.arguments = {"doctor", "--bench", path_};
    settings.arguments.insert(settings.arguments.end(), more.begin(), more.end());
    settings.pipe_stdout = settings.pipe_stderr = true;
    return output_of(started(settings));
  }

  const std::string path_ = (std::filesystem::path(::testing::TempDir()) /
                             ("doctor-" + std::to_string(getpid()) + ".bench.yaml"))
                                .string();
};

constexpr const char* head =
    "brewproof: bench/1\nname: b\ndut: {maker: M, model: K95, mac: [\"02:c0:ff:ee:00:01\"]}\n";

TEST_F(Doctor, AFileThatCannotBeReadIsNamedWithItsPlace) {
  const auto output = run(std::string(head) + "resources: {}\ncontrols: {}\npaymant: real\n");
  EXPECT_EQ(output.exit.code, 2);
  EXPECT_THAT(output.out, HasSubstr("FAILS  bench file: " + path_ + ":6:1: "));
}

TEST_F(Doctor, ADeviceThatIsNotThereIsABenchFault) {
  const auto output = run(std::string(head) +
                          "resources:\n  panel: {driver: lcus_relay, port: /dev/no-such-port}\n"
                          "controls: {}\n");
  EXPECT_EQ(output.exit.code, 3);
  EXPECT_THAT(output.out, HasSubstr("FAILS  resource panel: "));
  EXPECT_THAT(output.out, HasSubstr("there is no port /dev/no-such-port"));
  EXPECT_THAT(output.out, HasSubstr("look at " + path_ + ":5:"));
}

TEST_F(Doctor, NoDeviceIsOpenedWhileAnotherProgramHasTheBench) {
  std::ofstream(path_) << "";  // the lock is the file's, whatever it says
  const auto lock = BenchLock::take(path_, "a run");
  ASSERT_TRUE(lock) << lock.error().message;
  const auto output = run(std::string(head) +
                          "resources:\n  panel: {driver: lcus_relay, port: /dev/no-such-port}\n"
                          "controls: {}\n");
  EXPECT_EQ(output.exit.code, 3);
  EXPECT_THAT(output.out, HasSubstr("FAILS  devices: "));
  EXPECT_THAT(output.out, HasSubstr("a run"));
  EXPECT_THAT(output.out, ::testing::Not(HasSubstr("resource panel")));
}

TEST_F(Doctor, AnInterfaceThatIsNotThereIsABenchFaultAndThoseThereAreNamed) {
  const auto output = run(
      std::string(head) + "resources: {}\ncontrols: {}\nnetwork: {capture: nosuch0}\n", {"--json"});
  EXPECT_EQ(output.exit.code, 3);
  const auto json = nlohmann::json::parse(output.out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  const auto check = std::ranges::find_if(json["checks"], [](const nlohmann::json& each) {
    return each["what"] == "capture on nosuch0";
  });
  ASSERT_NE(check, json["checks"].end()) << output.out;
  EXPECT_EQ((*check)["state"], "FAILS");
  EXPECT_THAT((*check)["detail"].get<std::string>(), HasSubstr("lo"));
}

TEST_F(Doctor, EachPathIsToldWithWhatItsDeclarationMeans) {
  const auto output = run(std::string(head) +
                          "resources: {}\ncontrols: {}\n"
                          "network: {capture: nosuch0, paths: {ethernet: captured, wifi: "
                          "blocked, bluetooth: unobserved, reader_modem: absent}}\n");
  const std::string mend =
      "       mend:\n         block or remove it, and say so: network: {paths: {PATH: blocked}}; "
      "as "
      "long as it is unobserved, \"none seen\" is inconclusive\n";
  const auto unobserved = [&](const std::string& path) {
    std::string text = mend;
    return "note   path " + path + ": unobserved: what is not seen may have gone there\n" +
           text.replace(text.find("PATH"), 4, path);
  };
  EXPECT_THAT(
      output.out,
      HasSubstr(
          unobserved("bluetooth") + unobserved("cellular") +
          "ok     path ethernet: captured: what it carries passes nosuch0\n"
          "ok     path reader_modem: absent: the machine has no such part\n"
          "ok     path wifi: blocked: the machine has it, and you keep it from getting out\n"));
}

}  // namespace
}  // namespace brewproof
