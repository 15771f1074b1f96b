// `network:` of a bench file: each mode with what it needs, and nothing else.
#include "rig/bench/network_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/bench/bench_text.h"

namespace brewproof {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Mode = NetworkConfig::Mode;

class NetworkFile : public BenchText {};

constexpr const char* gateway =
    "network: {mode: gateway, capture: eth1, uplink: eth0, address: 10.77.0.1/24, dhcp_range: "
    "[10.77.0.50, 10.77.0.99]}";

std::string with(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_F(NetworkFile, WithoutAModeTheWireIsListenedTo) {
  const NetworkConfig tap = network("network: {capture: eth1}");
  EXPECT_EQ(tap.mode, Mode::tap);
  EXPECT_EQ(tap.capture, "eth1");
  EXPECT_FALSE(tap.routes());
}

TEST_F(NetworkFile, APathThatIsNotNamedIsUnobserved) {
  EXPECT_THAT(network("network: {capture: eth1, paths: {ethernet: captured, wifi: absent}}").paths,
              UnorderedElementsAre(Pair("ethernet", "captured"), Pair("wifi", "absent"),
                                   Pair("cellular", "unobserved"), Pair("bluetooth", "unobserved"),
                                   Pair("reader_modem", "unobserved")));
  EXPECT_THAT(network("").paths,
              UnorderedElementsAre(Pair("ethernet", "unobserved"), Pair("wifi", "unobserved"),
                                   Pair("cellular", "unobserved"), Pair("bluetooth", "unobserved"),
                                   Pair("reader_modem", "unobserved")));
}

TEST_F(NetworkFile, NothingIsCapturedWithoutAnInterface) {
  EXPECT_EQ(faults("network: {paths: {ethernet: captured}}"),
            "b.yaml:5:29: network.paths.ethernet: nothing is captured, because network.capture "
            "names no interface; write unobserved");
}

TEST_F(NetworkFile, ABridgeHasTwoSides) {
  const NetworkConfig bridge = network("network: {mode: bridge, capture: eth1, uplink: eth2}");
  EXPECT_EQ(bridge.mode, Mode::bridge);
  EXPECT_EQ(bridge.uplink, "eth2");
  EXPECT_EQ(faults("network: {mode: bridge, capture: eth1}"),
            "b.yaml:5:10: network.uplink is missing: mode bridge needs it");
  EXPECT_EQ(faults("network: {mode: bridge, uplink: eth1}"),
            "b.yaml:5:10: network.capture is missing: mode bridge needs the machine's interface");
  EXPECT_EQ(faults("network: {mode: bridge, capture: eth1, uplink: eth1}"),
            "b.yaml:5:48: network.uplink and network.capture are both eth1: the machine is on one "
            "side, the network on the other");
}

TEST_F(NetworkFile, AKeyOfAnotherModeIsAFault) {
  EXPECT_EQ(
      faults("network: {capture: eth1, uplink: eth2}"),
      "b.yaml:5:34: network.uplink: mode tap has no such key; it belongs to: bridge, gateway, "
      "ap");
  EXPECT_EQ(faults(with(gateway, "capture: eth1", "capture: eth1, ssid: bench")),
            "b.yaml:5:47: network.ssid: mode gateway has no such key; it belongs to: ap");
  EXPECT_EQ(faults("network: {mode: bridg, capture: eth1}"),
            "b.yaml:5:17: network.mode: 'bridg' is not possible here; did you mean 'bridge'?");
}

TEST_F(NetworkFile, AGatewayHasAnAddressAndHandsOutOthers) {
  const NetworkConfig read = network(gateway);
  EXPECT_TRUE(read.routes());
  EXPECT_EQ(read.address, "10.77.0.1");
  EXPECT_EQ(read.prefix, 24);
  EXPECT_EQ(read.subnet, "10.77.0.0/24");
  EXPECT_EQ(read.netmask, "255.255.255.0");
  EXPECT_EQ(read.dhcp_first, "10.77.0.50");
  EXPECT_EQ(read.dhcp_last, "10.77.0.99");
}

TEST_F(NetworkFile, AnAddressIsAHostsOwnWithItsPrefix) {
  for (const char* wrong : {"10.77.0.0/24", "10.77.0.255/24", "10.77.0.1", "10.77.0.1/31",
                            "10.77.0.1/7", "10.77.0.1/024", "10.77.0.300/24", "fd00::1/64"})
    EXPECT_THAT(faults(with(gateway, "10.77.0.1/24", "\"" + std::string(wrong) + "\"")),
                ::testing::HasSubstr("network.address is '" + std::string(wrong) +
                                     "': it must be this station's own address in the machine's "
                                     "network, with its prefix, as 10.77.0.1/24"));
}

TEST_F(NetworkFile, ARangeLiesInTheNetworkAndLeavesTheStationOut) {
  for (const char* wrong : {"[10.77.0.99, 10.77.0.50]", "[10.77.0.1, 10.77.0.9]",
                            "[10.77.1.1, 10.77.1.9]", "[10.77.0.50, 10.77.0.255]"})
    EXPECT_THAT(faults(with(gateway, "[10.77.0.50, 10.77.0.99]", wrong)),
                ::testing::HasSubstr("b.yaml:5:90: network.dhcp_range: "))
        << wrong;
  EXPECT_EQ(faults(with(gateway, "10.77.0.50", "10.77.0.500")),
            "b.yaml:5:91: network.dhcp_range[1] is '10.77.0.500': no IPv4 address");
}

constexpr const char* access_point =
    "network: {mode: ap, capture: wlan0, uplink: eth0, address: 10.77.0.1/24, dhcp_range: "
    "[10.77.0.50, 10.77.0.99], ssid: bench, passphrase_file: bench.key, channel: 6}";

TEST_F(NetworkFile, AnAccessPointIsAGatewayWithARadio) {
  const NetworkConfig ap = network(access_point);
  EXPECT_EQ(ap.mode, Mode::ap);
  EXPECT_TRUE(ap.routes());
  EXPECT_EQ(ap.ssid, "bench");
  EXPECT_EQ(ap.channel, 6);
  EXPECT_EQ(ap.passphrase_file, folder_ + "/bench.key") << "relative to the bench file";
  EXPECT_EQ(network(with(access_point, "bench.key", "/etc/bench.key")).passphrase_file,
            "/etc/bench.key");
}

TEST_F(NetworkFile, ARadioKeepsToWhatIsAllowed) {
  EXPECT_THAT(faults(with(access_point, "channel: 6", "channel: 36")),
              ::testing::HasSubstr("network.channel: above 13 network.country is needed"));
  EXPECT_EQ(network(with(access_point, "channel: 6", "channel: 36, country: DE")).country, "DE");
  EXPECT_THAT(faults(with(access_point, "channel: 6", "channel: 52, country: DE")),
              ::testing::HasSubstr("network.channel: 1 to 13 or one of 36, 40, 44, 48, 149, 153, "
                                   "157, 161"));
  EXPECT_THAT(faults(with(access_point, "ssid: bench", "ssid: " + std::string(33, 'b'))),
              ::testing::HasSubstr("network.ssid: 1 to 32 characters on one line"));
}

TEST_F(NetworkFile, ANameThatACommandCouldMisreadIsNoInterface) {
  for (const char* wrong : {"-eth1", "eth1;", "e th1", "eth1'", "../eth1"})
    EXPECT_THAT(faults("network: {capture: \"" + std::string(wrong) + "\"}"),
                ::testing::HasSubstr("is no name of a network interface"))
        << wrong;
  EXPECT_EQ(network("network: {capture: enx02c0ffee.7}").capture, "enx02c0ffee.7");
}

}  // namespace
}  // namespace brewproof
