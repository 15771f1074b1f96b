// Reassembly as seen through whole connections: what is put in order, what is a gap, what is no
// message at all.
#include <algorithm>

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view get_a = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view get_b = "GET /b HTTP/1.1\r\nHost: x\r\n\r\n";

std::string labels(const std::vector<Message>& messages) {
  std::string all;
  for (const Message& m : messages) all += m.message + (m.gap ? " (gap)\n" : "\n");
  return all;
}

TEST(Tcp, ARetransmissionIsNoMessage) {
  Tap tap;
  Connection c(tap);
  c.open();
  c.up(get_a);
  c.raw(true, -static_cast<std::int32_t>(get_a.size()), text(get_a));
  c.up(get_b);
  EXPECT_EQ(labels(tap.finish()), "GET /a\nGET /b\n");
}

TEST(Tcp, AKeepAliveProbeIsNoMessage) {
  Tap tap;
  Connection c(tap, 4000);
  c.open();
  c.up("hello");
  c.raw(true, -1, text("o"));
  c.raw(true, -1, {});
  EXPECT_EQ(labels(tap.finish()), "stream 0..9 B\n");
  EXPECT_EQ(value(tap.messages[0], "payload"), "hello");
}

TEST(Tcp, SegmentsOutOfOrderArePutInOrderAndTheEarliestTimeHolds) {
  Tap tap;
  Connection c(tap);
  c.open();
  const auto half = static_cast<std::int32_t>(get_a.size() / 2);
  c.raw(true, half, text(get_a.substr(static_cast<std::size_t>(half))));
  c.raw(true, 0, text(get_a.substr(0, static_cast<std::size_t>(half))));
  ASSERT_EQ(labels(tap.finish()), "GET /a\n");
  EXPECT_EQ(tap.messages[0].first.frame, 4u);
  EXPECT_EQ(tap.messages[0].last.frame, 5u);
  EXPECT_EQ(tap.messages[0].last_time_ns - tap.messages[0].time_ns, 1'000'000);
}

TEST(Tcp, InAnOverlapTheFirstCopyOfAByteWins) {
  Tap tap;
  Connection c(tap, 4000);
  c.open();
  c.up("abcd");
  c.raw(true, -2, text("XXef"));
  c.skip(true, 2);
  c.raw(true, 2, text("ij"));  // waits for "gh"
  c.raw(true, 0, text("ghYY"));
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(value(tap.messages[0], "payload"), "abcdefghYY");
}

TEST(Tcp, SequenceNumbersWrapAround) {
  Tap tap;
  Connection c(tap);
  c.up_next_ = 0xfffffff0;
  c.open();
  c.up(get_a);
  c.up(get_b);
  EXPECT_EQ(labels(tap.finish()), "GET /a\nGET /b\n");
  EXPECT_EQ(tap.totals().gap_bytes, 0u);
}

TEST(Tcp, FlowsThatRunTogetherAreKeptApart) {
  Tap tap;
  Connection first(tap, 80, 41000), second(tap, 80, 41001);
  first.open();
  second.open();
  first.up(get_a.substr(0, 9));
  second.up(get_b.substr(0, 12));
  first.up(get_a.substr(9));
  second.up(get_b.substr(12));
  ASSERT_EQ(labels(tap.finish()), "GET /a\nGET /b\n");
  EXPECT_NE(tap.messages[0].flow, tap.messages[1].flow);
}

TEST(Tcp, AnAcknowledgedHoleIsAGapAfterEightMoreSegments) {
  Tap tap;
  Connection c(tap, 4000);
  c.open();
  c.up("one");
  c.skip(true, 100);
  c.up("two");
  for (int i = 0; i < 9; ++i) c.down("k");  // acknowledges beyond the hole
  EXPECT_EQ(tap.totals().gap_bytes, 100u);
  EXPECT_EQ(labels(tap.finish()), "stream 0..9 B\nstream 0..9 B\nstream 0..9 B (gap)\n");
}

