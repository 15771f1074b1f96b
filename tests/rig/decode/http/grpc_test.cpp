// gRPC over HTTP/2: a call that streams gives one message for each of its own.
#include "tests/rig/decode/http/http2_frames.h"

namespace brewproof::wire {
namespace {

Bytes call(std::string_view more = {}) {
  return hex("8386 0408") + text("/bp.S/Do") + hex("0f1010") + text("application/grpc") +
         text(more);
}
Bytes json_call() {
  return hex("8386 0408") + text("/bp.S/Do") + hex("0f1015") + text("application/grpc+json");
}
Bytes message(std::string_view content, std::uint8_t packed = 0) {
  return Bytes{packed, 0, 0, 0, static_cast<std::uint8_t>(content.size())} + text(content);
}

TEST(Grpc, AUnaryCallIsOneMessageEachWay) {
  Http2 connection;
  connection.up(headers(1, json_call()) + data(1, message("{\"cents\":180}"), end_stream));
  connection.down(
      headers(1, hex("88 0f1015") + text("application/grpc+json")) +
      data(1, message("{\"ok\":1}")) +
      headers(1, hex("000b") + text("grpc-status") + hex("0130"), end_headers | end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> POST /bp.S/Do\n< response 200 POST /bp.S/Do\n");
  EXPECT_EQ(value(messages[0], "body|json:/cents"), "180");
  EXPECT_EQ(messages[0].size, 9 + json_call().size() + 9 + 5 + 13);
  EXPECT_EQ(value(messages[1], "body|json:/ok"), "1");
  EXPECT_EQ(value(messages[1], "trailer:grpc-status"), "0");
}

TEST(Grpc, EachMessageOfAStreamIsToldWithItsOwnTime) {
  Http2 connection;
  connection.up(headers(1, json_call()) + data(1, message("{\"n\":1}")));
  connection.tap.pass(5'000'000'000);
  // The second in two frames, the second of which begins the third.
  const Bytes second = message("{\"n\":2}"), third = message("{\"n\":3}");
  connection.up(data(1, Bytes(second.begin(), second.begin() + 3)));
  connection.up(
      data(1, Bytes(second.begin() + 3, second.end()) + Bytes(third.begin(), third.begin() + 6)));
  connection.up(data(1, Bytes(third.begin() + 6, third.end())) + data(1, {}, end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages),
            "> POST /bp.S/Do\n> POST /bp.S/Do message\n> POST /bp.S/Do message\n");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(value(messages[static_cast<std::size_t>(i)], "body|json:/n"), std::to_string(i + 1));
  EXPECT_GT(messages[1].time_ns - messages[0].last_time_ns, 5'000'000'000);
  EXPECT_EQ(messages[1].size, 9 + 9 + second.size());
  EXPECT_EQ(messages[2].size, third.size() + 9 + 9);
}

TEST(Grpc, APackedMessageIsOpenedAsItsHeaderSays) {
  // {"cents":180} by gzip -9
  const Bytes gzip = hex("1f8b08000000000002ffab564a4ecd2b2956b232b430a80500a1e4680b0d000000");
  Http2 connection;
  connection.up(
      headers(1, json_call() + hex("000d") + text("grpc-encoding") + hex("04") + text("gzip")) +
      data(1, message({reinterpret_cast<const char*>(gzip.data()), gzip.size()}, 1), end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> POST /bp.S/Do\n");
  EXPECT_EQ(value(messages[0], "body|gzip|json:/cents"), "180");
}

TEST(Grpc, AMessageWithoutEndIsSaidToHaveNone) {
  Http2 connection;
  const Bytes half = message("0123456789");
  connection.up(headers(1, call()) + data(1, Bytes(half.begin(), half.begin() + 8), end_stream));
  const auto messages = connection.finish();
  ASSERT_EQ(labels(messages), "> POST /bp.S/Do\n");
  EXPECT_EQ(messages[0].notes.at(0), "the gRPC message has no end");
  EXPECT_EQ(value(messages[0], "body"), "012");
}

TEST(Grpc, EmptyMessagesAreMessages) {
  Http2 connection;
  connection.up(headers(1, call()) + data(1, message("") + message("") + message("")));
  EXPECT_EQ(labels(connection.finish()),
            "> POST /bp.S/Do\n> POST /bp.S/Do message\n> POST /bp.S/Do message\n");
}

}  // namespace
}  // namespace brewproof::wire
