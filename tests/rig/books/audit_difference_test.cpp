#include "rig/books/audit_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rig/books/audit_files.h"

namespace brewproof::books {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Audit audit_of(const std::string& text) {
  AuditFile file = read_audit_file(text);
  EXPECT_EQ(file.audits.size(), 1u);
  return file.audits.at(0);
}

AuditDifference between(const std::vector<std::string>& before,
                        const std::vector<std::string>& after) {
  return audit_difference(audit_of(made(before)), audit_of(made(after)));
}

std::vector<std::string> told(const std::vector<Movement>& movements) {
  std::vector<std::string> all;
  for (const Movement& m : movements)
    all.push_back(fmt::format("{} {} {} +{} worth {}", m.kind->record, m.of, m.name,
                              m.by.count ? std::to_string(*m.by.count) : "?",
                              m.worth ? std::to_string(*m.worth) : "?"));
  return all;
}

const std::string machine = "ID1*SN7*M1****";

// Two espressi and a latte between two readings, by card.
TEST(AuditDifference, SaysWhatMovedByHowMuchAndWorthWhat) {
  const AuditDifference difference =
      audit_difference(audit_of(sample("kiosk-before.dts")), audit_of(sample("kiosk-after.dts")));
  EXPECT_TRUE(difference.proves()) << difference.doubts.front();
  EXPECT_THAT(told(difference.moved),
              ElementsAre("VA1   +3 worth 620", "DA2   +3 worth 620", "PA2 1 Espresso +2 worth 360",
                          "PA2 2 Caff\xe8 Latte +1 worth 260", "EA3   +1 worth ?"));
  EXPECT_THAT(told(difference.since_reset),
              ElementsAre("VA1   +3 worth 620", "DA2   +3 worth 620", "PA2 1 Espresso +2 worth 360",
                          "PA2 2 Caff\xe8 Latte +1 worth 260"));
  EXPECT_THAT(difference.notes, IsEmpty());
}

TEST(AuditDifference, OfOneReadingWithItselfIsNothing) {
  const Audit audit = audit_of(sample("kiosk-before.dts"));
  const AuditDifference difference = audit_difference(audit, audit);
  EXPECT_THAT(difference.moved, IsEmpty());
  EXPECT_THAT(difference.since_reset, IsEmpty());
  EXPECT_TRUE(difference.proves());
}

// Collected between the two: what is since the last reset fell, what is since initialisation holds.
TEST(AuditDifference, AResetBetweenIsToldAndTakesNothingFromTheProof) {
  const AuditDifference difference = audit_difference(audit_of(sample("kiosk-after.dts")),
                                                      audit_of(sample("kiosk-collected.dts")));
  EXPECT_TRUE(difference.proves());
  EXPECT_THAT(difference.notes, Contains(HasSubstr("EA3 counts 1 readings that reset")));
  EXPECT_THAT(told(difference.moved), Contains("PA2 1 Espresso +1 worth 180"));
  EXPECT_THAT(told(difference.since_reset), Contains("PA2 1 Espresso +-26 worth -4680"));
}

TEST(AuditDifference, AResetThatOnlyTheCountersShowIsToldToo) {
  const AuditDifference difference =
      between({machine, "VA1*900*5*900*5"}, {machine, "VA1*1080*6*180*1"});
  EXPECT_TRUE(difference.proves());
  EXPECT_THAT(difference.notes, Contains(HasSubstr("VA1 (paid vends) since the last reset fell")));
}

TEST(AuditDifference, AMachineThatCountsOnlySinceTheResetProvesNothing) {
  const AuditDifference difference = between({machine, "VA1***900*5"}, {machine, "VA1***1080*6"});
  EXPECT_THAT(difference.moved, IsEmpty());
  EXPECT_THAT(told(difference.since_reset), ElementsAre("VA1   +1 worth 180"));
}

TEST(AuditDifference, ACounterThatRanBackwardsIsADoubt) {
  const AuditDifference difference =
      between({machine, "VA1*900*5*0*0"}, {machine, "VA1*900*4*0*0"});
  EXPECT_THAT(difference.doubts, ElementsAre(HasSubstr("VA1 (paid vends) ran backwards")));
}

TEST(AuditDifference, AnotherMachineIsADoubt) {
  EXPECT_THAT(between({"ID1*SN7*M1"}, {"ID1*SN8*M1"}).doubts,
              ElementsAre(HasSubstr("another machine: serial number \"SN7\"")));
  EXPECT_THAT(between({"ID1**M1"}, {"ID1**M1"}).doubts, ElementsAre(HasSubstr("no serial number")));
  EXPECT_THAT(between({machine, "CB1*A"}, {machine, "CB1*B"}).doubts,
              ElementsAre(HasSubstr("another control board")));
}

TEST(AuditDifference, AnInitialisationOrAnotherCurrencyBetweenIsADoubt) {
  EXPECT_THAT(between({machine, "EA4*240301*1015"}, {machine, "EA4*261128*1015"}).doubts,
              ElementsAre(HasSubstr("all counters were initialised between")));
  EXPECT_THAT(between({machine, "ID4*2*978*EUR"}, {machine, "ID4*1*978*EUR"}).doubts,
              ElementsAre(HasSubstr("other decimals")));
}

TEST(AuditDifference, ADamagedReadingProvesNothing) {
  const AuditDifference difference =
      audit_difference(audit_of(sample("kiosk-before.dts")), audit_of(sample("wrong-g85.dts")));
  EXPECT_THAT(difference.doubts, ElementsAre("the later reading is damaged"));
  EXPECT_THAT(difference.moved, Not(IsEmpty()));
}

TEST(AuditDifference, ACounterThatVanishedIsADoubtAndANewOneANote) {
  const AuditDifference difference = between({machine, "CA2*0*0*0*0"}, {machine, "DA2*0*0*0*0"});
  EXPECT_THAT(difference.doubts, ElementsAre(HasSubstr("CA2 (cash sales) is not in the later")));
  EXPECT_THAT(difference.notes, ElementsAre("DA2 (sales of cashless reader 1) is new"));
}

TEST(AuditDifference, CountsWithoutValuesAreWorthThePrice) {
  const AuditDifference difference =
      between({machine, "PA1*7*150*Tea", "PA2*3"}, {machine, "PA1*7*150*Tea", "PA2*5"});
  EXPECT_THAT(told(difference.moved), ElementsAre("PA2 7 Tea +2 worth 300"));
}

TEST(AuditDifference, ProductsThatStandTwiceAreComparedInOrder) {
  const std::vector<std::string> before = {machine, "PA1*7*150", "PA2*3*450", "PA1*7*150",
                                           "PA2*9*1350"};
  std::vector<std::string> after = before;
  after[4] = "PA2*10*1500";
  EXPECT_THAT(told(between(before, after).moved), ElementsAre("PA2 7  +1 worth 150"));
}

TEST(AuditDifference, SaysWhereTheBooksDisagreeWithThemselves) {
  const AuditDifference difference = between({machine, "VA1*150*1", "PA1*7*150", "PA2*1*150"},
                                             {machine, "VA1*450*3", "PA1*7*150", "PA2*2*300"});
  EXPECT_THAT(difference.notes,
              ElementsAre("the books disagree with themselves: PA2 of all products rose by 1, VA1 "
                          "of the machine by 2"));
}

TEST(AuditDifference, AClockThatRunsBackwardsAndANewPriceAreNoted) {
  const AuditDifference difference = between({machine, "ID5*261128*101500", "PA1*7*150"},
                                             {machine, "ID5*261127*101500", "PA1*7*160"});
  EXPECT_TRUE(difference.proves());
  EXPECT_THAT(difference.notes,
              ElementsAre(HasSubstr("by the machine's clock"), HasSubstr("another price")));
}

}  // namespace
}  // namespace brewproof::books
