#include "rig/contract/category_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "rig/model/sha256.h"
#include "rig/yaml/document.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

std::string source_file(const std::string& name) {
  std::ifstream in(std::string(BREWPROOF_SOURCE_DIR) + "/procedures/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

bool schema_takes(const std::string& yaml) {
  const auto document = yaml::Document::parse(yaml, "t.yaml");
  if (!document) return false;
  const nlohmann::json schema_text =
      nlohmann::json::parse(source_file("data-categories.schema.json"));
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_text), schema);
  const nlohmann::json value = document->root().json();
  return valijson::Validator().validate(schema, valijson::adapters::NlohmannJsonAdapter(value),
                                        nullptr);
}

std::string fault_of(const std::string& yaml) {
  const auto read = read_category_text(yaml, "t.yaml");
  return read ? "" : read.error().message;
}

const std::string head = "brewproof: data-categories/1\nversion: 3\ncategories:\n";

TEST(CategoryFile, TheShippedOneIsTheCompiledInOneAndItsSchemaTakesIt) {
  const std::string text = source_file("data-categories.yaml");
  EXPECT_EQ(text, shipped_category_text);
  EXPECT_TRUE(schema_takes(text));
  EXPECT_TRUE(text.starts_with("# yaml-language-server: $schema=./data-categories.schema.json\n"));
  EXPECT_EQ(shipped_categories().table.sha256, sha256(text));
}

TEST(CategoryFile, TheShippedOneHasASixOfCategoriesAndAHomeForEachIdentity) {
  std::vector<std::string> names;
  std::set<std::string> identities;
  for (const DataCategory& category : shipped_categories().all) {
    names.push_back(category.name);
    identities.insert(category.identities.begin(), category.identities.end());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("drink", "payment", "location", "identity", "time",
                                            "diagnostics"));
  EXPECT_EQ(identities.size(), 8U);
}

TEST(CategoryFile, IsReadWithItsVersion) {
  const auto read = read_category_text(
      head +
          "  drink: {about: what was made, parameters: [drink], events: [brew], words: [cup]}\n"
          "  time: {about: when, kinds: [time]}\n",
      "t.yaml");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->table.version, 3);
  ASSERT_EQ(read->all.size(), 2U);
  EXPECT_EQ(read->all[0].words, std::vector<std::string>{"cup"});
  EXPECT_EQ(read->all[1].kinds, std::vector<FieldKind>{FieldKind::time});
}

TEST(CategoryFile, FaultsNameTheirPlaceAndTheSchemaRefusesThemToo) {
  const auto is_wrong = [](const std::string& text, const std::string& why) {
    EXPECT_THAT(fault_of(text), HasSubstr(why)) << text;
    EXPECT_FALSE(schema_takes(text)) << text;
  };
  is_wrong("brewproof: data-categories/1\nversion: 0\ncategories:\n  a: {about: b}\n",
           "t.yaml:2:10");
  is_wrong(head + "  a: {about: b, words: [Cup]}\n", "small letters");
  is_wrong(head + "  a: {about: b, kinds: [times]}\n", "time");
  is_wrong(head + "  a: {about: b, identities: [imei]}\n", "t.yaml:4:30");
  is_wrong(head + "  a: {words: [b]}\n", "about");
  is_wrong(head + "  a: {about: b, word: [b]}\n", "words");
  is_wrong("brewproof: data-categories/1\nversion: 1\ncategories: {}\n", "name one");
}

TEST(CategoryFile, NothingStandsInTwoCategories) {
  EXPECT_THAT(
      fault_of(head + "  a: {about: b, words: [cup]}\n  c: {about: d, words: [mug, cup]}\n"),
      HasSubstr("cup stands in a already"));
}

}  // namespace
}  // namespace brewproof
