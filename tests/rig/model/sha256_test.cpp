#include "rig/model/sha256.h"

#include <gtest/gtest.h>

namespace brewproof {
namespace {

// FIPS 180-4 example vectors (NIST, "SHA256.pdf").
TEST(Sha256, MatchesTheStandardsVectors) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PiecesGiveTheHashOfTheWhole) {
  Sha256 hash;
  hash.update(as_bytes("a"));
  hash.update(as_bytes("bc"));
  EXPECT_EQ(hash.finish(), sha256("abc"));
}

TEST(Sha256, AMissingFileIsNamed) {
  const auto digest = sha256_file("/nonexistent/file");
  ASSERT_FALSE(digest);
  EXPECT_EQ(digest.error().code, ErrorCode::io);
  EXPECT_NE(digest.error().message.find("/nonexistent/file"), std::string::npos);
}

}  // namespace
}  // namespace brewproof
