// Who is the DUT, what is counted, what becomes of packets that no room can read.
#include "rig/decode/decoder.h"

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

const Bytes payload = hex("00010203");

TEST(Decoder, AnUnclaimedDatagramIsToldByItsSizeClassAndBytes) {
  Tap tap;
  tap.packet(udp(true, 9999, Bytes(42, 0xfe)));
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(m.protocol, "udp");
  EXPECT_EQ(m.message, "datagram 40..49 B");
  EXPECT_EQ(value(m, "size"), "42");
  EXPECT_EQ(value(m, "payload").size(), 84u);
}

TEST(Decoder, AJsonDatagramHasFields) {
  Tap tap;
  tap.packet(udp(true, 9999, text("{\"a|b\":{\"*\":1.50,\"c/~\":[true,null,{}]}}")));
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(value(m, "payload|json:/a%7Cb/~2"), "1.50");  // as it stood on the wire
  EXPECT_EQ(value(m, "payload|json:/a%7Cb/c~1~0/0"), "true");
  EXPECT_EQ(value(m, "payload|json:/a%7Cb/c~1~0/1"), "null");
  EXPECT_EQ(value(m, "payload|json:/a%7Cb/c~1~0/2"), "{}");
}

TEST(Decoder, ASinkThatLeavesMessagesInPlaceSeesTheSameAsOneThatTakesThem) {
  const Bytes frames[] = {
      udp(true, 9999, text(R"({"a name that is long":"a value that is long","b":1})")),
      udp(true, 9999, text(R"({"another long name":"brief","x":"long enough to be kept apart"})")),
      udp(true, 9999, payload)};
  const auto decode = [&](const MessageSink& sink) {
    Decoder decoder({}, sink);
    for (int i = 0; i < 9; ++i) {
      Packet packet;
      packet.data = frames[i % 3];
      packet.original_length = static_cast<std::uint32_t>(packet.data.size());
      packet.link_type = 1;
      decoder.packet(packet);
    }
    decoder.finish();
  };
  std::vector<std::vector<Field>> left, taken;
  decode([&](Message&& message) { left.push_back(message.fields); });
  decode([&](Message&& message) { taken.push_back(Message(std::move(message)).fields); });
  EXPECT_EQ(left.size(), 9u);
  EXPECT_EQ(left, taken);
}

TEST(Decoder, DirectionFollowsTheMac) {
  Tap tap;
  tap.packet(udp(false, 9999, payload));
  tap.packet(udp(true, 9999, payload));
  ASSERT_EQ(tap.finish().size(), 2u);
  for (const Message& m : tap.messages) {
    EXPECT_EQ(m.peer.address, "203.0.113.10");
    EXPECT_EQ(m.peer.port, 9999);
    EXPECT_EQ(m.dut_port, 40000);
    EXPECT_EQ(m.flow, 1u);
  }
  EXPECT_FALSE(tap.messages[0].from_dut);
  EXPECT_TRUE(tap.messages[1].from_dut);
}

TEST(Decoder, DirectionFollowsTheIpAddress) {
  Tap tap({{"10.77.0.50"}});
  tap.packet(udp(false, 9999, payload));
  EXPECT_FALSE(tap.finish().at(0).from_dut);
  EXPECT_EQ(tap.totals().up_packets, 0u);
}

TEST(Decoder, WithoutADutWhoOpensTheFlowCounts) {
  Tap tap(DecodeOptions{});
  tap.packet(udp(false, 9999, payload));  // the server speaks first
  tap.packet(udp(true, 9999, payload));
  tap.packet(udp(true, 53, hex("1234 0100 0001 0000 0000 0000 0161 00 0001 0001")));
  ASSERT_EQ(tap.finish().size(), 3u);
  EXPECT_TRUE(tap.messages[0].from_dut);
  EXPECT_FALSE(tap.messages[1].from_dut);
  EXPECT_TRUE(tap.messages[2].from_dut);
  EXPECT_EQ(tap.totals().up_packets, 2u);
}

