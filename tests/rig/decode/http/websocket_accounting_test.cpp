// Every byte of a WebSocket belongs to exactly one message: with bytes missing anywhere, and
// changed at random from a fixed seed.
#include <random>

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

constexpr std::string_view asked =
    "GET /s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
constexpr std::string_view agreed =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

const Bytes frames = hex("81 05 48656c6c6f") + hex("41 03 f248cd") + hex("89 02 7069") +
                     hex("80 04 c9c90700") + hex("c1 05 f200110000") + hex("82 7e 0080") +
                     Bytes(128, 0xee) + hex("8a 00") + hex("88 06 03f9 64 6f 6e 65");

Bytes part(std::size_t from, std::size_t to, const Bytes& all = frames) {
  return {all.begin() + static_cast<std::ptrdiff_t>(from),
          all.begin() + static_cast<std::ptrdiff_t>(to)};
}

TEST(WebSocketAccounting, BytesAddUpWhereverSomeAreMissing) {
  for (std::size_t at = 1; at < frames.size(); ++at)
    for (const std::size_t missing : {1u, 2u, 9u, 60u}) {
      if (at + missing >= frames.size()) continue;
      Tap tap;
      Connection connection(tap);
      connection.open();
      connection.up(asked);
      connection.down(agreed);
      connection.down(part(0, at));
      connection.skip(false, static_cast<std::uint32_t>(missing));
      connection.down(part(at + missing, frames.size()));
      connection.close();
      tap.finish();
      ASSERT_EQ(bytes_told(tap.messages, false), agreed.size() + frames.size() - missing)
          << missing << " bytes missing at " << at << "\n"
          << labels(tap.messages);
    }
}

TEST(WebSocketAccounting, BytesAddUpWhateverTheyAre) {
  std::mt19937 random(3);
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int round = 0; round < 1000; ++round) {
    Bytes all = frames;
    for (std::size_t i = below(4); i > 0; --i) {
      const std::size_t at = below(all.size());
      if (below(2) == 0) all[at] = static_cast<std::uint8_t>(random());
      if (below(4) == 0) all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    }
    Tap tap;
    Connection connection(tap);
    connection.open();
    connection.up(asked);
    connection.down(agreed);
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t to = std::min(all.size(), at + 1 + below(50));
      connection.down(part(at, to, all));
      at = to;
    }
    connection.close();
    tap.finish();
    ASSERT_EQ(bytes_told(tap.messages, false), agreed.size() + all.size()) << to_hex(all) << "\n"
                                                                           << labels(tap.messages);
    for (const Message& m : tap.messages)
      ASSERT_LE(m.value_bytes + m.unexplained_bytes, m.size) << m.message;
  }
}

}  // namespace
}  // namespace brewproof::wire
