#include "rig/proof/presence.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

struct World {
  std::vector<KeptMessage> messages;
  std::vector<Trial> trials;
  std::vector<std::size_t> used;

  void act(std::int64_t origin) {
    Trial t;
    t.trial = static_cast<int>(trials.size()) + 1;
    t.event = "brew";
    t.start_ns = origin - 10;
    t.act_ns = origin;
    used.push_back(trials.size());
    trials.push_back(t);
  }
  void send(std::int64_t time) {
    Message m;
    m.time_ns = time;
    m.from_dut = true;
    m.protocol = "mqtt";
    m.message = "PUBLISH a";
    messages.push_back(m);
  }
  std::vector<Hit> hits(const std::vector<Window>& windows) {
    const Traffic traffic = read_traffic(messages, {});
    return find_presence(traffic, {}, find_nodes(traffic, {}).all, trials, used, windows).at(0);
  }
};

TEST(Presence, AWindowHoldsItsBeginAndNotItsEnd) {
  World world;
  world.act(1000);
  for (const std::int64_t time : {999, 1000, 1099, 1100}) world.send(time);
  const auto hits = world.hits({{0, 100}});
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].message, 1u);  // the first inside
  EXPECT_TRUE(world.hits({{101, 200}}).empty());
  EXPECT_EQ(world.hits({{100, 200}}).size(), 1u);
}

TEST(Presence, AShortWindowEndsWhereALongerOneGoesOn) {
  World world;
  world.act(1000);
  world.send(1100);
  const auto hits = world.hits({{0, 100}, {0, 200}});
  ASSERT_EQ(hits.size(), 1u);
  EXPECT_EQ(hits[0].window, 1u);
}

TEST(Presence, OverlappingWindowsOfNeighboursBothSeeTheMessage) {
  World world;
  world.act(1000);
  world.act(1050);
  world.send(1070);
  const auto hits = world.hits({{0, 100}});
  ASSERT_EQ(hits.size(), 2u);
  EXPECT_EQ(hits[0].trial, 0u);
  EXPECT_EQ(hits[1].trial, 1u);
}

TEST(Presence, EveryWindowIsCountedForItself) {
  World world;
  world.act(1000);
  world.act(5000);
  world.send(1150);
  world.send(5010);
  const auto hits = world.hits({{0, 100}, {100, 400}, {0, 400}});
  ASSERT_EQ(hits.size(), 4u);  // 5010 in the first, 1150 in the second, both in the third
  EXPECT_EQ(hits[0].window, 0u);
  EXPECT_EQ(hits[0].trial, 1u);
  EXPECT_EQ(hits[1].window, 1u);
  EXPECT_EQ(hits[1].trial, 0u);
}

TEST(Presence, WithoutAnActTheSlotBeginsAtItsStart) {
  World world;
  world.act(1000);
  world.trials[0].act_ns.reset();
  world.send(995);
  EXPECT_EQ(world.hits({{0, 100}}).size(), 1u);
}

TEST(Presence, NoWindowsNoHits) {
  World world;
  world.act(1000);
  world.send(1001);
  EXPECT_TRUE(world.hits({}).empty());
}

}  // namespace
}  // namespace brewproof
