// The JSON Schemas that editors use and the readers that the program uses must agree: on every
// structural sample in tests/data, and on every shipped file. What is lexical (duplicate keys,
// anchors, NO) or crosses two places of a file is the reader's alone and has no sample here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "rig/contract/contract_file.h"
#include "rig/procedure/procedure_file.h"
#include "rig/yaml/document.h"
#include "tests/rig/bench/named_drivers.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;
const fs::path source = BREWPROOF_SOURCE_DIR;

// "" = the reader takes the file.
std::string reader_says(const std::string& kind, const std::string& path) {
  if (kind == "bench") {
    const auto read = read_bench_file(path, testing::named_drivers());
    return read ? "" : read.error().message;
  }
  if (kind == "procedure") {
    const auto read = read_procedure_file(path);
    return read ? "" : read.error().message;
  }
  const auto read = read_contract_file(path);
  return read ? "" : read.error().message;
}

class Schema {
 public:
  explicit Schema(const std::string& kind) {
    const nlohmann::json text =
        nlohmann::json::parse(std::ifstream(source / "procedures" / (kind + ".schema.json")));
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema_);
  }
  // The strict walk's JSON of the file against the schema.
  bool takes(const std::string& path) {
    const auto document = yaml::Document::read(path);
    if (!document) return false;
    const nlohmann::json json = document->root().json();
    valijson::Validator validator;
    return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(json), nullptr);
  }

 private:
  valijson::Schema schema_;
};

std::vector<std::string> samples(const std::string& kind, const std::string& what) {
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(source / "tests/data" / kind / what))
    paths.push_back(entry.path().string());
  return paths;
}

class SchemaTest : public ::testing::TestWithParam<std::string> {};

TEST_P(SchemaTest, GoodSamplesAreTakenByReaderAndSchema) {
  Schema schema(GetParam());
  const auto paths = samples(GetParam(), "good");
  EXPECT_GE(paths.size(), 2U);
  for (const std::string& path : paths) {
    EXPECT_EQ(reader_says(GetParam(), path), "");
    EXPECT_TRUE(schema.takes(path)) << path;
  }
}

TEST_P(SchemaTest, BadSamplesAreRefusedByReaderAndSchema) {
  Schema schema(GetParam());
  const auto paths = samples(GetParam(), "bad");
  EXPECT_GE(paths.size(), 10U);
  for (const std::string& path : paths) {
    EXPECT_NE(reader_says(GetParam(), path), "") << path;
    EXPECT_FALSE(schema.takes(path)) << path;
  }
}

TEST_P(SchemaTest, ShippedFilesAreTakenAndNameTheirSchemaFirst) {
  Schema schema(GetParam());
  int shipped = 0;
  for (const auto& entry : fs::directory_iterator(source / "procedures")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with("." + GetParam() + ".yaml")) continue;
    ++shipped;
    EXPECT_EQ(reader_says(GetParam(), entry.path().string()), "");
    EXPECT_TRUE(schema.takes(entry.path().string())) << name;
    std::string first;
    std::getline(std::ifstream(entry.path()) >> std::ws, first);
    EXPECT_EQ(first, "# yaml-language-server: $schema=./" + GetParam() + ".schema.json") << name;
  }
  EXPECT_GE(shipped, 2);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SchemaTest, ::testing::Values("bench", "procedure", "contract"),
                         [](const auto& kind) { return kind.param; });

}  // namespace
}  // namespace brewproof
