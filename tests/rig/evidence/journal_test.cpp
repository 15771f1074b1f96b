#include "rig/evidence/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "rig/model/sha256.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string zeros(64, '0');

// Three lines: a plan, an intent, the end.
std::string small_journal(const std::string& path) {
  VirtualClock clock({5, 1'760'000'000'000'000'000});
  auto journal = Journal::create(path, clock);
  EXPECT_TRUE(journal) << journal.error().message;
  EXPECT_TRUE(journal->append("plan", {{"plan_sha256", "ab"}}, Journal::Sync::yes));
  EXPECT_TRUE(journal->append("intent", {{"trial", 1}}, Journal::Sync::yes));
  EXPECT_TRUE(journal->append("end", {{"outcome", "completed"}}, Journal::Sync::no));
  return get_file(path);
}

TEST(Journal, FirstLineStandsOn64Zeros) {
  const TemporaryFolder folder;
  VirtualClock clock({5, 1'760'000'000'000'000'000});
  auto journal = Journal::create(folder.file("journal.jsonl"), clock);
  ASSERT_TRUE(journal);
  EXPECT_EQ(journal->head(), zeros);
  ASSERT_TRUE(journal->append("plan", {{"seed", 7}}, Journal::Sync::yes));
  // The sum is the start of the SHA-256 of the line without its sum.
  const std::string without_sum = R"({"prev":")" + zeros +
                                  R"(","raw_ns":5,"real_ns":1760000000000000000,"seed":7,)"
                                  R"("seq":1,)";
  const std::string sum = sha256(without_sum + R"("type":"plan"})").substr(0, 16);
  EXPECT_EQ(get_file(folder.file("journal.jsonl")),
            without_sum + R"("sum":")" + sum + R"(","type":"plan"})" + "\n");
}

TEST(Journal, EachLineHoldsTheHashOfTheLineBeforeWithoutItsLineFeed) {
  const TemporaryFolder folder;
  const std::string text = small_journal(folder.file("journal.jsonl"));
  const std::string first = text.substr(0, text.find('\n'));
  const std::string second = text.substr(first.size() + 1);
  EXPECT_THAT(second, StartsWith(R"({"prev":")" + sha256(first) + R"(")"));
}

TEST(Journal, ReadsBackWhatWasWritten) {
  const TemporaryFolder folder;
  const std::string text = small_journal(folder.file("journal.jsonl"));
  const auto check = read_journal(folder.file("journal.jsonl"));
  ASSERT_TRUE(check);
  EXPECT_EQ(check->fault, "");
  EXPECT_TRUE(check->closed);
  EXPECT_EQ(check->valid_bytes, text.size());
  ASSERT_EQ(check->records.size(), 3u);
  EXPECT_EQ(check->records[1].seq, 2u);
  EXPECT_EQ(check->records[1].type, "intent");
  EXPECT_EQ(check->records[1].at, (Instant{5, 1'760'000'000'000'000'000}));
  EXPECT_EQ(check->records[1].body, nlohmann::json({{"trial", 1}}));
}

TEST(Journal, HeadIsTheHashOfTheLastLine) {
  const TemporaryFolder folder;
  VirtualClock clock;
  auto journal = Journal::create(folder.file("journal.jsonl"), clock);
  ASSERT_TRUE(journal->append("end", {}, Journal::Sync::no));
  std::string text = get_file(folder.file("journal.jsonl"));
  text.pop_back();
  EXPECT_EQ(journal->head(), sha256(text));
  EXPECT_EQ(read_journal(folder.file("journal.jsonl"))->head, sha256(text));
}

TEST(Journal, NeverOverwritesAnOldOne) {
  const TemporaryFolder folder;
  put_file(folder.file("journal.jsonl"), "old\n");
  VirtualClock clock;
  const auto journal = Journal::create(folder.file("journal.jsonl"), clock);
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().code, ErrorCode::usage);
  EXPECT_EQ(get_file(folder.file("journal.jsonl")), "old\n");
}

