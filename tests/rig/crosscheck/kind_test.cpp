// Each kind's line, made of a message of ours and of tshark's JSON for the same packet.
#include "rig/crosscheck/kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/crosscheck/lines.h"

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Kind& kind(std::string_view name) {
  for (const Kind& candidate : kinds())
    if (candidate.name == name) return candidate;
  throw std::out_of_range(std::string(name));
}

std::vector<std::string> theirs(std::string_view name, std::string_view layers) {
  DissectionReader reader;
  std::vector<std::string> lines;
  if (!feed(reader, packet_json(std::string(R"("frame": {"frame.number": "1"},)").append(layers))))
    ADD_FAILURE() << "is no packet: " << layers;
  read_theirs(kind(name), reader.packet(), [&](const std::string& line) { lines.push_back(line); });
  return lines;
}

Message message_of(std::string protocol, std::string label, std::vector<Field> fields = {}) {
  Message message;
  message.protocol = std::move(protocol);
  message.message = std::move(label);
  message.fields = std::move(fields);
  return message;
}

std::string ours(std::string_view name, const Message& message) {
  std::string line;
  switch (read_ours(kind(name), message, line)) {
    case LineReading::none:
      return "(none)";
    case LineReading::aside:
      return "(aside)";
    default:
      return line;
  }
}

TEST(Kinds, EachHasAName) {
  for (const Kind& a : kinds()) {
    EXPECT_FALSE(a.columns.empty()) << a.name;
    EXPECT_EQ(&kind(a.name), &a) << "twice: " << a.name;
  }
}

TEST(Kinds, AnHttpRequestIsItsMethodTargetAndHost) {
  const std::string line =
      "method=POST path=/v1/order query=t,a b,u, host=api.example type=application/json";
  const Message message = message_of("http", "POST /v1/order",
                                     {{"header:host", "api.example"},
                                      {"header:content-type", "application/json"},
                                      {"query:t", "a b"},
                                      {"query:u", ""},
                                      {"body|json:/a", "1"}});
  EXPECT_EQ(ours("http requests", message), line);
  EXPECT_EQ(ours("http responses", message), "(none)");
  EXPECT_THAT(theirs("http requests", R"("http": {
      "POST /v1/order?t=a%20b&u HTTP/1.1\\r\\n": {"http.request.method": "POST",
        "http.request.uri": "/v1/order?t=a%20b&u"},
      "http.host": "api.example", "http.content_type": "application/json"})"),
              ElementsAre(line));
}

TEST(Kinds, APathIsFoundInEveryFormOfTarget) {
  const auto path = [](const char* uri) {
    return theirs(
        "http requests",
        fmt::format(R"("http": {{"http.request.method": "GET", "http.request.uri": "{}"}})", uri));
  };
  EXPECT_THAT(path("http://api.example/a?b"), ElementsAre("method=GET path=/a query=b,"));
  EXPECT_THAT(path("http://api.example"), ElementsAre("method=GET path=/"));
  EXPECT_THAT(path("api.example:443"), ElementsAre("method=GET path=api.example:443"));
  EXPECT_THAT(path("*"), ElementsAre("method=GET path=*"));
  EXPECT_THAT(path("/a?b=http://c/"), ElementsAre("method=GET path=/a query=b,http://c/"));
}

TEST(Kinds, ABodyIsItsJsonLeavesInTheirOrder) {
  const std::string line = "body=/p/cents=180,/p/tags/0=a|b,/p/tags/1=null,/e={},/f=1.50,/x~1y=é";
  EXPECT_EQ(ours("http request bodies",
                 message_of("http", "POST /",
                            {{"body|gzip|json:/p/cents", "180", FieldType::integer},
                             {"body|gzip|json:/p/tags/0", "a|b"},
                             {"body|gzip|json:/p/tags/1", "null", FieldType::null},
                             {"body|gzip|json:/e", "{}"},
                             {"body|gzip|json:/f", "1.50", FieldType::real},
                             {"body|gzip|json:/x~1y", "é"}})),
            line);
  EXPECT_THAT(theirs("http request bodies", R"("http": {"http.request.method": "POST",
      "http.file_data": "{\"p\":{\"cents\":180,\"tags\":[\"a|b\",null]},\"e\":{},\"f\":1.50,\"x/y\":\"\u00e9\"}"})"),
              ElementsAre(line));
}

