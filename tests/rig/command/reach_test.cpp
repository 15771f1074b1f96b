// What doctor says of each mode, by what stands; nothing is set up here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/command/doctor/check.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using Mode = NetworkConfig::Mode;

BenchFile bench(Mode mode) {
  BenchFile bench;
  bench.path = "k.bench.yaml";
  bench.dut_macs = {"02:c0:ff:ee:00:01"};
  bench.network.mode = mode;
  bench.network.capture = "eth1";
  bench.network.uplink = "eth0";
  bench.network.address = "10.77.0.1";
  bench.network.prefix = 24;
  return bench;
}

NetworkFacts standing_gateway() {
  NetworkFacts facts;
  facts.capture = {true, true, true, "", {"10.77.0.1/24"}, "eui64", true};
  facts.uplink = {true, true, true, "", {"192.0.2.7/24"}, "eui64", true};
  facts.rules = RuleFacts{true, {}};
  facts.name_server = "dnsmasq-2.90";
  facts.leases = {{"02:c0:ff:ee:00:01", "10.77.0.50"}, {"02:00:00:00:00:09", "10.77.0.51"}};
  return facts;
}

std::vector<std::string> lines(const Checks& checks) {
  std::vector<std::string> lines;
  for (const Check& check : checks) {
    const char* state = check.state == Check::State::good   ? "ok"
                        : check.state == Check::State::note ? "note"
                                                            : "FAILS";
    lines.push_back(fmt::format("{} {}: {}{}", state, check.what, check.detail,
                                check.mend.empty() ? "" : " | " + check.mend));
  }
  return lines;
}

const std::string set_up = " | sudo brewproof doctor --bench k.bench.yaml --set-up";

TEST(Reach, AStandingGatewayIsToldPartByPart) {
  EXPECT_THAT(
      lines(reach_checks(bench(Mode::gateway), standing_gateway())),
      ElementsAre("ok interface eth1, the machine's side: up", "ok interface eth0, the uplink: up",
                  "ok address of eth1: 10.77.0.1/24", "ok forwarding from eth1: on",
                  "ok forwarding from eth0: on", "ok nftables table inet brewproof: it stands",
                  "ok dnsmasq at 10.77.0.1: dnsmasq-2.90 answers",
                  "ok address handed to the machine: 10.77.0.50 to 02:c0:ff:ee:00:01"));
}

TEST(Reach, WhatAGatewayLacksHasItsMend) {
  NetworkFacts facts;
  facts.capture.there = facts.uplink.there = facts.uplink.up = facts.uplink.carrier = true;
  facts.rules = RuleFacts{};
  EXPECT_THAT(lines(reach_checks(bench(Mode::gateway), facts)),
              ElementsAre("FAILS interface eth1, the machine's side: switched off" + set_up,
                          "ok interface eth0, the uplink: up",
                          "FAILS address of eth1: it has no 10.77.0.1/24" + set_up,
                          "FAILS forwarding from eth1: off" + set_up,
                          "FAILS forwarding from eth0: off" + set_up,
                          "FAILS nftables table inet brewproof: there is none" + set_up,
                          "FAILS dnsmasq at 10.77.0.1: it does not answer" + set_up,
                          "note address handed to the machine: none yet: it has not asked dnsmasq "
                          "| switch the machine off and on: it asks when it starts"));
}

TEST(Reach, AFilterOfSomebodyElseIsNoted) {
  NetworkFacts facts = standing_gateway();
  facts.rules->obstacles = {"table ip filter, chain FORWARD"};
  EXPECT_THAT(
      lines(reach_checks(bench(Mode::gateway), facts)),
      Contains("note forwarding here: table ip filter, chain FORWARD, drops what no rule of "
               "it accepts | accept what goes to and from eth1 there (Docker's are in "
               "DOCKER-USER), or use a station without it"));
}

TEST(Reach, RulesThatOnlyRootSeesAreNoFault) {
  NetworkFacts facts = standing_gateway();
  facts.rules.reset();
  EXPECT_THAT(
      lines(reach_checks(bench(Mode::gateway), facts)),
      Contains("note nftables table inet brewproof: nft does not tell: only root may ask it | "
               "look as root: sudo nft list table inet brewproof (package nftables)"));
}

TEST(Reach, AMachineThatIsOffIsNoFaultOfTheNetwork) {
  NetworkFacts facts = standing_gateway();
  facts.capture.carrier = false;
  for (const Check& check : reach_checks(bench(Mode::gateway), facts))
    EXPECT_NE(check.state, Check::State::bad) << check.what;
}

TEST(Reach, ABridgeJoinsBothSidesWhoeverMadeIt) {
  NetworkFacts facts = standing_gateway();
  EXPECT_THAT(lines(reach_checks(bench(Mode::bridge), facts)),
              Contains("FAILS bridge of eth1 and eth0: they are not in one bridge" + set_up));
  facts.capture.master = "br0";
  EXPECT_THAT(lines(reach_checks(bench(Mode::bridge), facts)),
              Contains("FAILS bridge of eth1 and eth0: they are not in one bridge" + set_up));
  facts.uplink.master = "br0";
  EXPECT_THAT(
      lines(reach_checks(bench(Mode::bridge), facts)),
      ElementsAre("ok interface eth1, the machine's side: up", "ok interface eth0, the uplink: up",
                  "ok bridge of eth1 and eth0: both are in br0"));
  facts.bridge_filtered = true;
  EXPECT_THAT(lines(reach_checks(bench(Mode::bridge), facts)),
              Contains("note filters on the bridge: bridged frames pass this station's packet "
                       "filters | sudo sysctl -w net.bridge.bridge-nf-call-iptables=0"));
}

TEST(Reach, AnAdapterThatCanBeNoAccessPointIsSaidClearly) {
  NetworkFacts facts = standing_gateway();
  facts.radio_obstacle = "eth1 is no wireless interface (`iw dev` lists those there are)";
  EXPECT_THAT(lines(reach_checks(bench(Mode::ap), facts)),
              IsSupersetOf({"FAILS access point on eth1: eth1 is no wireless interface (`iw dev` "
                            "lists those there are)",
                            "ok address of eth1: 10.77.0.1/24"}));
}

TEST(Reach, ATapNeedsNothing) { EXPECT_TRUE(reach_checks(bench(Mode::tap)).empty()); }

}  // namespace
}  // namespace brewproof