TEST(Journal, ReserveIsThereWhileOpenAndGoneAfter) {
  const TemporaryFolder folder;
  VirtualClock clock;
  {
    auto journal = Journal::create(folder.file("journal.jsonl"), clock);
    ASSERT_TRUE(journal);
    EXPECT_EQ(std::filesystem::file_size(folder.file("journal.reserve")), 65536u);
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("journal.reserve")));
}

TEST(Journal, ABodyMayNotSpeakForItsLine) {
  const TemporaryFolder folder;
  VirtualClock clock;
  auto journal = Journal::create(folder.file("journal.jsonl"), clock);
  EXPECT_THROW(static_cast<void>(journal->append("plan", {{"prev", "x"}}, Journal::Sync::no)),
               std::logic_error);
}

TEST(Journal, CutAtAnyByteLeavesAValidPrefix) {
  const TemporaryFolder folder;
  const std::string text = small_journal(folder.file("journal.jsonl"));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    put_file(folder.file("cut.jsonl"), text.substr(0, cut));
    const auto check = read_journal(folder.file("cut.jsonl"));
    ASSERT_TRUE(check);
    const auto whole_lines = static_cast<std::size_t>(
        std::count(text.begin(), text.begin() + static_cast<long>(cut), '\n'));
    const bool at_a_line_end = cut == 0 || text[cut - 1] == '\n';
    EXPECT_EQ(check->records.size(), whole_lines) << cut;
    EXPECT_EQ(check->fault.empty(), at_a_line_end) << cut;
    EXPECT_EQ(check->closed, cut == text.size()) << cut;
  }
}

TEST(Journal, AnyFlippedBitIsNoticed) {
  const TemporaryFolder folder;
  const std::string text = small_journal(folder.file("journal.jsonl"));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
      put_file(folder.file("flipped.jsonl"), flipped);
      const auto check = read_journal(folder.file("flipped.jsonl"));
      ASSERT_TRUE(check);
      const auto line = static_cast<std::size_t>(
          std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
      EXPECT_NE(check->fault, "") << at << " bit " << bit;
      EXPECT_EQ(check->records.size(), line) << at << " bit " << bit;
    }
}

TEST(Journal, FaultNamesTheLineAndTheByte) {
  const TemporaryFolder folder;
  const std::string text = small_journal(folder.file("journal.jsonl"));
  const std::size_t second = text.find('\n') + 1;
  put_file(folder.file("cut.jsonl"), text.substr(0, second + 10));
  EXPECT_EQ(read_journal(folder.file("cut.jsonl"))->fault,
            fmt::format("line 2 (byte {}) is torn: the file ends after 10 bytes of it", second));
}

TEST(Journal, ALineTakenOutIsNoticed) {
  const TemporaryFolder folder;
  const std::string text = small_journal(folder.file("journal.jsonl"));
  const std::size_t second = text.find('\n') + 1;
  const std::size_t third = text.find('\n', second) + 1;
  put_file(folder.file("cut.jsonl"), text.substr(0, second) + text.substr(third));
  const auto check = read_journal(folder.file("cut.jsonl"));
  EXPECT_EQ(check->records.size(), 1u);
  EXPECT_THAT(check->fault, HasSubstr("has number 3 where 2 follows"));
}

TEST(Journal, DeepNestingIsAFaultNotACrash) {
  const TemporaryFolder folder;
  put_file(folder.file("deep.jsonl"),
           R"({"a":)" + std::string(1'000'000, '[') + std::string(1'000'000, ']') + "}\n");
  EXPECT_THAT(read_journal(folder.file("deep.jsonl"))->fault, HasSubstr("nested too deep"));
}

TEST(Journal, AMissingFileIsAnError) {
  const auto check = read_journal("/nonexistent/journal.jsonl");
  ASSERT_FALSE(check);
  EXPECT_EQ(check.error().code, ErrorCode::bad_file);
  EXPECT_THAT(check.error().message, HasSubstr("/nonexistent/journal.jsonl"));
}

}  // namespace
}  // namespace brewproof