TEST(Tcp, AHoleThatIsFilledLateIsNone) {
  Tap tap;
  Connection c(tap, 4000);
  c.open();
  c.skip(true, 3);
  c.up("two");
  c.raw(true, -6, text("one"));
  ASSERT_EQ(tap.finish().size(), 1u);
  EXPECT_EQ(value(tap.messages[0], "payload"), "onetwo");
  EXPECT_EQ(tap.totals().gap_bytes, 0u);
}

TEST(Tcp, AHoleInACaptureOfOneDirectionIsAGapAfterFiveSeconds) {
  Tap tap;
  Connection c(tap, 4000);
  c.up("one");
  c.skip(true, 100);
  c.up("two");
  EXPECT_EQ(tap.totals().gap_bytes, 0u);
  tap.pass(5'100'000'000);
  c.up("three");
  EXPECT_EQ(tap.totals().gap_bytes, 100u);
}

TEST(Tcp, ASegmentCutBySnapLengthLeavesAGap) {
  Tap tap;
  Connection c(tap);
  c.open();
  c.up("POST /u HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n");
  c.raw(true, 0, text("0123456789"), 0x18, 4);
  c.skip(true, 10);
  c.up(get_a);
  EXPECT_EQ(labels(tap.finish()), "POST /u (gap)\nGET /a\n");
  EXPECT_EQ(tap.totals().gap_bytes, 6u);
}

TEST(Tcp, BytesOnASynCount) {
  Tap tap;
  Connection c(tap);
  c.raw(true, 0, text(get_a), 0x02);
  EXPECT_EQ(labels(tap.finish()), "GET /a\n");
}

TEST(Tcp, PortsUsedAgainAreANewFlow) {
  Tap tap;
  Connection first(tap);
  first.open();
  first.up(get_a);
  first.close();
  Connection second(tap);
  second.up_next_ = 77;
  second.down_next_ = 99;
  second.open();
  second.up(get_b);
  ASSERT_EQ(labels(tap.finish()), "GET /a\nGET /b\n");
  EXPECT_EQ(tap.messages[0].flow, 1u);
  EXPECT_EQ(tap.messages[1].flow, 2u);
}

TEST(Tcp, AResetFarFromTheWindowIsNotBelieved) {
  Tap tap;
  Connection c(tap);
  c.open();
  c.up(get_a.substr(0, 10));
  c.raw(false, -5000, {}, 0x04);
  c.up(get_a.substr(10));
  EXPECT_EQ(labels(tap.finish()), "GET /a\n");
}

TEST(Tcp, AResetEndsWhatIsUnderConstruction) {
  Tap tap;
  Connection c(tap);
  c.open();
  c.up("POST /u HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n012");
  c.raw(false, 0, {}, 0x04);
  ASSERT_EQ(tap.messages.size(), 1u);
  EXPECT_EQ(tap.messages[0].notes.at(0), "cut off: the connection was reset");
}

TEST(Tcp, OpaqueBytesAreToldByTurns) {
  Tap tap;
  Connection c(tap, 4000);
  c.open();
  c.up(Bytes(1000, 1));
  c.up(Bytes(460, 2));
  c.down(Bytes(5, 3));
  c.up(Bytes(20, 4));
  tap.pass(1'000'000'000);
  c.up(Bytes(30, 5));  // after a second of silence: another turn
  ASSERT_EQ(tap.finish().size(), 4u);
  EXPECT_EQ(tap.messages[0].message, "stream 1400..1499 B");
  EXPECT_EQ(tap.messages[0].size, 1460u);
  EXPECT_EQ(tap.messages[1].message, "stream 0..9 B");
  EXPECT_EQ(tap.messages[2].message, "stream 20..29 B");
  EXPECT_EQ(tap.messages[3].message, "stream 30..39 B");
}

// Twelve bytes of Modbus: too few for some rooms to say that they are not theirs.
TEST(Tcp, TurnsThatARoomWaitedForAreToldApartToo) {
  Tap tap;
  Connection c(tap, 502);
  c.open();
  c.up(hex("0001 0000 0006 01 06 0020 0384"));
  c.down(hex("0001 0000 0006 01 06 0020 0384"));
  c.up(hex("0002 0000 0006 01 06 0020 0385"));
  tap.pass(2'000'000'000);
  c.up(hex("0003 0000 0006 01 06 0020 0386"));
  c.close();
  tap.finish();
  std::ranges::sort(tap.messages, {}, &Message::time_ns);
  std::string told;
  for (const Message& m : tap.messages)
    told += (m.from_dut ? "> " : "< ") + value(m, "payload") + "\n";
  EXPECT_EQ(told,
            "> 000100000006010600200384\n< 000100000006010600200384\n"
            "> 000200000006010600200385\n> 000300000006010600200386\n");
}

/// What was said, in order of time: "> 4\n< 2\n" by sizes, each with its first and last packet.
std::string turns(std::vector<Message> messages) {
  std::ranges::sort(messages, {}, &Message::time_ns);
  std::string told;
  for (const Message& m : messages)
    told += (m.from_dut ? "> " : "< ") + std::to_string(m.size) + " in " +
            std::to_string(m.first.frame) + ".." + std::to_string(m.last.frame) + "\n";
  return told;
}

// Letters may begin a method of HTTP, and zero bytes the length of something: rooms wait for more
// of them, and the turn before is over all the same.
TEST(Tcp, AReplyThatARoomWaitsForEndsTheTurnBeforeIt) {
  for (const Bytes& reply : {text("OK"), Bytes(2, 0), text("A")}) {
    Tap tap;
    Connection c(tap, 4000);
    c.open();
    for (int i = 0; i < 5; ++i) {
      c.up("{\"n\":" + std::to_string(i) + "}");
      c.down(reply);
    }
    c.close();
    std::string expected;
    for (int frame = 4; frame < 14; ++frame)
      expected += (frame % 2 == 0 ? "> 7 in " : "< " + std::to_string(reply.size()) + " in ") +
                  std::to_string(frame) + ".." + std::to_string(frame) + "\n";
    EXPECT_EQ(turns(tap.finish()), expected) << reply.size();
    for (const Message& m : tap.messages) {
      if (!m.from_dut) continue;
      EXPECT_NE(value(m, "payload|json:/n"), "(none)");
    }
  }
}

TEST(Tcp, TurnsOfLettersOnBothSidesAreToldApart) {
  Tap tap;
  Connection c(tap, 4000);
  c.open();
  for (int i = 0; i < 3; ++i) {
    c.up("GET");
    c.up("IT");
    c.down("OK");
  }
  c.up(Bytes{1, 2, 0xff});
  c.down("OK");
  c.down("NOT");
  c.up(Bytes{1, 2, 0xff});
  c.close();
  EXPECT_EQ(turns(tap.finish()),
            "> 5 in 4..5\n< 2 in 6..6\n> 5 in 7..8\n< 2 in 9..9\n> 5 in 10..11\n< 2 in 12..12\n"
            "> 3 in 13..13\n< 5 in 14..15\n> 3 in 16..16\n");
}

TEST(Tcp, AConnectionCapturedFromItsMiddleIsReadFromTheNextRequestOn) {
  Tap tap;
  Connection c(tap);
  c.up("...the rest of an upload");
  c.down("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  c.up(get_a);
  EXPECT_EQ(labels(tap.finish()), "stream 20..29 B\nresponse 200\nGET /a\n");
  EXPECT_TRUE(tap.messages[2].from_dut);
}

TEST(Tcp, WaitingBytesOfAllFlowsTogetherAreBounded) {
  DecodeOptions options{{machine_mac}};
  options.max_buffer = 10000;
  Tap tap(options);
  std::vector<Connection> connections;
  for (std::uint16_t i = 0; i < 40; ++i) {
    Connection& c = connections.emplace_back(tap, 80, static_cast<std::uint16_t>(42000 + i));
    c.open();
    c.up("POST /u HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n" + std::string(1000, 'x'));
  }
  // 40 unfinished bodies of 1,000 bytes; two buffers' worth are kept, the oldest flows are told.
  EXPECT_GE(tap.messages.size(), 19u);
  EXPECT_EQ(tap.messages[0].notes.at(0), "cut off: memory is needed for other flows");
  EXPECT_EQ(tap.finish().size(), 40u);
}

}  // namespace
}  // namespace brewproof::wire
