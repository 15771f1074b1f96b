#include "results/store.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "results/findings_json.h"
#include "results/store_schema.h"
#include "rig/evidence/actuations.h"
#include "rig/evidence/journal.h"
#include "rig/evidence/trials_log.h"
#include "tests/results/sample_report.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

using testing::HasSubstr;

StoreInput sample() {
  const ReportInput report = sample_report();
  return {
      report.findings,
      report.plan,
      report.trials,
      {{1, "plan", {5, 6}, {{"seed", 7}}}, {2, "end", {8, 9}, {{"outcome", "completed"}}}},
      {{17, 1, "commanded", "espresso", "on", 10, 12}, {17, 1, "confirmed", "", "seen", 20, 30}}};
}

class Store : public testing::Test {
 protected:
  void SetUp() override {
    const auto written = write_store(path(), sample());
    ASSERT_TRUE(written) << written.error().message;
  }
  [[nodiscard]] std::string path() const { return folder_.file("results.sqlite"); }
  std::int64_t number(const std::string& query) {
    return SQLite::Database(path()).execAndGet(query).getInt64();
  }
  std::string text(const std::string& query) {
    return SQLite::Database(path()).execAndGet(query).getString();
  }
  // What the database says to a change; "" = it was done.
  std::string change(const std::string& statement) {
    SQLite::Database db(path(), SQLite::OPEN_READWRITE);
    return db.tryExec(statement) == SQLite::OK ? "" : db.getErrorMsg();
  }
  TemporaryFolder folder_;
};

