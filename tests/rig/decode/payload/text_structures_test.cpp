// Structures of text: XML, forms, multiparts, audits, key=value.
#include <chrono>

#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

TEST(Xml, ElementsAndAttributesAreFields) {
  const std::string_view order =
      "<?xml version=\"1.0\"?>\n<order id=\"7\"><item>espresso</item><item n='2'>latte &amp; "
      "more</item>"
      "<empty/><note>\n  hot  </note></order>";
  EXPECT_THAT(
      opened(order),
      ElementsAre("payload|xml:/order/@id=7", "payload|xml:/order/item=espresso",
                  "payload|xml:/order/item[2]/@n=2", "payload|xml:/order/item[2]=latte & more",
                  "payload|xml:/order/empty=", "payload|xml:/order/note=hot"));
  check_every_cut(as_bytes(order));
  EXPECT_EQ(Bench().content(order).value_bytes, 1u + 8 + 1 + 16 + 0 + 3);
}

TEST(Xml, NamesKeepTheirPrefix) {
  EXPECT_THAT(
      opened("<s:Envelope xmlns:s=\"u\"><s:Body>1</s:Body></s:Envelope>", {"text/xml"}),
      ElementsAre("payload|xml:/s:Envelope/@xmlns:s=u", "payload|xml:/s:Envelope/s:Body=1"));
}

TEST(Xml, BillionLaughsIsRefused) {
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">";
  for (int i = 1; i < 10; ++i) {
    bomb += "<!ENTITY lol" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) bomb += "&lol" + (i == 1 ? "" : std::to_string(i - 1)) + ";";
    bomb += "\">";
  }
  bomb += "]><lolz>&lol9;</lolz>";
  const auto start = std::chrono::steady_clock::now();
  const Message m = Bench().content(bomb);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_THAT(m.notes,
              ::testing::Contains(::testing::StartsWith(
                  "payload is not read as XML: it defines entities, which are not expanded")));
  EXPECT_EQ(m.fields.size(), 1u);
}

TEST(Xml, NothingOutsideIsRead) {
  const Message m = Bench().content(
      "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", {"application/xml"});
  EXPECT_EQ(m.fields.at(0).path, "payload");
}

TEST(Xml, DepthIsBoundedAndPagesAreText) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  EXPECT_THAT(Bench().content(deep).notes,
              ::testing::Contains("payload is not read as XML: nesting is too deep at byte 195"));
  EXPECT_THAT(opened("<html><body>x</body></html>"),
              ElementsAre("payload=<html><body>x</body></html>"));
  EXPECT_THAT(Bench().content("<a><b></a>", {"text/xml"}).notes,
              ElementsAre("payload is not XML: mismatched tag at byte 8"));
}

TEST(Xml, Utf16IsReadToo) {
  Bytes bytes = hex("feff");
  for (const char c : std::string_view("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>7</a>")) {
    bytes.push_back(0);
    bytes.push_back(static_cast<std::uint8_t>(c));
  }
  EXPECT_THAT(opened(bytes), ElementsAre("payload|utf16|xml:/a=7"));
  EXPECT_THAT(opened(bytes, {"application/xml"}), ElementsAre("payload|xml:/a=7"));
}

TEST(Form, ABodyIsReadByItsKeys) {
  const ContentHints form{"application/x-www-form-urlencoded; charset=utf-8"};
  const Message m = Bench().content("card=04+a1&k%7Ck=%c3%a9&flag&&e=", form, "body");
  EXPECT_THAT(lines(m),
              ElementsAre("form:card=04 a1", "form:k%7Ck=\xc3\xa9", "form:flag=", "form:e="));
  EXPECT_EQ(m.value_bytes, 5u + 6);  // as it stood on the wire
  EXPECT_THAT(lines(Bench().content("a=1", form, "form:inner")), ElementsAre("form:inner|kv:/a=1"));
}

TEST(Form, JsonUnderThatTypeIsJson) {
  EXPECT_EQ(
      lines(Bench().content("{\"a\":1}", {"application/x-www-form-urlencoded"}, "body")).at(0),
      "body|json:/a=1");
}