// Neither side may be blamed for what tshark does not show.
TEST(Kinds, ABodyOfAnotherFormIsSetAside) {
  EXPECT_EQ(ours("http request bodies",
                 message_of("http", "POST /", {{"body|cbor:/a", "1", FieldType::integer}})),
            "(aside)");
  EXPECT_EQ(ours("http request bodies",
                 message_of("http", "POST /", {{"body", "00ff", FieldType::bytes}})),
            "(aside)");
  EXPECT_EQ(ours("http request bodies", message_of("http", "POST /", {{"form:a", "1"}})),
            "(aside)");
  EXPECT_EQ(ours("http request bodies", message_of("http", "GET /")), "(none)");
  EXPECT_THAT(
      theirs("http request bodies",
             R"("http": {"http.request.method": "POST", "http.file_data": "\u0000\ufffd"})"),
      IsEmpty());
}

TEST(Kinds, WhatIsCutOrMalformedIsSetAside) {
  Message message = message_of("http", "GET /a");
  message.gap = true;
  EXPECT_EQ(ours("http requests", message), "(aside)");
  message.gap = false;
  message.malformed = true;
  EXPECT_EQ(ours("http requests", message), "(aside)");
}

TEST(Kinds, SeveralPublishesInOnePacketAreToldApart) {
  const char* layers = R"(
      "mqtt": {"mqtt.hdrflags_tree": {"mqtt.msgtype": "3", "mqtt.qos": "1"}, "mqtt.len": "8",
               "mqtt.topic": "a/b", "mqtt.msgid": "7", "mqtt.msg": "35"},
      "mqtt": {"mqtt.hdrflags_tree": {"mqtt.msgtype": "12"}, "mqtt.len": "0"},
      "mqtt": {"mqtt.hdrflags_tree": {"mqtt.msgtype": "3", "mqtt.qos": "0"}, "mqtt.len": "200",
               "mqtt.topic": "c", "mqtt.msg": "7b:22:61:22:3a:31:7d"})";
  EXPECT_THAT(theirs("mqtt publishes", layers),
              ElementsAre("topic=a/b qos=1 id=7 size=10", "topic=c size=203"));
  EXPECT_THAT(theirs("mqtt payloads", layers), ElementsAre("payload==5", "payload=/a=1"));
  EXPECT_THAT(theirs("mqtt other packets", layers), ElementsAre("type=12 size=2"));

  Message publish = message_of("mqtt", "PUBLISH a/b",
                               {{"topic:0", "a"},
                                {"topic:1", "b"},
                                {"qos", "1", FieldType::integer},
                                {"id", "7", FieldType::integer},
                                {"payload", "5"}});
  publish.size = 10;
  EXPECT_EQ(ours("mqtt publishes", publish), "topic=a/b qos=1 id=7 size=10");
  EXPECT_EQ(ours("mqtt payloads", publish), "payload==5");
  EXPECT_EQ(ours("mqtt other packets", publish), "(none)");
}

TEST(Kinds, BytesThatAreNoTextAreComparedAsHex) {
  EXPECT_EQ(ours("mqtt payloads",
                 message_of("mqtt", "PUBLISH a", {{"payload", "00ff10", FieldType::bytes}})),
            "payload=hex=00ff10");
  EXPECT_THAT(theirs("mqtt payloads", R"("mqtt": {"mqtt.msgtype": "3", "mqtt.msg": "00:ff:10"})"),
              ElementsAre("payload=hex=00ff10"));
}

// 0xff is no UTF-8: we keep the bytes, tshark puts U+FFFD.
TEST(Kinds, ATextWithStrangeBytesIsComparedByItsReadablePart) {
  Message publish = message_of("mqtt", "CONNECT", {{"client", "61ff62", FieldType::bytes}});
  publish.size = 5;
  EXPECT_EQ(ours("mqtt other packets", publish), "type=1 client=a?b size=5");
  EXPECT_THAT(
      theirs("mqtt other packets",
             R"("mqtt": {"mqtt.msgtype": "1", "mqtt.clientid": "a\ufffdb", "mqtt.len": "3"})"),
      ElementsAre("type=1 client=a?b size=5"));
}

