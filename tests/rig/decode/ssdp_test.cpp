#include "tests/rig/decode/wire.h"

namespace brewproof::wire {
namespace {

Message ssdp(std::string_view text_, std::uint16_t port = 1900) {
  return decode_one(udp(true, port, text(text_)));
}

TEST(Ssdp, ASearchHasItsHeadersAsFields) {
  const Message m = ssdp(
      "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\n"
      "MX:3\r\nST:  urn:kiosk:device:1 \r\n\r\n");
  EXPECT_EQ(m.protocol, "ssdp");
  EXPECT_EQ(m.message, "M-SEARCH *");
  EXPECT_EQ(value(m, "header:host"), "239.255.255.250:1900");
  EXPECT_EQ(value(m, "header:man"), "\"ssdp:discover\"");
  EXPECT_EQ(value(m, "header:mx"), "3");
  EXPECT_EQ(value(m, "header:st"), "urn:kiosk:device:1");
  EXPECT_EQ(m.size, 105u);
  EXPECT_EQ(m.value_bytes, 20u + 15 + 1 + 18);
}

TEST(Ssdp, ANotificationAndAResponseAreReadOnAnyPort) {
  const Message notify = ssdp("NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\n\r\n", 5000);
  EXPECT_EQ(notify.message, "NOTIFY *");
  EXPECT_EQ(value(notify, "header:nts"), "ssdp:alive");
  const Message response = ssdp("HTTP/1.1 200 OK\r\nUSN: uuid:1\r\n", 5000);  // no blank line
  EXPECT_EQ(response.message, "response 200");
  EXPECT_EQ(value(response, "header:usn"), "uuid:1");
}

TEST(Ssdp, ABodyIsReadAsContent) {
  const Message m = ssdp("NOTIFY * HTTP/1.0\nCONTENT-TYPE: application/json\n\n{\"a\":1}");
  EXPECT_EQ(value(m, "body|json:/a"), "1");
}

TEST(Ssdp, ALineWithoutANameIsToldAsOne) {
  const Message m = ssdp("NOTIFY * HTTP/1.1\r\nnonsense\r\nNTS: a\r\n\r\n");
  EXPECT_EQ(value(m, "line"), "nonsense");
  EXPECT_EQ(value(m, "header:nts"), "a");
  EXPECT_EQ(m.notes, std::vector<std::string>{"a header line has no name"});
}

TEST(Ssdp, OtherTextIsADatagram) {
  EXPECT_EQ(ssdp("NOTIFY /path HTTP/1.1\r\n\r\n").protocol, "udp");
  EXPECT_EQ(ssdp("HTTP/1.1 OK 200\r\n\r\n").protocol, "udp");
  EXPECT_EQ(ssdp("M-SEARCH *, please").protocol, "udp");
}

TEST(Ssdp, EveryCutIsToldAsSomething) {
  check_every_cut(text("M-SEARCH * HTTP/1.1\r\nMX: 3\r\n\r\n"), 1900);
}

}  // namespace
}  // namespace brewproof::wire