TEST_F(Store, KeepsItsSettings) {
  EXPECT_EQ(number("PRAGMA application_id"), 0x42725066);
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  EXPECT_EQ(text("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(text("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST_F(Store, EachLevelOfAnActHasItsBracket) {
  EXPECT_EQ(number("SELECT end_raw_ns FROM actuation WHERE trial = 17 AND level = 'commanded'"),
            12);
  EXPECT_EQ(text("SELECT state FROM actuation WHERE control IS NULL"), "seen");
}

TEST_F(Store, EveryTableIsStrict) {
  EXPECT_EQ(number("SELECT count(*) FROM pragma_table_list WHERE strict = 0 AND schema = 'main' "
                   "AND name NOT LIKE 'sqlite_%'"),
            0);
  EXPECT_EQ(number("SELECT count(*) FROM pragma_table_list WHERE strict = 1"),
            static_cast<std::int64_t>(store_tables.size()));
}

TEST_F(Store, LeavesOneFileOnly) {
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(Store, AnswersWhatAnEventEmits) {
  EXPECT_EQ(text("SELECT group_concat(message, ', ') FROM finding WHERE event = 'pay' "
                 "AND candidate = 0 ORDER BY id"),
            "POST /v1/order, PUBLISH kiosk/{}/brew");
  EXPECT_EQ(text("SELECT path FROM field WHERE parameter = 'amount'"), "body|json:/pay/amount");
  EXPECT_EQ(text("SELECT path FROM field WHERE source = 'clock'"), "body|json:/ts");
  EXPECT_EQ(text("SELECT source_reason FROM field WHERE parameter = 'amount'"),
            "16 of 16 acts agree with amount");
  EXPECT_EQ(number("SELECT count(*) FROM trial WHERE sham = 0 AND event = 'pay'"), 16);
  EXPECT_EQ(number("SELECT count(*) FROM slot"), 64);
  EXPECT_EQ(number("SELECT bytes FROM byte_count WHERE ledger = 'up_total'"), 81234);
  EXPECT_EQ(text("SELECT body FROM journal WHERE seq = 2"), R"({"outcome":"completed"})");
  EXPECT_EQ(number("SELECT value FROM trial_value JOIN trial USING (trial) WHERE name = 'price' "
                   "LIMIT 1"),
            180);
}

TEST_F(Store, NothingCanBeChanged) {
  for (const StoreTable& table : store_tables) {
    const std::string_view column = table.key.substr(0, table.key.find(','));
    for (const std::string& statement :
         {fmt::format("UPDATE {0} SET {1} = {1}", table.name, column),
          fmt::format("DELETE FROM {}", table.name),
          fmt::format("REPLACE INTO {0} SELECT * FROM {0}", table.name),
          fmt::format("INSERT OR REPLACE INTO {0} SELECT * FROM {0}", table.name)})
      EXPECT_THAT(change(statement), HasSubstr("is append-only")) << statement;
  }
}

TEST_F(Store, NoRowCanBeReachedByItsRowid) {
  EXPECT_THAT(change("REPLACE INTO none_seen (rowid, number, event, trials, upper_bound, "
                     "confidence, horizon_ns) VALUES (1, 99, 'x', 1, 1, 1, 1)"),
              HasSubstr("no column named rowid"));
}

TEST_F(Store, IsReplacedAsAWhole) {
  StoreInput second = sample();
  second.findings.run.bench = "other";
  ASSERT_TRUE(write_store(path(), second));
  EXPECT_EQ(text("SELECT bench FROM run"), "other");
  EXPECT_EQ(number("SELECT count(*) FROM run"), 1);
}

TEST_F(Store, AStaleLogOfAnOldFileIsNotTakenForTheNewOnes) {
  put_file(path() + "-wal", std::string(4096, 'x'));
  ASSERT_TRUE(write_store(path(), sample()));
  EXPECT_EQ(text("PRAGMA integrity_check"), "ok");
}

TEST_F(Store, SaysWhatFailed) {
  const auto written = write_store("/nonexistent/results.sqlite", sample());
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::io);
  EXPECT_THAT(written.error().message, HasSubstr("/nonexistent/results.sqlite: writing the index"));
}

TEST_F(Store, AFailedWriteLeavesTheOldFile) {
  const std::string before = get_file(path());
  std::filesystem::create_directory(path() + ".new");
  put_file(path() + ".new/x", "");
  EXPECT_FALSE(write_store(path(), sample()));
  EXPECT_EQ(get_file(path()), before);
}

TEST_F(Store, AnEmptyResultIsAStoreToo) {
  EXPECT_TRUE(write_store(folder_.file("empty.sqlite"), {}));
}

// The index is no evidence: what is in the folder gives it again, byte for byte.
TEST_F(Store, IsRebuiltFromTheRunFolder) {
  StoreInput input = sample();
  VirtualClock clock;
  {
    auto journal = Journal::create(folder_.file("journal.jsonl"), clock);
    ASSERT_TRUE(journal->append("plan", {{"seed", 7}}, Journal::Sync::no));
    ASSERT_TRUE(journal->append(
        "outcome", {{"trial", 17}, {"confirmed", {{"begin_raw_ns", 20}, {"end_raw_ns", 30}}}},
        Journal::Sync::no));
    ASSERT_TRUE(journal->append("end", {{"outcome", "completed"}}, Journal::Sync::no));
  }
  std::string log;
  for (const Trial& trial : input.trials) log += trial_json(trial) + "\n";
  put_file(folder_.file("trials.jsonl"), log);
  put_file(folder_.file("findings.json"), findings_json(input.findings));
  input.journal = read_journal(folder_.file("journal.jsonl"))->records;
  input.actuations = actuations_of(input.journal);
  ASSERT_EQ(input.actuations.size(), 1U);
  ASSERT_TRUE(write_store(folder_.file("first.sqlite"), input));

  StoreInput again;
  again.plan = input.plan;
  again.journal = read_journal(folder_.file("journal.jsonl"))->records;
  again.actuations = actuations_of(again.journal);
  again.trials = *read_trials_log(folder_.file("trials.jsonl"));
  again.findings = *read_findings_json(get_file(folder_.file("findings.json")), "findings.json");
  ASSERT_TRUE(write_store(folder_.file("second.sqlite"), again));
  EXPECT_EQ(get_file(folder_.file("first.sqlite")), get_file(folder_.file("second.sqlite")));
}

}  // namespace
}  // namespace brewproof
