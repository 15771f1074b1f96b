// A run on an office machine: drinks by the keys of its service port, confirmed by the machine's
// own counter, and held against its books.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/rig/command/small_bench.h"

namespace brewproof {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class OfficeRunTest : public SmallBench {
 protected:
  void office(const std::string& update = "") const {
    write("machine.yaml",
          "brewproof: profile/1\nname: office\n"
          "identity: {serial: KD1, type: K95, firmware: 2.1.7}\n"
          "drinks: {espresso: {item: 1, price: 1.80 EUR}}\n"
          "panel: {buttons: {1: espresso}, contact_delay: 1..3 ms}\n"
          "reader: {preselected: espresso}\nmeter: {averaging: 20 ms}\nignores: [payments]\n"
          "audit: {id: QRS7654321}\nservice_port: e6\n"
          "brew: {starts: 5..15 ms, takes: 300..350 ms, watts: [1240], idle: [2.5, 3.5]}\n" +
              update);
  }
};

// The bench has a line to the service port and presses by contacts.
TEST_F(OfficeRunTest, AServicePortThatNamesOtherFirmwareInMidRunBreaksItsBlockAndTheRun) {
  office(
      "update: {after_brews: 2, begins: 10..20 ms, takes: 50 ms, identity: {firmware: 2.2.0}, "
      "service_port: EF532M V02.04}\n");
  const Child machine = simulated_machine();
  const auto port = [this](const char* name) { return (place / "ports" / name).string(); };
  write("small.bench.yaml",
        "brewproof: bench/1\nname: small\ndut: {maker: Example, model: E6, serial: KD1}\n"
        "resources:\n  panel: {driver: lcus_relay, port: " +
            port("panel") + ", channels: 4}\n  meter: {driver: pzem004t, port: " + port("meter") +
            "}\n  service: {driver: jura, model: e6, port: " + port("service") +
            "}\ncontrols:\n"
            "  espresso: {output: panel/1, press: 60 ms, max_on: 20 s}\n"
            "  dummy: {output: panel/4, press: 60 ms, max_on: 20 s, for: sham}\n"
            "  watts: {meter: meter, quantity: power}\n"
            "ready: {watts: {below: 30 W, for: 50 ms, within: 60 s}}\n");
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_EQ(done.exit.code, 4) << done.err;
  const json run_of = json_of("r/findings.json")["run"];
  EXPECT_THAT(run_of["reasons"], ::testing::Contains("firmware-changed"));
  EXPECT_EQ(run_of["machine_changes"][0]["path"], "service port service");
  EXPECT_THAT(run_of["machine_changes"][0]["from"].get<std::string>(), HasSubstr("V02.03"));
  EXPECT_THAT(run_of["machine_changes"][0]["to"].get<std::string>(), HasSubstr("V02.04"));
  EXPECT_EQ(run_of["identity_probes"][0]["probe"], "service port");
  EXPECT_EQ(run_of["identity_probes"][0]["times"], 5);  // start, three blocks, end
  EXPECT_THAT(done.out, HasSubstr("Which machine, all along: service port"));
  std::ifstream trials(place / "r/trials.jsonl");
  int lost = 0;
  for (std::string line; std::getline(trials, line);)
    lost += json::parse(line).value("reason", "") == "firmware-changed";
  EXPECT_GE(lost, 8);
}

TEST_F(OfficeRunTest, KeysOfTheServicePortAreConfirmedByTheCounterAndTheBooks) {
  office();
  const Child machine = simulated_machine();
  const auto port = [this](const char* name) { return (place / "ports" / name).string(); };
  write("small.bench.yaml",
        "brewproof: bench/1\nname: small\ndut: {maker: Example, model: E6, serial: KD1}\n"
        "resources:\n  panel: {driver: lcus_relay, port: " +
            port("panel") + ", channels: 4}\n  meter: {driver: pzem004t, port: " + port("meter") +
            "}\n  service: {driver: jura, model: e6, port: " + port("service") +
            "}\n  audit: {driver: dex, port: " + port("audit") +
            "}\ncontrols:\n"
            "  espresso: {output: service/1, press: 300 ms, max_on: 20 s}\n"
            "  dummy: {output: panel/4, press: 60 ms, max_on: 20 s, for: sham}\n"
            "  watts: {meter: meter, quantity: power}\n"
            "  made: {meter: service, quantity: count_espresso}\n"
            "ready: {watts: {below: 30 W, for: 50 ms, within: 60 s}}\n"
            "books: {from: audit, every: block, within: 10 s}\n");
  write("presses.procedure.yaml",
        procedure_text(", confirm: {made: {rises_by: 1..1 count, within: 2 s}}"));
  const auto done = run(run_words({"--seed", "7"}));
  EXPECT_EQ(done.exit.code, 4) << done.err;  // nothing is captured
  const json findings = json_of("r/findings.json");
  ASSERT_EQ(findings["run"]["outcome"], "completed") << done.err;
  for (const json& arm : findings["run"]["actuation"]) {
    if (arm["arm"] != "brew") continue;
    for (const char* level : {"commanded", "confirmed", "booked"})
      EXPECT_EQ(arm[level], 8) << level;
  }
  for (const json& held : findings["run"]["books"])
    EXPECT_THAT(held["verdict"].get<std::string>(), ::testing::AnyOf("first", "agrees"));
}

}  // namespace
}  // namespace brewproof
