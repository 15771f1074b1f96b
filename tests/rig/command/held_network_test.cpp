// `doctor --set-up` in network namespaces of its own, with the real bridge, nftables and dnsmasq: a
// machine behind eth1, the world behind eth2. Each test is a script of what a person would type;
// the machine's DHCP client is busybox's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "rig/capture/capture_file.h"
#include "rig/process/child.h"
#include "tests/rig/process/started.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

constexpr const char* walls = R"(
set -e
mount -t tmpfs tmpfs /run
ip netns add dut
ip netns add far
ip link set lo up
ip link add eth1 type veth peer name eth0 address 02:c0:ff:ee:00:01 netns dut
ip link add eth2 type veth peer name eth0 netns far
ip netns exec dut ip link set eth0 up
ip netns exec far ip link set eth0 up
dut() { ip netns exec dut "$@"; }
far() { ip netns exec far "$@"; }
state() {
  ip -o link | awk '{print $2, $3}'
  ip -o -4 address | awk '{print $2, $4}'
  nft list ruleset
  sysctl net.ipv4.ip_forward net.ipv4.conf.eth1.forwarding net.ipv4.conf.eth2.forwarding
  ip -d -o link | grep -o 'addrgenmode [a-z0-9_]*'
  ls -A /run | grep -v '[.]lock$'
  ss -Hlun
}
set_up() {
  state > before
  rm -f up
  $brewproof doctor --bench b.yaml --set-up > up 2> up.err &
  holder=$!
  until grep -qs 'The network stands' up; do
    kill -0 $holder 2>/dev/null || { cat up up.err; exit 9; }
    sleep 0.05
  done
}
as_before() {
  for (( end = SECONDS + 30; SECONDS < end; )); do
    state > after
    cmp -s before after && { echo as before; return; }
    sleep 0.05
  done
  diff before after
}
kill_holder_and_keeper() {
  kill -9 $holder $(ps -o pid=,args= --ppid $holder | awk '/at-end/ {print $1}')
  wait $holder 2>/dev/null || true
}
take_down() { kill -INT $holder; wait $holder && echo ended well; as_before; }
)";

constexpr const char* gateway =
    "network: {mode: gateway, capture: eth1, uplink: eth2, address: 10.77.0.1/24,\n"
    "          dhcp_range: [10.77.0.50, 10.77.0.99]}\n";
constexpr const char* bridge = "network: {mode: bridge, capture: eth1, uplink: eth2}\n";
// The world has no route to the machine's network.
constexpr const char* world =
    "ip link set eth2 up; ip address add 203.0.113.1/24 dev eth2\n"
    "far ip address add 203.0.113.10/24 dev eth0\n";

class StandingNetwork : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "a network is set up by root";
    std::string pattern = (fs::temp_directory_path() / "set-up-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    const auto probe =
        run("for each in busybox nft dnsmasq; do command -v $each > /dev/null || { echo \"no $each "
            "here\" "
            ">&2; exit 1; }; done",
            "");
    if (!probe.exit.ok()) GTEST_SKIP() << probe.err;
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  Child::Output run(const std::string& script, const std::string& network) const {
    std::ofstream(folder_ / "b.yaml") << "brewproof: bench/1\nname: b\n"
                                         "dut: {maker: M, model: K, mac: "
                                         "[\"02:c0:ff:ee:00:01\"]}\n"
                                         "resources: {}\ncontrols: {}\n"
                                      << network;
    std::ofstream(folder_ / "udhcpc") << "#!/bin/sh\n"
                                         "[ \"$1\" = bound ] || exit 0\n"
                                         "ip address add $ip/$mask dev $interface\n"
                                         "ip route add default via $router\n"
                                         "echo bound to $subnet by $router, names of $dns\n";
    fs::permissions(folder_ / "udhcpc", fs::perms::owner_all);
    ChildSettings settings;
    settings.program = "unshare";
    settings.arguments = {"--net",        "--mount", "--pid", "--fork",      "--kill-child",
                          "--mount-proc", "bash",    "-c",    walls + script};
    settings.environment["brewproof"] = BREWPROOF_BINARY_DIR "/brewproof";
    settings.environment["capture"] = BREWPROOF_BINARY_DIR "/brewproof-capture";
    settings.working_folder = folder_.string();
    settings.pipe_stdout = settings.pipe_stderr = true;
    return output_of(started(settings));
  }

  /// "10.77.0.74 203.0.113.10" for each IPv4 frame that the machine sent.
  std::set<std::string> sent_by_the_machine() const {
    auto reader = CaptureFileReader::open((folder_ / "capture/0001.pcapng").string());
    std::set<std::string> pairs;
    while (reader) {
      const auto packet = reader->next();
      if (!packet) throw std::runtime_error(packet.error().message);
      if (!*packet) return pairs;
      const auto& frame = (*packet)->data;
      const std::uint8_t machine[] = {0x02, 0xc0, 0xff, 0xee, 0x00, 0x01};
      if (frame.size() < 34 || frame[12] != 0x08 || frame[13] != 0x00 ||
          !std::equal(machine, machine + 6, frame.begin() + 6))
        continue;
      const auto address = [&](std::size_t at) {
        return fmt::format("{}.{}.{}.{}", frame[at], frame[at + 1], frame[at + 2], frame[at + 3]);
      };
      pairs.insert(address(26) + " " + address(30));
    }
    throw std::runtime_error(reader.error().message);
  }

  fs::path folder_;
};

