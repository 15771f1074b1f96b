// What the proxy tells is counted by server; keys of one's own endpoints are copied as they come.
#include "rig/network/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ProxyLines, AreCountedByServerAndTreatment) {
  std::vector<TlsDestination> destinations;
  for (
      const char* line :
      {R"({"treatment":"opened","name":"mqtt.example","address":"203.0.113.20","port":8883,"why":""})",
       R"({"treatment":"opened","name":"","address":"203.0.113.10","port":443,"why":""})",
       R"({"treatment":"refused","name":"api.example","address":"203.0.113.10","port":443,"why":"alert unknown ca"})",
       R"({"treatment":"passed","name":"api.example","address":"203.0.113.10","port":443,"why":""})",
       R"({"treatment":"opened","name":"mqtt.example","address":"203.0.113.20","port":8883,"why":""})"})
    EXPECT_TRUE(count_line(line, destinations)) << line;
  EXPECT_THAT(destinations,
              ElementsAre(TlsDestination{"203.0.113.10:443", "opened", "", 1},
                          TlsDestination{"api.example:443", "passed", "", 1},
                          TlsDestination{"api.example:443", "refused", "alert unknown ca", 1},
                          TlsDestination{"mqtt.example:8883", "opened", "", 2}));
}

TEST(ProxyLines, WhatIsNoneIsLeftAlone) {
  std::vector<TlsDestination> destinations;
  for (const char* line :
       {"", "Traceback (most recent call last):", "{}", "[1]", R"({"treatment":"opened"})",
        R"({"treatment":"opened","name":1,"address":"a","port":1,"why":""})"})
    EXPECT_FALSE(count_line(line, destinations)) << line;
  EXPECT_THAT(destinations, IsEmpty());
}

class KeyLog : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "key-log-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::ofstream(copy()).flush();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string log() const { return folder_ + "/server.keys"; }
  [[nodiscard]] std::string copy() const { return folder_ + "/endpoint.log"; }
  void append(const std::string& text) const { std::ofstream(log(), std::ios::app) << text; }
  [[nodiscard]] std::string copied() const {
    std::ifstream in(copy());
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::string folder_;
};

TEST_F(KeyLog, WhatStoodThereBeforeIsNotThisRuns) {
  append("CLIENT_RANDOM 00 11\n");
  auto tail = KeyLogTail::follow(log(), copy());
  ASSERT_TRUE(tail) << tail.error().message;
  append("CLIENT_RANDOM 22 33\nCLIENT_RANDOM 44");
  ASSERT_TRUE(tail->copy_new());
  EXPECT_EQ(copied(), "CLIENT_RANDOM 22 33\n");
  append(" 55\n");
  ASSERT_TRUE(tail->copy_new());
  EXPECT_EQ(copied(), "CLIENT_RANDOM 22 33\nCLIENT_RANDOM 44 55\n");
}

TEST_F(KeyLog, OneThatIsNotThereYetIsReadFromItsStart) {
  auto tail = KeyLogTail::follow(log(), copy());
  ASSERT_TRUE(tail) << tail.error().message;
  EXPECT_TRUE(tail->copy_new());
  EXPECT_FALSE(tail->readable());
  append("CLIENT_RANDOM 00 11\n");
  ASSERT_TRUE(tail->copy_new());
  EXPECT_TRUE(tail->readable());
  EXPECT_EQ(copied(), "CLIENT_RANDOM 00 11\n");
}

TEST_F(KeyLog, OneThatBeganAnewIsReadFromItsStart) {
  append("CLIENT_RANDOM 00 11\nCLIENT_RANDOM 22 33\n");
  auto tail = KeyLogTail::follow(log(), copy());
  ASSERT_TRUE(tail) << tail.error().message;
  std::ofstream(log(), std::ios::trunc) << "CLIENT_RANDOM 44 55\n";
  ASSERT_TRUE(tail->copy_new());
  EXPECT_EQ(copied(), "CLIENT_RANDOM 44 55\n");
}

}  // namespace
}  // namespace brewproof
