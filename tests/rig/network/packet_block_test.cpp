// The rules as nft gets them, and what they do to packets between two interfaces of the kernel's.
#include "rig/network/packet_block.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/rig/network/own_network.h"

namespace brewproof {
namespace {

TEST(PacketBlock, ItsTableIsOwnedAndStandsAtTheInterfaceInBothDirections) {
  EXPECT_EQ(block_table_line("eth1"),
            "add table netdev brewproof_block { flags owner; }; "
            "add chain netdev brewproof_block in { type filter hook ingress device \"eth1\" "
            "priority -500; }; "
            "add chain netdev brewproof_block out { type filter hook egress device \"eth1\" "
            "priority -500; }");
}

TEST(PacketBlock, EachTargetIsARuleForEachDirection) {
  EXPECT_EQ(block_line({}, true), "flush table netdev brewproof_block");
  EXPECT_EQ(block_line({{{"", 0}, 0}}, true),
            "flush table netdev brewproof_block"
            "; add rule netdev brewproof_block in meta protocol { ip, ip6, 8021q } counter drop"
            "; add rule netdev brewproof_block out meta protocol { ip, ip6, 8021q } counter drop");
  EXPECT_EQ(block_line({{{"203.0.113.10", 443}, 0}}, false),
            "flush table netdev brewproof_block"
            "; add rule netdev brewproof_block in ip daddr 203.0.113.10 meta l4proto { tcp, udp } "
            "th dport 443 counter accept"
            "; add rule netdev brewproof_block out ip saddr 203.0.113.10 meta l4proto { tcp, udp } "
            "th sport 443 counter accept");
  EXPECT_EQ(block_line({{{"2001:db8::1", 0}, 0}}, true),
            "flush table netdev brewproof_block"
            "; add rule netdev brewproof_block in ip6 daddr 2001:db8::1 counter drop"
            "; add rule netdev brewproof_block out ip6 saddr 2001:db8::1 counter drop");
}

TEST(PacketBlock, ALimitDropsWhatIsBeyondItInEachDirection) {
  EXPECT_EQ(block_line({{{"203.0.113.10", 0}, 800}}, true),
            "flush table netdev brewproof_block"
            "; add rule netdev brewproof_block in ip daddr 203.0.113.10 limit rate over 800 "
            "bytes/second burst 1514 bytes counter drop"
            "; add rule netdev brewproof_block out ip saddr 203.0.113.10 limit rate over 800 "
            "bytes/second burst 1514 bytes counter drop");
}

TEST(PacketBlock, CountsWhatItsRulesCounted) {
  EXPECT_EQ(counted_packets("\t\tmeta protocol ip counter packets 12 bytes 900 drop\n"
                            "\t\tip saddr 1.2.3.4 counter packets 3 bytes 180 drop\n"),
            15U);
  EXPECT_EQ(counted_packets("table netdev t {\n}\n"), 0U);
}

// ---- in the kernel: this namespace is the station, the other end of `dut0` the machine ----

constexpr const char* station = "10.77.0.1";

bool sh(const std::string& command) { return std::system(command.c_str()) == 0; }

/// dut0 here with an address, its other end in the namespace of a process that answers nothing but
/// pings; its pid, -1 where it cannot be.
pid_t machine_beside() {
  int ready[2];
  if (::pipe(ready) != 0) return -1;
  const pid_t machine = ::fork();
  if (machine == 0) {
    const bool apart = ::unshare(CLONE_NEWNET) == 0;
    if (::write(ready[1], apart ? "y" : "n", 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  char apart = 'n';
  if (::read(ready[0], &apart, 1) != 1 || apart != 'y') return -1;
  const std::string in = "nsenter -t " + std::to_string(machine) + " -n ";
  const bool stands =
      sh("ip link add dut0 type veth peer name eth0 netns " + std::to_string(machine)) &&
      sh("ip addr add 10.77.0.1/24 dev dut0 && ip addr add 10.77.0.2/24 dev dut0 && ip link set "
         "dut0 "
         "up") &&
      sh(in + "ip addr add 10.77.0.50/24 dev eth0") && sh(in + "ip link set eth0 up");
  if (stands) return machine;
  ::kill(machine, SIGKILL);
  return -1;
}

int listen_at(const char* at) {
  const int listener = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(5000);
  ::inet_pton(AF_INET, at, &here.sin_addr);
  const timeval patience{0, 300'000};
  ::setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0) return listener;
  ::close(listener);
  return -1;
}

/// How many of 100 datagrams with 100 bytes each, sent at once, arrive.
int arriving(pid_t machine) {
  const int listener = listen_at(station);
  if (listener < 0) return -1;
  sh("nsenter -t " + std::to_string(machine) +
     " -n bash -c 'for i in {1..100}; do printf %0100d 0 "
     "> /dev/udp/" +
     std::string(station) + "/5000; done'");
  int count = 0;
  for (char bytes[200]; ::recv(listener, bytes, sizeof bytes, 0) > 0;) ++count;
  ::close(listener);
  return count;
}

/// A datagram from the machine to the station arrives within 300 ms.
bool arrives(pid_t machine, const char* at) {
  const int listener = listen_at(at);
  if (listener < 0) return false;
  sh("nsenter -t " + std::to_string(machine) + " -n bash -c 'echo x > /dev/udp/" + at + "/5000'");
  char byte = 0;
  const bool came = ::recv(listener, &byte, 1, 0) == 1;
  ::close(listener);
  return came;
}

TEST(PacketBlock, WhatTheMachineSendsIsDroppedAndComesThroughAgain) {
  const int status = in_a_network_of_its_own([] {
    SystemClock clock;
    if (const auto nowhere = PacketBlock::begin("lo0", clock);
        nowhere ||
        nowhere.error().message.find("nothing goes through this station") == std::string::npos)
      return 1;
    const pid_t machine = machine_beside();
    if (machine < 0) return 77;
    const auto told = [machine](int code) {
      ::kill(machine, SIGKILL);
      return code;
    };
    if (!arrives(machine, station)) return told(77);
    {
      auto block = PacketBlock::begin("dut0", clock);
      if (!block) return told(2);
      if (!arrives(machine, station)) return told(3);
      if (!block->hold({{{"", 0}, 0}}) || arrives(machine, station)) return told(4);
      if (const auto dropped = block->dropped(); !dropped || *dropped == 0) return told(5);
      if (!block->pretend({{{"", 0}, 0}}) || !arrives(machine, station)) return told(6);
      if (!block->hold({{{"10.77.0.2", 5000}, 0}})) return told(7);
      if (!arrives(machine, station) || arrives(machine, "10.77.0.2")) return told(8);
      if (!block->hold({}) || !arrives(machine, "10.77.0.2")) return told(9);
      // Of 100 datagrams of 128 bytes the burst of a frame lets some twelve pass.
      if (arriving(machine) != 100) return told(77);
      if (!block->hold({{{"", 0}, 20}})) return told(12);
      if (const int came = arriving(machine); came < 5 || came > 30) return told(13);
      if (const auto dropped = block->dropped(); !dropped || *dropped == 0) return told(14);
      if (!block->hold({}) || !arrives(machine, station)) return told(15);
      if (!block->hold({{{"", 0}, 0}})) return told(10);
    }
    // The owner is gone, and so is the table.
    for (int tries = 0; tries < 20; ++tries)
      if (arrives(machine, station)) return told(0);
    return told(11);
  });
  if (status == 77) GTEST_SKIP() << "network namespaces are forbidden here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace brewproof
