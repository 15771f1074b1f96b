// The journal against a disk that fails: every write of a small run made to fail in turn.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "rig/evidence/journal.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace {

// What the next writes and syncs of this program meet, counted down from when it is set.
struct DiskFault {
  int calls_before = -1;  // -1: no fault
  int calls = 1;          // how many fail then; -1: all from there on
  int error = 0;
  bool half = false;  // a short write first, then the error
};
DiskFault write_fault, sync_fault;

bool strikes(DiskFault& fault) {
  if (fault.calls_before < 0 || fault.calls == 0) return false;
  if (fault.calls_before > 0) {
    --fault.calls_before;
    return false;
  }
  if (fault.calls > 0) --fault.calls;
  return true;
}

}  // namespace

// In place of libc's, for this whole test program.
extern "C" ssize_t write(int fd, const void* bytes, size_t count) {
  if (strikes(write_fault)) {
    if (!write_fault.half) {
      errno = write_fault.error;
      return -1;
    }
    write_fault.half = false;
    write_fault.calls = 1;
    return syscall(SYS_write, fd, bytes, count / 2);
  }
  return syscall(SYS_write, fd, bytes, count);
}
extern "C" int fdatasync(int fd) {
  if (strikes(sync_fault)) {
    errno = sync_fault.error;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fdatasync, fd));
}

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class JournalFaults : public testing::Test {
 protected:
  void SetUp() override {
    auto journal = Journal::create(path(), clock_);
    ASSERT_TRUE(journal) << journal.error().message;
    journal_.emplace(std::move(*journal));
  }
  void TearDown() override { write_fault = sync_fault = {}; }

  [[nodiscard]] std::string path() const { return folder_.file("journal.jsonl"); }
  Result<void> put(const std::string& type) {
    return journal_->append(type, {{"trial", 1}}, Journal::Sync::yes);
  }
  // The types of the lines on disk; the chain must hold.
  [[nodiscard]] std::vector<std::string> lines() const {
    const auto check = read_journal(path());
    EXPECT_EQ(check->fault, "");
    EXPECT_EQ(check->head, journal_->head());
    std::vector<std::string> types;
    for (const Record& record : check->records) types.push_back(record.type);
    return types;
  }

  TemporaryFolder folder_;
  VirtualClock clock_;
  std::optional<Journal> journal_;
};

TEST_F(JournalFaults, AnInterruptedWriteIsRepeated) {
  write_fault = {0, 3, EINTR};
  EXPECT_TRUE(put("intent"));
  EXPECT_THAT(lines(), ElementsAre("intent"));
}

TEST_F(JournalFaults, AShortWriteIsContinued) {
  write_fault = {0, 1, EINTR, true};
  EXPECT_TRUE(put("intent"));
  EXPECT_THAT(lines(), ElementsAre("intent"));
}

TEST_F(JournalFaults, AHalfWrittenLineIsCutOff) {
  write_fault = {0, 1, EIO, true};
  EXPECT_FALSE(put("intent"));
  EXPECT_THAT(lines(), ElementsAre());
}

TEST_F(JournalFaults, AnIntentOnAFullDiskIsRefusedWithTheMend) {
  write_fault = {0, -1, ENOSPC};
  const auto written = put("intent");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
  EXPECT_THAT(written.error().message,
              HasSubstr("appending line 1 (intent): No space left on device: make room"));
}

TEST_F(JournalFaults, AfterAFailureNothingIsBegunButTheEndIsTold) {
  EXPECT_TRUE(put("plan"));
  write_fault = {0, 1, EIO};
  EXPECT_FALSE(put("intent"));
  const auto again = put("intent");
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("Input/output error"));
  EXPECT_TRUE(put("end"));
  EXPECT_THAT(lines(), ElementsAre("plan", "end"));
}

TEST_F(JournalFaults, AnOutcomeOnAFullDiskGoesIntoTheReserveAndEndsTheRun) {
  EXPECT_TRUE(put("intent"));
  write_fault = {0, 1, ENOSPC};
  EXPECT_TRUE(put("outcome"));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("journal.reserve")));
  EXPECT_FALSE(put("intent"));
  EXPECT_TRUE(put("end"));
  EXPECT_THAT(lines(), ElementsAre("intent", "outcome", "end"));
}

TEST_F(JournalFaults, AFailedSyncIsNoAcknowledgement) {
  sync_fault = {0, 1, EIO};
  const auto written = put("intent");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("syncing line 1 (intent): Input/output error"));
  EXPECT_FALSE(put("intent"));
  EXPECT_FALSE(put("payment"));
  EXPECT_TRUE(put("end"));
  EXPECT_THAT(lines(), ElementsAre("intent", "end"));
}

// Every call in turn, every error: whatever was acknowledged is there, and the chain holds.
TEST_F(JournalFaults, NothingAcknowledgedIsLostWhicheverCallFails) {
  const std::vector<std::string> run = {"plan",   "clock",   "intent",  "outcome", "intent",
                                        "damage", "outcome", "segment", "stop",    "end"};
  for (const int error : {ENOSPC, EIO, EDQUOT, EINTR, ENOMEM})
    for (const bool half : {false, true})
      for (int call = 0; call < 12; ++call)
        for (const bool sync : {false, true}) {
          journal_.reset();
          std::filesystem::remove(path());
          SetUp();
          (sync ? sync_fault : write_fault) = {call, 1, error, half};
          std::vector<std::string> acknowledged;
          for (const std::string& type : run)
            if (put(type)) acknowledged.push_back(type);
          TearDown();
          const std::vector<std::string> found = lines();
          // A line whose sync failed stands in the file without having been acknowledged.
          std::size_t at = 0;
          for (const std::string& type : found)
            if (at < acknowledged.size() && acknowledged[at] == type) ++at;
          EXPECT_EQ(at, acknowledged.size()) << error << " at " << call << (sync ? " sync" : "");
          const bool the_end_itself_failed = call >= 9 && acknowledged.back() != "end";
          EXPECT_TRUE(the_end_itself_failed || found.back() == "end")
              << error << " at " << call << (sync ? " sync" : "");
        }
}

}  // namespace
}  // namespace brewproof
