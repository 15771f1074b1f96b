// A run keeps the .proto files that its messages were read by.
#include "rig/command/analysis/protos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

class Protos : public ::testing::Test {
 protected:
  Protos() {
    place_ = fs::path(::testing::TempDir()) / ("kept-protos-" + std::to_string(getpid()));
    fs::remove_all(place_);
    fs::create_directories(place_ / "src/parts");
    write("src/shop.proto",
          "syntax = \"proto3\";\nimport \"parts/item.proto\";\nimport "
          "\"google/protobuf/timestamp.proto\";\nmessage Sale { Item item = 1; "
          "google.protobuf.Timestamp at = 2; }\n");
    write("src/parts/item.proto", "syntax = \"proto3\";\nmessage Item { string name = 1; }\n");
    write("src/other.proto", "nothing that is asked for");
  }
  ~Protos() override { fs::remove_all(place_); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(place_ / name) << text;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return place_ / name; }

  fs::path place_;
};

TEST_F(Protos, AreKeptWithWhatTheyImport) {
  auto folder = RunFolder::create(path("run"));
  ASSERT_TRUE(folder);
  auto none = protos_of(*folder);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
  ASSERT_TRUE(keep_protos(*folder, {{path("src/shop.proto"), "Sale", "/v1/order"}}));
  fs::remove_all(place_ / "src");
  const auto kept = protos_of(*folder);
  ASSERT_TRUE(kept);
  EXPECT_THAT(*kept, ::testing::ElementsAre(
                         ProtoWish{path("run/protos/1/shop.proto"), "Sale", "/v1/order"}));
  EXPECT_TRUE(fs::exists(path("run/protos/1/parts/item.proto")));
  EXPECT_FALSE(fs::exists(path("run/protos/1/other.proto")));
  const auto checked = check_protos(*kept);
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST_F(Protos, ARunMayStandAnywhere) {
  fs::create_directories(path("runs@lab"));
  auto folder = RunFolder::create(path("runs@lab/2026-01-01T10:00"));
  ASSERT_TRUE(folder);
  ASSERT_TRUE(keep_protos(*folder, {{path("src/shop.proto"), "Sale", "/v1/order"},
                                    {path("src/parts/item.proto"), "", ""}}));
  const auto kept = protos_of(*folder);
  ASSERT_TRUE(kept);
  EXPECT_THAT(*kept, ::testing::ElementsAre(
                         ProtoWish{folder->file("protos/1/shop.proto"), "Sale", "/v1/order"},
                         ProtoWish{folder->file("protos/2/item.proto"), "", ""}));
  const auto checked = check_protos(*kept);
  EXPECT_TRUE(checked) << checked.error().message;
}

TEST_F(Protos, ARunsOwnAreKeptAgain) {
  auto folder = RunFolder::create(path("run"));
  ASSERT_TRUE(folder);
  ASSERT_TRUE(keep_protos(*folder, {{path("src/shop.proto"), "", ""}}));
  const auto again = keep_protos(*folder, {{path("run/protos/1/shop.proto"), "Sale", ""}});
  ASSERT_TRUE(again) << again.error().message;
  const auto kept = protos_of(*folder);
  ASSERT_TRUE(kept);
  EXPECT_THAT(*kept,
              ::testing::ElementsAre(ProtoWish{path("run/protos/1/shop.proto"), "Sale", ""}));
  EXPECT_TRUE(fs::exists(path("run/protos/1/parts/item.proto")));
  EXPECT_FALSE(fs::exists(path("run/protos.new")));
}

TEST_F(Protos, WhereOneCannotBeCopiedTheOldOnesStay) {
  auto folder = RunFolder::create(path("run"));
  ASSERT_TRUE(folder);
  ASSERT_TRUE(keep_protos(*folder, {{path("src/shop.proto"), "", ""}}));
  const auto refused = keep_protos(
      *folder, {{path("src/parts/item.proto"), "", ""}, {path("src/none.proto"), "", ""}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            path("src/none.proto") + ": cannot be copied into the run folder: it is no file");
  const auto kept = protos_of(*folder);
  ASSERT_TRUE(kept);
  EXPECT_THAT(*kept, ::testing::ElementsAre(ProtoWish{path("run/protos/1/shop.proto"), "", ""}));
  EXPECT_FALSE(fs::exists(path("run/protos.new")));
}

TEST_F(Protos, AWrongOneIsRefusedBeforeAnythingMoves) {
  write("src/wrong.proto", "syntax = \"proto3\";\nmessage A { strin name = 1; }\n");
  const auto checked = check_protos({{path("src/wrong.proto"), "", ""}});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::bad_file);
  EXPECT_EQ(checked.error().message, path("src/wrong.proto") + ":2:13: \"strin\" is not defined.");
}

TEST_F(Protos, OnlyFilesBelowTheFirstOneAreCopied) {
  write("outside.proto", "syntax = \"proto3\";\n");
  write("src/up.proto", "syntax = \"proto3\";\nimport \"../outside.proto\";\nmessage A {}\n");
  auto folder = RunFolder::create(path("run"));
  ASSERT_TRUE(folder);
  ASSERT_TRUE(keep_protos(*folder, {{path("src/up.proto"), "", ""}}));
  EXPECT_FALSE(fs::exists(path("run/protos/outside.proto")));
}

}  // namespace
}  // namespace brewproof
