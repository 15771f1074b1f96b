// HTTP/2 where the capture missed something: its begin, bytes of a body, bytes of a header.
#include "tests/rig/decode/http/http2_frames.h"

namespace brewproof::wire {
namespace {

const Bytes first_request = hex("828684418cf1e3c2e5f23a6ba0ab90f4ff");  // RFC 7541 appendix C.4.1
const Bytes post = hex("8386 4402") + text("/p") + hex("41 01 78");     // indexed /p, authority x

TEST(Http2Missed, FromTheMiddleOnWhatStandsThereIsRead) {
  Tap tap;
  Connection connection(tap, 8080);
  // GET http, an entry from before, a new field with a known name, one whose name is from before.
  connection.up(headers(7, hex("8286 c0 4402") + text("/a") + hex("7f0303") + text("val"),
                        end_headers | end_stream));
  // The entries that came since are known: path /a is 63 now, `val` 62.
  connection.up(headers(9, hex("8286 bf be"), end_headers | end_stream));
  connection.down(headers(7, hex("88 c4")) + data(7, text("ok"), end_stream));
  connection.close();
  tap.finish();
  ASSERT_EQ(labels(tap.messages), "> GET /a\n> GET /a\n< response 200 GET /a\n");
  EXPECT_EQ(tap.messages[0].notes.at(0),
            "2 header fields refer to what was not captured and are left out");
  EXPECT_EQ(value(tap.messages[0], "header:?"), "val");
  EXPECT_EQ(value(tap.messages[1], "header:?"), "val");
  EXPECT_TRUE(tap.messages[1].notes.empty());
  EXPECT_EQ(value(tap.messages[2], "body"), "ok");
  EXPECT_FALSE(tap.messages[0].malformed);
}

TEST(Http2Missed, AMethodFromBeforeIsAQuestionMark) {
  Tap tap;
  Connection connection(tap, 8080);
  connection.up(headers(7, hex("c0 86 4402") + text("/a"), end_headers | end_stream));
  connection.up(headers(9, hex("82 86 c5"), end_headers | end_stream));
  connection.close();
  EXPECT_EQ(labels(tap.finish()), "> ? /a\n> GET ?\n");
}

TEST(Http2Missed, BytesOfABodyAreAGapInTheirStreamAlone) {
  Http2 connection;
  connection.up(headers(1, post) + headers(3, post));
  const Bytes ten = data(1, text("0123456789"));
  connection.up(Bytes(ten.begin(), ten.begin() + 9 + 2));
  connection.c.skip(true, 5);
  connection.up(Bytes(ten.end() - 3, ten.end()) + data(1, {}, end_stream) +
                data(3, text("yes"), end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> POST /p\n> POST /p\n");
  EXPECT_TRUE(messages[0].gap);
  EXPECT_EQ(value(messages[0], "body"), "01");
  EXPECT_EQ(messages[0].unexplained_bytes, 3u);
  EXPECT_FALSE(messages[1].gap);
  EXPECT_EQ(value(messages[1], "body"), "yes");
}

TEST(Http2Missed, BehindALostHeaderFramesAreFoundAgain) {
  Http2 connection;
  connection.up(headers(1, post, end_headers | end_stream));
  const Bytes lost = headers(3, post, end_headers | end_stream);
  connection.up(Bytes(lost.begin(), lost.begin() + 4));
  connection.c.skip(true, static_cast<std::uint32_t>(lost.size() - 4));
  connection.up(headers(5, post, end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages).substr(0, 10), "> POST /p\n");
  EXPECT_EQ(messages.back().message, "POST /p");
  EXPECT_EQ(bytes_told(connection.tap.messages, true), preface().size() + 2 * lost.size() + 4);
}

TEST(Http2Missed, ABrokenBlockIsSaidToBeAndLaterOnesAreRead) {
  Http2 connection;
  connection.up(headers(1, hex("8286 ff00"), end_headers | end_stream));  // there is no entry 127
  connection.up(headers(3, post, end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> GET ?\n> POST /p\n");
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(messages[0].notes.at(0),
            "header block: Header compression/decompression error at byte 2");
}

TEST(Http2Missed, AHeaderBlockThatIsInterruptedIsLeftOut) {
  Http2 connection;
  connection.up(headers(1, Bytes(post.begin(), post.begin() + 3), 0));
  connection.up(frame(6, 0, 0, hex("0102030405060708")));
  connection.up(headers(3, post, end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> PING\n> POST /p\n> DATA\n");
  EXPECT_EQ(messages[2].notes.at(0),
            "a header block of it could not be read: another frame stands in the middle of it");
  EXPECT_EQ(messages[2].size, 12u);
}

// Bounds.

TEST(Http2Missed, AHeaderListThatUnpacksToMuchIsCut) {
  Http2 connection;
  // x-a with 1,000 bytes is indexed once and then named 200 times by one byte each.
  connection.up(headers(1,
                        hex("8286 4402") + text("/a") + hex("4003") + text("x-a") + hex("7fe906") +
                            Bytes(1000, 'z') + Bytes(200, 0xbe),
                        end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> GET /a\n");
  EXPECT_EQ(messages[0].notes.at(0),
            "header fields of more than 65536 bytes: the rest is left out");
  EXPECT_LT(messages[0].fields.size(), 70u);
  EXPECT_EQ(messages[0].value_bytes, messages[0].size - 9);
}

TEST(Http2Missed, MoreStreamsThanAreKeptGiveTheOldestUp) {
  Http2 connection;
  for (std::uint32_t i = 0; i < 300; ++i) connection.up(headers(2 * i + 1, post));
  const auto messages = connection.finish();
  ASSERT_EQ(messages.size(), 300u);
  EXPECT_EQ(messages[0].notes.at(0), "cut off: more than 256 streams are open at once");
  EXPECT_EQ(messages[43].notes.at(0), "cut off: more than 256 streams are open at once");
  EXPECT_NE(messages[44].notes.at(0), messages[43].notes.at(0));
}

TEST(Http2Missed, OtherStreamsAreNotTakenForFrames) {
  for (const char* bytes :
       {"000005 00 01 00000001 68656c6c6f", "000000 00 00 00000001",
        "000008 06 00 00000001 0102030405060708", "000009 06 00 00000000 010203",
        "000004 08 00 80000001 00000001", "505249202a20485454502f312e31"}) {
    Tap tap;
    Connection connection(tap, 8080);
    connection.up(hex(bytes));
    tap.finish();
    ASSERT_EQ(tap.messages.size(), 1u) << bytes;
    EXPECT_EQ(tap.messages[0].protocol, "tcp") << bytes;
  }
}

}  // namespace
}  // namespace brewproof::wire
