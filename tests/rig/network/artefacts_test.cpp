// Each mode as the very texts that the system's programs get.
#include "rig/network/artefacts.h"

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using Mode = NetworkConfig::Mode;

std::vector<std::string> lines(const std::vector<Command>& commands) {
  std::vector<std::string> lines;
  for (const Command& command : commands)
    lines.push_back(fmt::format("{}", fmt::join(command.words, " ")));
  return lines;
}

NetworkConfig bridge() {
  NetworkConfig network;
  network.mode = Mode::bridge;
  network.capture = "eth1";
  network.uplink = "eth2";
  return network;
}

NetworkConfig gateway() {
  NetworkConfig network;
  network.mode = Mode::gateway;
  network.capture = "eth1";
  network.uplink = "eth0";
  network.address = "10.77.0.1";
  network.prefix = 24;
  network.subnet = "10.77.0.0/24";
  network.netmask = "255.255.255.0";
  network.dhcp_first = "10.77.0.50";
  network.dhcp_last = "10.77.0.99";
  return network;
}

TEST(Artefacts, ATapChangesNothing) {
  EXPECT_THAT(up_commands({}, {}), ElementsAre());
  EXPECT_THAT(down_commands({}, {}), ElementsAre());
}

TEST(Artefacts, ABridgeIsSilentAndPassesAllThatACablePasses) {
  const Before before{{"eth1"}, {}, {{"eth1", "eui64"}, {"eth2", "none"}}};
  EXPECT_THAT(
      lines(up_commands(bridge(), before)),
      ElementsAre("ip link add name brewproof0 type bridge stp_state 0 forward_delay 0 "
                  "mcast_snooping 0 group_fwd_mask 0xfff8",
                  "ip link set dev brewproof0 addrgenmode none",
                  "ip link set dev eth1 addrgenmode none", "ip link set dev eth2 addrgenmode none",
                  "ip link set dev eth1 master brewproof0",
                  "ip link set dev eth2 master brewproof0", "ip link set dev eth1 up",
                  "ip link set dev eth2 up", "ip link set dev brewproof0 up"));
}

TEST(Artefacts, ABridgeLeavesItsMembersAsTheyWere) {
  const Before before{{"eth1"}, {}, {{"eth1", "eui64"}, {"eth2", "none"}}};
  EXPECT_THAT(lines(down_commands(bridge(), before)),
              ElementsAre("ip link delete dev brewproof0", "ip link set dev eth1 addrgenmode eui64",
                          "ip link set dev eth2 addrgenmode none", "ip link set dev eth1 down"));
}

TEST(Artefacts, WhereThereIsNoIpv6NothingIsAskedOfIt) {
  EXPECT_THAT(lines(down_commands(bridge(), {})), ElementsAre("ip link delete dev brewproof0"));
}

TEST(Artefacts, AGatewayHasItsRulesBeforeItForwards) {
  const Before before{{"eth1"}, {"eth0", "eth1"}, {}};
  const auto commands = up_commands(gateway(), before);
  EXPECT_THAT(lines(commands),
              ElementsAre("nft -f -", "ip address add 10.77.0.1/24 dev eth1",
                          "ip link set dev eth1 up", "sysctl -q -w net/ipv4/conf/eth0/forwarding=1",
                          "sysctl -q -w net/ipv4/conf/eth1/forwarding=1"));
  EXPECT_EQ(commands.front().input, nft_ruleset(gateway()));
}

TEST(Artefacts, AGatewayGivesBackOnlyWhatItTook) {
  EXPECT_THAT(lines(down_commands(gateway(), {{"eth1"}, {"eth1"}, {}})),
              ElementsAre("sysctl -q -w net/ipv4/conf/eth1/forwarding=0",
                          "ip address flush dev eth1 to 10.77.0.1/32",
                          "nft table inet brewproof {}; delete table inet brewproof",
                          "ip link set dev eth1 down"));
  EXPECT_THAT(lines(down_commands(gateway(), {})),
              ElementsAre("ip address flush dev eth1 to 10.77.0.1/32",
                          "nft table inet brewproof {}; delete table inet brewproof"));
}

// As `nft list table inet brewproof` prints it.
TEST(Artefacts, TheMachineReachesTheUplinkAndNothingElse) {
  EXPECT_EQ(nft_ruleset(gateway()),
            "table inet brewproof {\n"
            "\tchain forward {\n"
            "\t\ttype filter hook forward priority filter; policy accept;\n"
            "\t\tiifname \"eth1\" oifname != \"eth0\" drop\n"
            "\t\toifname \"eth1\" iifname != \"eth0\" drop\n"
            "\t}\n"
            "\n"
            "\tchain postrouting {\n"
            "\t\ttype nat hook postrouting priority srcnat; policy accept;\n"
            "\t\tip saddr 10.77.0.0/24 oifname \"eth0\" masquerade\n"
            "\t}\n"
            "}\n");
}

TEST(Artefacts, DnsmasqServesTheMachinesSideAloneAndAsNobodyElse) {
  EXPECT_THAT(
      lines({dnsmasq_command(gateway(), "/usr/sbin/dnsmasq")}),
      ElementsAre(
          "setpriv --pdeathsig KILL --reuid dnsmasq --regid nogroup --clear-groups "
          "--inh-caps=-all,+net_admin,+net_raw,+net_bind_service "
          "--ambient-caps=-all,+net_admin,+net_raw,+net_bind_service "
          "--bounding-set=-all,+net_admin,+net_raw,+net_bind_service "
          "/usr/sbin/dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --no-hosts "
          "--interface=eth1 --except-interface=lo --bind-interfaces --no-ping --dhcp-authoritative "
          "--dhcp-range=10.77.0.50,10.77.0.99,255.255.255.0,12h "
          "--dhcp-leasefile=/run/brewproof/dnsmasq.leases --log-facility=-"));
}

TEST(Artefacts, AnAccessPointIsWpa2OnItsChannel) {
  NetworkConfig ap = gateway();
  ap.mode = Mode::ap;
  ap.capture = "wlan0";
  ap.ssid = "bench 1";
  ap.channel = 6;
  EXPECT_EQ(hostapd_config(ap, "correct horse"),
            "interface=wlan0\ndriver=nl80211\nssid=bench 1\nhw_mode=g\nchannel=6\n"
            "wpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase=correct horse\n");
  ap.channel = 36;
  ap.country = "DE";
  EXPECT_EQ(hostapd_config(ap, "correct horse"),
            "interface=wlan0\ndriver=nl80211\nssid=bench 1\nhw_mode=a\nchannel=36\n"
            "country_code=DE\nieee80211d=1\n"
            "wpa=2\nwpa_key_mgmt=WPA-PSK\nrsn_pairwise=CCMP\nwpa_passphrase=correct horse\n");
}

}  // namespace
}  // namespace brewproof
