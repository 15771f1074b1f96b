#include "tests/rig/decode/mutation/corpus.h"

#include <zlib.h>

#include <algorithm>

#include "tests/rig/decode/http/http2_frames.h"
#include "tests/rig/decode/quic_vectors.h"
#include "tests/rig/decode/tls/peers.h"

namespace brewproof::wire {
namespace {

/// One connection of the machine to a port of the server.
class Stream {
 public:
  explicit Stream(std::uint16_t port) : port_(port) {
    segment(true, {}, 0x02);
    segment(false, {}, 0x12);
  }
  Stream& up(const Bytes& payload) { return segment(true, payload, 0x18); }
  Stream& down(const Bytes& payload) { return segment(false, payload, 0x18); }
  Stream& up(std::string_view payload) { return up(text(payload)); }
  Stream& down(std::string_view payload) { return down(text(payload)); }
  operator Scene() const { return scene_; }  // NOLINT: a scene under construction

 private:
  // Headers by hand: ports, sequence numbers 1 and 1, flags.
  Stream& segment(bool is_up, const Bytes& payload, std::uint8_t flags) {
    const Bytes server{static_cast<std::uint8_t>(port_ >> 8), static_cast<std::uint8_t>(port_)};
    const Bytes client{0xa0, 0x28};
    scene_.push_back(ipv4(is_up, 6,
                          (is_up ? client + server : server + client) +
                              hex("00000001 00000001 50") + Bytes{flags} + hex("faf0 0000 0000") +
                              payload));
    return *this;
  }
  std::uint16_t port_;
  Scene scene_;
};

Bytes tls_hello() {
  return hex("16 0301 0045 01 000041 0303") + Bytes(32, 0xaa) + hex("00 0002 1301 01 00 0016") +
         hex("0000 0012 0010 00 000d") + text("kiosk.example");
}

const Bytes chunked =
    text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");

// {"a":{"b":1}} of TP-Link's.
const Bytes veiled = hex("d0 f2 93 b1 8b f0 d2 b0 92 a8 99 e4 99");

void add_streams(std::vector<Scene>& scenes) {
  scenes.push_back(
      Stream(80)
          .up("POST /v1/order?a=1 HTTP/1.1\r\nHost: x.example\r\nContent-Type: application/json\r\n"
              "Content-Length: 22\r\n\r\n{\"a\":[1,2.5e3,{\"b\":\"c\"}]}")
          .down(chunked));
  scenes.push_back(
      Stream(81)
          .up(text("POST /g HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 33\r\n\r\n") +
              hex("1f8b08000000000002ffab564a4ecd2b2956b232b430a80500a1e4680b0d000000"))
          .down("HTTP/1.1 101 Switching Protocols\r\n\r\nxyz"));
  scenes.push_back(Stream(1883)
                       .up(hex("10 13 0004 4d515454 04 02 003c 0007 4b443030343132") +
                           hex("32 0c 0003 612f62 0007") + text("{\"n\":1}") +
                           hex("82 06 0001 0001 23 00"))
                       .down(hex("20 02 00 00 40 02 0007 90 03 0001 00")));
  // MQTT 5: properties, a topic's alias, a PUBLISH that is sent again.
  const Bytes sent = hex("0003 612f62 0009 05 23 0005 01 01") + text("{\"n\":2}");
  scenes.push_back(Stream(1884)
                       .up(hex("10 19 0004 4d515454 05 02 003c 05 11 0000000a 0007 4b443030343132"))
                       .down(hex("20 09 00 00 06 22 000a 21 0014"))
                       .up(hex("32") + Bytes{static_cast<std::uint8_t>(sent.size())} + sent)
                       .up(hex("3a") + Bytes{static_cast<std::uint8_t>(sent.size())} + sent)
                       .up(hex("30 0d 0000 03 23 0005") + text("{\"n\":3}"))
                       .down(hex("40 04 0009 10 00 e0 02 8e 00")));
  scenes.push_back(Stream(443)
                       .up(tls_hello() + hex("14 0303 0001 01 17 0303 0004 01020304"))
                       .down(hex("16 0303 0030 02 00002c 0303") + Bytes(32, 0xbb) +
                             hex("00 1301 00 0004 002b 0000")));
  scenes.push_back(
      Stream(53).up(hex("0013 1234 0100 0001 0000 0000 0000 0161 00 0001 0001")).down(hex("0000")));
  scenes.push_back(
      Stream(2081)
          .up(hex("33 04 02 05 01 7e 3e 05 7e 8f 01 7e"))
          .down(hex("32 47 12 00 01 23 7e 14 01 5f 077e 00 7e 00 03 00 7e 47 01 "
                    "0100000202001900010100010000 00000000000000000000000000000000007d 7e")));
  scenes.push_back(Stream(9999)
                       .up(hex("0000000d") + veiled)
                       .down(hex("0000000d") + veiled + hex("00000002 d0ad")));
  scenes.push_back(
      Stream(6668)
          .up(hex("000055aa 00000001 0000000a 0000000a 7b7d 00000000 0000aa55"
                  "000055aa 00000002 00000007 00000018 aa000000000000000000000000000000 00000000 "
                  "0000aa55"))
          .down(hex("000055aa 00000000 00000008 0000004b 00000000 332e33 00000000 0000bff9 00000001"
                    "a2ec212cfc0b56f9f9ffcf338f1a9cc2 28f97f4fe589aa05ff40797a138a0870"
                    "315db88089aea73b6dd13375727aacca d788fb8b 0000aa55")));
  // Switching plugs: what they are asked for stands in the target, or in a body.
  scenes.push_back(
      Stream(82)
          .up("GET /cm?cmnd=Power%20On HTTP/1.1\r\nHost: 10.77.0.9\r\n\r\n")
          .down("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n"
                "{\"POWER\":\"ON\"}")
          .up("POST /rpc HTTP/1.1\r\nHost: 10.77.0.9\r\nContent-Length: 63\r\n\r\n"
              "{\"id\":1,\"method\":\"Switch.Set\",\"params\":{\"id\":0,\"on\":true}}\n\n")
          .down("HTTP/1.0 200 OK\r\nServer: ShellyHTTP/1.0.0\r\n\r\n{\"id\":1,\"result\":{}}"));
}

/// RFC 7692 section 7.2.1.
Bytes deflated(const Bytes& content) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes in = content, out(content.size() + 64);
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_SYNC_FLUSH), Z_OK);
  out.resize(out.size() - stream.avail_out - 4);  // the empty block's end
  deflateEnd(&stream);
  return out;
}

