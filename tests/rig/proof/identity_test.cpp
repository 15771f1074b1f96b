#include "rig/proof/identity.h"

#include <gtest/gtest.h>

#include "rig/proof/field_name.h"

namespace brewproof {
namespace {

const std::vector<std::string> bench_identities = {"KD00412", "02:c0:ff:ee:00:01"};

/// Messages of a capture in which 203.0.113.10 was talked to.
std::vector<KeptMessage> capture() {
  Message message;
  message.peer.address = "203.0.113.10";
  return {message};
}

Identity identity(const std::string& path, const std::vector<std::string>& values,
                  FieldType type = FieldType::text) {
  const KnownIdentities known(bench_identities, capture());
  IdentitySurvey survey(known);
  for (const std::string& value : values) survey.of(path).see({path, value, type});
  const auto found = survey.found();
  return found.empty() ? Identity{} : found.begin()->second;
}

std::string name(const std::string& path, const std::vector<std::string>& values,
                 FieldType type = FieldType::text) {
  return identity(path, values, type).name;
}

TEST(FieldName, IsSplitWhereCaseChangesAndAtAllElse) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(words_of("deviceSerialNo"), (Words{"device", "serial", "no"}));
  EXPECT_EQ(words_of("wifiSSID"), (Words{"wifi", "ssid"}));
  EXPECT_EQ(words_of("SSIDName"), (Words{"ssid", "name"}));
  EXPECT_EQ(words_of("x-device-mac"), (Words{"x", "device", "mac"}));
  EXPECT_EQ(words_of("lat_e7"), (Words{"lat", "e"}));
  EXPECT_EQ(words_of("42"), Words{});
}

TEST(FieldName, NamesOnTheWayStandInnermostFirst) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_of("form:d|base64|gzip|json:/pay/0/unit~1price"),
            (Names{"unit/price", "pay", "d"}));
  EXPECT_EQ(names_of("body|json:/sales/*/amount"), (Names{"amount", "sales"}));
  EXPECT_EQ(names_of("payload|xml:/order/@id"), (Names{"id", "order"}));
  EXPECT_EQ(names_of("query:sn"), Names{"sn"});
  EXPECT_EQ(names_of("query:x|hex|xor:5a"), Names{"x"});
  EXPECT_EQ(names_of("client_id"), Names{"client_id"});
  for (const char* without : {"body", "path:3", "topic:1", "bytes:16+1", "payload|protobuf:/2/1",
                              "body|gzip|bytes:4+2", "size"}) {
    EXPECT_EQ(names_of(without), Names{}) << without;
  }
}

TEST(Identity, WhatTheBenchKnowsOfTheMachineIsFoundWhateverTheNameSays) {
  EXPECT_EQ(
      identity("topic:1", {"KD00412"}),
      (Identity{"serial", "it holds the serial number by which the bench names the machine"}));
  EXPECT_EQ(name("header:user-agent", {"kiosk/2.1 (kd00412)"}), "serial");
  EXPECT_EQ(name("body|json:/a", {"02C0FFEE0001", "02c0ffee0001"}), "mac");
  EXPECT_EQ(name("topic:1", {"KD004127"}), "");  // another machine's
  EXPECT_EQ(name("topic:1", {"KD00412", "KD00413"}), "");
}

TEST(Identity, AMacAddressIsSixBytesInOneOfItsSpellings) {
  for (const char* mac : {"a0:b1:c2:d3:e4:f5", "A0-B1-C2-D3-E4-F5", "a0b1.c2d3.e4f5"}) {
    EXPECT_EQ(name("body|json:/x", {mac}), "mac") << mac;
  }
  EXPECT_EQ(name("body|json:/macAddr", {"a0b1c2d3e4f5"}), "mac");
  EXPECT_EQ(name("body|json:/trace", {"a0b1c2d3e4f5"}), "");  // half a digest as well
  for (const char* no : {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "a0:b1:c2:d3:e4",
                         "a0:b1:c2:d3:e4:f5:07", "a0:b1:c2:d3:e4:g5", "12:34:56"}) {
    EXPECT_EQ(name("body|json:/x", {no}), "") << no;
  }
}

