#include "rig/proof/traffic.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "rig/model/terminal_flow.h"

namespace brewproof {
namespace {

constexpr std::int64_t second = 1'000'000'000;

Message sent(std::int64_t time_ns, const std::string& name, const std::string& protocol,
             const std::string& text, std::uint64_t flow) {
  Message m;
  m.time_ns = m.last_time_ns = time_ns;
  m.from_dut = true;
  m.peer = {name, "203.0.113.10", 80};
  m.protocol = protocol;
  m.message = text;
  m.flow = flow;
  return m;
}

Message asked(std::int64_t time_ns, const std::string& name, std::uint64_t flow) {
  Message m = sent(time_ns, "", "dns", "query A " + name, flow);
  m.peer = {"", "10.77.0.1", 53};
  return m;
}

TEST(Traffic, ALookUpBelongsToTheConversationThatFollows) {
  const std::vector<KeptMessage> messages = {
      asked(0, "API.x.example", 1), sent(second / 2, "api.x.example", "http", "POST /a", 2)};
  const Traffic traffic = read_traffic(messages, {});
  ASSERT_EQ(traffic.signatures.size(), 1u);
  EXPECT_EQ(traffic.signatures[0].message, "POST /a");
  EXPECT_EQ(traffic.signature_of[0], none);
  EXPECT_EQ(traffic.serves[0], 1u);
}

// Machine and payment terminal say the same to the same host: two signatures, and each one's
// look-up serves its own.
TEST(Traffic, WhatTheTerminalSaysIsAnother) {
  const std::vector<KeptMessage> messages = {
      asked(0, "api.x.example", 1), asked(1, "api.x.example", first_terminal_flow + 1),
      sent(second / 4, "api.x.example", "http", "POST /a", first_terminal_flow + 2),
      sent(second / 2, "api.x.example", "http", "POST /a", 2)};
  const Traffic traffic = read_traffic(messages, {});
  ASSERT_EQ(traffic.signatures.size(), 2u);
  EXPECT_EQ(traffic.signatures[0].message, traffic.signatures[1].message);
  EXPECT_FALSE(traffic.signatures[0].destination.from_terminal);
  EXPECT_TRUE(traffic.signatures[1].destination.from_terminal);
  EXPECT_EQ(traffic.signatures[1].messages, std::vector<std::size_t>{2});
  EXPECT_EQ(traffic.serves[0], 3u);
  EXPECT_EQ(traffic.serves[1], 2u);
}

TEST(Traffic, ALookUpThatNothingFollowsStandsForItself) {
  const std::vector<KeptMessage> messages = {
      asked(0, "api.x.example", 1), sent(6 * second, "api.x.example", "http", "POST /a", 2),
      asked(7 * second, "other.x.example", 3)};
  const Traffic traffic = read_traffic(messages, {});
  ASSERT_EQ(traffic.signatures.size(), 3u);
  EXPECT_EQ(traffic.serves, (std::vector<std::size_t>{none, none, none}));
  EXPECT_EQ(traffic.signatures[0].destination, (Destination{"api.x.example", "10.77.0.1", 53}));
}

TEST(Traffic, AnOldConversationNeededNoLookUp) {
  const std::vector<KeptMessage> messages = {
      sent(0, "mq.x.example", "mqtt", "CONNECT", 1), asked(second, "mq.x.example", 2),
      sent(2 * second, "mq.x.example", "mqtt", "PINGREQ", 1)};
  EXPECT_EQ(read_traffic(messages, {}).serves[1], none);
}

TEST(Traffic, WhatEndsAHandshakeIsNoEmissionOfItsOwn) {
  const std::vector<KeptMessage> messages = {
      sent(0, "api.x.example", "tls", "client hello", 1),
      sent(1, "api.x.example", "tls", "change cipher spec", 1),
      sent(2, "api.x.example", "tls", "finished", 1),
      sent(3, "api.x.example", "tls", "record 210..219 B", 1),
      sent(4, "api.x.example", "tls", "finished", 2)};  // captured from its middle
  const Traffic traffic = read_traffic(messages, {});
  EXPECT_EQ(traffic.serves, (std::vector<std::size_t>{none, 0, 0, none, none}));
  EXPECT_EQ(traffic.signatures.size(), 3u);
}

TEST(Traffic, DatagramsFromOnePortAreServedEachTime) {
  const std::vector<KeptMessage> messages = {sent(0, "ntp.x.example", "ntp", "client", 1),
                                             asked(second, "ntp.x.example", 2),
                                             sent(2 * second, "ntp.x.example", "ntp", "client", 1)};
  EXPECT_EQ(read_traffic(messages, {}).serves[1], 2u);
}

TEST(Traffic, AHostWithALabelThatIsAlwaysNewIsWhatStandsBehindIt) {
  std::vector<KeptMessage> messages;
  for (std::uint64_t i = 0; i < 12; ++i)
    messages.push_back(sent(static_cast<std::int64_t>(i), fmt::format("{:06x}.t.example", i * 999),
                            "tls", "client hello", i + 1));
  const Traffic traffic = read_traffic(messages, {});
  ASSERT_EQ(traffic.signatures.size(), 1u);
  EXPECT_EQ(traffic.signatures[0].destination.name, "t.example");
}

TEST(Traffic, HostsThatAreSpokenToAgainAndAgainAreEachTheirOwn) {
  std::vector<KeptMessage> messages;
  for (std::uint64_t i = 0; i < 120; ++i)
    messages.push_back(sent(static_cast<std::int64_t>(i), fmt::format("h{}.t.example", i % 10),
                            "tls", "client hello", i + 1));
  EXPECT_EQ(read_traffic(messages, {}).signatures.size(), 10u);
}

TEST(Traffic, EightDomainsOfOneEndingAreNotOneHost) {
  std::vector<KeptMessage> messages;
  for (std::uint64_t i = 0; i < 9; ++i)
    messages.push_back(sent(static_cast<std::int64_t>(i), fmt::format("h{}.example", i), "tls",
                            "client hello", i + 1));
  EXPECT_EQ(read_traffic(messages, {}).signatures.size(), 9u);
}

TEST(Traffic, ARecordWhoseSizeVariesIsOneKindAndItsHeartbeatAnother) {
  std::vector<KeptMessage> messages;
  for (std::uint64_t i = 0; i < 40; ++i) {
    const std::uint64_t size = 200 + i * 37 % 500;
    messages.push_back(sent(static_cast<std::int64_t>(i), "api.x.example", "tls",
                            fmt::format("record {}..{} B", size / 10 * 10, size / 10 * 10 + 9), 1));
    messages.back().size = size;
  }
  for (int i = 0; i < 100; ++i) {
    messages.push_back(sent(100 + i, "api.x.example", "tls", "record 90..99 B", 1));
    messages.back().size = 99;
  }
  const Traffic traffic = read_traffic(messages, {});
  ASSERT_EQ(traffic.signatures.size(), 2u);
  EXPECT_EQ(traffic.signatures[0].message, "record 200..699 B");
  EXPECT_EQ(traffic.signatures[0].messages.size(), 40u);
  EXPECT_EQ(traffic.signatures[1].message, "record 90..99 B");
}

TEST(Traffic, OneNameBehindTwoAddressesIsOneDestination) {
  const Message one = sent(0, "api.x.example", "http", "GET /", 1);
  Message other = sent(1, "api.x.example", "http", "GET /", 2);
  other.peer.address = "203.0.113.11";
  const std::vector<KeptMessage> messages = {one, other};
  EXPECT_EQ(read_traffic(messages, {}).signatures.size(), 1u);
}

TEST(Traffic, AnAddressThatIsNamedOnceIsAlwaysMeantByName) {
  const std::vector<KeptMessage> messages = {sent(0, "", "http", "GET /", 1),
                                             sent(1, "api.x.example", "http", "GET /", 2)};
  const Traffic traffic = read_traffic(messages, {});
  ASSERT_EQ(traffic.signatures.size(), 1u);
  EXPECT_EQ(traffic.signatures[0].destination.name, "api.x.example");
}

TEST(Traffic, PortProtocolAndSealDistinguish) {
  const Message one = sent(0, "api.x.example", "http", "GET /", 1);
  Message port = one, tls = one, protocol = one;
  port.peer.port = 8080;
  tls.tls = true;
  protocol.protocol = "http2";
  const std::vector<KeptMessage> messages = {one, port, tls, protocol};
  EXPECT_EQ(read_traffic(messages, {}).signatures.size(), 4u);
}

TEST(Traffic, WhatComesInIsNoEmission) {
  std::vector<KeptMessage> messages = {sent(0, "api.x.example", "http", "GET /", 1)};
  messages[0].from_dut = false;
  EXPECT_TRUE(read_traffic(messages, {}).signatures.empty());
}

TEST(Traffic, TheOrderOfInputDoesNotMatter) {
  std::vector<KeptMessage> messages;
  for (int i = 0; i < 6; ++i) {  // all in one packet, told apart by their fields alone
    Message message = sent(5, "mq.x.example", "mqtt", "PUBLISH a", 1);
    message.fields = {{"payload", std::to_string(i), FieldType::text}};
    messages.emplace_back(message);
  }
  std::vector<KeptMessage> reversed(messages.rbegin(), messages.rend());
  const Traffic one = read_traffic(messages, {}), other = read_traffic(reversed, {});
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_TRUE(std::ranges::equal(one.messages[i]->fields(), other.messages[i]->fields()));
  }
}

}  // namespace
}  // namespace brewproof