/// A frame, of a client masked.
Bytes ws(std::uint8_t first, const Bytes& payload, bool masked) {
  Bytes frame{first, static_cast<std::uint8_t>((masked ? 0x80 : 0) | payload.size())};
  if (!masked) return frame + payload;
  const Bytes key = hex("37fa213d");
  Bytes hidden = payload;
  for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i] ^= key[i % 4];
  return frame + key + hidden;
}

Stream websocket(std::uint16_t port, std::string_view more) {
  const std::string upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n" + std::string(more);
  return Stream(port)
      .up("GET /socket?v=2 HTTP/1.1\r\nHost: x\r\n" + upgrade + "\r\n")
      .down("HTTP/1.1 101 Switching Protocols\r\n" + upgrade + "\r\n");
}

void add_websockets(std::vector<Scene>& scenes) {
  const Bytes json = text("{\"cup\":\"latte\",\"n\":180}");
  const auto part = [&](std::size_t from, std::size_t to) {
    return Bytes(json.begin() + static_cast<std::ptrdiff_t>(from),
                 json.begin() + static_cast<std::ptrdiff_t>(to));
  };
  scenes.push_back(websocket(8080, {})
                       .up(ws(0x81, json, true))
                       .down(ws(0x82, hex("a1616101"), false))
                       .up(ws(0x01, part(0, 9), true) + ws(0x89, text("pi"), true))
                       .down(ws(0x8a, text("pi"), false))
                       .up(ws(0x00, part(9, 12), true) + ws(0x80, part(12, json.size()), true))
                       .up(ws(0x88, hex("03e8 62796521"), true))
                       .down(ws(0x88, hex("03e8"), false)));
  constexpr std::string_view deflate = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  const Bytes packed = deflated(json);
  const Bytes head(packed.begin(), packed.begin() + 7), tail(packed.begin() + 7, packed.end());
  scenes.push_back(websocket(8081, deflate)
                       .up(ws(0xc1, packed, true))
                       .down(ws(0xc1, hex("f248cdc9c90700"), false))
                       .up(ws(0x41, head, true) + ws(0x80, tail, true))
                       .down(ws(0xc1, hex("f200110000"), false)));
  // MQTT inside, packed so that less stands on the wire than comes out.
  const Bytes connect = hex("10 13 0004 4d515454 04 02 003c 0007 4b443030343132");
  const Bytes publish = hex("30 12 0003 612f62") + Bytes(13, 'A');
  const Bytes kept = hex("32 14 0003 612f62 0007") + Bytes(13, 'A');
  const Bytes again = hex("3a 14 0003 612f62 0007") + Bytes(13, 'A');
  Bytes many;
  for (int i = 0; i < 5; ++i) many = many + publish;
  const std::string mqtt = "Sec-WebSocket-Protocol: mqtt\r\n";
  scenes.push_back(websocket(8083, mqtt + std::string(deflate))
                       .up(ws(0x82, connect, true))
                       .down(ws(0x82, hex("20020000"), false))
                       .up(ws(0xc2, deflated(many), true))
                       .up(ws(0xc2, deflated(kept), true))
                       .up(ws(0xc2, deflated(again), true))
                       .up(ws(0xc2, deflated(again + again), true))
                       .down(ws(0x82, hex("40 02 0007"), false)));
  scenes.push_back(websocket(8084, mqtt)
                       .up(ws(0x02, Bytes(connect.begin(), connect.begin() + 9), true))
                       .up(ws(0x80, Bytes(connect.begin() + 9, connect.end()) + kept, true))
                       .up(ws(0x82, again, true) + ws(0x82, {}, true))
                       .down(ws(0x82, hex("40 02 0007"), false)));
}

