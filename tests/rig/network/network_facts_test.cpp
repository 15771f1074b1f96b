// What nft and iw print, read.
#include "rig/network/network_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::ElementsAre;

TEST(NetworkFacts, OurTableIsKnownByItsFamilyAndName) {
  EXPECT_TRUE(read_rules(R"({"nftables": [{"metainfo": {"version": "1.0.6"}},
      {"chain": {"family": "inet", "table": "brewproof", "name": "forward", "handle": 1,
                 "type": "filter", "hook": "forward", "prio": 0, "policy": "accept"}}]})")
                  .ours);
  EXPECT_FALSE(read_rules(R"({"nftables": [{"chain": {"family": "ip", "table": "brewproof",
      "name": "forward", "handle": 1}}]})")
                   .ours);
  EXPECT_FALSE(read_rules("Operation not permitted (you must be root)").ours);
}

// As Docker leaves it.
TEST(NetworkFacts, AForeignChainThatDropsWhatIsForwardedIsNamed) {
  const RuleFacts rules = read_rules(R"({"nftables": [
      {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "handle": 1,
                 "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
      {"chain": {"family": "ip", "table": "filter", "name": "INPUT", "handle": 2,
                 "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
      {"chain": {"family": "ip6", "table": "filter", "name": "FORWARD", "handle": 1,
                 "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}},
      {"chain": {"family": "ip", "table": "filter", "name": "DOCKER", "handle": 3}}]})");
  EXPECT_FALSE(rules.ours);
  EXPECT_THAT(rules.obstacles, ElementsAre("table ip filter, chain FORWARD"));
}

TEST(NetworkFacts, AnAdapterThatListsTheModeCanBeAnAccessPoint) {
  EXPECT_TRUE(can_be_access_point(
      "Wiphy phy0\n\tSupported interface modes:\n\t\t * IBSS\n\t\t * managed\n\t\t * AP\n"
      "\t\t * AP/VLAN\n\tBand 1:\n"));
  EXPECT_FALSE(can_be_access_point(
      "Wiphy phy0\n\tSupported interface modes:\n\t\t * managed\n\t\t * AP/VLAN\n\tBand 1:\n"));
  // Combinations and software modes are other lists.
  EXPECT_FALSE(
      can_be_access_point("Wiphy phy0\n\tSupported interface modes:\n\t\t * managed\n"
                          "\tsoftware interface modes (can always be added):\n\t\t * AP\n"));
}

TEST(NetworkFacts, WhatIsChangedIsRemembered) {
  NetworkConfig gateway;
  gateway.mode = NetworkConfig::Mode::gateway;
  gateway.capture = "eth1";
  gateway.uplink = "eth0";
  NetworkFacts facts;
  facts.capture = {true, false, false, "", {}, "eui64", false};
  facts.uplink = {true, true, true, "", {}, "eui64", true};
  const Before before = before_of(gateway, facts);
  EXPECT_THAT(before.down, ElementsAre("eth1"));
  EXPECT_THAT(before.not_forwarding, ElementsAre("eth1"));
  EXPECT_TRUE(before.addrgenmode.empty());
}

}  // namespace
}  // namespace brewproof
