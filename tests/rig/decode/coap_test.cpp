#include <numeric>

#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

// RFC 7252 appendix A, figure 16: CON GET /temperature (id 7d34), ACK 2.05 "22.3 C".
const Bytes get = hex("40 01 7d34 bb 74656d7065726174757265");
const Bytes content = hex("60 45 7d34 ff 32322e332043");

/// A conversation on the port of CoAP; in the end every byte must have been counted.
class Talk {
 public:
  explicit Talk(std::uint16_t port = 5683) : port_(port) {}
  Talk& up(const Bytes& payload) { return send(true, payload); }
  Talk& down(const Bytes& payload) { return send(false, payload); }
  Talk& pass_seconds(std::int64_t seconds) {
    tap_.pass(seconds * 1'000'000'000);
    return *this;
  }
  const std::vector<Message>& messages() {
    tap_.finish();
    check_byte_classes(tap_.messages);
    EXPECT_EQ(std::accumulate(tap_.messages.begin(), tap_.messages.end(), std::uint64_t{0},
                              [](std::uint64_t sum, const Message& m) {
                                return sum + m.size + m.repeat_bytes;
                              }),
              sent_);
    return tap_.messages;
  }

 private:
  Talk& send(bool up, const Bytes& payload) {
    tap_.packet(udp(up, port_, payload));
    sent_ += payload.size();
    return *this;
  }
  Tap tap_;
  std::uint16_t port_;
  std::uint64_t sent_ = 0;
};

std::vector<std::string> labels(const std::vector<Message>& messages) {
  std::vector<std::string> all;
  for (const Message& m : messages) all.push_back(m.message);
  return all;
}
using Labels = std::vector<std::string>;

TEST(Coap, ARequestAndItsResponseInTheAcknowledgement) {
  Talk talk;
  const auto& m = talk.up(get).down(content).messages();
  ASSERT_EQ(labels(m), (Labels{"GET /temperature", "response 2.05 GET /temperature"}));
  EXPECT_EQ(m[0].protocol, "coap");
  EXPECT_TRUE(m[0].from_dut);
  EXPECT_EQ(value(m[0], "type"), "CON");
  EXPECT_EQ(value(m[0], "id"), "32052");
  EXPECT_EQ(value(m[0], "path:0"), "temperature");
  EXPECT_EQ(m[0].value_bytes, 2u + 11);
  EXPECT_EQ(value(m[1], "type"), "ACK");
  EXPECT_EQ(value(m[1], "code"), "2.05");
  EXPECT_EQ(value(m[1], "payload"), "22.3 C");
  EXPECT_FALSE(m[1].from_dut);
}

TEST(Coap, TokensTellWhichRequestIsAnswered) {
  // Figure 17 has a token of 0x20; here two requests are open at once.
  Talk talk;
  const auto& m = talk.up(hex("51 01 0001 20 b1 61"))    // NON GET /a
                      .up(hex("51 02 0002 21 b1 62"))    // NON POST /b
                      .down(hex("51 44 1002 21"))        // 2.04
                      .down(hex("51 45 1001 20 ff 31"))  // 2.05
                      .messages();
  EXPECT_EQ(labels(m),
            (Labels{"GET /a", "POST /b", "response 2.04 POST /b", "response 2.05 GET /a"}));
  EXPECT_EQ(value(m[0], "token"), "20");
}

TEST(Coap, EveryOptionHasItsName) {
  Talk talk;
  // Uri-Host x.example, Uri-Port 5684, path "v1","o/d", Content-Format 50, queries "a=1" and "b",
  // Accept 60, Size1 7, payload {"n":1}
  const auto& m =
      talk.up(hex("48 02 0007 0102030405060708"
                  "39 782e6578616d706c65 42 1634 42 7631 03 6f2f64 11 32 33 613d31 01 62"
                  "21 3c d1 1e 07 ff 7b226e223a317d"))
          .messages();
  ASSERT_EQ(labels(m), Labels{"POST /v1/o%2Fd"});
  EXPECT_EQ(value(m[0], "host"), "x.example");
  EXPECT_EQ(m[0].peer.name, "x.example");
  EXPECT_EQ(value(m[0], "port"), "5684");
  EXPECT_EQ(value(m[0], "path:1"), "o/d");
  EXPECT_EQ(value(m[0], "content_format"), "50");
  EXPECT_EQ(value(m[0], "query:a"), "1");
  EXPECT_EQ(value(m[0], "query:b"), "");
  EXPECT_EQ(value(m[0], "accept"), "60");
  EXPECT_EQ(value(m[0], "size1"), "7");
  EXPECT_EQ(value(m[0], "payload|json:/n"), "1");
}

TEST(Coap, ACopyOfWhatWaitsForItsAcknowledgementIsCountedOnIt) {
  Talk talk;  // figure 18: the first request was lost on its way
  const auto& m = talk.up(get).pass_seconds(2).up(get).down(content).messages();
  ASSERT_EQ(labels(m), (Labels{"GET /temperature", "response 2.05 GET /temperature"}));
  EXPECT_EQ(m[0].repeats, 1u);
  EXPECT_EQ(m[0].repeat_bytes, get.size());
  EXPECT_EQ(m[0].size, get.size());
}

TEST(Coap, ACopyOfWhatWasAnsweredIsAMessageOfItsOwn) {
  Talk talk;
  const auto& m = talk.up(get).down(content).up(get).down(content).messages();
  ASSERT_EQ(m.size(), 4u);
  EXPECT_EQ(m[2].message, "GET /temperature");
  EXPECT_EQ(m[2].notes.at(0), "a copy of a message that was answered or acknowledged before");
  EXPECT_EQ(m[3].message, "response 2.05");
}

TEST(Coap, AResponseMayComeApartFromTheAcknowledgement) {
  // Figure 21: CON GET, empty ACK, CON 2.05, empty ACK.
  Talk talk;
  const auto& m = talk.up(hex("41 01 7d38 53 bb 74656d7065726174757265"))
                      .down(hex("60 00 7d38"))
                      .down(hex("41 45 ad7b 53 ff 32322e332043"))
                      .down(hex("41 45 ad7b 53 ff 32322e332043"))
                      .up(hex("60 00 ad7b"))
                      .messages();
  ASSERT_EQ(labels(m), (Labels{"acknowledgement", "GET /temperature",
                               "response 2.05 GET /temperature", "acknowledgement"}));
  EXPECT_EQ(m[2].repeats, 1u);
}

TEST(Coap, PingAndResetAreTold) {
  Talk talk;
  EXPECT_EQ(labels(talk.up(hex("40 00 0001")).down(hex("70 00 0001")).messages()),
            (Labels{"ping", "reset"}));
}

TEST(Coap, NotificationsOfWhatIsObservedKeepItsName) {
  Talk talk;  // RFC 7641, figure 1: token 4a, /temperature
  const auto& m = talk.up(hex("51 01 0001 4a 60 5b 74656d7065726174757265"))
                      .down(hex("51 45 1001 4a 61 09 ff 32322e39"))
                      .pass_seconds(7200)
                      .down(hex("51 45 1002 4a 61 10 ff 32322e38"))
                      .messages();
  ASSERT_EQ(labels(m), (Labels{"GET /temperature", "response 2.05 GET /temperature",
                               "response 2.05 GET /temperature"}));
  EXPECT_EQ(value(m[0], "observe"), "0");
  EXPECT_EQ(value(m[2], "observe"), "16");
  EXPECT_EQ(value(m[2], "payload"), "22.8");
  EXPECT_EQ(m[2].flow, 1u);
}

// A payload of 40 bytes in blocks of 16: option Block1 (27) or Block2 (23) with size exponent 0.
const std::string first = "{\"records\":[1,2,", second = "3,4],\"machine\":\"", third = "k95-412\"";

TEST(Coap, ARequestInBlocksIsOneMessage) {
  Talk talk;
  const auto& m = talk.up(hex("41 02 0001 aa b1 61 d1 03 08 ff") + text(first))
                      .down(hex("61 5f 0001 aa d1 0e 08"))
                      .up(hex("41 02 0002 aa b1 61 d1 03 18 ff") + text(second))
                      .down(hex("61 5f 0002 aa d1 0e 18"))
                      .up(hex("41 02 0003 aa b1 61 d1 03 20 ff") + text(third + "}"))
                      .down(hex("61 44 0003 aa d1 0e 20"))
                      .messages();
  ASSERT_EQ(labels(m), (Labels{"response 2.31 POST /a", "response 2.31 POST /a", "POST /a",
                               "response 2.04 POST /a"}));
  EXPECT_EQ(m[2].size, 11u + 16 + 11 + 16 + 11 + 9);
  EXPECT_EQ(value(m[2], "payload|json:/records/3"), "4");
  EXPECT_EQ(value(m[2], "payload|json:/machine"), "k95-412");
  EXPECT_EQ(m[2].first.frame, 1u);
  EXPECT_EQ(m[2].last.frame, 5u);
  EXPECT_FALSE(m[2].gap);
}

TEST(Coap, AResponseInBlocksIsOneMessageAndSoAreItsRequests) {
  Talk talk;
  const auto& m = talk.up(hex("41 01 0001 aa b1 61"))
                      .down(hex("61 45 0001 aa d1 0a 08 ff") + text(first))
                      .up(hex("41 01 0002 ab b1 61 c1 10"))  // another token is allowed
                      .down(hex("61 45 0002 ab d1 0a 18 ff") + text(second))
                      .up(hex("41 01 0003 ac b1 61 c1 20"))
                      .down(hex("61 45 0003 ac d1 0a 20 ff") + text(third + "}"))
                      .messages();
  ASSERT_EQ(labels(m), (Labels{"GET /a", "response 2.05 GET /a"}));
  EXPECT_EQ(m[0].size, 7u + 9 + 9);
  EXPECT_EQ(m[0].last.frame, 5u);
  EXPECT_EQ(value(m[1], "payload|json:/machine"), "k95-412");
}

TEST(Coap, ABlockThatWasNeverCapturedLeavesAGap) {
  Talk talk;
  const auto& m = talk.up(hex("41 02 0001 aa b1 61 d1 03 08 ff") + text(first))
                      .up(hex("41 02 0003 aa b1 61 d1 03 20 ff") + text(third + "}"))
                      .down(hex("61 44 0003 aa d1 0e 20"))
                      .messages();
  ASSERT_EQ(labels(m), (Labels{"POST /a", "response 2.04 POST /a"}));
  EXPECT_TRUE(m[0].gap);
  EXPECT_EQ(m[0].notes.at(0), "bytes 16 to 31 of the payload were never captured");
  EXPECT_EQ(value(m[0], "payload"), first + third + "}");
}

TEST(Coap, ABlockSentAgainIsARepeat) {
  Talk talk;
  const Bytes block = hex("41 02 0001 aa b1 61 d1 03 08 ff") + text(first);
  const Bytes next = hex("41 02 0002 aa b1 61 d1 03 18 ff") + text(second);
  const Bytes under_another_id = hex("41 02 0003 aa b1 61 d1 03 18 ff") + text(second);
  const auto& m = talk.up(block).up(block).up(next).up(under_another_id).messages();
  ASSERT_EQ(labels(m), Labels{"POST /a"});
  EXPECT_EQ(m[0].repeats, 2u);
  EXPECT_EQ(m[0].repeat_bytes, 2 * block.size());
  EXPECT_EQ(m[0].notes.at(0), "further blocks did not come: the capture ends");
}

TEST(Coap, WhatObjectSecurityProtectsIsSealed) {
  Talk talk;
  const auto& m = talk.up(hex("41 02 0001 aa 92 0914 ff 000102030405060708")).messages();
  ASSERT_EQ(labels(m), Labels{"POST /"});
  EXPECT_EQ(value(m[0], "oscore"), "0914");
  EXPECT_EQ(value(m[0], "payload"), "(none)");
  EXPECT_EQ(m[0].sealed_bytes, 9u);
}

TEST(Coap, OnAnotherPortARequestMustNameAPathAndAResponseItsRequest) {
  Talk talk(9999);
  const auto& m = talk.down(content).up(get).down(content).messages();
  ASSERT_EQ(m.size(), 3u);
  EXPECT_EQ(m[0].protocol, "udp");  // nobody had asked
  EXPECT_EQ(m[1].message, "GET /temperature");
  EXPECT_EQ(m[2].message, "response 2.05 GET /temperature");
}

TEST(Coap, WhatOnlyLooksLikeARequestIsADatagram) {
  for (const char* bytes : {
           "40 01 0001",                  // GET / names nothing
           "40 01 0001 b1 01",            // a path that cannot be read
           "40 08 0001 b1 61",            // no such method
           "40 01 0001 b1 61 e1 06b8 00"  // an option that nobody knows
       })
    EXPECT_EQ(decode_one(udp(true, 9999, hex(bytes))).protocol, "udp") << bytes;
  for (const char* bytes : {"80 01 0001 b1 61",  // version 2
                            "49 01 0001 b1 61",  // a token of 9 bytes
                            "40 01 0001 b1",     // an option that runs out
                            "40 01 0001 f1 61",  // a reserved delta
                            "40 01 0001 ff"})    // a marker without payload
    EXPECT_EQ(decode_one(udp(true, 5683, hex(bytes))).protocol, "udp") << bytes;
}

TEST(Coap, ManyOpenRequestsAreBounded) {
  Talk talk;
  for (int i = 0; i < 100; ++i)
    talk.up(hex("41 01") + Bytes{0, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i)} +
            hex("b1 61"));
  EXPECT_EQ(talk.messages().size(), 100u);
}

TEST(Coap, EveryCutIsToldAsSomething) {
  check_every_cut(get, 5683);
  check_every_cut(content, 5683);
}

}  // namespace
}  // namespace brewproof::wire
