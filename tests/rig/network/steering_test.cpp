// The rules as nft gets them, and in the kernel: there while their owner lives, and not a moment
// longer.
#include "rig/network/steering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "rig/process/child.h"
#include "tests/rig/network/own_network.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

const SteeredPorts steered{"eth1", {443, 8883}, 40001};

TEST(Steering, TheTableIsOwnedByTheProcessThatMadeIt) {
  EXPECT_EQ(
      table_line(),
      "add table inet brewproof_tls { flags owner; }; "
      "add chain inet brewproof_tls prerouting { type nat hook prerouting priority dstnat; }; "
      "add chain inet brewproof_tls forward { type filter hook forward priority filter - 5; };"
      " "
      "add chain inet brewproof_tls input { type filter hook input priority filter - 5; }");
}

TEST(Steering, ThroughTheProxyNothingIsForwardedAnyMore) {
  EXPECT_EQ(
      through_proxy_line(steered),
      "flush table inet brewproof_tls; "
      "add rule inet brewproof_tls prerouting meta nfproto ipv4 iifname \"eth1\" tcp dport { "
      "443, 8883 } redirect to :40001; "
      "add rule inet brewproof_tls forward meta nfproto ipv4 iifname \"eth1\" tcp dport { 443, "
      "8883 } reject with tcp reset; "
      "add rule inet brewproof_tls input iifname \"eth1\" tcp dport 40001 ct status & dnat == 0 "
      "reject with tcp reset");
}

TEST(Steering, StraightOnTheProxyIsClosedToTheMachine) {
  EXPECT_EQ(straight_line(steered),
            "flush table inet brewproof_tls; "
            "add rule inet brewproof_tls input iifname \"eth1\" tcp dport 40001 reject with tcp "
            "reset");
}

std::string rules() {
  ChildSettings settings;
  settings.program = "nft";
  settings.arguments = {"list", "ruleset"};
  settings.pipe_stdout = true;
  auto nft = Child::start(settings);
  if (!nft) return nft.error().message;
  auto output = nft->finish(std::chrono::seconds(20));
  return output ? output->out : output.error().message;
}

TEST(Steering, TheKernelTakesEveryLineAndForgetsAllOfThemWithTheirOwner) {
  const int status = in_a_network_of_its_own([] {
    {
      auto steering = Steering::begin();
      if (!steering)
        return steering.error().message.find("not permitted") != std::string::npos ? 77 : 1;
      if (!steering->apply(through_proxy_line(steered))) return 2;
      if (rules().find("redirect to :40001") == std::string::npos) return 3;
      if (!steering->apply(straight_line(steered))) return 4;
      if (rules().find("redirect") != std::string::npos) return 5;
      if (!steering->apply(renew_line(steered))) return 6;
      if (rules().find("ct mark set ct mark | 0x10000000") == std::string::npos) return 7;
    }
    return rules().empty() ? 0 : 8;
  });
  if (status == 77) GTEST_SKIP() << "network namespaces are forbidden here";
  EXPECT_EQ(status, 0);
}

TEST(Steering, ALineThatNftRefusesIsAnErrorAndChangesNothing) {
  const int status = in_a_network_of_its_own([] {
    auto steering = Steering::begin();
    if (!steering) return 77;
    if (!steering->apply(through_proxy_line(steered))) return 1;
    const auto refused = steering->apply("flush table inet brewproof_tls; add nonsense");
    if (refused || refused.error().message.find("Error:") == std::string::npos) return 2;
    if (rules().find("redirect to :40001") == std::string::npos) return 3;
    return steering->apply(straight_line(steered)) ? 0 : 4;
  });
  if (status == 77) GTEST_SKIP() << "network namespaces are forbidden here";
  EXPECT_EQ(status, 0);
}

TEST(Steering, AKilledProcessLeavesNoRule) {
  const int status = in_a_network_of_its_own([] {
    int told[2];
    if (::pipe(told) != 0) return 1;
    const pid_t holder = ::fork();
    if (holder == 0) {
      auto steering = Steering::begin();
      const bool led = steering && steering->apply(through_proxy_line(steered));
      if (::write(told[1], led ? "y" : "n", 1) != 1) ::_exit(1);
      ::pause();
    }
    char led = 'n';
    if (::read(told[0], &led, 1) != 1 || led != 'y') return 77;
    if (rules().empty()) return 2;
    ::kill(holder, SIGKILL);
    ::waitpid(holder, nullptr, 0);
    for (int tries = 0; tries < 200 && !rules().empty(); ++tries) ::usleep(10'000);
    return rules().empty() ? 0 : 3;
  });
  if (status == 77) GTEST_SKIP() << "network namespaces are forbidden here";
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace brewproof