TEST(Decoder, OthersTrafficIsLeftOutButWhatEveryHostHearsIsNot) {
  Tap tap({{"02:00:00:00:00:77"}});
  tap.packet(udp(true, 9999, payload));
  EXPECT_EQ(tap.messages.size(), 0u);
  Bytes broadcast = udp(true, 9998, payload);
  for (std::size_t i = 0; i < 6; ++i) broadcast[i] = 0xff;
  tap.packet(broadcast);
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_FALSE(tap.messages[0].from_dut);
  EXPECT_EQ(tap.totals().packets, 2u);
  EXPECT_EQ(tap.totals().up_packets, 0u);
}

TEST(Decoder, SentinelsAreCountedAndNothingElse) {
  Tap tap;
  tap.packet(ethernet(true, 0x88b5, payload));
  tap.packet(udp(true, 9999, payload), 60);
  EXPECT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(tap.totals().packets, 2u);
  EXPECT_EQ(tap.totals().sentinels, 1u);
  EXPECT_EQ(tap.totals().up_packets, 1u);
  EXPECT_EQ(tap.totals().up_bytes, 60u);  // the original length
  EXPECT_EQ(tap.totals().macs_seen, std::set<std::string>{machine_mac});
}

TEST(Decoder, TimesAndPlacesAreThoseOfThePackets) {
  Tap tap;
  tap.packet(udp(true, 9999, payload));
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(m.time_ns, 1'760'000'000'000'000'000);
  EXPECT_EQ(m.last_time_ns, m.time_ns);
  EXPECT_EQ(m.first, (PacketPlace{0, 24, 1}));
  EXPECT_EQ(m.last, m.first);
  EXPECT_EQ(tap.totals().first_ns, m.time_ns);
}

TEST(Decoder, Ipv4OptionsAndEthernetPaddingArePassed) {
  Bytes frame = udp(true, 9999, payload);
  frame[14] = 0x46;
  frame[17] = static_cast<std::uint8_t>(frame[17] + 4);
  const Bytes option = hex("94040000");  // router alert
  frame.insert(frame.begin() + 34, option.begin(), option.end());
  Tap tap;
  tap.packet(frame + Bytes(14, 0));
  EXPECT_EQ(value(tap.finish().at(0), "payload"), "00010203");
}

TEST(Decoder, Ipv4OptionsThatEndBeyondTheFrameAreMalformed) {
  Bytes frame = udp(true, 9999, payload);
  frame[14] = 0x4d;  // a header of 52 bytes, total length 60: 40 more than the frame has
  frame[17] = 60;
  frame.resize(40);
  Tap tap;
  tap.packet(frame);
  const Message& m = tap.finish().at(0);
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "IPv4 options are cut off, at byte 40 of the frame");
}

TEST(Decoder, Ipv6ExtensionHeadersArePassed) {
  const Bytes header =
      hex("60000000 0014 00 40 20010db8000000000000000000000050 "
          "20010db8000000000000000000000001");
  const Bytes hop_by_hop = hex("11 00 0502 0000 0100");
  const Bytes datagram = hex("9c40 270f 000c 0000") + payload;
  Tap tap;
  tap.packet(ethernet(true, 0x86dd, header + hop_by_hop + datagram));
  const Message& m = tap.finish().at(0);
  EXPECT_EQ(m.protocol, "udp");
  EXPECT_EQ(m.peer.address, "2001:db8::1");
  EXPECT_EQ(m.peer.port, 9999);
}