// Captures while `what` runs.
std::string captured(const std::string& what) {
  return "mkdir capture; mkfifo words; $capture --interface eth1 --folder capture < words > told "
         "&\n"
         "exec 7> words; until grep -q ready told; do sleep 0.05; done\n" +
         what + "\necho stop >&7; exec 7>&-; wait %2 2>/dev/null || true\n";
}

TEST_F(StandingNetwork, AGatewayHandsOutAnAddressAndHidesTheMachineBehindTheUplink) {
  const auto output =
      run(std::string(world) + "set_up\n" +
              captured("dut busybox udhcpc -i eth0 -n -q -f -s ./udhcpc 2>/dev/null\n"
                       "sleep 60 | far busybox nc -l -p 7777 &\n"
                       "until far ss -Hlnt | grep -q 7777; do sleep 0.05; done\n"
                       "exec 5< <(dut timeout 20 bash -c 'exec 3<>/dev/tcp/203.0.113.10/7777; echo "
                       "open; read -t 20 <&3'); read -u 5 || true\n"
                       "echo seen as $(far ss -Hnt state established | awk '{print $4}' | grep -o "
                       "'203[.0-9]*')") +
              "$brewproof doctor --bench b.yaml > doctor || true\n"
              "grep -E '^[^ ]+ +(address|forwarding|nftables|dnsmasq|network that)' doctor | sed "
              "'s/by process [0-9]*/by process N/; s/10.77.0.[5-9][0-9]/ADDRESS/; "
              "s/dnsmasq-[0-9.]*/dnsmasq-V/'\n"
              "take_down\n",
          gateway);
  EXPECT_THAT(output.out, HasSubstr("bound to 255.255.255.0 by 10.77.0.1, names of 10.77.0.1\n"
                                    "seen as 203.0.113.1\n"))
      << output.err;
  EXPECT_THAT(output.out,
              HasSubstr("ok     address of eth1: 10.77.0.1/24\n"
                        "ok     forwarding from eth1: on\n"
                        "ok     forwarding from eth2: on\n"
                        "ok     nftables table inet brewproof: it stands\n"
                        "ok     dnsmasq at 10.77.0.1: dnsmasq-V answers\n"
                        "ok     address handed to the machine: ADDRESS to 02:c0:ff:ee:00:01\n"
                        "ok     network that is set up: for b.yaml, held by process N\n"
                        "ended well\nas before\n"));
  EXPECT_THAT(sent_by_the_machine(),
              ::testing::Contains(ContainsRegex("^10\\.77\\.0\\.[5-9][0-9] 203\\.0\\.113\\.10$")));
}

TEST_F(StandingNetwork, TheMachineReachesNothingButTheUplink) {
  const auto output =
      run(std::string(world) +
              "ip netns add office; ip link add eth3 type veth peer name eth0 netns office\n"
              "ip link set eth3 up; ip address add 198.51.100.1/24 dev eth3\n"
              "ip netns exec office ip link set eth0 up\n"
              "ip netns exec office ip address add 198.51.100.10/24 dev eth0\n"
              "ip netns exec office ip route add default via 198.51.100.1\n"
              "sysctl -q -w net/ipv4/conf/eth3/forwarding=1\n"
              "set_up\n"
              "dut ip address add 10.77.0.60/24 dev eth0; dut ip route add default via 10.77.0.1\n"
              "dut busybox ping -c 1 -W 5 203.0.113.10 > /dev/null && echo world\n"
              "dut busybox ping -c 1 -W 1 198.51.100.10 > /dev/null && echo office\n"
              "nft delete table inet brewproof\n"
              "dut busybox ping -c 1 -W 5 198.51.100.10 > /dev/null && echo open without rules\n"
              "take_down\n",
          gateway);
  EXPECT_EQ(output.out, "world\nopen without rules\nended well\nas before\n") << output.err;
}

