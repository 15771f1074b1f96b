// The classes of the uplink bytes, with numbers worked by hand. That they add up is checked by
// every test that ends a Tap.
#include "rig/decode/uplink.h"

#include <fmt/format.h>

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

std::string text_of(const decode::ByteLayers& layers) {
  return fmt::format(
      "link {}, network {}, transport {}, protocol {}, value {}, sealed {}, unexplained {}",
      layers.link, layers.network, layers.transport, layers.protocol, layers.value, layers.sealed,
      layers.unexplained);
}

const Bytes unreadable = hex("fffe0001");

TEST(Uplink, ADatagramThatNobodyCanReadIsUnexplainedBehindItsHeaders) {
  Tap tap;
  tap.packet(udp(true, 9999, unreadable));
  tap.packet(udp(false, 9999, unreadable));  // downlink counts for nothing
  tap.finish();
  EXPECT_EQ(tap.totals().up_bytes, 46u);
  EXPECT_EQ(text_of(tap.totals().up_layers), text_of({14, 20, 8, 0, 0, 0, 4}));
}

TEST(Uplink, PaddingIsTheLinksAndWhatASnapLengthCutOffIsUnexplained) {
  Tap tap;
  Bytes padded = udp(true, 9999, unreadable);
  padded.resize(60);
  tap.packet(padded);
  Bytes cut = udp(true, 9999, unreadable);
  cut.resize(44);
  tap.packet(cut, 46);
  tap.finish();
  EXPECT_EQ(text_of(tap.totals().up_layers), text_of({28 + 14, 40, 16, 0, 0, 0, 8}));
}

TEST(Uplink, WhatIsSentAgainIsTheTransports) {
  Tap tap;
  Connection connection(tap, 1883);
  connection.open();  // a SYN and an ACK
  // CONNECT: level 1, keep-alive 2 and client 7 of its 21 bytes are values.
  connection.up(hex("10 13 0004 4d515454 04 02 003c 0007 4b443030343132"));
  // PUBLISH: topic 1 and payload 4 of its 9 bytes.
  const Bytes publish = hex("30 07 0001 61 32312e35");
  connection.up(publish);
  connection.raw(true, -9, publish);
  tap.finish();
  EXPECT_EQ(tap.totals().up_bytes, 5u * 54 + 21 + 9 + 9);
  EXPECT_EQ(text_of(tap.totals().up_layers), text_of({70, 100, 100 + 9, 11 + 4, 10 + 5, 0, 0}));
}

TEST(Uplink, ARecordThatStaysShutIsSealed) {
  Tap tap;
  Connection connection(tap, 443);
  connection.up(hex("17 0303 0010") + Bytes(16, 0xa5));
  tap.finish();
  EXPECT_EQ(tap.totals().up_layers.sealed, 16u);
  EXPECT_EQ(tap.totals().up_layers.protocol, 5u);
}

Bytes unreadable_of(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(0x80 | i * i >> 3);
  return bytes;
}

TEST(Uplink, WhatIsNotKeptOfALongStreamIsUnexplained) {
  Tap tap;
  Connection connection(tap, 4000);
  for (const std::size_t size : {1000, 9000}) connection.up(unreadable_of(size));
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(text_of(tap.totals().up_layers), text_of({28, 40, 40, 0, 0, 0, 10000}));
  EXPECT_EQ(tap.messages[0].notes,
            std::vector<std::string>{"payload: the first 4096 of 10000 bytes are kept"});
}

// Only the text that is kept was seen to be one. It does not end inside a character.
TEST(Uplink, OfALongTextTheRestIsUnexplained) {
  std::string long_text = ".";
  while (long_text.size() < 9001) long_text += "\xc3\xa9";
  Tap tap;
  Connection connection(tap, 4000);
  connection.up(long_text);
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(text_of(tap.totals().up_layers), text_of({14, 20, 20, 0, 4095, 0, 4906}));
  EXPECT_EQ(tap.messages[0].fields.back().type, FieldType::text);
  EXPECT_EQ(tap.messages[0].notes,
            std::vector<std::string>{"payload: the first 4095 of 9001 bytes are kept"});
}

TEST(Uplink, AFrameThatCannotBeReadIsUnexplainedWhole) {
  Tap tap;
  Bytes frame = udp(true, 9999, unreadable);
  frame[14] = 0x55;  // IP version 5
  tap.packet(frame);
  tap.finish();
  EXPECT_EQ(text_of(tap.totals().up_layers), text_of({0, 0, 0, 0, 0, 0, 46}));
}

}  // namespace
}  // namespace brewproof::wire
