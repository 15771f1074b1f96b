// Records' data as text, and what they teach.
#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

/// The answer to "a.example" of this type, with this data; c00c is "a.example", c00e "example".
Bytes response(std::string_view type, std::string_view data) {
  const Bytes bytes = hex(data);
  Bytes message = hex("1234 8180 0001 0001 0000 0000 01 61 07 6578616d706c65 00") + hex(type) +
                  hex("0001 c00c") + hex(type) + hex("0001 0000003c");
  message.push_back(static_cast<std::uint8_t>(bytes.size() >> 8));
  message.push_back(static_cast<std::uint8_t>(bytes.size()));
  return message + bytes;
}
std::string record(std::string_view type, std::string_view data) {
  return value(decode_one(udp(false, 53, response(type, data))), "answer");
}

TEST(DnsRecord, EveryTypeIsWrittenAsZoneFilesDo) {
  EXPECT_EQ(record("0001", "cb00710a"), "A 203.0.113.10");
  EXPECT_EQ(record("001c", "20010db8000000000000000000000001"), "AAAA 2001:db8::1");
  EXPECT_EQ(record("0002", "01 62 c00e"), "NS b.example");
  EXPECT_EQ(record("000c", "c00c"), "PTR a.example");
  EXPECT_EQ(record("0006", "c00c 00 00000001 00000002 00000003 00000004 00000005"),
            "SOA a.example . 1 2 3 4 5");
  EXPECT_EQ(record("000f", "000a 04 6d61696c c00e"), "MX 10 mail.example");
  EXPECT_EQ(record("0010", "03 613d31 04 22 5c 09 62"), "TXT \"a=1\" \"\\\"\\\\%09b\"");
  EXPECT_EQ(record("000d", "03 637075 02 6f73"), "HINFO \"cpu\" \"os\"");
  EXPECT_EQ(record("0021", "0000 0005 13c4 03 736970 c00e"), "SRV 0 5 5060 sip.example");
  EXPECT_EQ(record("0023", "0064 000a 01 53 07 5349502b443255 00 04 5f736970 c00e"),
            "NAPTR 100 10 \"S\" \"SIP+D2U\" \"\" _sip.example");
  EXPECT_EQ(record("0101", "80 05 6973737565 63612e6578616d706c65"),
            "CAA 128 issue \"ca.example\"");
  EXPECT_EQ(record("0100", "000a 0001 667470 3a 2f2f61"), "URI 10 1 \"ftp://a\"");
  EXPECT_EQ(record("002b", "ec45 05 01 2bb183af"), "DS 60485 5 1 2bb183af");
  EXPECT_EQ(record("0030", "0101 03 08 0301"), "DNSKEY 257 3 8 0301");
  EXPECT_EQ(record("0034", "03 01 01 d2ab"), "TLSA 3 1 1 d2ab");
  EXPECT_EQ(record("002e", "0001 08 02 00000e10 65a0b0c0 65909090 1234 c00e aabb"),
            "RRSIG A 8 2 3600 1705029824 1703973008 4660 example aabb");
  // RFC 4034 section 4.3: A MX RRSIG NSEC TYPE1234
  EXPECT_EQ(record("002f",
                   "c00c 00 06 400100000003"
                   "04 1b 000000000000000000000000000000000000000000000000000020"),
            "NSEC a.example A MX RRSIG NSEC TYPE1234");
  // RFC 5155 appendix B.1: salt aabbccdd, next 2t7b4g4vsa5smi47k61mv5bv1a22bojr (first bytes)
  EXPECT_EQ(record("0032", "01 01 000c 04 aabbccdd 05 174eb2409f 00 01 40"),
            "NSEC3 1 1 12 aabbccdd 2t7b4g4v A");
}

TEST(DnsRecord, ServicesTellHowTheyWantToBeSpokenTo) {
  EXPECT_EQ(record("0041",
                   "0001 00 0001 0006 02 6832 02 6833 0003 0002 20fb"
                   "0004 0004 cb00710a 0006 0010 20010db8000000000000000000000001"
                   "0005 0002 abcd 029b 0002 6869"),
            "HTTPS 1 . alpn=h2,h3 port=8443 ipv4hint=203.0.113.10 ipv6hint=2001:db8::1 ech=abcd "
            "key667=6869");
  // RFC 9460 appendix D.1: an alias
  EXPECT_EQ(record("0040", "0000 03 666f6f c00e"), "SVCB 0 foo.example");
  // RFC 9460 appendix D.2: mandatory=ipv4hint,alpn before them
  EXPECT_EQ(record("0040", "0010 00 0000 0004 0001 0004 0001 0003 02 6832 0004 0004 c0000201"),
            "SVCB 16 . mandatory=alpn,ipv4hint alpn=h2 ipv4hint=192.0.2.1");
  // What is not as its key says is kept in hex.
  EXPECT_EQ(record("0041", "0001 00 0001 0003 05 6832 0003 0001 20"),
            "HTTPS 1 . alpn=056832 port=20");
  EXPECT_EQ(record("0041", "0001 00 0001 0009 02"), "HTTPS 1 . 0001000902");
}

