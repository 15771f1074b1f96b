#include "rig/proof/kinds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "rig/proof/clock_fit.h"

namespace brewproof {
namespace {

constexpr std::int64_t start = 1'760'000'000'000'000'000;  // 2025-10-09T08:53:20Z
constexpr std::int64_t second = 1'000'000'000;

/// One field, its values sent every `step` nanoseconds; `incoming` came in before all of them.
FieldKind kind(const std::vector<std::string>& values, std::int64_t step = 3 * second,
               const std::vector<std::string>& incoming = {}) {
  std::vector<KeptMessage> messages;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Message m;
    m.from_dut = true;
    m.time_ns = start + static_cast<std::int64_t>(i) * step;
    m.fields = {{"f", values[i], FieldType::text}};
    messages.push_back(m);
  }
  for (const std::string& value : incoming) {
    Message m;
    m.time_ns = start - second;
    m.fields = {{"given", value, FieldType::text}};
    messages.push_back(m);
  }
  std::vector<FieldRow> rows;
  for (std::size_t i = 0; i < values.size(); ++i) rows.push_back({nullptr, &messages[i]});
  const FieldTable table = field_table(rows);
  Passage passage;
  passage.want(table);
  passage.see(messages);
  return kind_of(table.columns.at(0), passage).kind;
}

TEST(IsoSeconds, ReadsItsFormsWhateverTheZone) {
  EXPECT_EQ(iso_seconds("2025-10-09T08:53:20Z"), 1'760'000'000);
  EXPECT_EQ(iso_seconds("2025-10-09 10:53:20+02:00"), 1'760'000'000);
  EXPECT_EQ(iso_seconds("2025-10-09T04:53:20-0400"), 1'760'000'000);
  EXPECT_EQ(iso_seconds("20251009T085320"), 1'760'000'000);
  EXPECT_EQ(iso_seconds("20251009085320"), 1'760'000'000);
  EXPECT_NEAR(iso_seconds("2025-10-09T08:53:20.125Z"), 1'760'000'000.125, 1e-6);
  for (const char* no : {"", "2025", "2025-13-09T08:53:20Z", "2025-02-30T08:53:20Z",
                         "2025-10-09T08:53:20Zz", "2025-10-0908:53:2", "hello there, world"}) {
    EXPECT_TRUE(std::isnan(iso_seconds(no))) << no;
  }
}

TEST(KindOf, WhatWasKeptAndSentLaterTellsTheTimeOfItsAct) {
  std::vector<KeptMessage> messages;
  std::vector<Trial> trials;
  for (std::int64_t i = 0; i < 12; ++i) {
    const std::int64_t act = start + i * 90 * second;
    Message m;
    m.from_dut = true;
    m.time_ns = act + (1 + i * 7 % 31) * second;  // when its network was there again
    const std::int64_t uptime_ms = (act - start) / 1'000'000 + 5'000;
    m.fields = {{"at", std::to_string(act / 1'000'000 - 30'000), FieldType::integer},
                {"n", std::to_string(1000 + i), FieldType::integer},
                {"up", std::to_string(uptime_ms), FieldType::integer},
                {"old", std::to_string(act / 1'000'000 - 90'000'000), FieldType::integer}};
    messages.push_back(m);
    Trial trial;
    trial.start_ns = act;
    trials.push_back(trial);
  }
  std::vector<FieldRow> rows;
  for (std::size_t i = 0; i < messages.size(); ++i) rows.push_back({&trials[i], &messages[i]});
  const FieldTable table = field_table(rows);
  EXPECT_EQ(kind_of(table.columns.at(0), {}).kind,
            FieldKind::time);  // since 1970, and not long ago
  EXPECT_EQ(kind_of(table.columns.at(1), {}, table.rows).kind, FieldKind::counter);
  EXPECT_EQ(kind_of(table.columns.at(2), {}).kind, FieldKind::counter);
  EXPECT_EQ(kind_of(table.columns.at(2), {}, table.rows).kind,
            FieldKind::time);  // by the acts' clock
  EXPECT_EQ(kind_of(table.columns.at(3), {}).kind,
            FieldKind::counter);  // more than a day: who knows
}

TEST(KindOf, OneValueIsConstant) {
  EXPECT_EQ(kind({"K95", "K95", "K95"}), FieldKind::constant);
  EXPECT_EQ(kind({"K95"}), FieldKind::unexplained);  // one row tells nothing
}

TEST(KindOf, ClocksInEveryUnitAreTime) {
  EXPECT_EQ(kind({"1760000000", "1760000003", "1760000006"}), FieldKind::time);
  EXPECT_EQ(kind({"1760000000123", "1760000003101", "1760000006077"}), FieldKind::time);
  EXPECT_EQ(kind({"1760000000123456", "1760000003101456"}), FieldKind::time);
  EXPECT_EQ(kind({"1760000000000000000", "1760000003000000000"}), FieldKind::time);
  EXPECT_EQ(kind({"1760000000.25", "1760000003.5"}), FieldKind::time);
  EXPECT_EQ(kind({"2025-10-09T08:53:20Z", "2025-10-09T08:53:23Z"}), FieldKind::time);
}

TEST(KindOf, AClockWithAnOffsetOfItsOwnIsTimeOnceEnoughTimePassed) {
  const std::vector<std::string> local = {"2025-10-09T10:53:20", "2025-10-09T10:53:32",
                                          "2025-10-09T10:53:44"};
  EXPECT_EQ(kind(local, 12 * second), FieldKind::time);
  const std::vector<std::string> uptime = {"17", "29", "41", "53"};
  EXPECT_EQ(kind(uptime, 12 * second), FieldKind::time);
  // Five rows in five seconds: that may as well be a counter.
  EXPECT_EQ(kind({"17", "18", "19", "20", "21"}, second), FieldKind::counter);
}

TEST(KindOf, WhatOnlyGrowsIsACounter) {
  EXPECT_EQ(kind({"1041", "1042", "1044", "1050", "1051"}), FieldKind::counter);
  EXPECT_EQ(kind({"A-0997", "A-0998", "A-1000", "A-1003", "A-1004"}), FieldKind::counter);
  EXPECT_EQ(kind({"9", "8", "6", "5", "2"}), FieldKind::counter);
  EXPECT_EQ(kind({"1041", "1042", "1042", "1050", "1051"}), FieldKind::unexplained);
  EXPECT_EQ(kind({"1", "2", "3", "4"}), FieldKind::unexplained);  // too few to tell
  EXPECT_EQ(kind({"180", "180", "420", "420", "420", "600", "840", "840", "1020"}),
            FieldKind::counter);  // nothing was counted in between
  EXPECT_EQ(kind({"180", "420", "360", "600", "840", "1020"}), FieldKind::unexplained);
}

TEST(KindOf, WhatCameInFirstIsTheServers) {
  const std::vector<std::string> orders = {"ord-81", "ord-17", "ord-65"};
  EXPECT_EQ(kind(orders, second, orders), FieldKind::server);
  EXPECT_EQ(kind(orders, second, {"ord-81", "ord-17"}), FieldKind::unexplained);
  EXPECT_EQ(kind({"s3cr3t-token", "s3cr3t-token"}, second, {"s3cr3t-token"}), FieldKind::server);
  // A word that both sides use anyway is no evidence of a passage.
  EXPECT_EQ(kind({"application/json", "application/json"}, second, {"application/json"}),
            FieldKind::constant);
}

TEST(Passage, WhatTheMachineSaidFirstIsOnlyAnEcho) {
  Message out, in;
  out.from_dut = true;
  out.time_ns = 1;
  in.time_ns = 2;
  out.fields = in.fields = {{"sn", "KD00412", FieldType::text}};
  const std::vector<KeptMessage> messages = {out, in};
  const FieldTable table = field_table({{nullptr, &messages[0]}});
  Passage passage;
  passage.want(table);
  passage.see(messages);
  EXPECT_FALSE(passage.came_in_first("KD00412", 10));
}

TEST(KindOf, LongUnrelatedValuesAreRandom) {
  EXPECT_EQ(kind({"9f3a77c1", "02be4d90", "c4481f6a"}), FieldKind::random);
  EXPECT_EQ(kind({"tx-9f3a77c1", "tx-02be4d90", "tx-c4481f6a"}), FieldKind::random);
  EXPECT_EQ(kind({"92.4", "91.8", "93.0"}), FieldKind::unexplained);  // a measurement
  EXPECT_EQ(kind({"9f3a77c1", "02be4d90", "9f3a77c1"}), FieldKind::unexplained);
}

TEST(KindOf, HugeAndHostileValuesAreOnlyNamed) {
  EXPECT_EQ(kind({"999999999999999999999999", "1e400", "-", "+", ""}), FieldKind::unexplained);
  EXPECT_EQ(kind({"", "", ""}), FieldKind::constant);
}

TEST(FieldTable, ListsPathsInTheirOrderAndIsBounded) {
  Message m;
  for (std::size_t i = 0; i < most_columns + 5; ++i) {
    m.fields.push_back({"p" + std::to_string(i), "x", FieldType::text});
  }
  m.fields.push_back({"p0", "second", FieldType::text});
  const KeptMessage kept = m;
  const FieldTable table = field_table({{nullptr, &kept}});
  EXPECT_EQ(table.columns.size(), most_columns);
  EXPECT_TRUE(table.cut);
  EXPECT_EQ(table.columns[0].path, "p0");
  EXPECT_EQ(table.columns[0].by_row[0]->value, "x");  // the first of two
}

}  // namespace
}  // namespace brewproof
