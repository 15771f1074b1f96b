#include "rig/reading/proto_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace brewproof {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = ProtoField::Kind;

class ProtoFiles : public ::testing::Test {
 protected:
  ProtoFiles() {
    place_ = fs::path(::testing::TempDir()) / ("protos-" + std::to_string(getpid()));
    fs::remove_all(place_);
    fs::create_directories(place_);
  }
  ~ProtoFiles() override { fs::remove_all(place_); }

  std::string file(const std::string& name, const std::string& text) {
    const fs::path path = place_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return path;
  }
  static ProtoSchema read(const std::vector<std::string>& wishes) {
    auto schema = read_protos(parse_wishes(wishes));
    EXPECT_TRUE(schema) << schema.error().message;
    return schema ? *schema : ProtoSchema{};
  }
  static std::string refusal(const std::vector<std::string>& wishes) {
    const auto schema = read_protos(parse_wishes(wishes));
    if (schema) return "";
    EXPECT_EQ(schema.error().code, ErrorCode::bad_file);
    return schema.error().message;
  }
  /// "shop.Sale" or "shop.Sale@/v1/order", one a use.
  static std::vector<std::string> uses(const ProtoSchema& schema) {
    std::vector<std::string> all;
    for (const auto& use : schema.uses)
      all.push_back(schema.messages[use.message].name + (use.where.empty() ? "" : "@") + use.where);
    return all;
  }

  fs::path place_;
};

constexpr const char* shop = R"(syntax = "proto3";
package shop;
import "parts/item.proto";
import "google/protobuf/timestamp.proto";
enum Drink { ESPRESSO = 0; LATTE = 1; }
message Sale {
  message Inner { sint64 a = 1; }
  double price = 9;
  Drink drink = 2;
  repeated parts.Item items = 4;
  google.protobuf.Timestamp at = 5;
  Inner inner = 6;
  Sale before = 7;
  map<string, uint32> counts = 8;
}
message Ping { fixed32 seq = 1; }
service Till { rpc Sell(Sale) returns (Ping); }
)";
constexpr const char* item =
    "syntax = \"proto2\"; package parts; message Item { required string name = 1; }";

TEST_F(ProtoFiles, AllMessagesOfAFileMayBeMeantAndRequestsWhereTheyGo) {
  file("parts/item.proto", item);
  const ProtoSchema schema = read({file("shop.proto", shop)});
  EXPECT_THAT(uses(schema), ElementsAre("shop.Sale@/shop.Till/Sell", "shop.Sale", "shop.Ping"));
  const ProtoMessage& sale = schema.messages[schema.uses[0].message];
  std::vector<std::string> fields;
  for (const ProtoField& field : sale.fields)
    fields.push_back(std::to_string(field.number) + " " + field.name);
  EXPECT_THAT(fields, ElementsAre("2 drink", "4 items", "5 at", "6 inner", "7 before", "8 counts",
                                  "9 price"));
  EXPECT_EQ(schema.enumerations[sale.fields[0].type].at(1), "LATTE");
  EXPECT_TRUE(sale.fields[1].repeated);
  const ProtoMessage& part = schema.messages[sale.fields[1].type];
  EXPECT_EQ(part.name, "parts.Item");
  EXPECT_TRUE(part.fields[0].required);
  EXPECT_EQ(part.fields[0].kind, Kind::text);
  EXPECT_EQ(schema.messages[sale.fields[2].type].fields[0].name, "seconds");
  EXPECT_EQ(schema.messages[sale.fields[4].type].name, "shop.Sale");
  EXPECT_EQ(sale.fields[6].kind, Kind::real64);
}

TEST_F(ProtoFiles, OneMayBeNamedAndBoundToAPlace) {
  file("parts/item.proto", item);
  const std::string path = file("shop.proto", shop);
  EXPECT_THAT(uses(read({path + ":shop.Ping", path + ":Sale@kiosk/+/sale", path + "@/v1/#",
                         path + ":shop.Sale.Inner"})),
              ElementsAre("shop.Ping", "shop.Sale@kiosk/+/sale", "shop.Sale@/v1/#",
                          "shop.Ping@/v1/#", "shop.Sale.Inner"));
}

TEST_F(ProtoFiles, ErrorsHaveTheirLineAndColumn) {
  const std::string broken =
      file("broken.proto", "syntax = \"proto3\";\nmessage A {\n  strin name = 1;\n}\n");
  EXPECT_EQ(refusal({broken}), broken + ":3:3: \"strin\" is not defined.");
  const std::string cut = file("cut.proto", "syntax = \"proto3\";\nmessage A {\n");
  EXPECT_EQ(refusal({cut}),
            cut + ":3:1: Reached end of input in message definition (missing '}').");
  const std::string missing =
      file("missing.proto", "syntax = \"proto3\";\nimport \"parts/none.proto\";\nmessage A {}\n");
  EXPECT_THAT(refusal({missing}), ::testing::HasSubstr("none.proto"));
  file("parts/bad.proto", "syntax = \"proto3\";\nmassage B {}\n");
  const std::string imports =
      file("imports.proto", "syntax = \"proto3\";\nimport \"parts/bad.proto\";\n");
  EXPECT_THAT(refusal({imports}),
              ::testing::StartsWith((place_ / "parts/bad.proto:2:1: ").string()));
}

TEST_F(ProtoFiles, WhatIsNotThereIsSaid) {
  file("parts/item.proto", item);
  const std::string path = file("shop.proto", shop);
  EXPECT_EQ(refusal({path + ":shop.Sail"}),
            path + ": has no message shop.Sail; it has shop.Sale, shop.Ping");
  EXPECT_EQ(refusal({file("empty.proto", "syntax = \"proto3\";\n")}),
            (place_ / "empty.proto").string() + ": has no message");
  EXPECT_THAT(refusal({(place_ / "none.proto").string()}), ::testing::HasSubstr("none.proto: "));
  EXPECT_THAT(uses(read({})), IsEmpty());
}

TEST_F(ProtoFiles, SeveralFilesStandSideBySide) {
  const std::string a =
      file("a/x.proto", "syntax = \"proto3\"; package p; message A { int32 n = 1; }");
  const std::string b =
      file("b/x.proto", "syntax = \"proto3\"; package p; message A { string s = 1; }");
  const ProtoSchema schema = read({a, b});
  ASSERT_THAT(uses(schema), ElementsAre("p.A", "p.A"));
  EXPECT_EQ(schema.messages[schema.uses[0].message].fields[0].name, "n");
  EXPECT_EQ(schema.messages[schema.uses[1].message].fields[0].name, "s");
}

}  // namespace
}  // namespace brewproof
