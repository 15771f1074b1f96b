// The LZW of compress(1). The bytes were made by an encoder of it and read back by gzip -d.
#include <string>

#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

const Bytes cents = hex("1f9d907b448c29e386ce1c113a62e080d107");  // {"cents":180}

TEST(Compress, WhatHttpDeclaresOrTheMagicBytesTellIsUndone) {
  EXPECT_THAT(opened(cents, {{}, "compress"}), ElementsAre("payload|compress|json:/cents=180"));
  EXPECT_THAT(opened(cents, {{}, "X-Compress"}), ElementsAre("payload|compress|json:/cents=180"));
  EXPECT_THAT(opened(cents), ElementsAre("payload|compress|json:/cents=180"));
}

TEST(Compress, WithoutBlocksTheTableHasNoCodeToClearIt) {
  EXPECT_THAT(opened(hex("1f9d107b448c29e386ce1c113a62e080d107")),
              ElementsAre("payload|compress|json:/cents=180"));
}

TEST(Compress, ACodeMayStandForTheStringThatIsJustBeingMade) {
  EXPECT_THAT(opened(hex("1f9d907b448411a14360988308132a5cc870601f")),
              ElementsAre("payload|compress|json:/a=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

TEST(Compress, ATableMayBeCleared) {
  const Message m = Bench().content(
      hex("1f9d907b44b811a1634b0c163258cc6041830540003558d8607183050e163958c480d1a50f"));
  ASSERT_EQ(m.fields.size(), 10u);
  EXPECT_EQ(lines(m).back(), "payload|compress|json:/n/9=10");
}

/// Every byte as a code of its own: the table grows all the same, and with it the codes.
Bytes in_single_codes(std::string_view text, unsigned max_bits) {
  Bytes out = {0x1f, 0x9d, static_cast<std::uint8_t>(0x80 | max_bits)};
  unsigned bits = 9, in_group = 0, filled = 0;
  std::uint64_t waiting = 0;
  std::size_t next = 256;  // the first code makes none
  const auto flush = [&] {
    for (; filled >= 8; filled -= 8, waiting >>= 8)
      out.push_back(static_cast<std::uint8_t>(waiting));
  };
  for (const char c : text) {
    waiting |= std::uint64_t{static_cast<std::uint8_t>(c)} << filled;
    filled += bits;
    flush();
    in_group = (in_group + 1) % 8;
    if (next < std::size_t{1} << max_bits) ++next;
    if (next <= (std::size_t{1} << bits) - (bits == max_bits ? 0u : 1u)) continue;
    // Codes come in groups of eight; the rest of a group is empty where their width changes.
    for (; in_group != 0; in_group = (in_group + 1) % 8, flush()) filled += bits;
    ++bits;
  }
  if (filled != 0) out.push_back(static_cast<std::uint8_t>(waiting));
  return out;
}

TEST(Compress, CodesGrowWiderUpToTheirBound) {
  std::string text = "[";
  for (int i = 0; text.size() < 5000; ++i) text += std::to_string(i) + ",";
  text.back() = ']';
  for (const unsigned max_bits : {10u, 11u, 12u, 16u}) {
    const Message m = Bench().content(in_single_codes(text, max_bits), {{}, "compress"});
    EXPECT_EQ(m.notes, std::vector<std::string>{}) << max_bits;
    EXPECT_EQ(lines(m).front(), "payload|compress|json:/0=0") << max_bits;
    EXPECT_GT(m.fields.size(), 1200u) << max_bits;
  }
}

TEST(Compress, ACodeThatTheTableDoesNotHaveIsSaid) {
  // The codes 'a' and 300.
  const Message m = Bench().content(hex("1f9d9061 5802"), {{}, "compress"});
  EXPECT_THAT(lines(m), ElementsAre("payload|compress=a"));
  EXPECT_THAT(m.notes, ElementsAre("payload could not be opened whole as compress: code 300 at "
                                   "byte 4 is not in its table"));
}

TEST(Compress, WhatIsNoneIsSaid) {
  for (const auto& [bytes, why] : {std::pair("1f8b90", "it has no magic bytes"),
                                   {"1f9d91", "its codes have 17 bits"},
                                   {"1f9d88", "its codes have 8 bits"},
                                   {"1f9db0", "it has flags that nobody knows"}}) {
    const Message m = Bench().content(hex(std::string(bytes) + "616263"), {{}, "compress"});
    ASSERT_FALSE(m.notes.empty()) << bytes;
    EXPECT_EQ(m.notes[0], std::string("payload could not be opened whole as compress: ") + why);
  }
  EXPECT_EQ(Bench().content(hex("1f9d"), {{}, "compress"}).notes.at(0),
            "payload could not be opened whole as compress: it has no magic bytes");
}

TEST(Compress, CutOrChangedAnywhereItNeverCrashes) {
  check_every_cut(cents);
  const Bytes whole = in_single_codes(std::string(600, 'a') + std::string(600, 'b'), 16);
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (const std::uint8_t value : {0x00, 0x7f, 0x80, 0xff}) {
      Bytes changed = whole;
      changed[i] = value;
      const Message m = Bench().content(changed, {{}, "compress"});
      EXPECT_EQ(m.value_bytes + m.unexplained_bytes, changed.size());
    }
}

// Each code stands for one byte more than the one before: 60,000 of them are 1.8 GB.
TEST(Compress, WhatUnfoldsWithoutEndIsStopped) {
  Bytes bomb = {0x1f, 0x9d, 0x90};
  unsigned bits = 9, in_group = 0, filled = 0;
  std::uint64_t waiting = 0;
  std::size_t next = 256;
  const auto flush = [&] {
    for (; filled >= 8; filled -= 8, waiting >>= 8)
      bomb.push_back(static_cast<std::uint8_t>(waiting));
  };
  for (int i = 0; i < 60000; ++i) {
    waiting |= std::uint64_t{i == 0 ? std::size_t{'a'} : next} << filled;
    filled += bits;
    flush();
    in_group = (in_group + 1) % 8;
    ++next;
    if (next <= (std::size_t{1} << bits) - 1 || bits == 16) continue;
    for (; in_group != 0; in_group = (in_group + 1) % 8, flush()) filled += bits;
    ++bits;
  }
  const Message m = Bench().content(bomb, {{}, "compress"});
  ASSERT_FALSE(m.notes.empty());
  EXPECT_THAT(m.notes[0], ::testing::HasSubstr("it unpacks to more than "));
}

}  // namespace
}  // namespace brewproof::decode
