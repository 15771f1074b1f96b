// Numbers and texts between two processes: literal bytes, and no way to read beyond them.

#include "rig/model/form.h"

#include <gtest/gtest.h>

#include <limits>

namespace brewproof {
namespace {

Bytes written(const std::function<void(FormWriter&)>& write) {
  FormWriter to;
  write(to);
  return {to.view().begin(), to.view().end()};
}

TEST(Form, ANumberTakesSevenBitsAByteTheLowestFirst) {
  EXPECT_EQ(written([](FormWriter& to) { to.number(127); }), (Bytes{0x7f}));
  EXPECT_EQ(written([](FormWriter& to) { to.number(300); }), (Bytes{0xac, 0x02}));
}

TEST(Form, SmallNegativeNumbersStayShort) {
  EXPECT_EQ(written([](FormWriter& to) { to.signed_number(-1); }), (Bytes{0x01}));
  EXPECT_EQ(written([](FormWriter& to) { to.signed_number(1); }), (Bytes{0x02}));
}

TEST(Form, NumbersComeBackAtTheirLimits) {
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max()}) {
    const Bytes bytes = written([&](FormWriter& to) { to.number(value); });
    FormReader from(bytes);
    EXPECT_EQ(from.number(), value);
    EXPECT_TRUE(from.ok());
  }
  for (const std::int64_t value : {std::int64_t{0}, std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max()}) {
    const Bytes bytes = written([&](FormWriter& to) { to.signed_number(value); });
    FormReader from(bytes);
    EXPECT_EQ(from.signed_number(), value);
    EXPECT_TRUE(from.ok());
  }
}

TEST(Form, ANumberOfMoreThan64BitsIsRefused) {
  const Bytes bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02};
  FormReader from(bytes);
  EXPECT_EQ(from.number(), 0u);
  EXPECT_FALSE(from.ok());
}

TEST(Form, ATextLongerThanWhatFollowsIsRefused) {
  const Bytes bytes{0x03, 'a', 'b'};
  FormReader from(bytes);
  EXPECT_EQ(from.text(), "");
  EXPECT_FALSE(from.ok());
  EXPECT_EQ(from.byte(), 0) << "it stays failed";
}

TEST(Form, ACountIsNoMoreThanThereIsRoomFor) {
  const Bytes bytes{0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3};
  FormReader from(bytes);
  EXPECT_EQ(from.count(3), 0u);
  EXPECT_FALSE(from.ok());
}

}  // namespace
}  // namespace brewproof