void add_http2(std::vector<Scene>& scenes) {
  const Bytes order = hex("8387 0411") + text("/v1/order?shop=12") + hex("0f1010") +
                      text("application/json") + hex("0108") + text("kiosk.io");
  const Bytes third = hex("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf");
  scenes.push_back(
      Stream(8090)
          .up(preface())
          .down(server_preface())
          .up(headers(1, order) + data(1, text("{\"cents\":")))
          .up(data(1, hex("03") + text("180}") + hex("000000"), padded | end_stream))
          .down(headers(1, hex("88")) + data(1, text("ok")) + frame(6, 0, 0, Bytes(8, 7)))
          .up(frame(1, 0, 3, Bytes(third.begin(), third.begin() + 5)) +
              frame(9, end_headers, 3, Bytes(third.begin() + 5, third.end())))
          .down(frame(3, 0, 3, hex("00000008")) + data(1, {}, end_stream)));
  scenes.push_back(Stream(8091)
                       .up("GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, "
                           "HTTP2-Settings\r\nUpgrade: h2c\r\n"
                           "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n")
                       .down(text("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                                  "Upgrade: h2c\r\n\r\n") +
                             server_preface())
                       .up(preface())
                       .down(headers(1, hex("88")) + data(1, text("upgraded"), end_stream)));
}

std::string add_tls(std::vector<Scene>& scenes) {
  std::string key_log;
  std::uint16_t port = 4430;
  for (const PeerSetup& setup :
       {PeerSetup{}, PeerSetup{.version = TLS1_2_VERSION},
        PeerSetup{.version = TLS1_2_VERSION, .suites = "ECDHE-RSA-AES128-SHA256"}}) {
    PeerPair pair(setup);
    Peers peers(pair);
    EXPECT_TRUE(peers.shake_hands());
    peers.up("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n{\"n\":1}\n");
    peers.down(as_text(chunked));
    peers.up("GET /s HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n");
    peers.down(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Protocol: mqtt\r\n\r\n");
    peers.up(as_text(ws(0x82, hex("10 13 0004 4d515454 04 02 003c 0007 4b443030343132"), true)));
    if (setup.version == TLS1_3_VERSION) peers.update_keys(true);
    peers.up(as_text(ws(0x82, hex("32 08 0001 61 0001 414243"), true)));
    peers.up(as_text(ws(0x82, hex("3a 08 0001 61 0001 414243"), true)));
    peers.close();
    Stream stream(port++);
    for (const Flight& flight : peers.flights())
      flight.up ? stream.up(flight.bytes) : stream.down(flight.bytes);
    scenes.push_back(stream);
    key_log += pair.key_log;
  }
  return key_log;
}

void add_datagrams(std::vector<Scene>& scenes) {
  std::vector<Bytes> frames;
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
  frames.push_back(udp(true, 9999, veiled));
  frames.push_back(udp(
      true, 6667,
      hex("00006699 0000 00000007 00000013 00000051 303132333435363738396162"
          "042ce52c1986e9abb3bec8436085ee353137da21b2aa910b6304c8f476fe0f8d5f03d5b53277696555c56a52"
          "488cf9a4eb8a04ae8e 729e3ea431af78dce0ec3f9e9dd80828 00009966")));
  frames.push_back(udp(true, 443, quic_first_part()));
  frames.push_back(udp(true, 443, quic_second_part()));
  frames.push_back(udp(false, 443, quic_server_initial()));
  // CoAP in blocks (RFC 7959): a POST in two, and an observed resource's notifications.
  for (const char* block :
       {"44 02 0011 0badcafe b1 61 d1 03 08 ff 30313233343536373839616263646566",
        "44 02 0012 0badcafe b1 61 d1 03 10 ff 7b7d"})
    frames.push_back(udp(true, 5683, hex(block)));
  for (const char* answer :
       {"64 5f 0011 0badcafe d1 0e 08", "64 44 0012 0badcafe d1 0e 10",
        "44 45 7001 0badcafe 61 0c ff 3138", "44 45 7002 0badcafe 61 0d ff 3139"})
    frames.push_back(udp(false, 5683, hex(answer)));
  for (Bytes& frame : frames) scenes.push_back({std::move(frame)});
}

}  // namespace

Corpus corpus() {
  Corpus made;
  add_streams(made.scenes);
  add_websockets(made.scenes);
  add_http2(made.scenes);
  made.key_log = add_tls(made.scenes);
  add_datagrams(made.scenes);
  return made;
}

std::vector<Bytes> frames_of(const Corpus& corpus) {
  std::vector<Bytes> frames;
  for (const Scene& scene : corpus.scenes) frames.insert(frames.end(), scene.begin(), scene.end());
  return frames;
}

}  // namespace brewproof::wire
