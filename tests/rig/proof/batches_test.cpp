#include "rig/proof/batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t s = 1'000'000'000, start = 1'760'000'000 * s;

class BatchesOf : public testing::Test {
 protected:
  void send(std::int64_t at_s, std::vector<std::pair<std::string, std::string>> fields) {
    Message m;
    m.time_ns = start + at_s * s;
    m.from_dut = true;
    m.message = "POST /batch";
    m.size = 100;
    for (auto& [path, value] : fields) m.fields.push_back({path, value, FieldType::text});
    messages.push_back(std::move(m));
  }
  Batches find() {
    traffic = read_traffic(messages, {});
    return find_batches(traffic);
  }
  static std::vector<std::int64_t> seconds(const Batches& batches, const BatchArray& array) {
    std::vector<std::int64_t> times;
    for (const std::size_t r : array.records) {
      times.push_back((batches.all[r].message.time_ns - start) / s);
    }
    return times;
  }
  static std::string epoch(std::int64_t at_s) { return std::to_string(1'760'000'000 + at_s); }

  std::vector<KeptMessage> messages;
  Traffic traffic;
};

TEST(SplitIndex, FindsTheFirstIndexOfAPointer) {
  IndexedPath split;
  ASSERT_TRUE(split_index("body|json:/records/12/amount", split));
  EXPECT_EQ(split.array, "body|json:/records/");
  EXPECT_EQ(split.index, 12u);
  EXPECT_EQ(split.rest, "/amount");
  ASSERT_TRUE(split_index("payload|cbor:/0/t/3", split));
  EXPECT_EQ(split.array, "payload|cbor:/");
  EXPECT_EQ(split.rest, "/t/3");
  for (const char* none : {"body|json:/records/12", "body|json:/a/b", "payload|protobuf:/2/1/3",
                           "path:3", "body|json:/d|base64|json:/1/a", ""}) {
    EXPECT_FALSE(split_index(none, split)) << none;
  }
}

TEST_F(BatchesOf, ARecordIsPlacedAtTheTimeThatItStates) {
  send(0, {});
  send(60, {{"json:/r/0/t", epoch(10)},
            {"json:/r/0/d", "1"},
            {"json:/r/1/t", epoch(20)},
            {"json:/r/1/d", "2"}});
  const Batches batches = find();
  ASSERT_EQ(batches.arrays.size(), 1u);
  EXPECT_EQ(batches.arrays[0].label, "r/*");
  EXPECT_EQ(batches.arrays[0].tolerance_ns, s);  // whole seconds
  EXPECT_THAT(seconds(batches, batches.arrays[0]), ElementsAre(10, 20));
  const BatchRecord& second = batches.all[batches.arrays[0].records[1]];
  EXPECT_EQ(second.message.field("json:/r/*/d")->value, "2");
  EXPECT_EQ(second.message.size, 0u);
  EXPECT_EQ(second.carrier, 1u);
}

TEST_F(BatchesOf, WithoutATimeInEachThereIsNoPlace) {
  send(0, {});
  send(60, {{"json:/r/0/t", epoch(10)}, {"json:/r/1/d", "2"}});
  EXPECT_THAT(find().arrays, IsEmpty());
}

TEST_F(BatchesOf, ATimeAfterItsOwnMessageIsNoTime) {
  send(0, {});
  send(60, {{"json:/r/0/t", epoch(70)}});
  EXPECT_THAT(find().arrays, IsEmpty());
}

TEST_F(BatchesOf, ATimeLongBeforeTheCaptureIsNoTime) {
  send(0, {});
  send(60, {{"json:/r/0/t", epoch(-70)}});
  EXPECT_THAT(find().arrays, IsEmpty());
}

TEST_F(BatchesOf, TheMachinesOwnClockIsLearnedFromWhatItSendsAtOnce) {
  for (const std::int64_t at : {0, 15, 30}) send(at, {{"json:/now", std::to_string(1000 + at)}});
  send(60, {{"json:/r/0/up", "1010"}, {"json:/r/1/up", "1055"}});
  const Batches batches = find();
  ASSERT_EQ(batches.arrays.size(), 1u);
  EXPECT_THAT(seconds(batches, batches.arrays[0]), ElementsAre(10, 55));
}

TEST_F(BatchesOf, TheyAreInOrderOfTimeWhateverTheArraysOrder) {
  send(0, {});
  send(60, {{"json:/r/0/t", epoch(20)}, {"json:/r/1/t", epoch(10)}});
  send(90, {{"json:/r/0/t", epoch(15)}});
  const Batches batches = find();
  ASSERT_EQ(batches.arrays.size(), 1u);
  EXPECT_THAT(seconds(batches, batches.arrays[0]), ElementsAre(10, 15, 20));
}

}  // namespace
}  // namespace brewproof
