// Every way of paying that a card reader knows, on the simulated vending machine in its private
// network: what the rig commanded, the payment bus, the machine's own books and what left for the
// cloud say the same, trial by trial.

#include <gmock/gmock.h>

#include <set>

#include "tests/demo/demo_run.h"
#include "tests/rig/capture/followed_payments.h"
#include "tests/rig/evidence/journal_bodies.h"

namespace brewproof {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Kind = mdb::PaymentEvent::Kind;

class PaymentsDemo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = fresh("payments");
    output = run_on_testbed(shipped / "fixtures/profiles/vending.yaml",
                            shipped / "procedures/demo-vending.procedure.yaml", folder,
                            {"--seed", "20261"}, "demo-vending.bench.yaml");
    if (namespaces_forbidden(output)) return;
    bus = followed_payments((folder / "payment/0001.pcapng").string());
    books = journal_bodies((folder / "journal.jsonl").string(), "books");
    findings = json::parse(text_of(folder / "findings.json"), nullptr, false);
    std::istringstream lines(text_of(folder / "trials.jsonl"));
    for (std::string line; std::getline(lines, line);) trials.push_back(json::parse(line));
  }
  static void TearDownTestSuite() { fs::remove_all(folder.parent_path()); }
  void SetUp() override {
    if (namespaces_forbidden(output)) GTEST_SKIP() << output.err;
    ASSERT_EQ(output.exit.code, 0) << output.err << output.out;
  }

  static std::vector<json> acts_of(const std::string& event) {
    std::vector<json> acts;
    for (const json& trial : trials)
      if (trial["event"] == event) acts.push_back(trial);
    return acts;
  }
  /// What the bus said in a trial; a block's time is known to 0.5 ms.
  static std::vector<mdb::PaymentEvent> heard(const json& trial) {
    std::vector<mdb::PaymentEvent> events;
    for (const mdb::PaymentEvent& event : bus)
      if (event.time_ns >= trial["start_ns"].get<std::int64_t>() - 1'000'000 &&
          event.time_ns <= trial["end_ns"].get<std::int64_t>())
        events.push_back(event);
    return events;
  }
  static std::vector<Kind> kinds_of(const std::vector<mdb::PaymentEvent>& events) {
    std::vector<Kind> kinds;
    kinds.reserve(events.size());
    for (const mdb::PaymentEvent& event : events) kinds.push_back(event.kind);
    return kinds;
  }
  /// The reading after the trial.
  static json booked(const json& trial) {
    for (const json& body : books)
      if (body["trials"] == json::array({trial["trial"]})) return body;
    return {};
  }
  /// Trials for which a finding of this event and message has a packet.
  static std::set<int> told(const std::string& of) {
    std::set<int> all;
    for (const json& finding : findings["findings"])
      if (claim(finding) == of)
        for (const json& evidence : finding["evidence"]) all.insert(evidence["trial"].get<int>());
    return all;
  }

  static inline fs::path folder;
  static inline Child::Output output;
  static inline std::vector<mdb::PaymentEvent> bus;
  static inline std::vector<json> trials, books;
  static inline json findings;
};

TEST_F(PaymentsDemo, APaymentIsOnTheBusInTheBooksAndOnTheNetwork) {
  const std::set<int> on_network = told("pay http POST /v1/order");
  const std::vector<json> payments = acts_of("pay");
  ASSERT_EQ(payments.size(), 16U);
  for (const json& trial : payments) {
    SCOPED_TRACE(trial.dump());
    EXPECT_EQ(trial["status"], "ok");
    std::vector<std::int64_t> approved;
    const auto events = heard(trial);
    for (const mdb::PaymentEvent& event : events)
      if (event.kind == Kind::vend_approved && event.amount)
        approved.push_back(event.amount->units);
    EXPECT_THAT(approved, ElementsAre(trial["params"]["amount"].get<std::int64_t>()));
    EXPECT_THAT(kinds_of(events), Contains(Kind::vend_succeeded));
    const json reading = booked(trial);
    ASSERT_FALSE(reading.is_null());
    EXPECT_EQ(reading["verdict"], "agrees") << reading["why"];
    EXPECT_EQ(reading["vends"]["moved"], 1);
    EXPECT_EQ(reading["charges"]["moved"], 1);
    EXPECT_TRUE(on_network.contains(trial["trial"].get<int>()));
  }
}

TEST_F(PaymentsDemo, ARefusedCardAndOneTakenBackMoveNothingAndAreNoSale) {
  const std::set<int> on_network = told("pay http POST /v1/order");
  for (const char* event : {"decline", "cancel"}) {
    const std::vector<json> acts = acts_of(event);
    ASSERT_EQ(acts.size(), 16U);
    for (const json& trial : acts) {
      SCOPED_TRACE(trial.dump());
      EXPECT_EQ(trial["status"], "ok");
      const auto kinds = kinds_of(heard(trial));
      EXPECT_THAT(kinds, Contains(Kind::session_begun));
      EXPECT_THAT(kinds, Not(Contains(Kind::vend_approved)));
      EXPECT_THAT(kinds, Not(Contains(Kind::vend_succeeded)));
      const json reading = booked(trial);
      ASSERT_FALSE(reading.is_null());
      EXPECT_EQ(reading["verdict"], "agrees") << reading["why"];
      EXPECT_EQ(reading["vends"]["moved"], 0);
      EXPECT_FALSE(on_network.contains(trial["trial"].get<int>()));
    }
  }
}

TEST_F(PaymentsDemo, AShamSaysNothingToTheMachine) {
  for (const json& trial : trials) {
    if (trial["event"] != "sham" || trial["of"] != "pay") continue;
    EXPECT_THAT(heard(trial), IsEmpty());
  }
}

TEST_F(PaymentsDemo, TheJournalTellsWhatTheBusDid) {
  const auto lines = journal_bodies((folder / "journal.jsonl").string(), "payment");
  ASSERT_EQ(lines.size(), bus.size());
  for (std::size_t i = 0; i < bus.size(); ++i) {
    EXPECT_EQ(lines[i]["event"], mdb::word_of(bus[i].kind));
    EXPECT_EQ(lines[i]["at_ns"], bus[i].time_ns);
  }
  EXPECT_THAT(kinds_of(bus), Not(Contains(Kind::unreadable)));
}

TEST_F(PaymentsDemo, TheReportSaysThatTheTerminalWasReplaced) {
  EXPECT_THAT(text_of(folder / "report.html"), HasSubstr("terminal"));
  EXPECT_EQ(findings["run"]["outcome"], "completed");
}

}  // namespace
}  // namespace brewproof