// Three messages of each flow as they are, then the rest of each direction as one.
TEST(Decoder, MessagesBeyondTheBoundOfAFlowAreToldTogether) {
  DecodeOptions options{{machine_mac}};
  options.max_flow_messages = 3;
  Tap tap(options);
  for (int i = 0; i < 10; ++i) tap.packet(udp(true, 9999, hex("fffe0001")));
  for (int i = 0; i < 5; ++i) tap.packet(udp(false, 9999, text("hello")));
  tap.packet(udp(true, 9998, hex("fffe0001"), 40001));
  ASSERT_EQ(tap.finish().size(), 6u);
  check_byte_classes(tap.messages);
  EXPECT_EQ(bytes_told(tap.messages, true), 11u * 4);
  EXPECT_EQ(bytes_told(tap.messages, false), 5u * 5);
  const Message& up = tap.messages[4];
  EXPECT_EQ(up.message, "more messages");
  EXPECT_EQ(up.peer.port, 9999);
  EXPECT_EQ(value(up, "messages"), "7");
  EXPECT_EQ(up.unexplained_bytes, 28u);
  EXPECT_EQ(up.first.frame, 4u);
  EXPECT_EQ(up.last.frame, 10u);
  EXPECT_EQ(up.last_time_ns - up.time_ns, 6'000'000);
  EXPECT_EQ(up.notes.at(0),
            "the flow has more than 3 messages: 7 are told as one, without their fields");
  EXPECT_EQ(tap.messages[5].value_bytes, 25u);
  EXPECT_EQ(tap.totals().folded_messages, 12u);
}

TEST(Decoder, WhatIsToldTogetherIsOfOneMinuteAndOfOneBufferAtMost) {
  DecodeOptions options{{machine_mac}};
  options.max_flow_messages = 1;
  options.max_buffer = 100;
  Tap tap(options);
  Connection connection(tap);
  connection.open();
  const auto ask = [&] { connection.up("GET /a HTTP/1.1\r\nHost: x\r\n\r\n"); };
  for (int i = 0; i < 6; ++i) ask();  // 28 bytes each
  tap.pass(61'000'000'000);
  ask();
  std::string told;
  for (const Message& m : tap.finish()) told += m.message + " " + std::to_string(m.size) + "\n";
  EXPECT_EQ(told, "GET /a 28\nmore messages 84\nmore messages 56\nmore messages 28\n");
  EXPECT_EQ(tap.messages[1].protocol, "http");
}

TEST(Decoder, FragmentsAreOnePacket) {
  // UDP of 16 bytes payload: fragments of 16 and 8 bytes, the second one first.
  const Bytes datagram = hex("9c40 270f 0018 0000 0001020304050607 08090a0b0c0d0e0f");
  const auto fragment = [&](std::size_t begin, std::size_t end, bool more) {
    Bytes frame = ipv4(true, 17,
                       Bytes(datagram.begin() + static_cast<std::ptrdiff_t>(begin),
                             datagram.begin() + static_cast<std::ptrdiff_t>(end)));
    frame[20] = more ? 0x20 : 0;
    frame[21] = static_cast<std::uint8_t>(begin / 8);
    return frame;
  };
  Tap tap;
  tap.packet(fragment(16, 24, false));
  EXPECT_EQ(tap.messages.size(), 0u);
  tap.packet(fragment(0, 16, true));
  ASSERT_EQ(tap.messages.size(), 1u);
  EXPECT_EQ(value(tap.messages[0], "payload"), "000102030405060708090a0b0c0d0e0f");
  EXPECT_EQ(tap.messages[0].first.frame, 1u);
  EXPECT_EQ(tap.messages[0].last.frame, 2u);
  tap.packet(fragment(0, 16, true));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].message, "fragments");
  EXPECT_TRUE(tap.messages[1].gap);
}

/// `flags` and `offset`: bytes 6 and 7 of the IP header.
Bytes udp_fragment(const Bytes& bytes, std::uint8_t flags, std::uint8_t offset) {
  Bytes frame = ipv4(true, 17, bytes);
  frame[20] = flags;
  frame[21] = offset;
  return frame;
}

TEST(Decoder, FragmentsThatNeverBecameWholeAreSearched) {
  Tap tap;
  tap.packet(udp_fragment(text("........serial-KD00412--"), 0x20, 0));
  tap.packet(udp_fragment(text("behind a hole"), 0, 9));
  ASSERT_EQ(tap.finish().size(), 1u);
  const Message& m = tap.messages[0];
  EXPECT_EQ(value(m, "payload"), "........serial-KD00412-- & behind a hole");
  EXPECT_TRUE(m.fields.at(0).cut);
  EXPECT_EQ(m.unexplained_bytes, 24u + 13);
  EXPECT_EQ(m.value_bytes, 0u);
  EXPECT_EQ(m.notes.at(1), "payload: bytes 0..23, 72..84 of the packet");
}