TEST(DnsRecord, DataThatIsNotAsItsTypeSaysIsKeptInHex) {
  EXPECT_EQ(record("0001", "cb0071"), "A cb0071");
  EXPECT_EQ(record("0001", "cb00710a00"), "A cb00710a00");
  EXPECT_EQ(record("000f", "000a"), "MX 000a");
  EXPECT_EQ(record("0010", "05 6162"), "TXT 056162");
  EXPECT_EQ(record("0005", "c0ff"), "CNAME c0ff");  // points ahead
  EXPECT_EQ(record("fe12", "0102"), "TYPE65042 0102");
  EXPECT_EQ(record("fe12", ""), "TYPE65042");
}

TEST(DnsRecord, TextOfServicesIsReadByItsKeys) {
  const Message m =
      decode_one(udp(false, 53, response("0010", "05 6d643d6b39 03 66 6f 6f 05 61 3d 62 3d 63")));
  EXPECT_EQ(value(m, "answer"), "TXT \"md=k9\" \"foo\" \"a=b=c\"");
  EXPECT_EQ(value(m, "txt:md"), "k9");
  EXPECT_EQ(value(m, "txt:a"), "b=c");
}

TEST(DnsRecord, ALongTextIsCutWithANote) {
  std::string strings;
  for (int i = 0; i < 20; ++i) strings += "ff" + std::string(2 * 255, '6');  // 255 times "f"
  const Message m = decode_one(udp(false, 53, response("0010", strings)));
  EXPECT_EQ(value(m, "answer").size(), 4096u);
  EXPECT_EQ(m.notes.at(0), "answer: the first 4096 of 5163 characters are kept");
}

TEST(DnsRecord, ExtensionsAreFields) {
  // OPT: size 4096, extended outcome 1 (16 in all), DNSSEC wanted; client subnet 192.0.2.0/24,
  // cookie, padding of 3 bytes, extended error 18 "no", option 65001
  const Message m = decode_one(udp(false, 53,
                                   hex("1234 8180 0001 0000 0000 0001 0161 00 0001 0001"
                                       "00 0029 1000 01008000 0030"
                                       "0008 0007 0001 18 00 c00002"
                                       "000a 0008 0102030405060708"
                                       "000c 0003 000000"
                                       "000f 0004 0012 6e6f"
                                       "fde9 0006 616263646566")));
  EXPECT_EQ(value(m, "rcode"), "BADVERS");
  EXPECT_EQ(value(m, "edns:size"), "4096");
  EXPECT_EQ(value(m, "edns:dnssec_ok"), "true");
  EXPECT_EQ(value(m, "edns:client_subnet"), "192.0.2.0/24 scope 0");
  EXPECT_EQ(value(m, "edns:cookie"), "0102030405060708");
  EXPECT_EQ(value(m, "edns:padding"), "3");
  EXPECT_EQ(value(m, "edns:error"), "18");
  EXPECT_EQ(value(m, "edns:error_text"), "no");
  EXPECT_EQ(value(m, "edns:65001"), "abcdef");
  EXPECT_EQ(value(m, "additional"), "(none)");
}

TEST(DnsRecord, AnExtensionThatRunsOutIsMalformed) {
  const Message m = decode_one(udp(true, 53,
                                   hex("1234 0100 0001 0000 0000 0001 0161 00 0001 0001"
                                       "00 0029 1000 00000000 0006 000a 0008 0102")));
  EXPECT_TRUE(m.malformed);
  EXPECT_EQ(m.notes.at(0), "EDNS option is cut off at byte 30");
}

/// What 203.0.113.10 is called after this response.
std::string name_after(const Bytes& bytes) {
  Tap tap;
  tap.packet(udp(false, 53, bytes));
  tap.packet(udp(true, 9999, hex("00")));
  return tap.finish().at(1).peer.name;
}

TEST(DnsRecord, HintsOfServicesNameTheirAddresses) {
  EXPECT_EQ(name_after(response("0041", "0001 00 0004 0004 cb00710a")), "a.example");
}

TEST(DnsRecord, ABackwardLookUpNamesItsAddress) {
  EXPECT_EQ(name_after(hex("1234 8180 0001 0001 0000 0000"
                           "02 3130 03 313133 01 30 03 323033 07 696e2d61646472 04 61727061 00"
                           "000c 0001 c00c 000c 0001 0000003c 0006 04 686f7374 00")),
            "host");
  EXPECT_EQ(name_after(hex("1234 8180 0001 0001 0000 0000"
                           "03 333130 03 313133 01 30 03 323033 07 696e2d61646472 04 61727061 00"
                           "000c 0001 c00c 000c 0001 0000003c 0006 04 686f7374 00")),
            "");  // 310 is no byte
}

}  // namespace
}  // namespace brewproof::wire