TEST(Kinds, ADnsMessageIsItsQuestionAndItsAddresses) {
  EXPECT_EQ(ours("dns responses", message_of("dns", "response AAAA api.example",
                                             {{"id", "25701", FieldType::integer},
                                              {"qname", "API.example"},
                                              {"qtype", "AAAA"},
                                              {"rcode", "NOERROR"},
                                              {"answer", "CNAME b.example"},
                                              {"answer", "AAAA 2001:db8::1"},
                                              {"additional", "A 192.0.2.1"}})),
            "id=25701 name=API.example type=28 code=0 addresses=2001:db8::1,192.0.2.1");
  const char* layers = R"("dns": {"dns.id": "0x6465",
      "dns.flags_tree": {"dns.flags.response": "1", "dns.flags.rcode": "0"},
      "Queries": {"x": {"dns.qry.name": "API.example", "dns.qry.type": "28"}},
      "Answers": {"y": {"dns.cname": "b.example"}, "z": {"dns.aaaa": "2001:db8::1"}},
      "Additional records": {"w": {"dns.a": "192.0.2.1"}}})";
  EXPECT_THAT(theirs("dns responses", layers),
              ElementsAre("id=25701 name=API.example type=28 code=0 "
                          "addresses=2001:db8::1,192.0.2.1"));
  EXPECT_THAT(theirs("dns queries", layers), IsEmpty());
}

TEST(Kinds, ProbesAndAnnouncementsAreRequestsToTshark) {
  for (const char* label : {"request", "probe", "announcement"})
    EXPECT_THAT(ours("arp packets", message_of("arp", label)), testing::HasSubstr("operation=1"))
        << label;
  EXPECT_THAT(ours("arp packets", message_of("arp", "reverse reply")),
              testing::HasSubstr("operation=4"));
}

TEST(Kinds, AnExtendedOutcomeIsComparedByTheBitsThatTsharkShows) {
  EXPECT_THAT(ours("dns responses", message_of("dns", "response A a", {{"rcode", "BADCOOKIE"}})),
              testing::HasSubstr("code=7"));
}

TEST(Kinds, TheControlModeOfNtpIsNotComparedAsATime) {
  EXPECT_EQ(ours("ntp packets", message_of("ntp", "control read variables")), "(none)");
}

TEST(Kinds, AHelloOfManyInOneRecordIsFound) {
  const char* layers = R"("tls": {"tls.record": {
      "tls.handshake": {"tls.handshake.type": "2", "tls.handshake.version": "0x0303",
                        "tls.handshake.ciphersuite": "0xc02f", "tls.handshake.random": "0a:0b"},
      "tls.handshake": {"tls.handshake.type": "11"}}})";
  EXPECT_THAT(theirs("tls server hellos", layers),
              ElementsAre("version=771 cipher=49199 random=0a0b"));
  EXPECT_THAT(theirs("tls client hellos", layers), IsEmpty());
  EXPECT_EQ(ours("tls server hellos", message_of("tls", "server hello",
                                                 {{"version", "1.2"},
                                                  {"cipher", "0xc02f"},
                                                  {"random", "0a0b", FieldType::bytes}})),
            "version=771 cipher=49199 random=0a0b");
}

// 3685524456 s since 1900 is 2016-10-15 12:47:36 UTC; of the fraction each shows what it likes.
TEST(Kinds, TimesOfNtpAreComparedToTheSecond) {
  const char* layers = R"("ntp": {"ntp.flags_tree": {"ntp.flags.mode": "3"},
      "ntp.xmt": "Oct 15, 2016 12:47:36.467834989 UTC"})";
  const std::string line = ours(
      "ntp packets", message_of("ntp", "client", {{"transmit_time", "2016-10-15T12:47:36.46Z"}}));
  EXPECT_EQ(line, "mode=3 times=2016-10-15T12:47:36");
  EXPECT_THAT(theirs("ntp packets", layers), ElementsAre(line));
}

TEST(Kinds, LongValuesAreCutAlike) {
  const std::string value(5000, 'x');
  const Message message = message_of("http", "GET /", {{"header:host", value}});
  const auto line = theirs("http requests",
                           R"("http": {"http.request.method": "GET", "http.request.uri": "/",
                           "http.host": ")" +
                               value + "\"}");
  EXPECT_THAT(line, ElementsAre(ours("http requests", message)));
  EXPECT_EQ(line[0].size(), 4000 + std::string("method=GET path=/ host=").size());
}

}  // namespace
}  // namespace brewproof
