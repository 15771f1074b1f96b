// The gateway of a run beside its journal. The proxy is a script that says what mitmproxy's would.
#include "rig/command/led_gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "rig/network/gateway_record.h"
#include "tests/rig/command/command_line.h"
#include "tests/rig/network/own_network.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;

namespace fs = std::filesystem;

constexpr int forbidden = 77;

class LedGatewayTest : public CommandLine {
 protected:
  LedGatewayTest() {
    inputs.bench.network.capture = "eth1";
    inputs.bench.network.gateway.emplace();
    fs::create_directories(place / "bin");
  }
  void proxy_is(const std::string& script) const {
    const fs::path path = place / "bin/mitmdump";
    std::ofstream(path) << "#!/bin/sh\necho '{\"ready\": true}'\n" << script;
    fs::permissions(path, fs::perms::owner_all);
  }
  std::string journal_path() const { return (place / "r/journal.jsonl").string(); }
  std::vector<Record> journal() const {
    auto read = read_journal(journal_path());
    EXPECT_TRUE(read) << read.error().message;
    return read ? read->records : std::vector<Record>();
  }

  Inputs inputs;
};

TEST_F(LedGatewayTest, WhatAProxySaidBeforeItEndedStandsInTheJournal) {
  inputs.bench.network.gateway->tls = GatewayConfig::Tls::intercept;
  proxy_is(
      "echo '{\"treatment\":\"refused\",\"name\":\"api.example\",\"address\":\"203.0.113.10\","
      "\"port\":443,\"why\":\"alert unknown ca\"}'\n");
  const int status = in_a_network_of_its_own([this] {
    ::setenv("PATH", ((place / "bin").string() + ":" + std::getenv("PATH")).c_str(), 1);
    SystemClock clock;
    auto folder = RunFolder::create((place / "r").string());
    auto journal = Journal::create(journal_path(), clock);
    if (!folder || !journal) return 1;
    auto gateway = LedGateway::start(inputs, *folder, *journal);
    if (!gateway) {
      std::fprintf(stderr, "%s\n", gateway.error().message.c_str());
      return gateway.error().message.find("not permitted") != std::string::npos ? forbidden : 2;
    }
    if (!*gateway) return 3;
    if ((*gateway)->lead(1)) return 4;  // the proxy is gone
    const std::vector<Error> faults = (*gateway)->end();
    return faults.size() == 1 && faults[0].message.find("mitmdump ended") != std::string::npos ? 0
                                                                                               : 5;
  });
  if (status == forbidden) GTEST_SKIP() << "network namespaces are forbidden here";
  ASSERT_EQ(status, 0);
  EXPECT_THAT(destinations_of(journal()),
              ElementsAre(TlsDestination{"api.example:443", "refused", "alert unknown ca", 1}));
  EXPECT_EQ(journal().back().body["now"], "ended");
}

TEST_F(LedGatewayTest, ABenchThatTouchesNothingHasNone) {
  SystemClock clock;
  auto folder = RunFolder::create((place / "r").string());
  auto journal = Journal::create(journal_path(), clock);
  ASSERT_TRUE(folder && journal);
  auto passive = LedGateway::start(inputs, *folder, *journal);
  ASSERT_TRUE(passive);
  EXPECT_FALSE(*passive);
  inputs.bench.network.gateway.reset();
  auto none = LedGateway::start(inputs, *folder, *journal);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST_F(LedGatewayTest, AKeyLogThatCannotBeReadIsToldAtTheEnd) {
  inputs.bench.network.gateway->tls = GatewayConfig::Tls::endpoint;
  inputs.bench.network.gateway->key_logs = {(place / "none.keys").string()};
  SystemClock clock;
  auto folder = RunFolder::create((place / "r").string());
  auto journal = Journal::create(journal_path(), clock);
  ASSERT_TRUE(folder && journal);
  auto gateway = LedGateway::start(inputs, *folder, *journal);
  ASSERT_TRUE(gateway && *gateway);
  const auto led = (*gateway)->lead(1);
  ASSERT_TRUE(led) << led.error().message;
  EXPECT_FALSE(*led);
  const std::vector<Error> faults = (*gateway)->end();
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].message, "network.gateway.keylog: " + (place / "none.keys").string() +
                                   " cannot be read: what the machine sent there stays sealed");
}

}  // namespace
}  // namespace brewproof