TEST(Decoder, AMalformedPacketOfFragmentsIsToldByItsReassembledPayload) {
  Tap tap;
  tap.packet(udp_fragment(hex("9c40 270f 0099 0000"), 0x20, 0));  // a UDP length of 153 bytes
  tap.packet(udp_fragment(hex("08090a0b"), 0, 1));
  ASSERT_EQ(tap.messages.size(), 1u);
  EXPECT_EQ(tap.messages[0].notes,
            std::vector<std::string>{"UDP length cannot be, at byte 4 of the reassembled payload"});
}

TEST(Decoder, APacketCutAnywhereInItsHeadersIsMalformedWithItsOffset) {
  const Bytes whole = udp(true, 9999, payload);
  for (std::size_t keep = 14; keep < 42; ++keep) {
    Tap tap;
    tap.packet(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(keep)),
               static_cast<std::uint32_t>(whole.size()));
    ASSERT_EQ(tap.finish().size(), 1u) << keep;
    EXPECT_TRUE(tap.messages[0].malformed) << keep;
    EXPECT_EQ(tap.messages[0].protocol, keep < 34 ? "ip" : "udp") << keep;
    EXPECT_EQ(tap.totals().malformed, 1u);
  }
}

TEST(Decoder, ADatagramCutBySnapLengthIsAGap) {
  const Bytes whole = udp(true, 9999, payload);
  Tap tap;
  tap.packet(Bytes(whole.begin(), whole.end() - 1), static_cast<std::uint32_t>(whole.size()));
  const Message& m = tap.finish().at(0);
  EXPECT_TRUE(m.gap);
  EXPECT_EQ(m.size, 4u);
  EXPECT_EQ(value(m, "payload"), "000102");
}

TEST(Decoder, TheOldestFlowMakesRoom) {
  DecodeOptions options{{machine_mac}};
  options.max_flows = 2;
  Tap tap(options);
  tap.packet(udp(true, 9999, payload, 1111));
  tap.packet(udp(true, 9999, payload, 2222));
  tap.packet(udp(true, 9999, payload, 3333));
  tap.packet(udp(true, 9999, payload, 1111));  // forgotten: a new number
  ASSERT_EQ(tap.finish().size(), 4u);
  EXPECT_EQ(tap.messages[3].flow, 4u);
}

TEST(Decoder, ADatagramFlowIsForgottenAfterAMinuteOfSilence) {
  Tap tap;
  tap.packet(udp(true, 9999, payload));
  tap.pass(61'000'000'000);
  tap.packet(udp(true, 9999, payload));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(tap.messages[1].flow, 2u);
}

TEST(Decoder, JsonNestedTooDeepIsKeptAsText) {
  Tap tap;
  std::string deep;
  for (int i = 0; i < 65; ++i) deep += "[";
  deep += "1";
  for (int i = 0; i < 65; ++i) deep += "]";
  tap.packet(udp(true, 9999, text(deep)));
  tap.packet(udp(true, 9999, text(deep.substr(1, deep.size() - 2))));
  ASSERT_EQ(tap.finish().size(), 2u);
  EXPECT_EQ(value(tap.messages[0], "payload"), deep);
  EXPECT_EQ(tap.messages[1].fields.at(1).value, "1");
}

TEST(Decoder, WhatIsAlmostJsonIsKeptAsText) {
  for (const std::string_view almost :
       {"{\"a\":01}", "{\"a\":1}x", "{\"a\" 1}", "[1 2]", "[1,]", "{\"a\":truex}", "[+1]", "[1.]",
        "[-]", "[1e]", "{\"a\":\"\x01\"}", "[\"\\ud800\"]", "{1:2}", "[\"\xff\"]", "{", "[[]"}) {
    Tap tap;
    tap.packet(udp(true, 9999, text(almost)));
    const Message& m = tap.finish().at(0);
    ASSERT_EQ(m.fields.size(), 2u) << almost;
    EXPECT_EQ(m.fields[1].path, "payload") << almost;
  }
}

}  // namespace
}  // namespace brewproof::wire
