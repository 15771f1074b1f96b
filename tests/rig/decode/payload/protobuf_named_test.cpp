// Protocol Buffers by the types of .proto files, here given as values.
#include "tests/rig/decode/payload/opened.h"

namespace brewproof::decode {
namespace {

using Kind = ProtoField::Kind;

/// enum Drink { ESPRESSO = 0; LATTE = 1; }
/// message Item { string name = 1; float grams = 2; }
/// message Sale { uint64 id = 1; Drink drink = 2; sint32 cents = 3; repeated Item items = 4;
///   repeated int32 tags = 5; string note = 6; bytes raw = 7; double price = 8; bool paid = 9; }
/// message Ping { fixed32 seq = 1; }
/// message Strict { required int32 a = 1; optional Strict in = 2; }
ProtoSchema shop() {
  ProtoSchema schema;
  schema.enumerations = {{{0, "ESPRESSO"}, {1, "LATTE"}}};
  schema.messages = {
      {"shop.Item", {{1, "name", Kind::text}, {2, "grams", Kind::real32}}},
      {"shop.Sale",
       {{1, "id", Kind::uint64},
        {2, "drink", Kind::enumeration},
        {3, "cents", Kind::sint32},
        {4, "items", Kind::message, true, false, 0},
        {5, "tags", Kind::int32, true},
        {6, "note", Kind::text},
        {7, "raw", Kind::bytes},
        {8, "price", Kind::real64},
        {9, "paid", Kind::boolean}}},
      {"shop.Ping", {{1, "seq", Kind::fixed32}}},
      {"shop.Strict",
       {{1, "a", Kind::int32, false, true}, {2, "in", Kind::message, false, false, 3}}}};
  return schema;
}
DecodeOptions knowing(std::vector<ProtoSchema::Use> uses) {
  DecodeOptions options;
  options.protos = shop();
  options.protos.uses = std::move(uses);
  return options;
}
const std::vector<ProtoSchema::Use> any = {{1, ""}, {2, ""}, {3, ""}};

Message labelled(std::string_view label, const Bytes& bytes, const DecodeOptions& options,
                 const ContentHints& hints = {}) {
  Bench bench(options);
  Message message;
  message.message = label;
  message.size = bytes.size();
  add_content(message, bench.outlet(), "payload", bytes, hints);
  EXPECT_LE(message.value_bytes + message.unexplained_bytes, message.size);
  return message;
}

const Bytes sale = hex(
    "08 9601  10 01  18 67  22 0b 0a044d696c6b 150000c03f  22 00  2a 03 01 ac02  28 07  32 02 6869"
    "3a 02 ff00  41 0000000000000440  48 01");

TEST(ProtobufNamed, FieldsAndEnumerationsHaveTheirNames) {
  const Message m = labelled("POST /v1/order", sale, knowing(any));
  EXPECT_THAT(lines(m),
              ElementsAre("payload|protobuf:/id=150", "payload|protobuf:/drink=LATTE",
                          "payload|protobuf:/cents=-52", "payload|protobuf:/items/name=Milk",
                          "payload|protobuf:/items/grams=1.5", "payload|protobuf:/items[2]={}",
                          "payload|protobuf:/tags=1", "payload|protobuf:/tags[2]=300",
                          "payload|protobuf:/tags[3]=7", "payload|protobuf:/note=hi",
                          "payload|protobuf:/raw=ff00", "payload|protobuf:/price=2.5",
                          "payload|protobuf:/paid=true"));
  EXPECT_EQ(m.value_bytes, 2u + 1 + 1 + 4 + 4 + 3 + 1 + 2 + 2 + 8 + 1);
  EXPECT_TRUE(m.notes.empty());
}

TEST(ProtobufNamed, WithoutFilesTheyHaveTheirNumbers) {
  EXPECT_EQ(lines(labelled("POST /v1/order", sale, {})).at(0), "payload|protobuf:/1=150");
}

TEST(ProtobufNamed, TheFirstTypeThatFitsIsTaken) {
  EXPECT_THAT(lines(labelled("x", hex("0d 07000000"), knowing(any))),
              ElementsAre("payload|protobuf:/seq=7"));
  EXPECT_THAT(lines(labelled("x", hex("08 01"), knowing({{3, ""}, {1, ""}}))),
              ElementsAre("payload|protobuf:/a=1"));
  EXPECT_THAT(lines(labelled("x", hex("10 01"), knowing({{3, ""}, {1, ""}}))),
              ElementsAre("payload|protobuf:/drink=LATTE"));  // Strict misses its a
}

TEST(ProtobufNamed, AnUnknownNumberIsShown) {
  EXPECT_THAT(lines(labelled("x", hex("10 05 48 00"), knowing(any))),
              ElementsAre("payload|protobuf:/drink=5", "payload|protobuf:/paid=false"));
}

TEST(ProtobufNamed, WhatFitsNoTypeIsReadByItsNumbersOrNotAtAll) {
  const Bytes other = hex("52 05 68656c6c6f 5a 05 776f726c64");  // fields 10 and 11
  EXPECT_THAT(lines(labelled("x", other, knowing(any))),
              ElementsAre("payload|protobuf:/10=hello", "payload|protobuf:/11=world"));
  EXPECT_THAT(lines(labelled("x", hex("50 01"), knowing(any))), ElementsAre("payload=5001"));
}

TEST(ProtobufNamed, ABoundTypeIsReadFirstAndItsMisfitSaid) {
  const auto options = knowing({{2, "kiosk/+/ping"}, {3, "/v1/#"}});
  EXPECT_THAT(lines(labelled("PUBLISH kiosk/3/ping", hex("0d 7b2261 22"), options)),
              ElementsAre("payload|protobuf:/seq=576791163"));
  EXPECT_THAT(lines(labelled("POST /v1/a/b", hex("08 01"), options)),
              ElementsAre("payload|protobuf:/a=1"));
  EXPECT_THAT(lines(labelled("PUBLISH kiosk/3/ping/x", hex("0d 01020304"), options)),
              ElementsAre("payload=0d01020304"));
  const Message m = labelled("PUBLISH kiosk/3/ping", hex("08 01 12 02 6869"), options);
  EXPECT_EQ(lines(m).at(0), "payload|protobuf:/1=1");
  EXPECT_EQ(m.notes.at(0),
            "payload|protobuf: no type of the .proto fits: shop.Ping has another type of seq at "
            "byte 0");
}

TEST(ProtobufNamed, EachMisfitIsToldWithItsByte) {
  const auto why = [](const Bytes& bytes, std::size_t type) {
    const Message m = labelled("x y", bytes, knowing({{type, "y"}}));
    return m.notes.empty() ? std::string() : m.notes[0];
  };
  const std::string no = "payload|protobuf: no type of the .proto fits: shop.";
  EXPECT_EQ(why(hex("08 01 50 02"), 1), no + "Sale has no field 10 at byte 2");
  EXPECT_EQ(why(hex("08 01 22 03 0a 01 ff"), 1), no + "Item has no text in name at byte 6");
  EXPECT_EQ(why(hex("2a 02 01 80"), 1), no + "Sale has other numbers in tags at byte 2");
  EXPECT_EQ(why(hex("48 02"), 1), no + "Sale has another type of paid at byte 0");
  EXPECT_EQ(why(hex("12 02 12 00"), 3), no + "Strict misses a at byte 4");
  EXPECT_EQ(why(hex("08 01 12 7f"), 3),
            "payload is not protobuf: shop.Strict has no field there at byte 4");
}

TEST(ProtobufNamed, NestingIsBounded) {
  Bytes bytes = hex("08 01");
  for (int i = 0; i < 50; ++i) {
    Bytes outer = hex("08 01 12");
    outer.push_back(static_cast<std::uint8_t>(bytes.size() & 0x7f));
    if (bytes.size() > 0x7f) {
      outer.back() |= 0x80;
      outer.push_back(static_cast<std::uint8_t>(bytes.size() >> 7));
    }
    bytes = wire::operator+(outer, bytes);
  }
  auto options = knowing({{3, "y"}});
  options.max_depth = 40;
  EXPECT_NE(labelled("x y", bytes, options).notes.at(0).find("is nested too deeply"),
            std::string::npos);
  options.max_depth = 64;
  EXPECT_TRUE(labelled("x y", bytes, options).notes.empty());
}

TEST(ProtobufNamed, AValueInsideAnotherStructureIsReadByNameToo) {
  // The sale's first bytes, in base64.
  const Message m =
      labelled("POST /a", {'{', '"', 'p', '"', ':', '"', 'C', 'J', 'Y', 'B', 'E', 'A',
                           'E', 'Y', 'Z', 'z', 'I', 'C', 'a', 'G', 'k', '=', '"', '}'},
               knowing(any));
  EXPECT_THAT(lines(m), ElementsAre("payload|json:/p|base64|protobuf:/id=150",
                                    "payload|json:/p|base64|protobuf:/drink=LATTE",
                                    "payload|json:/p|base64|protobuf:/cents=-52",
                                    "payload|json:/p|base64|protobuf:/note=hi"));
}

TEST(ProtobufNamed, EveryCutIsToldAsSomething) {
  const auto all = lines(labelled("x y", sale, knowing({{1, "y"}})));
  for (std::size_t keep = 0; keep < sale.size(); ++keep)
    EXPECT_NE(lines(labelled("x y", Bytes(sale.begin(), sale.begin() + static_cast<long>(keep)),
                             knowing({{1, "y"}}))),
              all)
        << "cut after " << keep;
}

}  // namespace
}  // namespace brewproof::decode
