#include "rig/bench/network_block.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

TEST(BlockTarget, IsEverythingOrAnAddressWithItsPortOrNot) {
  EXPECT_EQ(read_block_target("everything"), (BlockTarget{"", 0}));
  EXPECT_EQ(read_block_target("203.0.113.10"), (BlockTarget{"203.0.113.10", 0}));
  EXPECT_EQ(read_block_target("203.0.113.10:443"), (BlockTarget{"203.0.113.10", 443}));
  EXPECT_EQ(read_block_target("2001:db8::1"), (BlockTarget{"2001:db8::1", 0}));
  EXPECT_EQ(read_block_target("[2001:db8::1]:443"), (BlockTarget{"2001:db8::1", 443}));
  EXPECT_EQ(read_block_target("[2001:db8::1]"), (BlockTarget{"2001:db8::1", 0}));
  for (const char* no : {"", "all", "api.example", "203.0.113.256", "203.0.113.10:",
                         "203.0.113.10:0", "203.0.113.10:65536", "[203.0.113.10]:443",
                         "[2001:db8::1", ":443", "]:1", "203.0.113.10 drop; flush ruleset"}) {
    EXPECT_EQ(read_block_target(no), std::nullopt) << no;
  }
}

}  // namespace
}  // namespace brewproof