TEST(Multipart, EachPartIsAContentOfItsOwn) {
  // RFC 7578 section 4.
  const std::string_view body =
      "preamble\r\n--AaB03x\r\nContent-Disposition: form-data; name=\"field1\"\r\n\r\nJoe\r\n"
      "--AaB03x\r\ncontent-disposition: form-data; name=\"log\"; filename=\"a\\\"b.json\"\r\n"
      "Content-Type: application/json\r\n\r\n{\"cups\":\r\n 7}\r\n"
      "--AaB03x\r\nContent-Disposition: form-data; name=packed\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\neyJhIjoxfQ==\r\n"
      "--AaB03x\r\n\r\nnameless\r\n--AaB03x--\r\nepilogue";
  const ContentHints hints{"multipart/form-data; charset=utf-8; boundary=AaB03x"};
  const Message m = Bench().content(body, hints, "body");
  EXPECT_THAT(lines(m),
              ElementsAre("form:field1=Joe", "form:log;filename=a\"b.json", "form:log|json:/cups=7",
                          "form:packed|base64|json:/a=1", "form:3=nameless"));
  EXPECT_THAT(m.notes, IsEmpty());
  EXPECT_EQ(m.value_bytes, 3u + 8 + 1 + 12 + 8);
  for (std::size_t keep = 0; keep < body.size(); ++keep)
    Bench().content(body.substr(0, keep), hints, "body");
}

TEST(Multipart, IsToldByItsFirstLinesAndSaysWhenItIsCut) {
  const Message m = Bench().content(
      "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n"
      "Content-Disposition: form-data; name=\"b\"\r\n\r\n2",
      {}, "body");
  EXPECT_THAT(lines(m), ElementsAre("form:a=1", "form:b=2"));
  EXPECT_THAT(m.notes, ElementsAre("form: has no closing boundary: it is cut off"));
}

TEST(Multipart, WithoutABoundaryItIsNone) {
  const Message m = Bench().content("abc", {"multipart/form-data"}, "body");
  EXPECT_THAT(lines(m), ElementsAre("body=abc"));
  EXPECT_THAT(m.notes, ElementsAre("body is not a multipart: its boundary is unknown"));
}

TEST(EvaDts, RecordsAreReadByTheirElements) {
  const std::string_view audit =
      "DXS*JUR0000001*VA*V0/6*1\r\nST*001*0001\r\nID1*KD00412*K95*217**7\r\n"
      "VA1*123450*613*900*4\r\nPA1*1*180*Espresso\r\nPA2*411*73980\r\nPA1*2*250\r\nPA2*202*"
      "50500\r\n"
      "G85*1A2B\r\nSE*9*0001\r\nDXE*1*1";
  const std::vector<std::string> all = opened(audit);
  EXPECT_EQ(all.size(), 28u);
  for (const std::string_view line :
       {"payload|dts:/ID1/1=KD00412", "payload|dts:/ID1/5=7", "payload|dts:/VA1/2=613",
        "payload|dts:/PA1/3=Espresso", "payload|dts:/PA2/1=411", "payload|dts:/PA2[2]/1=202",
        "payload|dts:/G85/1=1A2B"})
    EXPECT_THAT(all, ::testing::Contains(std::string(line)));
  check_every_cut(as_bytes(audit));
}

TEST(EvaDts, OtherTextsWithStarsAreNone) {
  EXPECT_THAT(opened("AB*1\r\nCD*2"), ElementsAre("payload=AB*1\r\nCD*2"));
  EXPECT_THAT(opened("ID1*KD00412\r\nnot a record"),
              ElementsAre("payload=ID1*KD00412\r\nnot a record"));
}

TEST(KeyValue, PairsMayBeJoinedInManyWays) {
  const std::vector<std::string> both = {"payload|kv:/drink=latte", "payload|kv:/n=2"};
  for (const std::string_view text :
       {"drink=latte&n=2", "drink=latte;n=2", "drink=latte; n=2", "drink=latte,n=2",
        "drink=latte n=2", "drink=latte|n=2", "drink=latte\tn=2", "drink=latte\r\nn=2\r\n"})
    EXPECT_EQ(opened(text), both) << text;
  EXPECT_THAT(opened("temp=93.5\n"), ElementsAre("payload|kv:/temp=93.5"));
  EXPECT_THAT(opened("t=1;t=2"), ElementsAre("payload|kv:/t=1", "payload|kv:/t[2]=2"));
  EXPECT_EQ(Bench().content("drink=latte;n=2").value_bytes, 6u);
}

TEST(KeyValue, SentencesAreNone) {
  for (const std::string_view text :
       {"set x=1 and y=2", "a=1;b", "1=2;3=4", "dGVzdA==", "x == y", "two words=1", "=1;=2"})
    EXPECT_THAT(opened(text), ElementsAre("payload=" + std::string(text))) << text;
}

}  // namespace
}  // namespace brewproof::decode
