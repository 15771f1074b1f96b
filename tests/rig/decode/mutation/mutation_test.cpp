// Hostile bytes: packets of every protocol with bytes changed, cut, repeated and shuffled, from a
// fixed seed. Nothing may crash, hang or grow; run under AddressSanitizer this is the real test.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "rig/decode/uplink.h"
#include "tests/rig/decode/mutation/corpus.h"

namespace brewproof::wire {
namespace {

void mutate(Bytes& frame, std::mt19937& random, std::size_t from) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  for (std::size_t i = 1 + below(6); i > 0 && frame.size() > from; --i) {
    const std::size_t at = from + below(frame.size() - from);
    switch (below(6)) {
      case 0:
        frame[at] = static_cast<std::uint8_t>(random());
        break;
      case 1:
        frame[at] ^= static_cast<std::uint8_t>(1u << below(8));
        break;
      case 2:
        frame[at] = below(2) != 0 ? 0xff : 0x00;
        break;
      case 3:
        frame.resize(at);
        break;
      case 4:
        frame.insert(frame.begin() + static_cast<std::ptrdiff_t>(at), 1 + below(40),
                     static_cast<std::uint8_t>(random()));
        break;
      default: {
        const std::size_t to = at + below(frame.size() - at);
        const Bytes piece(frame.begin() + static_cast<std::ptrdiff_t>(at),
                          frame.begin() + static_cast<std::ptrdiff_t>(to));
        frame.insert(frame.end(), piece.begin(), piece.end());
      }
    }
  }
}

/// Once: what its TLS peers send is another thing every time.
const Corpus& the_corpus() {
  static const Corpus made = corpus();
  return made;
}

DecodeOptions options_with_keys() {
  DecodeOptions options{{machine_mac}};
  EXPECT_NE(options.tls_secrets.add(the_corpus().key_log).sessions, 0u);
  return options;
}

std::uint64_t sum(const decode::ByteLayers& layers) {
  return layers.link + layers.network + layers.transport + layers.protocol + layers.value +
         layers.sealed + layers.unexplained;
}

/// Conversations that go on at the same time, each scene in several connections: mostly in order,
/// so that rooms meet broken frames in all their states.
class Conversations {
 public:
  explicit Conversations(std::mt19937& random) : random_(random) {}

  Bytes next(std::size_t from) {
    const std::vector<Scene>& scenes = the_corpus().scenes;
    const std::size_t which = random_() % scenes.size();
    const Scene& scene = scenes[which];
    const std::size_t connection = random_() % connections;
    std::size_t& at = at_[{which, connection}];
    if (random_() % 32 == 0) at = random_();
    Bytes frame = scene[at++ % scene.size()];
    if (scene.size() == 1 || random_() % 4 == 0) mutate(frame, random_, from);
    if (is_tcp(frame)) continue_stream(frame, {which, connection});
    return frame;
  }

 private:
  static constexpr std::size_t connections = 8;
  using Key = std::pair<std::size_t, std::size_t>;

  static bool is_tcp(const Bytes& frame) {
    return frame.size() >= 54 && frame[12] == 8 && frame[13] == 0 && frame[23] == 6;
  }

  /// The connection's port, and where its side is in its stream; about one in sixteen leaves a
  /// hole.
  void continue_stream(Bytes& frame, const Key& key) {
    const bool up = frame[6] == 0x02 && frame[11] == 0x01;
    frame[up ? 35 : 37] = static_cast<std::uint8_t>(key.second);
    std::uint32_t& next = sent_[{key, up}];
    if (random_() % 16 == 0) next += random_() % 100;
    for (std::size_t i = 0; i < 4; ++i)
      frame[38 + i] = static_cast<std::uint8_t>(next >> (24 - 8 * i));
    next += static_cast<std::uint32_t>(frame.size() - 54) + (frame[47] >> 1 & 1u);  // of a SYN
    const std::size_t total = frame.size() - 14;
    frame[16] = static_cast<std::uint8_t>(total >> 8);
    frame[17] = static_cast<std::uint8_t>(total);
  }

