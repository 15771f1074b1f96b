#include "rig/evidence/guardian_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/evidence/run_folder.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using ::testing::HasSubstr;

class GuardianLogTest : public ::testing::Test {
 protected:
  GuardianAccount account() {
    log.write();
    auto read = read_guardian_log(path);
    EXPECT_TRUE(read && *read);
    return read && *read ? **read : GuardianAccount{};
  }
  TemporaryFolder folder;
  const std::string path = folder.file("guardian.log");
  VirtualClock clock;
  GuardianLog log{path, clock};
};

TEST_F(GuardianLogTest, LinesAreCanonicalJsonWithBothClocks) {
  log.note("armed", {{"controller", 4711}, {"bench", "kiosk-1"}});
  EXPECT_EQ(get_file(path), "");
  log.write();
  EXPECT_EQ(get_file(path),
            R"({"bench":"kiosk-1","controller":4711,"event":"armed","raw_ns":1000000000,)"
            R"("real_ns":1760000000000000000})"
            "\n");
}

TEST_F(GuardianLogTest, AFolderWithoutOneHasNone) {
  const auto read = read_guardian_log(path);
  ASSERT_TRUE(read);
  EXPECT_FALSE(*read);
}

TEST_F(GuardianLogTest, AGuardianThatWasDismissedDidNothing) {
  log.note("armed", {});
  log.note("dismissed", {});
  EXPECT_FALSE(account().fired);
  EXPECT_EQ(account().text, "it watched to the end and had nothing to do");
}

TEST_F(GuardianLogTest, AGuardianThatFiredSaysWhyAndWhetherAllIsSafe) {
  log.note("fired", {{"why", "the controller ended"}});
  log.note("device", {{"resource", "panel"}, {"safe", true}, {"fault", ""}});
  log.note("done", {{"safe", true}});
  EXPECT_TRUE(account().fired);
  EXPECT_TRUE(account().safe);
  EXPECT_EQ(account().text, "\"the controller ended\": it made every output safe");
}

TEST_F(GuardianLogTest, WhatIsNotKnownToBeSafeIsNamed) {
  log.note("fired", {{"why", "the controller ended"}});
  log.note("device", {{"resource", "panel"}, {"safe", false}, {"fault", "panel/2 reports on"}});
  log.note("done", {{"safe", false}});
  EXPECT_FALSE(account().safe);
  EXPECT_THAT(account().text,
              HasSubstr("NOT every output is known to be safe: \"panel/2 reports on\""));
}

TEST_F(GuardianLogTest, AGuardianThatWasCutOffItselfIsNoSafeOne) {
  log.note("fired", {{"why", "the controller ended"}});
  EXPECT_TRUE(account().fired);
  EXPECT_FALSE(account().safe);
  put_file(path, get_file(path) + "{\"event\":\"do");
  EXPECT_FALSE(account().whole);
}

}  // namespace
}  // namespace brewproof
