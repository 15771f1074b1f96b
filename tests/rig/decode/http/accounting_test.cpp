// Every byte of a connection belongs to exactly one message: whole, cut anywhere, with bytes
// missing, and changed at random from a fixed seed.
#include <random>

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view requests =
    "\r\nPOST /v1/order?n=1 HTTP/1.1\r\nHost: api.example\r\nContent-Length: 7\r\n\r\n{\"a\":1}\r\n"
    "PUT /c HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n\n3;x=1\r\nabc\r\n0  \r\nT: 1\r\n\r\n"
    "GET /b HTTP/1.1\r\nbad line\r\nUpgrade: other\r\n\r\n\x01\x02\x03";
constexpr std::string_view responses =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    "HTTP/1.1 201\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
    "HTTP/1.1 101 Switching Protocols\r\n\r\n\x05\x06";

TEST(HttpAccounting, BytesAddUpWhereverAStreamEnds) {
  for (std::size_t keep = 0; keep <= requests.size(); ++keep) {
    const std::size_t half = keep / 2, down = std::min(keep, responses.size());
    Tap tap;
    Connection connection(tap);
    connection.open();
    connection.up(requests.substr(0, half));
    connection.down(responses.substr(0, down));
    connection.up(requests.substr(half, keep - half));
    connection.close();
    tap.finish();
    ASSERT_EQ(bytes_told(tap.messages, true), keep) << labels(tap.messages);
    ASSERT_EQ(bytes_told(tap.messages, false), down) << labels(tap.messages);
  }
}

TEST(HttpAccounting, BytesAddUpWhereverSomeAreMissing) {
  for (std::size_t at = 1; at < requests.size(); ++at)
    for (const std::size_t missing : {1u, 3u, 60u}) {
      if (at + missing >= requests.size()) continue;
      Tap tap;
      Connection connection(tap);
      connection.open();
      connection.up(requests.substr(0, at));
      connection.skip(true, static_cast<std::uint32_t>(missing));
      connection.up(requests.substr(at + missing));
      connection.down(responses);
      connection.close();
      tap.finish();
      ASSERT_EQ(bytes_told(tap.messages, true), requests.size() - missing)
          << missing << " bytes missing at " << at << "\n"
          << labels(tap.messages);
      ASSERT_EQ(bytes_told(tap.messages, false), responses.size());
    }
}

TEST(HttpAccounting, BytesAddUpWhateverTheyAre) {
  std::mt19937 random(7);
  const auto below = [&](std::size_t n) { return random() % n; };
  const auto changed = [&](std::string_view all) {
    std::string copy(all);
    for (std::size_t i = below(4); i > 0; --i) {
      const std::size_t at = below(copy.size());
      constexpr std::string_view pieces[] = {"\r\n", "\n", " ", "0", "\xff", ":", "HTTP/1.1 "};
      if (below(2) == 0) copy.erase(at, 1 + below(3));
      if (below(2) == 0) copy.insert(at, pieces[below(std::size(pieces))]);
    }
    return copy;
  };
  for (int round = 0; round < 1000; ++round) {
    const std::string up = changed(requests), down = changed(responses);
    Tap tap;
    Connection connection(tap);
    connection.open();
    std::size_t up_at = 0, down_at = 0;
    while (up_at < up.size() || down_at < down.size()) {
      const std::size_t count = 1 + below(60);
      if (below(2) == 0) {
        connection.up(std::string_view(up).substr(up_at, count));
        up_at = std::min(up.size(), up_at + count);
      } else {
        connection.down(std::string_view(down).substr(down_at, count));
        down_at = std::min(down.size(), down_at + count);
      }
    }
    connection.close();
    tap.finish();
    ASSERT_EQ(bytes_told(tap.messages, true), up.size()) << up << "\n" << labels(tap.messages);
    ASSERT_EQ(bytes_told(tap.messages, false), down.size()) << down << "\n" << labels(tap.messages);
    for (const Message& m : tap.messages)
      ASSERT_LE(m.value_bytes + m.sealed_bytes + m.unexplained_bytes, m.size) << m.message;
  }
}

}  // namespace
}  // namespace brewproof::wire
