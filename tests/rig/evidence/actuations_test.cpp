#include "rig/evidence/actuations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace brewproof {
namespace {

using ::testing::ElementsAre;

Record outcome(const char* body) { return {1, "outcome", {}, nlohmann::json::parse(body)}; }

constexpr const char* pressed = R"({"trial":3,"steps":[{"press":"espresso","timed_by":"host",
  "on":{"before_write_raw_ns":10,"after_drain_raw_ns":12,"first_reply_raw_ns":null},
  "reported_on":true,"read_on":{"begin_raw_ns":12,"end_raw_ns":15},
  "off":{"before_write_raw_ns":70,"after_drain_raw_ns":71,"first_reply_raw_ns":null},
  "reported_off":false,"read_off":{"begin_raw_ns":71,"end_raw_ns":74}}],
  "confirmed":{"begin_raw_ns":100,"end_raw_ns":110},"confirmed_ns":5})";
constexpr const char* paid = R"({"trial":4,"steps":[{"pay":"card","vend":"success",
  "contact":{"before_write_raw_ns":200,"after_drain_raw_ns":201,"first_reply_raw_ns":null},
  "vend_read":{"begin_raw_ns":201,"end_raw_ns":290}}],"confirmed":null})";
constexpr const char* sham = R"({"trial":5,"steps":[{"press":"dummy","timed_by":"board",
  "on":{"before_write_raw_ns":300,"after_drain_raw_ns":301,"first_reply_raw_ns":null},"off":null,
  "reported_on":null,"read_on":{"begin_raw_ns":301,"end_raw_ns":301},
  "reported_off":null,"read_off":{"begin_raw_ns":360,"end_raw_ns":360}}]})";

TEST(Actuations, EachLevelHasItsBracket) {
  EXPECT_THAT(actuations_of({outcome(pressed)}),
              ElementsAre(Actuation{3, 1, "commanded", "espresso", "on", 10, 12},
                          Actuation{3, 1, "reported", "espresso", "on", 12, 15},
                          Actuation{3, 1, "commanded", "espresso", "off", 70, 71},
                          Actuation{3, 1, "reported", "espresso", "off", 71, 74},
                          Actuation{3, 1, "confirmed", "", "seen", 100, 110}));
}

TEST(Actuations, TheMachinesWordIsThePaymentsReport) {
  EXPECT_THAT(actuations_of({outcome(paid)}),
              ElementsAre(Actuation{4, 1, "commanded", "card", "approve", 200, 201},
                          Actuation{4, 1, "reported", "card", "vend success", 201, 290},
                          Actuation{4, 1, "confirmed", "", "not seen", 290, 290}));
}

TEST(Actuations, ACardThatIsTakenBackIsACommand) {
  EXPECT_THAT(actuations_of({outcome(R"({"trial":6,"steps":[{"cancel":"card",
  "contact":{"before_write_raw_ns":400,"after_drain_raw_ns":401,"first_reply_raw_ns":null}}]})")}),
              ElementsAre(Actuation{6, 1, "commanded", "card", "take back", 400, 401}));
}

TEST(Actuations, EachPulseOfCoinsIsACommandAndCutMainsAreOne) {
  EXPECT_THAT(actuations_of({outcome(R"({"trial":7,"steps":[{"insert":"coin","amount":100,
  "pulses":[{"press":"coin","timed_by":"host",
  "on":{"before_write_raw_ns":10,"after_drain_raw_ns":12},
  "off":{"before_write_raw_ns":20,"after_drain_raw_ns":21}},
  {"press":"coin","timed_by":"board","on":{"before_write_raw_ns":30,"after_drain_raw_ns":32}}]},
  {"power":"mains","timed_by":"host","on":{"before_write_raw_ns":40,"after_drain_raw_ns":41},
  "off":{"before_write_raw_ns":50,"after_drain_raw_ns":51}},
  {"limit":"everything","bytes_per_second":8,
  "sent":{"before_write_raw_ns":60,"after_drain_raw_ns":61}}]})")}),
              ElementsAre(Actuation{7, 1, "commanded", "coin", "on", 10, 12},
                          Actuation{7, 1, "commanded", "coin", "off", 20, 21},
                          Actuation{7, 1, "commanded", "coin", "pulse", 30, 32},
                          Actuation{7, 2, "commanded", "mains", "on", 40, 41},
                          Actuation{7, 2, "commanded", "mains", "off", 50, 51},
                          Actuation{7, 3, "commanded", "network", "limit", 60, 61}));
}

TEST(Actuations, APaymentThatWasDeniedWasNotApproved) {
  EXPECT_THAT(actuations_of({outcome(R"({"trial":8,"steps":[{"pay":"card","vend":"denied",
  "contact":{"before_write_raw_ns":400,"after_drain_raw_ns":401,"first_reply_raw_ns":null}}]})")}),
              ElementsAre(Actuation{8, 1, "commanded", "card", "deny", 400, 401}));
}

TEST(Actuations, AreCountedByArm) {
  const auto trial = [](int number, const char* event, bool is_sham) {
    Trial made;
    made.trial = number;
    made.event = event;
    made.sham = is_sham;
    return made;
  };
  EXPECT_THAT(
      count_actuations(actuations_of({outcome(pressed), outcome(paid), outcome(sham)}),
                       {trial(3, "brew", false), trial(4, "pay", false), trial(5, "brew", true),
                        trial(6, "pay", true)}),
      ElementsAre(ActuationCount{"brew", 1, 1, 0, 1, 0}, ActuationCount{"pay", 1, 1, 0, 0, 1},
                  ActuationCount{"sham of brew", 1, 0, 1, 0, 0}));
}

TEST(Actuations, ALineThatLacksWhatIsLookedForGivesNothing) {
  EXPECT_TRUE(actuations_of({outcome(R"({"trial":1,"fault":"gone"})"),
                             outcome(R"({"trial":1,"steps":[7,{"press":3},{"pay":"c"}]})"),
                             outcome(R"({"action":"safe","steps":[{"press":"a"}]})")})
                  .empty());
}

}  // namespace
}  // namespace brewproof
