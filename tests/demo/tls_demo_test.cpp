// The kiosk under TLS, with a short plan: opened with the endpoints' keys, opened by interception,
// and pinned, which stays sealed. Claims are held against the machine's own truth log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "tests/demo/demo_run.h"

namespace brewproof {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const fs::path share = fs::path(BREWPROOF_BINARY_DIR) / "share/brewproof";

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class TlsDemo : public ::testing::Test {
 protected:
  // What `brewproof demo` does, with fewer blocks.
  // `gateway`: more of its keys.
  void run_kiosk(const std::string& name, const std::string& profile, const std::string& shipped,
                 int blocks, const std::string& gateway = "") {
    folder = fresh(name);
    const fs::path bench = folder.string() + ".bench.yaml";
    std::ofstream(bench) << with(text_of(share / "procedures" / shipped),
                                 "paths:", gateway + "paths:");
    const fs::path procedure = folder.string() + ".procedure.yaml";
    std::ofstream(procedure) << with(with(text_of(share / "procedures/demo.procedure.yaml"),
                                          "blocks: 4", "blocks: " + std::to_string(blocks)),
                                     "contract: demo.contract.yaml", "");
    ChildSettings settings;
    settings.program = std::string(BREWPROOF_BINARY_DIR) + "/brewproof-testbed";
    settings.arguments = {"--profile", share / "fixtures/profiles" / (profile + ".yaml"), "--truth",
                          folder.string() + ".truth.jsonl", "--seed", "7", "--",
                          // What stands in the network after the run is heard too.
                          "/bin/sh", "-c",
                          "\"$@\"; code=$?; PATH=$PATH:/usr/sbin; nft list tables >&2; "
                          "pgrep -f [m]itmdump >&2; exit $code",
                          "sh", program, "run", procedure, "--bench", share / "procedures" / bench,
                          "--out", folder, "--bench-log", folder.string() + ".bench.log", "--seed",
                          "7"};
    settings.pipe_stdout = settings.pipe_stderr = true;
    output = output_of(started(settings), std::chrono::minutes(5));
    if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
    ASSERT_EQ(output.exit.code, 0) << output.err;
    findings = json::parse(text_of(folder / "findings.json"));
    std::ifstream in(folder.string() + ".truth.jsonl");
    for (std::string line; std::getline(in, line);) truth.push_back(json::parse(line));
  }

  // Each opened claim is one that the machine made, and each of the machine's is claimed.
  void expect_the_truth() const {
    std::set<std::string> claimed;
    for (const json& finding : findings["findings"]) {
      EXPECT_TRUE(finding["tls"]) << claim(finding);
      bool told = false;
      for (const json& line : truth)
        if (line.value("event", json()) == finding["event"] &&
            line["protocol"] == finding["protocol"] &&
            same_message(finding["message"], line["message"])) {
          told = true;
          claimed.insert(finding["event"].get<std::string>());
        }
      EXPECT_TRUE(told) << "claimed but not done by the machine: " << claim(finding);
      if (finding["event"] == "pay" && finding["protocol"] == "http") {
        EXPECT_EQ(finding["grade"], "A") << claim(finding);
      }
    }
    EXPECT_THAT(claimed, ::testing::UnorderedElementsAre("brew", "pay")) << output.err;
  }

  std::set<std::string> carried_by_payments() const {
    std::set<std::string> carried;
    for (const json& finding : findings["findings"])
      for (const json& field : finding["fields"])
        if (field["kind"] == "stimulus" && finding["event"] == "pay" &&
            finding["protocol"] == "http")
          carried.insert(field["param"].get<std::string>());
    return carried;
  }

  void expect_keys_apart(const std::string& log) const {
    EXPECT_EQ(fs::status(folder / "keys").permissions(), fs::perms::owner_all);
    EXPECT_EQ(fs::status(folder / "keys" / log).permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
    const std::string keys = text_of(folder / "keys" / log);
    EXPECT_THAT(keys, AllOf(HasSubstr("CLIENT_TRAFFIC_SECRET_0 "), HasSubstr("CLIENT_RANDOM ")));
    // Half a secret would do: no file but this one holds any.
    std::vector<std::string> halves;
    std::istringstream lines(keys);
    for (std::string label, random, secret; lines >> label >> random >> secret;)
      halves.push_back(secret.substr(0, 32));
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file() || entry.path().filename() == log) continue;
      const std::string text = text_of(entry.path());
      for (const std::string& half : halves)
        EXPECT_EQ(text.find(half), std::string::npos) << entry.path();
    }
  }

