// Hostile bytes: packets of every protocol with bytes changed, cut, repeated and shuffled, from a
// fixed seed. Nothing may crash, hang or grow; run under AddressSanitizer this is the real test.
#include <fmt/format.h>

#include <map>
#include <random>

#include "tests/rig/decode/quic_vectors.h"

namespace brewproof::wire {
namespace {

Bytes tls_hello() {
  return hex("16 0301 0045 01 000041 0303") + Bytes(32, 0xaa) + hex("00 0002 1301 01 00 0016") +
         hex("0000 0012 0010 00 000d") + text("kiosk.example");
}

/// One packet of each kind that the rooms read.
std::vector<Bytes> corpus() {
  std::vector<Bytes> frames;
  Tap unused;
  const auto tcp = [&](std::uint16_t port, const Bytes& up, const Bytes& down) {
    // Headers by hand: ports, sequence numbers 1 and 1, ACK PSH.
    const auto segment = [&](bool is_up, const Bytes& payload) {
      const Bytes ports =
          is_up ? Bytes{0xa0, 0x28} + Bytes{std::uint8_t(port >> 8), std::uint8_t(port)}
                : Bytes{std::uint8_t(port >> 8), std::uint8_t(port)} + Bytes{0xa0, 0x28};
      return ipv4(is_up, 6, ports + hex("00000001 00000001 5018 faf0 0000 0000") + payload);
    };
    frames.push_back(segment(true, up));
    frames.push_back(segment(false, down));
  };
  tcp(80,
      text("POST /v1/order?a=1 HTTP/1.1\r\nHost: x.example\r\nContent-Type: application/json\r\n"
           "Content-Length: 22\r\n\r\n{\"a\":[1,2.5e3,{\"b\":\"c\"}]}"),
      text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"));
  tcp(81,
      text("POST /g HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 33\r\n\r\n") +
          hex("1f8b08000000000002ffab564a4ecd2b2956b232b430a80500a1e4680b0d000000"),
      text("HTTP/1.1 101 Switching Protocols\r\n\r\nxyz"));
  tcp(1883,
      hex("10 13 0004 4d515454 04 02 003c 0007 4b443030343132") + hex("32 0c 0003 612f62 0007") +
          text("{\"n\":1}") + hex("82 06 0001 0001 23 00"),
      hex("20 02 00 00 40 02 0007 90 03 0001 00"));
  tcp(443, tls_hello() + hex("14 0303 0001 01 17 0303 0004 01020304"),
      hex("16 0303 0030 02 00002c 0303") + Bytes(32, 0xbb) + hex("00 1301 00 0004 002b 0000"));
  tcp(53, hex("0011 1234 0100 0001 0000 0000 0000 0161 00 0001 0001"), hex("0000"));
  tcp(2081, hex("33 04 02 05 01 7e 3e 05 7e 8f 01 7e"),
      hex("32 47 12 00 01 23 7e 14 01 5f 077e 00 7e 00 03 00 7e 47 01 0100000202001900010100010000"
          "00000000000000000000000000000000007d 7e"));
  frames.push_back(udp(true, 53,
                       hex("1234 0100 0001 0000 0000 0001 0161 0162 00 0001 0001 "
                           "00 0029 1000 00000000 0004 000a 0000")));
  frames.push_back(udp(false, 53,
                       hex("1234 8180 0001 0002 0000 0000 0161 00 0001 0001 "
                           "c00c 0005 0001 0000003c 0004 0165 c00c "
                           "c020 0001 0001 0000003c 0004 cb00710a")));
  frames.push_back(udp(true, 123,
                       hex("23 00 06 ec 00000000 00000000 00000000 0000000000000000"
                           "0000000000000000 0000000000000000 ec5a3f1080000000")));
  Bytes dhcp = hex("01 01 06 00 3903f326 0000 0000");
  dhcp.resize(236);
  frames.push_back(udp(true, 67, dhcp + hex("63825363 35 01 01 0c 05 6b696f736b ff")));
  frames.push_back(ipv4(true, 1, hex("08 00 f7ff 0007 0001 62726577")));
  frames.push_back(ethernet(true, 0x0806,
                            hex("0001 0800 06 04 0001 02c0ffee0001 0a4d0032 "
                                "000000000000 0a4d0001")));
  frames.push_back(ethernet(true, 0x86dd,
                            hex("60000000 0014 00 40 20010db8000000000000000000000050 "
                                "20010db8000000000000000000000001 11 00 0502 0000 0100 "
                                "9c40 270f 000c 0000 00010203")));
  frames.push_back(
      udp(false, 53,
          hex("1234 8180 0001 0003 0000 0001 0161 00 0041 0001"
              "c00c 0041 0001 0000003c 0013 0001 00 0001 0003 02 6832 0004 0004 cb00710a"
              "c00c 002f 0001 0000003c 0008 c00c 00 04 40010000"
              "c00c 0010 0001 0000003c 0004 03 613d31"
              "00 0029 1000 00000000 000b 0008 0007 0001 1800 c00002")));
  frames.push_back(udp(true, 547,
                       hex("01 a1b2c3 0001 000a 00030001 02c0ffee0001 0003 000c 00000007 00000e10 "
                           "00001518 0027 0007 00 05 6b696f736b"),
                       546));
  frames.push_back(ethernet(true, 0x86dd,
                            hex("60000000 0028 3a ff fe800000000000000000000000000050 "
                                "ff020000000000000000000000000001 86 00 0000 40 c0 0708 00000000 "
                                "000003e8 19 03 0000 00000708 20010db8000000000000000000000001")));
  frames.push_back(ipv4(true, 2, hex("22 00 0000 0000 0001 03010001 e00000fb 0a4d0001 00000000")));
  frames.push_back(udp(true, 1900, text("M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\n\r\n")));
  frames.push_back(udp(
      true, 3478, hex("0101 000c 2112a442 b7e7a701bc34d686fa87dfae 0020 0008 0001a147 e112a643")));
  frames.push_back(udp(true, 500,
                       hex("0102030405060708 0000000000000000 28 20 22 08 00000000 0000002c "
                           "29 00 0008 a1a2a3a4 00 00 0008 00 00 4004"),
                       500));
  Bytes wireguard = hex("01000000");
  wireguard.resize(148);
  frames.push_back(udp(true, 51820, wireguard));
  frames.push_back(udp(true, 5683, hex("41 02 0001 aa b1 61 d1 03 08 ff 7b226e223a317d")));
  frames.push_back(udp(false, 5683, hex("61 45 0001 aa d1 0a 08 ff 7b226e223a317d")));
  frames.push_back(udp(true, 5684,
                       hex("16 fefd 0000 000000000000 0036 01 00002a 0000 000000 00002a fefd") +
                           Bytes(32, 0xaa) + hex("00 00 0002 c02b 01 00")));
  // {"a":{"b":1}} of TP-Link's.
  const Bytes veiled = hex("d0 f2 93 b1 8b f0 d2 b0 92 a8 99 e4 99");
  tcp(9999, hex("0000000d") + veiled, hex("0000000d") + veiled + hex("00000002 d0ad"));
  frames.push_back(udp(true, 9999, veiled));
  tcp(6668,
      hex("000055aa 00000001 0000000a 0000000a 7b7d 00000000 0000aa55"
          "000055aa 00000002 00000007 00000018 aa000000000000000000000000000000 00000000 0000aa55"),
      hex("000055aa 00000000 00000008 0000004b 00000000 332e33 00000000 0000bff9 00000001"
          "a2ec212cfc0b56f9f9ffcf338f1a9cc2 28f97f4fe589aa05ff40797a138a0870"
          "315db88089aea73b6dd13375727aacca d788fb8b 0000aa55"));
  frames.push_back(udp(
      true, 6667,
      hex("00006699 0000 00000007 00000013 00000051 303132333435363738396162"
          "042ce52c1986e9abb3bec8436085ee353137da21b2aa910b6304c8f476fe0f8d5f03d5b53277696555c56a52"
          "488cf9a4eb8a04ae8e 729e3ea431af78dce0ec3f9e9dd80828 00009966")));
  frames.push_back(udp(true, 443, quic_first_part()));
  frames.push_back(udp(true, 443, quic_second_part()));
  frames.push_back(udp(false, 443, quic_server_initial()));
  return frames;
}

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

/// Makes a TCP frame the continuation of one of 32 connections, so that rooms meet it in all their
/// states; about one in eight leaves a hole.
void continue_stream(Bytes& frame, std::mt19937& random, std::map<int, std::uint32_t>& sent) {
  if (frame.size() < 54 || frame[12] != 8 || frame[23] != 6) return;
  const bool up = frame[6] == 0x02 && frame[11] == 0x01;
  const int connection = static_cast<int>(random() % 32);
  frame[up ? 35 : 37] = static_cast<std::uint8_t>(connection);
  std::uint32_t& next = sent[up ? connection : connection + 100];
  if (random() % 8 == 0) next += random() % 100;
  for (std::size_t i = 0; i < 4; ++i)
    frame[38 + i] = static_cast<std::uint8_t>(next >> (24 - 8 * i));
  next += static_cast<std::uint32_t>(frame.size() - 54);
  const std::size_t total = frame.size() - 14;
  frame[16] = static_cast<std::uint8_t>(total >> 8);
  frame[17] = static_cast<std::uint8_t>(total);
}

/// Makes a UDP datagram as long as its packet says, so that rooms meet all of it.
void fit_datagram(Bytes& frame) {
  if (frame.size() < 42 || frame[12] != 8 || frame[23] != 17) return;
  for (const auto& [at, length] :
       {std::pair{std::size_t{16}, frame.size() - 14}, {std::size_t{38}, frame.size() - 34}}) {
    frame[at] = static_cast<std::uint8_t>(length >> 8);
    frame[at + 1] = static_cast<std::uint8_t>(length);
  }
}

std::uint64_t run(std::uint32_t seed, std::size_t from, int rounds) {
  std::mt19937 random(seed);
  const std::vector<Bytes> frames = corpus();
  DecodeOptions options{{machine_mac}};
  options.max_buffer = 4096;
  options.max_flows = 64;
  Tap tap(options);
  std::uint64_t messages = 0;
  std::map<int, std::uint32_t> sent;
  for (int i = 0; i < rounds; ++i) {
    Bytes frame = frames[random() % frames.size()];
    mutate(frame, random, from);
    if (from >= 42) continue_stream(frame, random, sent);
    if (from >= 42) fit_datagram(frame);
    tap.packet(frame, random() % 4 == 0 ? static_cast<std::uint32_t>(random() % 3000)
                                        : static_cast<std::uint32_t>(frame.size()));
    messages += tap.messages.size();
    tap.messages.clear();
  }
  messages += tap.finish().size();
  EXPECT_EQ(tap.totals().packets, static_cast<std::uint64_t>(rounds));
  return messages;
}

TEST(Mutation, EveryByteOfABrokenPacketIsOfOneClass) {
  std::mt19937 random(4);
  const std::vector<Bytes> frames = corpus();
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