  std::mt19937& random_;
  std::map<Key, std::size_t> at_;
  std::map<std::pair<Key, bool>, std::uint32_t> sent_;
};

/// Makes a UDP datagram as long as its packet says, so that rooms meet all of it.
void fit_datagram(Bytes& frame) {
  if (frame.size() < 42 || frame[12] != 8 || frame[23] != 17) return;
  for (const auto& [at, length] :
       {std::pair{std::size_t{16}, frame.size() - 14}, {std::size_t{38}, frame.size() - 34}}) {
    frame[at] = static_cast<std::uint8_t>(length >> 8);
    frame[at + 1] = static_cast<std::uint8_t>(length);
  }
}

/// Feeds `rounds` frames that are broken behind byte `from`, and returns the number of messages.
std::uint64_t run(std::uint32_t seed, std::size_t from, int rounds) {
  std::mt19937 random(seed);
  DecodeOptions options = options_with_keys();
  options.max_buffer = 4096;
  options.max_flows = 64;
  Tap tap(options);
  Conversations conversations(random);
  std::uint64_t messages = 0;
  for (int i = 0; i < rounds; ++i) {
    Bytes frame = conversations.next(from);
    if (from >= 42) fit_datagram(frame);
    tap.packet(frame, random() % 16 == 0 ? static_cast<std::uint32_t>(random() % 3000)
                                         : static_cast<std::uint32_t>(frame.size()));
    messages += tap.messages.size();
    tap.messages.clear();
  }
  messages += tap.finish().size();
  EXPECT_EQ(tap.totals().packets, static_cast<std::uint64_t>(rounds));
  EXPECT_EQ(tap.totals().lost_bytes, 0) << "seed " << seed;
  EXPECT_EQ(sum(tap.totals().up_layers), tap.totals().up_bytes) << "seed " << seed;
  return messages;
}

TEST(Mutation, EveryByteOfABrokenPacketIsOfOneClass) {
  std::mt19937 random(4);
  const std::vector<Bytes> frames = frames_of(the_corpus());
  for (int i = 0; i < 5000 && !::testing::Test::HasFailure(); ++i) {
    Bytes frame = frames[random() % frames.size()];
    mutate(frame, random, 0);
    const auto original = random() % 4 == 0 ? static_cast<std::uint32_t>(random() % 3000)
                                            : static_cast<std::uint32_t>(frame.size());
    SCOPED_TRACE(fmt::format("{} bytes of {}: {}", frame.size(), original, to_hex(frame)));
    Tap tap(DecodeOptions{{machine_mac}});
    tap.packet(frame, original);
    std::string told;
    for (const Message& m : tap.finish())
      told += fmt::format("{} {} {}; ", m.protocol, m.message, m.size);
    EXPECT_EQ(tap.totals().lost_bytes, 0) << told;
  }
}

TEST(Mutation, EveryByteOfBrokenConversationsIsOfOneClass) {
  const char* const seeds = std::getenv("BREWPROOF_SEEDS");
  const std::uint32_t last = seeds != nullptr ? static_cast<std::uint32_t>(std::stoul(seeds)) : 40;
  for (std::uint32_t seed = 1; seed <= last && !::testing::Test::HasFailure(); ++seed)
    EXPECT_GT(run(seed, 54, 1500), 500u);
}

// What the corpus is for: unbroken, its conversations are read by the rooms that it means.
TEST(Mutation, TheCorpusIsReadByEveryRoom) {
  Tap tap(options_with_keys());
  for (const Scene& scene : the_corpus().scenes) {
    std::map<bool, std::uint32_t> sent;
    for (Bytes frame : scene) {
      if (frame[12] == 8 && frame[23] == 6) {
        std::uint32_t& next = sent[frame[6] == 0x02 && frame[11] == 0x01];
        for (std::size_t i = 0; i < 4; ++i)
          frame[38 + i] = static_cast<std::uint8_t>(next >> (24 - 8 * i));
        next += static_cast<std::uint32_t>(frame.size() - 54) + (frame[47] >> 1 & 1u);
      }
      tap.packet(frame);
    }
  }
  tap.finish();
  std::set<std::string> read;
  for (const Message& m : tap.messages) read.insert((m.tls ? "tls+" : "") + m.protocol);
  EXPECT_EQ(fmt::format("{}", fmt::join(read, " ")),
            "arp coap dhcp dhcpv6 dns dtls http http2 icmp igmp ike mqtt ntp quic smarter ssdp "
            "stun tcp tls "
            "tls+http tls+mqtt tplink tuya udp websocket wireguard");
}

TEST(Mutation, TwentyThousandBrokenPacketsAreSurvived) { EXPECT_GT(run(1, 0, 20000), 5000u); }

TEST(Mutation, TwentyThousandBrokenPayloadsAreSurvived) {
  // Behind the TCP header, so that what the rooms read is broken and the addresses are not.
  EXPECT_GT(run(2, 54, 20000), 10000u);
}

TEST(Mutation, TwentyThousandBrokenDatagramsAreSurvived) {
  EXPECT_GT(run(5, 42, 20000), 10000u);  // behind the UDP header
}

TEST(Mutation, TheSameBytesGiveTheSameMessages) { EXPECT_EQ(run(3, 30, 3000), run(3, 30, 3000)); }

}  // namespace
}  // namespace brewproof::wire
