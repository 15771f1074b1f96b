// Every byte of an HTTP/2 connection belongs to exactly one message: cut anywhere, with bytes
// missing, and changed at random from a fixed seed.
#include <random>

#include "tests/rig/decode/http/http2_frames.h"

namespace brewproof::wire {
namespace {

const Bytes requests =
    preface() + headers(1, hex("8386 4402") + text("/p") + hex("5f10") + text("application/grpc")) +
    data(1, hex("03 00 00000002 6869 00 000000"), padded) + data(1, hex("000001 61 00 00000000")) +
    headers(3, hex("8286 bf 4101"), 0) + frame(9, end_headers, 3, text("x")) +
    frame(6, 0, 0, hex("0102030405060708")) + frame(8, 0, 1, hex("0000ffff")) +
    data(1, {}, end_stream) + headers(5, hex("8286 bf be"), end_headers | end_stream) +
    frame(3, 0, 3, hex("00000008")) + frame(7, 0, 0, hex("00000000 00000000"));
const Bytes responses = server_preface() + headers(1, hex("88")) + data(1, text("hello")) +
                        frame(5, end_headers, 1, hex("00000002 8286 84")) +
                        headers(1, hex("0001740131"), end_headers | end_stream) +
                        headers(5, hex("89"), end_headers | end_stream) +
                        headers(2, hex("8d"), end_headers | end_stream);

Bytes part(const Bytes& all, std::size_t from, std::size_t to) {
  return {all.begin() + static_cast<std::ptrdiff_t>(from),
          all.begin() + static_cast<std::ptrdiff_t>(to)};
}

TEST(Http2Accounting, BytesAddUpWhereverTheStreamEnds) {
  for (std::size_t keep = 1; keep <= requests.size(); ++keep) {
    const std::size_t half = keep / 2, down = std::min(keep, responses.size());
    Tap tap;
    Connection connection(tap);
    connection.open();
    if (half != 0) connection.up(part(requests, 0, half));
    connection.down(part(responses, 0, down));
    connection.up(part(requests, half, keep));
    connection.close();
    tap.finish();
    ASSERT_EQ(bytes_told(tap.messages, true), keep) << labels(tap.messages);
    ASSERT_EQ(bytes_told(tap.messages, false), down) << labels(tap.messages);
  }
}

TEST(Http2Accounting, BytesAddUpWhereverSomeAreMissing) {
  for (std::size_t at = 1; at < requests.size(); ++at)
    for (const std::size_t missing : {1u, 5u, 40u}) {
      if (at + missing >= requests.size()) continue;
      Tap tap;
      Connection connection(tap);
      connection.open();
      connection.up(part(requests, 0, at));
      connection.skip(true, static_cast<std::uint32_t>(missing));
      connection.up(part(requests, at + missing, requests.size()));
      connection.down(responses);
      connection.close();
      tap.finish();
      ASSERT_EQ(bytes_told(tap.messages, true), requests.size() - missing)
          << missing << " bytes missing at " << at << "\n"
          << labels(tap.messages);
      ASSERT_EQ(bytes_told(tap.messages, false), responses.size()) << labels(tap.messages);
    }
}

TEST(Http2Accounting, BytesAddUpWhateverTheyAre) {
  std::mt19937 random(11);
  const auto below = [&](std::size_t n) { return random() % n; };
  const auto changed = [&](Bytes all) {
    for (std::size_t i = below(5); i > 0; --i) {
      const auto at = static_cast<std::ptrdiff_t>(24 + below(all.size() - 24));
      if (below(2) == 0) all[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random());
      if (below(4) == 0) all.erase(all.begin() + at);
      if (below(4) == 0) all.insert(all.begin() + at, static_cast<std::uint8_t>(random()));
    }
    return all;
  };
  for (int round = 0; round < 1500; ++round) {
    const Bytes up = changed(requests), down = changed(responses);
    Tap tap;
    Connection connection(tap);
    connection.open();
    std::size_t up_at = 0, down_at = 0;
    while (up_at < up.size() || down_at < down.size()) {
      const bool sends_up = below(2) == 0;
      std::size_t& at = sends_up ? up_at : down_at;
      const Bytes& all = sends_up ? up : down;
      const std::size_t to = std::min(all.size(), at + 1 + below(60));
      if (at == to) continue;
      sends_up ? connection.up(part(all, at, to)) : connection.down(part(all, at, to));
      at = to;
    }
    connection.close();
    tap.finish();
    ASSERT_EQ(bytes_told(tap.messages, true), up.size()) << to_hex(up) << "\n"
                                                         << labels(tap.messages);
    ASSERT_EQ(bytes_told(tap.messages, false), down.size()) << labels(tap.messages);
    for (const Message& m : tap.messages)
      ASSERT_LE(m.value_bytes + m.sealed_bytes + m.unexplained_bytes, m.size) << m.message;
  }
}

}  // namespace
}  // namespace brewproof::wire