  fs::path folder;
  Child::Output output;
  json findings;
  std::vector<json> truth;
};

TEST_F(TlsDemo, WithTheEndpointsKeysEverythingIsRead) {
  ASSERT_NO_FATAL_FAILURE(run_kiosk("endpoint", "kiosk-tls", "demo-endpoint.bench.yaml", 2));
  if (IsSkipped()) return;
  expect_the_truth();
  EXPECT_THAT(carried_by_payments(), AllOf(Contains("amount"), Contains("card")));
  EXPECT_EQ(findings["run"]["tls_gateway"]["mode"], "endpoint");
  expect_keys_apart("endpoint.log");
  EXPECT_THAT(output.err, ::testing::Not(HasSubstr("table inet")));
}

TEST_F(TlsDemo, ByInterceptionEverythingIsReadAndOneBlockIsLeftUntouched) {
  if (!find_program("mitmdump")) GTEST_SKIP() << "no mitmdump here: ./dev setup intercept";
  ASSERT_NO_FATAL_FAILURE(run_kiosk("intercept", "kiosk-tls", "demo-intercept.bench.yaml", 3,
                                    "  passive_share: 25 %\n  "));
  if (IsSkipped()) return;
  expect_the_truth();
  EXPECT_THAT(carried_by_payments(), AllOf(Contains("amount"), Contains("card")));
  const json& gateway = findings["run"]["tls_gateway"];
  std::set<std::string> opened;
  for (const json& each : gateway["destinations"]) {
    EXPECT_EQ(each["treatment"], "opened") << each;
    opened.insert(each["destination"].get<std::string>());
  }
  EXPECT_THAT(opened,
              ::testing::UnorderedElementsAre("api.kiosk.example:443", "mqtt.kiosk.example:8883"));
  ASSERT_THAT(gateway["passive_blocks"], SizeIs(1));
  EXPECT_EQ(json::parse(text_of(folder / "plan.json"))["passive_blocks"],
            gateway["passive_blocks"]);
  ASSERT_THAT(gateway["effects"], SizeIs(2));  // one block of three: it can show nothing
  for (const json& effect : gateway["effects"]) {
    EXPECT_TRUE(opened.contains(effect["destination"].get<std::string>())) << effect;
    EXPECT_EQ(effect["untouched"]["blocks"], 1) << effect;
    EXPECT_EQ(effect["touched"]["acts"], 2 * effect["untouched"]["acts"].get<int>()) << effect;
    EXPECT_GT(effect["touched"]["followed"], 0) << effect;
    EXPECT_GT(effect["untouched"]["followed"], 0) << effect;
    EXPECT_GE(effect["p"], effect["least_p"]) << effect;
  }
  expect_keys_apart("intercept.log");
  EXPECT_THAT(output.err, ::testing::Not(HasSubstr("table inet")));
}

TEST_F(TlsDemo, APinnedMachineRefusesAndItsMessagesStaySealed) {
  if (!find_program("mitmdump")) GTEST_SKIP() << "no mitmdump here: ./dev setup intercept";
  ASSERT_NO_FATAL_FAILURE(run_kiosk("pinned", "kiosk-tls-pinned", "demo-intercept.bench.yaml", 2));
  if (IsSkipped()) return;
  std::set<std::string> caused;
  for (const json& finding : findings["findings"]) {
    EXPECT_EQ(finding["grade"], "B") << claim(finding);
    EXPECT_EQ(finding["protocol"], "tls") << claim(finding);
    EXPECT_THAT(finding["reasons"], Contains("tls-refused")) << claim(finding);
    caused.insert(finding["event"].get<std::string>());
  }
  // Records of two drinks are of two sizes: so few blocks need not show both.
  EXPECT_THAT(caused, Contains("pay")) << output.err;
  std::set<std::string> refused;
  for (const json& each : findings["run"]["tls_gateway"]["destinations"])
    if (each["treatment"] == "refused") {
      refused.insert(each["destination"].get<std::string>());
      EXPECT_EQ(each["reason"], "alert bad certificate");
      EXPECT_EQ(each["connections"], 1);
    }
  EXPECT_THAT(refused,
              ::testing::UnorderedElementsAre("api.kiosk.example:443", "mqtt.kiosk.example:8883"));
  const std::string summary = std::regex_replace(output.out, std::regex("\\s+"), " ");  // unwrapped
  EXPECT_THAT(summary, HasSubstr("REFUSED by the machine for: api.kiosk.example:443"));
}

}  // namespace
}  // namespace brewproof