TEST(Identity, FourNumbersBetweenDotsAreAnAddressOnlyWhereMoreSpeaksForIt) {
  EXPECT_EQ(name("body|json:/fw", {"1.2.3.4"}), "");
  EXPECT_EQ(name("body|json:/x", {"1.2.3.4"}), "");
  EXPECT_EQ(name("body|json:/x", {"10.3.2.1"}), "");
  EXPECT_EQ(name("body|json:/appVersion", {"192.168.1.20"}), "");
  EXPECT_EQ(name("header:user-agent", {"203.0.113.10"}), "");
  EXPECT_EQ(identity("body|json:/x", {"203.0.113.10"}).reason,
            "an address that packets of this capture have");
  EXPECT_EQ(identity("body|json:/localIp", {"10.3.2.1"}).reason,
            "an address, and its name says so");
  EXPECT_EQ(name("body|json:/x", {"192.168.1.20", "172.16.0.9"}), "ip");
  for (const char* no : {"256.1.1.1", "192.168.1", "192.168.01.2", "192.168.1.2.3", "0.0.0.0",
                         "127.0.0.1", "255.255.255.0", "192.168.1.2 "}) {
    EXPECT_EQ(name("body|json:/ip", {no}), "") << no;
  }
}

TEST(Identity, AnIpv6AddressHasGroupsAndATimeOfDayHasNone) {
  EXPECT_EQ(name("body|json:/x", {"fe80::c0:ffff:feee:1"}), "ip");
  EXPECT_EQ(name("body|json:/x", {"2001:db8:0:0:0:0:0:1"}), "ip");
  for (const char* no :
       {"::1", "12:34:56", "12:34:56:78", "fe80:::1", "2001:db8", "::ffff:1.2.3.4"})
    EXPECT_EQ(name("body|json:/x", {no}), "") << no;
}

TEST(Identity, AUuidHasAVersionAndAVariant) {
  const std::string uuid = "6f1c2a34-5b6d-4e8f-9a0b-1c2d3e4f5061";
  EXPECT_EQ(name("body|json:/id", {uuid, uuid}), "uuid");
  EXPECT_TRUE(identity("body|json:/id", {uuid, uuid}).lasting);
  const Identity each = identity("body|json:/id", {uuid, "7f1c2a34-5b6d-4e8f-8a0b-1c2d3e4f5061"});
  EXPECT_EQ(each.name, "uuid");
  EXPECT_FALSE(each.lasting);
  for (const char* no :
       {"6f1c2a345b6d4e8f9a0b1c2d3e4f5061",      // a digest as well
        "6f1c2a34-5b6d-0e8f-9a0b-1c2d3e4f5061",  // no such version
        "6f1c2a34-5b6d-4e8f-0a0b-1c2d3e4f5061",  // no such variant
        "00000000-0000-0000-0000-000000000000", "6f1c2a34-5b6d-4e8f-9a0b-1c2d3e4f506g"}) {
    EXPECT_EQ(name("body|json:/id", {no}), "") << no;
  }
}

TEST(Identity, AnEmailAddressHasANameAndADomain) {
  EXPECT_EQ(name("body|json:/x", {"anna.b+k@cafe-eck.example"}), "e-mail");
  for (const char* no : {"@example.com", "anna@host", "anna@@example.com", "logo@2x.png",
                         "left-pad@1.3.0", "anna b@example.com", ".a@example.com"}) {
    EXPECT_EQ(name("body|json:/x", {no}), "") << no;
  }
}