TEST_F(StandingNetwork, ABridgePassesTheMachinesFramesAndTheyAreCaptured) {
  const auto output =
      run("dut ip address add 10.5.0.2/24 dev eth0; far ip address add 10.5.0.1/24 dev eth0\n"
          "dut busybox ping -c 1 -W 1 10.5.0.1 > /dev/null && echo too early\n"
          "set_up\n" +
              captured("for i in $(seq 20); do dut busybox ping -c 1 -W 1 10.5.0.1 > /dev/null && "
                       "{ echo passed; break; }; done") +
              "$brewproof doctor --bench b.yaml | grep 'bridge of'\n"
              "take_down\n",
          bridge);
  EXPECT_THAT(output.out,
              HasSubstr("passed\nok     bridge of eth1 and eth2: both are in brewproof0\n"))
      << output.err;
  EXPECT_THAT(output.out, ::testing::EndsWith("ended well\nas before\n")) << output.err;
  EXPECT_THAT(sent_by_the_machine(), ::testing::Contains("10.5.0.2 10.5.0.1"));
}

TEST_F(StandingNetwork, NothingStaysWhenTheHolderIsKilled) {
  for (const std::string network : {gateway, bridge}) {
    const auto output = run("set_up\nkill -9 $holder\nas_before\n", network);
    EXPECT_EQ(output.out, "as before\n") << network << output.err;
  }
}

TEST_F(StandingNetwork, WhatStaysWhenTheKeeperIsKilledTooIsNamedAndTakenDown) {
  const auto output =
      run(std::string(world) +
              "set_up; kill_holder_and_keeper\n"
              "cmp -s <(state) before || echo something stays\n"
              "$brewproof doctor --bench b.yaml | grep -A2 'network that'\n"
              "$brewproof doctor --take-down\nas_before\n$brewproof doctor --take-down\n",
          gateway);
  EXPECT_THAT(output.out, ContainsRegex("^something stays\n"
                                        "FAILS  network that is set up: for b.yaml, and process "
                                        "[0-9]+, which held it, is gone\n"
                                        "       mend:\n"
                                        "         sudo brewproof doctor --take-down\n"
                                        "The network is taken down.\nas before\n"
                                        "No network is set up here.\n$"))
      << output.err;
}

TEST_F(StandingNetwork, TheNextOneTakesDownWhatWasLeft) {
  const auto output = run(std::string(world) +
                              "set_up; kill_holder_and_keeper\n"
                              "cp before first; set_up; cp first before; take_down\n",
                          gateway);
  EXPECT_EQ(output.out, "ended well\nas before\n") << output.err;
}

TEST_F(StandingNetwork, OneNetworkAtATime) {
  const auto output =
      run("set_up\n$brewproof doctor --bench b.yaml --set-up 2> second || echo refused with $?\n"
          "sed 's/process [0-9]*/process N/; s/kill [0-9]*/kill N/' second\ntake_down\n",
          gateway);
  EXPECT_EQ(output.out,
            "refused with 2\n"
            "brewproof: the network of b.yaml is held by process N: Ctrl-C there, or kill N, takes "
            "it down\n"
            "ended well\nas before\n")
      << output.err;
}

TEST_F(StandingNetwork, AnInterfaceThatTheStationLivesOnIsRefused) {
  const auto output =
      run("ip address add 192.0.2.7/24 dev eth1; state > before\n"
          "$brewproof doctor --bench b.yaml --set-up 2>&1 || echo refused with $?\nas_before\n",
          gateway);
  EXPECT_EQ(output.out,
            "brewproof: eth1 has the address 192.0.2.7/24: this station may be reached by it. Take "
            "another interface, or take the address away: `ip address delete 192.0.2.7/24 dev "
            "eth1`\nrefused with 3\nas before\n");
}

TEST_F(StandingNetwork, ANameServerThatDiesEndsItAndAllIsTakenDown) {
  const auto output =
      run("set_up\nkill -9 $(ps -o pid=,comm= --ppid $holder | awk '/dnsmasq/ {print $1}')\n"
          "wait $holder || echo ended with $?\ntail -1 up.err\nas_before\n",
          gateway);
  EXPECT_EQ(output.out, "ended with 3\nbrewproof: dnsmasq ended\nas before\n") << output.err;
}

TEST_F(StandingNetwork, WithoutARadioThereIsNoAccessPointAndThatIsSaid) {
  const auto output =
      run("state > before; echo correct horse > key\n"
          "$brewproof doctor --bench b.yaml | grep 'access point'\n"
          "$brewproof doctor --bench b.yaml --set-up 2>&1 || echo refused with $?\nas_before\n",
          "network: {mode: ap, capture: eth1, uplink: eth2, address: 10.77.0.1/24,\n"
          "          dhcp_range: [10.77.0.50, 10.77.0.99], ssid: b, passphrase_file: key, channel: "
          "6}\n");
  EXPECT_THAT(
      output.out,
      ContainsRegex("^FAILS  access point on eth1: (hostapd is missing: sudo apt-get install "
                    "hostapd|iw is missing: sudo apt-get install iw|eth1 is no wireless "
                    "interface)"))
      << output.err;
  EXPECT_THAT(output.out, ::testing::EndsWith("refused with 3\nas before\n"));
}

}  // namespace
}  // namespace brewproof
