#include "rig/proof/carried.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using testing::ElementsAre;

class Carried : public testing::Test {
 protected:
  void act(std::int64_t at, const std::string& parameter, bool sham = false) {
    Trial trial;
    trial.event = "brew";
    trial.sham = sham;
    trial.start_ns = at;
    trial.params[parameter] = std::string("v") + std::to_string(at);
    trials.push_back(trial);
  }
  void send(std::int64_t at, std::vector<std::pair<std::string, std::string>> fields) {
    Message m;
    m.time_ns = at;
    m.from_dut = true;
    m.message = "PUBLISH hb";
    for (auto& [path, value] : fields) m.fields.push_back({path, value, FieldType::text});
    messages.push_back(m);
  }
  std::vector<Reign> reigns(const std::string& parameter) {
    std::vector<const Trial*> acts;
    for (const Trial& trial : trials) {
      if (!trial.sham && trial.params.contains(parameter)) acts.push_back(&trial);
    }
    return reigns_of(acts, trials, parameter);
  }
  FieldTable table(const std::string& parameter) {
    traffic = read_traffic(messages, {});
    return carried_table(traffic, traffic.signatures.at(0).messages, reigns(parameter));
  }

  std::vector<Trial> trials;
  std::vector<KeptMessage> messages;
  Traffic traffic;
};

TEST_F(Carried, AStateLastsUntilTheParameterIsSetAgain) {
  act(100, "drink");
  act(200, "amount");
  act(300, "drink", true);  // a sham sets nothing
  act(400, "drink");
  const auto of_drink = reigns("drink");
  ASSERT_EQ(of_drink.size(), 2u);
  EXPECT_EQ(of_drink[0].until_ns, 400);
  EXPECT_EQ(of_drink[1].until_ns, std::numeric_limits<std::int64_t>::max());
}

TEST_F(Carried, AnActThatDoesNotCountStillEndsAState) {
  act(100, "drink");
  act(200, "drink");
  trials[1].status = TrialStatus::excluded;
  EXPECT_EQ(reigns_of({&trials[0]}, trials, "drink")[0].until_ns, 200);
}

TEST_F(Carried, EachPathHasItsFirstValueInTheReign) {
  act(100, "drink");
  act(200, "drink");
  act(300, "drink");
  send(90, {{"a", "before"}});
  send(110, {{"a", "1"}});
  send(120, {{"b", "2"}, {"a", "late"}});
  send(310, {{"b", "3"}});
  const FieldTable read = table("drink");
  ASSERT_EQ(read.rows.size(), 2u);  // nothing came between 200 and 300
  EXPECT_EQ(read.rows[0].trial, &trials[0]);
  EXPECT_EQ(read.rows[1].trial, &trials[2]);
  ASSERT_EQ(read.columns.size(), 2u);
  EXPECT_EQ(read.columns[0].by_row[0]->value, "1");
  EXPECT_EQ(read.columns[0].by_row[1], nullptr);
  EXPECT_THAT(present_values(read.columns[1]), ElementsAre("2", "3"));
  EXPECT_EQ(read.columns[1].from[0]->time_ns, 120);
  EXPECT_EQ(read.columns[1].from[1]->time_ns, 310);
}

TEST_F(Carried, OnlySoManyMessagesAreRead) {
  act(100, "drink");
  for (std::size_t i = 0; i < most_read_after_act; ++i) send(101, {{"a", "1"}});
  send(102, {{"b", "1"}});
  EXPECT_EQ(table("drink").columns.size(), 1u);
}

}  // namespace
}  // namespace brewproof
