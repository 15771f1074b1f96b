#include "rig/process/scratch_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

namespace brewproof {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

TEST(ScratchFolder, IsTheUsersAloneAndGoneWithAllThatIsInIt) {
  std::string path;
  {
    auto folder = ScratchFolder::make("test");
    ASSERT_TRUE(folder) << folder.error().message;
    path = folder->path();
    EXPECT_THAT(path, HasSubstr("/brewproof-test-"));
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
    fs::create_directory(path + "/in");
    std::ofstream(path + "/in/file") << "text";
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(ScratchFolder, GoesWithTheOneItIsMovedTo) {
  std::optional<ScratchFolder> kept;
  std::string path;
  {
    auto folder = ScratchFolder::make("test");
    ASSERT_TRUE(folder) << folder.error().message;
    path = folder->path();
    kept.emplace(std::move(*folder));
  }
  EXPECT_EQ(kept->path(), path);
  EXPECT_TRUE(fs::exists(path));
  kept.reset();
  EXPECT_FALSE(fs::exists(path));
}

TEST(ScratchFolder, WhereNoneCanBeMadeTmpdirIsNamed) {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", "/nonexistent", 1);
  const auto folder = ScratchFolder::make("test");
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::host);
  EXPECT_THAT(folder.error().message, HasSubstr("TMPDIR"));
}

}  // namespace
}  // namespace brewproof
