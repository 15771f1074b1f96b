#include "rig/proof/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/proof/fields.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;

Message publish(std::vector<std::string> paths, std::uint64_t sealed = 0) {
  Message message;
  message.from_dut = true;
  message.peer = {"mqtt.example", "203.0.113.11", 1883};
  message.protocol = "mqtt";
  message.message = "PUBLISH a/hb";
  message.size = 50;
  message.sealed_bytes = sealed;
  for (std::string& path : paths) message.fields.push_back({std::move(path), "1", FieldType::text});
  return message;
}

std::vector<SentSignature> inventory_of(const std::vector<KeptMessage>& messages) {
  return inventory(read_traffic(messages, {}));
}

TEST(Inventory, ElementsOfArraysAreOnePath) {
  EXPECT_EQ(any_element("body|json:/records/3/amount"), "body|json:/records/*/amount");
  EXPECT_EQ(any_element("body|json:/a/0/b/1"), "body|json:/a/*/b/*");
  EXPECT_EQ(any_element("payload|cbor:/7|base64|json:/7"), "payload|cbor:/*|base64|json:/*");
  EXPECT_EQ(any_element("payload|protobuf:/2/1"), "payload|protobuf:/2/1");
  EXPECT_EQ(any_element("path:3"), "path:3");
  EXPECT_EQ(any_element("body|json:/"), "body|json:/");
  EXPECT_EQ(any_element(""), "");
}

TEST(Inventory, WhatDecodingMetIsToldOnceForAllThatDifferInNumbersAlone) {
  std::vector<Message> messages(4, publish({"payload|json:/b"}));
  messages[0].notes = {"odd byte at 17", "a limit"};
  messages[1].notes = {"odd byte at 230"};
  messages[2].gap = true;
  const auto all = inventory_of({messages.begin(), messages.end()});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].remarks.front(), (DecodeRemark{"odd byte at 17", 2}));
  EXPECT_THAT(all[0].remarks, ::testing::UnorderedElementsAre(
                                  DecodeRemark{"odd byte at 17", 2}, DecodeRemark{"a limit", 1},
                                  DecodeRemark{"bytes of it were never captured", 1}));
}

TEST(Inventory, EveryPathOfEveryMessageIsListedOnce) {
  const auto all =
      inventory_of({publish({"payload|json:/b", "payload|json:/l/0", "payload|json:/l/1"}),
                    publish({"payload|json:/a", "payload|json:/b"}, 20)});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_THAT(all[0].fields,
              ElementsAre("payload|json:/a", "payload|json:/b", "payload|json:/l/*"));
  EXPECT_EQ(all[0].count, 2u);
  EXPECT_EQ(all[0].bytes, 100u);
  EXPECT_EQ(all[0].sealed_bytes, 20u);
  EXPECT_FALSE(all[0].fields_cut);
}

TEST(Inventory, PathsWithoutEndAreCutAndSaid) {
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < most_columns; ++i)
    paths.push_back("payload|json:/k" + std::to_string(i));
  EXPECT_FALSE(inventory_of({publish(paths)})[0].fields_cut);
  paths.emplace_back("payload|json:/one-more");
  const auto cut = inventory_of({publish(paths)});
  EXPECT_EQ(cut[0].fields.size(), most_columns);
  EXPECT_TRUE(cut[0].fields_cut);
}

}  // namespace
}  // namespace brewproof
