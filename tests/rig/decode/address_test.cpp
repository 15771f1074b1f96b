#include "rig/decode/packet/address.h"

#include <gtest/gtest.h>

namespace brewproof::decode {
namespace {

std::string again(std::string_view text) {
  const auto address = parse_address(text);
  return address ? to_text(*address) : "(none)";
}

TEST(Address, MacAndIpv4HaveOneForm) {
  EXPECT_EQ(again("02:c0:ff:ee:00:01"), "02:c0:ff:ee:00:01");
  EXPECT_EQ(again("203.0.113.10"), "203.0.113.10");
}

// RFC 5952 section 4.
TEST(Address, Ipv6IsShortened) {
  EXPECT_EQ(again("2001:0db8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(again("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");  // one group stays
  EXPECT_EQ(again("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");           // the longest run
  EXPECT_EQ(again("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");     // the first of two
  EXPECT_EQ(again("::"), "::");
  EXPECT_EQ(again("::1"), "::1");
  EXPECT_EQ(again("fe80::"), "fe80::");
  EXPECT_EQ(again("::ffff:0:0:0"), "::ffff:0:0:0");
}

TEST(Address, OtherTextsAreNone) {
  for (const char* text : {"", "1.2.3", "1.2.3.256", "1.2.3.4.5", "02:c0:ff:ee:00", "1:2:3:4:5:6:7",
                           "1::2::3", "12345::", "g::", "a.b.c.d", "kiosk.example"})
    EXPECT_EQ(again(text), "(none)") << text;
}

}  // namespace
}  // namespace brewproof::decode
