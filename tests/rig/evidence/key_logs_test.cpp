#include "rig/evidence/key_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

mode_t permissions(const std::string& path) {
  struct stat found{};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

class KeyLogs : public testing::Test {
 protected:
  TemporaryFolder folder_;
  RunFolder run_ = *RunFolder::create(folder_.path());
};

TEST_F(KeyLogs, AreTheirOwnersAlone) {
  for (const mode_t mask : {0022, 0, 0377}) {
    const mode_t before = ::umask(mask);
    const auto path = make_key_log(run_, "endpoint-1");
    ::umask(before);
    ASSERT_TRUE(path) << path.error().message;
    EXPECT_EQ(*path, folder_.file("keys/endpoint-1.log"));
    EXPECT_EQ(permissions(folder_.file("keys")), 0700u);
    EXPECT_EQ(permissions(*path), 0600u);
    std::filesystem::remove_all(folder_.file("keys"));
  }
}

TEST_F(KeyLogs, WhatIsThereIsKeptAndItsPermissionsAreNarrowed) {
  std::filesystem::create_directory(folder_.file("keys"));
  put_file(folder_.file("keys/a.log"), "# kept\n");
  ::chmod(folder_.file("keys").c_str(), 0755);
  ::chmod(folder_.file("keys/a.log").c_str(), 0644);
  ASSERT_TRUE(make_key_log(run_, "a"));
  EXPECT_EQ(get_file(folder_.file("keys/a.log")), "# kept\n");
  EXPECT_EQ(permissions(folder_.file("keys")), 0700u);
  EXPECT_EQ(permissions(folder_.file("keys/a.log")), 0600u);
}

TEST_F(KeyLogs, ALinkIsNotFollowed) {
  const TemporaryFolder elsewhere;
  put_file(elsewhere.file("a.log"), "");
  ::chmod(elsewhere.file("a.log").c_str(), 0644);
  std::filesystem::create_directory(folder_.file("keys"));
  std::filesystem::create_symlink(elsewhere.file("a.log"), folder_.file("keys/a.log"));
  const auto linked = make_key_log(run_, "a");
  ASSERT_FALSE(linked);
  EXPECT_THAT(linked.error().message, HasSubstr("keys/a.log: making it: "));
  EXPECT_EQ(permissions(elsewhere.file("a.log")), 0644u);
}

TEST_F(KeyLogs, ANameStaysInTheFolder) {
  for (const char* name : {"", "../a", "a/b", ".a", "A"}) EXPECT_FALSE(make_key_log(run_, name));
}

TEST_F(KeyLogs, ComeInOrder) {
  EXPECT_THAT(*key_logs(run_), ElementsAre());
  for (const char* name : {"b", "a"}) ASSERT_TRUE(make_key_log(run_, name));
  put_file(folder_.file("keys/readme.txt"), "");
  EXPECT_THAT(*key_logs(run_), ElementsAre("keys/a.log", "keys/b.log"));
}

}  // namespace
}  // namespace brewproof
