// The models of machines behind a service port, as files.

#include "rig/bench/service_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

const std::string model_file =
    "brewproof: jura-model/1\n"
    "summary: a machine\n"
    "source: somebody\n"
    "types: [EF532M]\n"
    "keys: [{name: espresso, code: \"04\"}, {name: rinse, code: \"0B\"}]\n"
    "counters: {espresso: \"00\", brews: \"1f\"}\n"
    "inputs: [{name: tank, bit: 3, when: 1}, {name: tray, bit: 0, when: 0}]\n";

std::string model_faults(const std::string& from, const std::string& to) {
  std::string text = model_file;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  const auto model = parse_service_model(text, "m.yaml");
  return model ? "" : model.error().message;
}

TEST(ServiceModel, IsReadAsAValue) {
  const auto model = parse_service_model(model_file, "m.yaml");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->summary, "a machine");
  EXPECT_THAT(model->types, ::testing::ElementsAre("EF532M"));
  EXPECT_THAT(model->keys, ::testing::ElementsAre(ServiceModel::Key{"espresso", 0x04},
                                                  ServiceModel::Key{"rinse", 0x0B}));
  EXPECT_THAT(model->counters, ::testing::ElementsAre(::testing::Pair("brews", 0x1F),
                                                      ::testing::Pair("espresso", 0)));
  EXPECT_THAT(model->inputs, ::testing::ElementsAre(ServiceModel::Input{"tank", 3, true},
                                                    ServiceModel::Input{"tray", 0, false}));
  EXPECT_EQ(model_faults("types: [EF532M]\n", ""), "");
}

TEST(ServiceModel, WhatIsWrongIsToldAtItsPlace) {
  EXPECT_EQ(model_faults("\"04\"", "\"4\""),
            "m.yaml:5:31: keys[1].code is '4': two hex digits in quotes are expected");
  EXPECT_EQ(model_faults("name: rinse", "name: espresso"),
            "m.yaml:5:38: keys[2]: espresso is named twice");
  EXPECT_EQ(model_faults("bit: 3", "bit: 8"),
            "m.yaml:7:28: inputs[1].bit is '8': it must be from 0 to 7");
  EXPECT_EQ(model_faults("when: 1}", "when: 1, level: 1}"),
            "m.yaml:7:40: unknown key inputs[1].level");
  EXPECT_EQ(
      model_faults("keys: [{name: espresso, code: \"04\"}, {name: rinse, code: \"0B\"}]\n", ""),
      "m.yaml:1:1: keys is missing");
}

}  // namespace
}  // namespace brewproof
