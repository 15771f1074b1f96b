#include "rig/proof/background.h"

#include <gtest/gtest.h>

#include "rig/proof/attribute.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;

class ExplainBackground : public ::testing::Test {
 protected:
  static constexpr std::int64_t s = 1'000 * ms, start = synthetic::start;
  KeptMessage& publish(std::int64_t at_ns, const std::string& message, std::uint64_t flow = 1) {
    return world.send(start + at_ns, "a.example", 1883, "mqtt", message, {}, flow);
  }
  std::vector<BackgroundBytes> explained() {
    const Traffic traffic = read_traffic(world.input.messages, world.input.identities);
    std::vector<std::size_t> all(traffic.messages.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    return explain_background(traffic, all);
  }
  BackgroundBytes explained(const std::string& message) {
    for (const BackgroundBytes& kind : explained())
      if (kind.kind.message == message) return kind;
    ADD_FAILURE() << message;
    return {};
  }
  World world{1};
};

TEST_F(ExplainBackground, AHeartbeatHasItsPeriodAndHowManyGapsKeepIt) {
  // 20 gaps of 30 s, two of them 0.2 s off; one beat is missed.
  std::int64_t at = 0;
  for (int i = 0; i < 22; ++i) {
    publish(at, "PUBLISH k/hb");
    at += i == 11 ? 60 * s : i == 3 ? 30 * s + 200 * ms : i == 4 ? 30 * s - 200 * ms : 30 * s;
  }
  const BackgroundBytes beat = explained("PUBLISH k/hb");
  EXPECT_EQ(beat.why, "regular");
  EXPECT_EQ(beat.kind.period_ns, 30 * s);
  EXPECT_EQ(beat.gaps, 21u);
  EXPECT_EQ(beat.steady_gaps, 20u);
  EXPECT_EQ(beat.steady_ns, 200 * ms);
  EXPECT_EQ(beat.bytes, 2200u);
}

TEST_F(ExplainBackground, WhatComesAtNoRegularTimesIsSaidTo) {
  for (const int at : {0, 7, 40, 55, 140, 150, 260}) publish(at * s, "PUBLISH k/log");
  EXPECT_EQ(explained("PUBLISH k/log").why, "irregular");
}

// Four connections at odd times; the boot message follows each, the last word does not.
TEST_F(ExplainBackground, WhatFollowsEachConnectIsSaidTo) {
  const std::int64_t begins[] = {0, 70 * s, 95 * s, 310 * s};
  for (std::uint64_t flow = 1; flow <= 4; ++flow) {
    const std::int64_t begin = begins[flow - 1];
    publish(begin, "CONNECT", flow);
    publish(begin + 300 * ms, "PUBLISH k/boot", flow);
    publish(begin + (7 + static_cast<std::int64_t>(flow * flow)) * s, "PUBLISH k/bye", flow);
  }
  for (const char* message : {"CONNECT", "PUBLISH k/boot"}) {
    const BackgroundBytes kind = explained(message);
    EXPECT_EQ(kind.why, "on-connect") << message;
    EXPECT_EQ(kind.connections, 4u);
    EXPECT_EQ(kind.on_connect, 4u);
  }
  EXPECT_EQ(explained("PUBLISH k/bye").why, "irregular");
}

TEST_F(ExplainBackground, OnConnectIsNotSaidWhereOtherConnectionsHaveNone) {
  const std::int64_t begins[] = {0, 70 * s, 95 * s, 310 * s, 330 * s, 505 * s};
  for (std::uint64_t flow = 1; flow <= 6; ++flow) {
    publish(begins[flow - 1], "CONNECT", flow);
    if (flow <= 4) publish(begins[flow - 1] + 300 * ms, "PUBLISH k/boot", flow);
  }
  EXPECT_EQ(explained("PUBLISH k/boot").why, "irregular");
  EXPECT_EQ(explained("CONNECT").why, "on-connect");
}

// A request in a connection of its own is with its connection by definition: that explains nothing.
TEST_F(ExplainBackground, ARequestAloneInItsConnectionIsNotExplainedByIt) {
  std::uint64_t flow = 0;
  for (const int at : {0, 7, 40, 55, 140, 150, 260})
    world.send(start + at * s, "api.example", 80, "http", "GET /v1/config", {}, ++flow);
  EXPECT_EQ(explained("GET /v1/config").why, "irregular");
}

TEST_F(ExplainBackground, FewAndOnceAreNoPeriod) {
  for (const int at : {0, 30, 60}) publish(at * s, "PUBLISH k/rare");
  publish(0, "PUBLISH k/start");
  EXPECT_EQ(explained("PUBLISH k/rare").why, "few");
  EXPECT_FALSE(explained("PUBLISH k/rare").kind.period_ns);
  EXPECT_EQ(explained("PUBLISH k/start").why, "once");
}

TEST_F(ExplainBackground, ALookUpServesAndIsSaidTo) {
  for (int i = 0; i < 5; ++i) {
    world.send(start + i * 30 * s, "", 53, "dns", "query A api.example");
    world.send(start + i * 30 * s + 20 * ms, "api.example", 80, "http", "GET /v1/config");
  }
  EXPECT_EQ(explained("query A api.example").why, "serves");
  EXPECT_EQ(explained("GET /v1/config").why, "regular");
}

TEST(Ledger, ItsBackgroundAddsUpKindByKind) {
  World world(7);
  synthetic::kiosk(world);
  const ByteLedger bytes = attribute(world.input).bytes;
  std::uint64_t sum = 0;
  for (const BackgroundBytes& kind : bytes.background) {
    sum += kind.bytes;
    EXPECT_NE(kind.kind.message, "POST /v1/order");
  }
  EXPECT_EQ(sum, bytes.by_cause.at("background"));
  ASSERT_FALSE(bytes.background.empty());
  for (std::size_t i = 1; i < bytes.background.size(); ++i)
    EXPECT_GE(bytes.background[i - 1].bytes, bytes.background[i].bytes);
  world.input.up_bytes = 1000;  // nothing may be said then
  EXPECT_TRUE(attribute(world.input).bytes.background.empty());
}

}  // namespace
}  // namespace brewproof
