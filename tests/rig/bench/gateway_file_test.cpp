// `network.gateway` of a bench file: each way with what it needs, and nothing else.
#include "rig/bench/gateway_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/bench/bench_text.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Tls = GatewayConfig::Tls;

class GatewayFile : public BenchText {
 protected:
  // `gateway: ` begins in column 28 of the fifth line.
  static std::string network_with(const std::string& gateway, const std::string& mode = "") {
    return "network: {capture: eth1, " + mode + "gateway: " + gateway + "}";
  }
  GatewayConfig gateway(const std::string& text) const {
    return network(network_with(text)).gateway.value_or(GatewayConfig{});
  }
  std::string faults(const std::string& text, const std::string& mode = "") const {
    return BenchText::faults(network_with(text, mode));
  }
};

TEST_F(GatewayFile, PassiveTouchesNothing) {
  const GatewayConfig read = gateway("{tls: passive}");
  EXPECT_EQ(read.tls, Tls::passive);
  EXPECT_FALSE(read.steers());
}

TEST_F(GatewayFile, AnEndpointHasKeyLogsAndTouchesNothingUnlessAsked) {
  const GatewayConfig read = gateway("{tls: endpoint, keylog: [cloud.keys, /var/log/mqtt.keys]}");
  EXPECT_EQ(read.tls, Tls::endpoint);
  EXPECT_THAT(read.key_logs, ElementsAre(folder_ + "/cloud.keys", "/var/log/mqtt.keys"));
  EXPECT_FALSE(read.steers());
  EXPECT_TRUE(gateway("{tls: endpoint, keylog: [a], renew: on}").steers());
  EXPECT_EQ(faults("{tls: endpoint}"),
            "b.yaml:5:35: network.gateway.keylog is missing: the files in which your servers log "
            "their keys (SSLKEYLOGFILE)");
}

TEST_F(GatewayFile, InterceptionNeedsNothingAndTakesMuch) {
  const GatewayConfig bare = gateway("{tls: intercept}");
  EXPECT_TRUE(bare.steers());
  EXPECT_THAT(bare.ports, ElementsAre(443, 8883));
  EXPECT_THAT(bare.passthrough, IsEmpty());
  EXPECT_EQ(bare.passive_percent, 0);
  const GatewayConfig read = gateway(
      "{tls: intercept, ports: [443], authority: ca.pem, upstream: /etc/maker.pem, "
      "passthrough: [update.example, \"203.0.113.10:443\"], passive_share: 25 %}");
  EXPECT_THAT(read.ports, ElementsAre(443));
  EXPECT_EQ(read.authority, folder_ + "/ca.pem");
  EXPECT_EQ(read.upstream, "/etc/maker.pem");
  EXPECT_THAT(read.passthrough, ElementsAre("update.example", "203.0.113.10:443"));
  EXPECT_EQ(read.passive_percent, 25);
}

TEST_F(GatewayFile, AKeyOfAnotherWayIsAFault) {
  EXPECT_EQ(faults("{tls: endpoint, keylog: [a], passive_share: 25 %}"),
            "b.yaml:5:79: network.gateway.passive_share: with tls: endpoint there is no such key; "
            "it belongs to: intercept");
  EXPECT_THAT(faults("{tls: passive, ports: [443]}"),
              HasSubstr("it belongs to: endpoint, intercept"));
  EXPECT_THAT(faults("{tls: intercept, keylog: [a]}"), HasSubstr("it belongs to: endpoint"));
  EXPECT_THAT(faults("{tls: intercep}"), HasSubstr("did you mean 'intercept'?"));
}

TEST_F(GatewayFile, AShareIsHalfAtMostAndHasItsUnit) {
  for (const char* wrong : {"25", "0 %", "51 %", "25%", "2.5 %", "-1 %", "x %"})
    EXPECT_THAT(faults(std::string("{tls: intercept, passive_share: ") + wrong + "}"),
                HasSubstr(std::string("passive_share is '") + wrong + "': write 1 % to 50 %"))
        << wrong;
}

TEST_F(GatewayFile, WhatIsLetBeIsAServer) {
  for (const char* wrong :
       {"https://api.example", "api.example:0", "api.example:65536", "a b", ":443"})
    EXPECT_THAT(faults(std::string("{tls: intercept, passthrough: [\"") + wrong + "\"]}"),
                HasSubstr("write the server's name or IPv4 address"))
        << wrong;
}

TEST_F(GatewayFile, ABridgeLeadsNothingElsewhere) {
  EXPECT_THAT(faults("{tls: intercept}", "mode: bridge, uplink: eth2, "),
              HasSubstr("network.gateway: a bridge passes frames and can lead no connection "
                        "elsewhere; take mode gateway or ap"));
  EXPECT_EQ(faults("{tls: endpoint, keylog: [a]}", "mode: bridge, uplink: eth2, "), "");
}

}  // namespace
}  // namespace brewproof
