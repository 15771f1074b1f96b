// Bodies: chunks with all that may stand around them, trailers, codings of the transfer.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

std::vector<Message> said(const Bytes& up) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(up);
  connection.close();
  return tap.finish();
}

TEST(HttpBody, TrailersAndChunkExtensionsAreFields) {
  const auto messages =
      said(text("POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                "2;sig=\"a;b\";ok\r\nhi\r\n0;last=1\r\nX-Sum: 77\r\nDate: now\r\n\r\n"));
  ASSERT_EQ(labels(messages), "> POST /c\n");
  EXPECT_EQ(value(messages[0], "body"), "hi");
  EXPECT_EQ(value(messages[0], "chunk:sig"), "a;b");
  EXPECT_EQ(value(messages[0], "chunk:ok"), "");
  EXPECT_EQ(value(messages[0], "chunk:last"), "1");
  EXPECT_EQ(value(messages[0], "trailer:x-sum"), "77");
  EXPECT_EQ(value(messages[0], "trailer:date"), "now");
  EXPECT_EQ(value(messages[0], "header:date"), "(none)");
}

TEST(HttpBody, SpacesBehindAChunkSizeAreReadOver) {
  const auto messages =
      said(text("POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                "2   \r\nhi\r\n3 \r\n yo\r\n0  \r\nX-Sum: 77\r\n\r\n"
                "GET /d HTTP/1.1\r\n\r\n"));
  ASSERT_EQ(labels(messages), "> POST /c\n> GET /d\n");
  EXPECT_EQ(value(messages[0], "body"), "hi yo");
  EXPECT_EQ(value(messages[0], "trailer:x-sum"), "77");
  EXPECT_TRUE(messages[0].malformed);
  EXPECT_EQ(messages[0].notes.size(), 1u);
}

TEST(HttpBody, ATransferThatIsPackedIsOpened) {
  // {"cents":180} by gzip -9, as one chunk of 33 bytes
  const auto messages =
      said(text("POST /g HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n21\r\n") +
           hex("1f8b08000000000002ffab564a4ecd2b2956b232b430a80500a1e4680b0d000000") +
           text("\r\n0\r\n\r\n"));
  ASSERT_EQ(labels(messages), "> POST /g\n");
  EXPECT_EQ(value(messages[0], "body|gzip|json:/cents"), "180");
}

TEST(HttpBody, BytesMissingFromAChunkAreAGapAndTheNextMessageIsRead) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up("POST /u HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n01");
  connection.skip(true, 4);
  connection.up("67\r\n0\r\n\r\nGET /n HTTP/1.1\r\nHost: x\r\n\r\n");
  connection.close();
  ASSERT_EQ(labels(tap.finish()), "> POST /u\n> GET /n\n");
  EXPECT_TRUE(tap.messages[0].gap);
  EXPECT_EQ(value(tap.messages[0], "body"), "01");
  EXPECT_EQ(tap.messages[0].unexplained_bytes, 2u);  // "67", behind the gap
  EXPECT_FALSE(tap.messages[1].gap);
}

TEST(HttpBody, BytesBeforeAGapThatAreNoTextAreUnexplained) {
  Tap tap;
  Connection connection(tap);
  connection.open();
  connection.up(text("POST /u HTTP/1.1\r\nContent-Length: 9\r\n\r\n") + hex("80ff01"));
  connection.skip(true, 4);
  connection.up(hex("80ff"));
  connection.close();
  ASSERT_EQ(labels(tap.finish()), "> POST /u\n");
  EXPECT_EQ(value(tap.messages[0], "body"), "80ff01");
  EXPECT_EQ(tap.messages[0].unexplained_bytes, 5u);
}

TEST(HttpBody, ValuesAreCountedByTheBytesThatCarryThem) {
  const auto messages =
      said(text("POST /a/b?k=v HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok"));
  ASSERT_EQ(messages.size(), 1u);
  // a, b, v, x, 2, ok
  EXPECT_EQ(messages[0].value_bytes, 1u + 1 + 1 + 1 + 1 + 2);
  EXPECT_EQ(messages[0].size, 56u);
}

}  // namespace
}  // namespace brewproof::wire
