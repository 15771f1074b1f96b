#include "rig/evidence/run_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RunFolder, IsMadeWithItsCaptureFolder) {
  const TemporaryFolder folder;
  const auto run = RunFolder::create(folder.file("deep/run"));
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_TRUE(std::filesystem::is_directory(folder.file("deep/run/capture")));
}

TEST(RunFolder, AnEmptyFolderMayBeUsed) {
  const TemporaryFolder folder;
  EXPECT_TRUE(RunFolder::create(folder.path()));
}

TEST(RunFolder, NothingIsOverwritten) {
  const TemporaryFolder folder;
  put_file(folder.file("holiday.jpg"), "x");
  const auto run = RunFolder::create(folder.path());
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, ErrorCode::usage);
  const auto file = RunFolder::create(folder.file("holiday.jpg"));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::usage);
}

TEST(RunFolder, AFolderOfSomethingElseIsRefused) {
  const TemporaryFolder folder;
  EXPECT_EQ(RunFolder::open(folder.path()).error().code, ErrorCode::bad_file);
  EXPECT_EQ(RunFolder::open(folder.file("none")).error().code, ErrorCode::bad_file);
  put_file(folder.file("journal.jsonl"), "");
  EXPECT_TRUE(RunFolder::open(folder.path()));
}

TEST(RunFolder, CapturesComeInOrder) {
  const TemporaryFolder folder;
  const auto run = RunFolder::create(folder.path());
  ASSERT_TRUE(run);
  EXPECT_THAT(*run->captures(), ElementsAre());
  for (const char* name : {"0002.pcapng", "0001.pcapng", "0003.pcapng.part"})
    put_file(run->capture_folder() + "/" + name, "");
  EXPECT_THAT(*run->captures(), ElementsAre("capture/0001.pcapng", "capture/0002.pcapng"));
}

// What was said on the payment bus is no capture of the network.
TEST(RunFolder, CapturesOfThePaymentBusStandApart) {
  const TemporaryFolder folder;
  const auto run = RunFolder::create(folder.path());
  ASSERT_TRUE(run);
  EXPECT_THAT(*run->payment_captures(), ElementsAre());
  std::filesystem::create_directories(run->payment_folder());
  put_file(run->payment_folder() + "/0001.pcapng", "");
  put_file(run->capture_folder() + "/0001.pcapng", "");
  EXPECT_THAT(*run->payment_captures(), ElementsAre("payment/0001.pcapng"));
  EXPECT_THAT(*run->captures(), ElementsAre("capture/0001.pcapng"));
}

TEST(WriteFileWhole, ReplacesTheOldFileAndLeavesNoTemporary) {
  const TemporaryFolder folder;
  put_file(folder.file("a"), "old");
  ASSERT_TRUE(write_file_whole(folder.file("a"), "new"));
  EXPECT_EQ(get_file(folder.file("a")), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteFileWhole, SaysWhatFailed) {
  const auto written = write_file_whole("/nonexistent/a", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
  EXPECT_EQ(written.error().message, "/nonexistent/a: writing the file: No such file or directory");
}

TEST(ReadFileWhole, GivesEveryByte) {
  const TemporaryFolder folder;
  std::string text(200'000, 'x');
  text[100] = '\0';
  put_file(folder.file("a"), text);
  EXPECT_EQ(*read_file_whole(folder.file("a")), text);
}

TEST(ReadFileWhole, AFolderIsAnError) {
  const TemporaryFolder folder;
  EXPECT_THAT(read_file_whole(folder.path()).error().message, HasSubstr("Is a directory"));
}

}  // namespace
}  // namespace brewproof
