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

TEST(ByteRate, IsWholeBytesASecond) {
  EXPECT_EQ(read_byte_rate("500 bytes/s"), 500);
  EXPECT_EQ(read_byte_rate("8 kB/s"), 8000);
  EXPECT_EQ(read_byte_rate("1000 MB/s"), 1'000'000'000);
  for (const char* wrong : {"", "8", "8kB/s", "8 kb/s", "0 kB/s", "08 kB/s", "-1 kB/s", "1.5 kB/s",
                            " kB/s", "1001 MB/s", "99999999999999999999 kB/s", "8 kB/s "})
    EXPECT_FALSE(read_byte_rate(wrong)) << wrong;
}

}  // namespace
}  // namespace brewproof
