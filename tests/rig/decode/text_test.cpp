#include "rig/decode/text.h"

#include <gtest/gtest.h>

namespace brewproof::decode {
namespace {

std::string size_class(std::uint64_t size) {
  std::string text;
  append_size_class(text, size);
  return text;
}
std::string key(std::string_view wire) {
  std::string text;
  append_key(text, wire);
  return text;
}
std::string pointer(std::string_view wire) {
  std::string text;
  append_pointer_token(text, wire);
  return text;
}

TEST(SizeClass, KeepsTwoDigitsAndIsAtLeastTenWide) {
  EXPECT_EQ(size_class(0), "0..9 B");
  EXPECT_EQ(size_class(9), "0..9 B");
  EXPECT_EQ(size_class(10), "10..19 B");
  EXPECT_EQ(size_class(213), "210..219 B");
  EXPECT_EQ(size_class(999), "990..999 B");
  EXPECT_EQ(size_class(1000), "1000..1099 B");
  EXPECT_EQ(size_class(16000), "16000..16999 B");
  EXPECT_EQ(size_class(123456), "120000..129999 B");
}

TEST(Key, EscapesWhatWouldBeReadAsPathOrIsNoText) {
  EXPECT_EQ(key("plain-key"), "plain-key");
  EXPECT_EQ(key("a|b"), "a%7Cb");
  EXPECT_EQ(key(std::string_view("a\0\x1b[31m", 7)), "a%00%1B[31m");
  EXPECT_EQ(key("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(key("\xff\xc3"), "%FF%C3");
}

TEST(PointerToken, FollowsRfc6901AndKeepsALiteralStarApart) {
  EXPECT_EQ(pointer("a/b~c"), "a~1b~0c");
  EXPECT_EQ(pointer("*"), "~2");
  EXPECT_EQ(pointer("a*"), "a*");
  EXPECT_EQ(pointer("|/"), "%7C~1");
  EXPECT_EQ(pointer(""), "");
}

TEST(Readable, IsUtf8WithoutControlCharacters) {
  EXPECT_TRUE(is_readable("two\nlines\tand \xe2\x82\xac"));
  EXPECT_FALSE(is_readable("\x1b]0;title\x07"));
  EXPECT_FALSE(is_readable("0123456789abcde\x7f"));
  EXPECT_FALSE(is_readable("0123456\x80"));
  for (const char* bad : {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"})
    EXPECT_FALSE(is_readable(bad));
}

TEST(PercentDecoding, LeavesBrokenEscapesAsTheyAre) {
  std::string text;
  append_percent_decoded(text, "a%20b+c%zz%4", true);
  EXPECT_EQ(text, "a b c%zz%4");
}

}  // namespace
}  // namespace brewproof::decode