TEST(Identity, ANumberIsAPhoneNumberOnlyWithItsPlusOrItsName) {
  EXPECT_EQ(name("body|json:/x", {"+49 30 1234567", "+8613812345678"}), "phone");
  EXPECT_EQ(name("body|json:/ownerPhone", {"030 1234567"}), "phone");
  EXPECT_EQ(name("body|json:/mobile", {"13812345678"}, FieldType::integer), "phone");
  EXPECT_EQ(name("body|json:/id", {"13812345678"}), "");  // a number of eleven digits
  EXPECT_EQ(name("body|json:/ts", {"1760000000"}), "");   // seconds
  EXPECT_EQ(name("body|json:/zone", {"+0800"}), "");
  EXPECT_EQ(name("body|json:/d", {"+12345678.5e3"}), "");
  EXPECT_EQ(name("body|json:/d", {"+01234567"}), "");  // no country's
  EXPECT_EQ(name("body|json:/d", {"+12345678901234567"}), "");
  EXPECT_EQ(name("body|json:/telemetry", {"030 1234567"}), "");
}

TEST(Identity, APlaceIsALatitudeWithItsLongitude) {
  const KnownIdentities known(bench_identities, capture());
  const auto pair = [&](const std::string& lat, const std::string& lon, const std::string& a,
                        const std::string& b) {
    IdentitySurvey survey(known);
    survey.of(lat).see({lat, a, FieldType::real});
    survey.of(lon).see({lon, b, FieldType::real});
    return survey.found();
  };
  const auto place = pair("body|json:/gps/lat", "body|json:/gps/lon", "52.5163", "13.3777");
  ASSERT_EQ(place.size(), 2U);
  EXPECT_EQ(place.at("body|json:/gps/lat").name, "location");
  EXPECT_EQ(pair("query:latitude", "query:longitude", "-33.86", "151.21").size(), 2U);
  EXPECT_EQ(pair("body|json:/lat_e7", "body|json:/lng_e7", "525163000", "133777000").size(), 2U);
  EXPECT_EQ(pair("body|json:/net/lat", "body|json:/net/long", "12", "15").size(), 0U);  // latency
  EXPECT_EQ(pair("body|json:/a/lat", "body|json:/b/lon", "52.5163", "13.3777").size(), 0U);
  EXPECT_EQ(pair("body|json:/lat", "body|json:/lon", "152.5163", "13.3777").size(), 0U);
  EXPECT_EQ(pair("body|json:/lat", "body|json:/lon", "0.000", "0.000").size(), 0U);  // not set
  EXPECT_EQ(name("body|json:/at", {"52.5163,13.3777", "52.5163, 13.3778"}), "location");
  EXPECT_EQ(name("body|json:/lat", {"52.5163"}), "");  // half of one
  EXPECT_EQ(name("body|json:/range", {"1,5"}), "");
  EXPECT_EQ(name("body|json:/prices", {"1.80,2.50"}), "");
}

TEST(Identity, ASerialNumberAndAnSsidAreToldByTheirNames) {
  EXPECT_EQ(name("query:sn", {"A12-77", "A12-77"}), "serial");
  EXPECT_EQ(name("query:sn", {"A12-77"}), "");        // one message tells not whether it lasts
  EXPECT_EQ(name("query:sn", {"1001", "1002"}), "");  // a sequence number
  EXPECT_EQ(name("body|json:/serial", {"none", "none"}), "");
  EXPECT_EQ(name("body|json:/wifi/ssid", {"Cafe Eck"}), "ssid");
  EXPECT_EQ(name("body|json:/wifi/ssid", {std::string(33, 'a')}), "");
}

TEST(Identity, WhatTheCaptureShortenedTellsNothing) {
  const KnownIdentities known(bench_identities, capture());
  IdentitySurvey survey(known);
  survey.of("topic:1").see({"topic:1", "KD00412", FieldType::text, true});
  survey.of("topic:1").see({"topic:1", "", FieldType::text});
  EXPECT_TRUE(survey.found().empty());
}

}  // namespace
}  // namespace brewproof
