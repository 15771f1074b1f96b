// A machine with a real payment terminal, in the private network: the presenter shows it a card, it
// asks its acquirer over a connection of its own, and what it sends is not the machine's.

#include <gmock/gmock.h>

#include "tests/demo/demo_run.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class TerminalDemo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = fresh("terminal");
    output = run({"demo", "--profile", "terminal", "--out", folder.string(), "--seed", "20261"});
  }
  static void TearDownTestSuite() { fs::remove_all(folder.parent_path()); }
  void SetUp() override {
    if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
    ASSERT_EQ(output.exit.code, 0) << output.err;
    findings = json::parse(text_of(folder / "findings.json"));
  }
  // "pay machine POST /v1/order"
  std::vector<std::string> claims() const {
    std::vector<std::string> all;
    for (const json& finding : findings["findings"])
      all.push_back(finding["event"].get<std::string>() + " " +
                    finding["destination"].value("from", "machine") + " " +
                    finding["message"].get<std::string>());
    return all;
  }
  std::string contract(const std::string& of) const {
    const fs::path file = folder.string() + ".contract.yaml";
    const auto line = [&](const char* event, const char* host, const char* message,
                          const std::string& who) {
      return std::string("  - {") + (*event == '\0' ? "" : std::string("event: ") + event + ", ") +
             "destination: " + host + ", protocol: http, message: \"" + message +
             "\", fields: [\"*\"]" + (who.empty() ? "" : ", of: " + who) + "}\n";
    };
    std::ofstream(file) << "brewproof: contract/1\nallow:\n"
                        << line("pay", "api.kiosk.example", "POST /v1/order", "")
                        << line("pay", "api.acquirer.example", "POST /v1/authorisations", of)
                        << line("pay", "api.acquirer.example", "POST /v1/settlements", of)
                        << "background:\n"
                        << line("", "api.acquirer.example", "GET /v1/terminal", of)
                        << "otherwise: report\n";
    return file.string();
  }
  static inline fs::path folder;
  static inline Child::Output output;
  json findings;
};

TEST_F(TerminalDemo, WhatTheTerminalSendsIsToldFromWhatTheMachineSends) {
  const auto all = claims();
  EXPECT_THAT(all, Contains("pay machine POST /v1/order"));
  EXPECT_THAT(all, Contains("pay terminal POST /v1/authorisations"));
  EXPECT_THAT(all, Contains("pay terminal POST /v1/settlements"));
  for (const json& sent : findings["signatures"]) {
    const std::string name = sent["destination"]["name"];
    if (name.empty()) continue;
    EXPECT_EQ(name == "api.acquirer.example", sent["destination"].contains("from")) << sent;
  }
  EXPECT_EQ(findings["run"]["terminal"]["serial"], "T0001");
  EXPECT_EQ(findings["run"]["paths"]["reader_modem"], "captured");
}

TEST_F(TerminalDemo, ThePacketsOfBothAreExplained) {
  EXPECT_EQ(findings["bytes"]["by_cause"]["unexplained"], 0);
  std::uint64_t sum = 0;
  for (const auto& [cause, count] : findings["bytes"]["by_cause"].items())
    sum += count.get<std::uint64_t>();
  EXPECT_EQ(sum, findings["bytes"]["up_total"].get<std::uint64_t>());
}

TEST_F(TerminalDemo, TheReportNamesTheTerminal) {
  EXPECT_THAT(output.out, HasSubstr("real payment terminal Example T1, serial T0001"));
  const std::string html = text_of(folder / "report.html");
  EXPECT_THAT(html, HasSubstr("the payment terminal sent POST /v1/authorisations"));
  EXPECT_THAT(html, HasSubstr("the machine sent POST /v1/order"));
}

TEST_F(TerminalDemo, AContractNamesWhoSends) {
  const auto check = [&](const std::string& of) {
    return json::parse(
        run({"check", folder.string(), "--contract", contract(of), "--json"}).out)["lines"];
  };
  const json of_terminal = check("terminal");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(of_terminal[i]["verdict"], "PASS") << of_terminal[i];
  // The same lines, declared for the machine: what was seen is not declared.
  const json of_machine = check("machine");
  int reported = 0;
  for (const json& line : of_machine)
    reported += line["about"] == "undeclared" && line["destination"] == "api.acquirer.example" &&
                line.value("of", "") == "terminal";
  EXPECT_GE(reported, 3) << of_machine;
}

}  // namespace
}  // namespace brewproof
