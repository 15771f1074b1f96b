// Bytes at an offset of what no structure was read from: which columns are laid out, and what of
// them a finding states.
#include "rig/proof/offsets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "rig/model/bytes.h"
#include "rig/model/sha256.h"
#include "rig/proof/explain.h"
#include "tests/rig/proof/found.h"
#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::field_at;
using synthetic::ms;
using synthetic::number;
using synthetic::param;
using synthetic::World;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr FieldType text = FieldType::text, bytes = FieldType::bytes;

// ---- the layout ----

class Laid {
 public:
  explicit Laid(const std::vector<Field>& values) : messages_(values.size()) {
    std::vector<FieldRow> rows;
    for (std::size_t i = 0; i < values.size(); ++i) {
      Message message;
      message.fields = {values[i]};
      messages_[i] = message;
      rows.push_back({nullptr, &messages_[i], nullptr});
    }
    table = field_table(rows);
  }
  [[nodiscard]] std::vector<std::string> slices() const {
    std::vector<std::string> paths;
    for (const FieldColumn& column : table.columns) {
      if (column.slice) paths.emplace_back(column.path);
    }
    return paths;
  }
  [[nodiscard]] std::vector<std::string> values(const std::string& path) const {
    std::vector<std::string> all;
    for (const FieldColumn& column : table.columns) {
      if (column.path != path) continue;
      for (const FieldView* field : column.by_row) all.emplace_back(field ? field->value : "none");
    }
    return all;
  }

  FieldTable table;

 private:
  std::vector<KeptMessage> messages_;
};

TEST(Offsets, TheBytesAtEachOffsetAreColumns) {
  const Laid laid({{"payload", "01a2", bytes}, {"payload", "02b3", bytes}});
  EXPECT_THAT(laid.slices(), ElementsAre("bytes:0+1", "bytes:1+1"));  // both together: `payload`
  EXPECT_THAT(laid.values("bytes:1+1"), ElementsAre("a2", "b3"));
}

TEST(Offsets, ThatAreTheSameEverywhereAreLeftOut) {
  const Laid laid({{"body", "4b0001", bytes}, {"body", "4b0002", bytes}});
  EXPECT_THAT(laid.slices(), ElementsAre("bytes:2+1", "bytes:1+2"));
}

TEST(Offsets, InsideSomethingTheyAreAStepBehindTheWayToIt) {
  const Laid laid({{"payload|cbor:/d", "01a2", bytes}, {"payload|cbor:/d", "02a2", bytes}});
  EXPECT_THAT(laid.slices(), ElementsAre("payload|cbor:/d|bytes:0+1"));
}

TEST(Offsets, WhatWasReadAndWhatTheProtocolNamesHasNone) {
  EXPECT_THAT(Laid({{"payload", "21.5", text}, {"payload", "22.5", text}}).slices(), IsEmpty());
  EXPECT_THAT(Laid({{"random", "0102", bytes}, {"random", "0304", bytes}}).slices(), IsEmpty());
  EXPECT_THAT(Laid({{"payload", "0102", bytes}}).slices(), IsEmpty());  // one row tells nothing
}

TEST(Offsets, AStructThatHappensToBeReadableIsBytesLikeTheOthers) {
  const Laid laid({{"payload", "AB", text}, {"payload", "0142", bytes}});
  EXPECT_THAT(laid.values("bytes:0+1"), ElementsAre("41", "01"));
}

TEST(Offsets, TextInAStructIsText) {
  const Laid laid({{"payload", "01" + to_hex(as_bytes("latte")) + "000000", bytes},
                   {"payload", "02" + to_hex(as_bytes("espresso")), bytes}});
  EXPECT_THAT(laid.values("bytes:1+8"), ElementsAre("latte", "espresso"));
  EXPECT_THAT(laid.values("bytes:0+8").at(0), "016c617474650000");
}

TEST(Offsets, AreThoseThatHalfOfTheRowsReach) {
  const Laid laid(
      {{"payload", "0102", bytes}, {"payload", "020304", bytes}, {"payload", "03", bytes}});
  EXPECT_THAT(laid.slices(), ElementsAre("bytes:0+1", "bytes:1+1", "bytes:0+2"));
  EXPECT_THAT(laid.values("bytes:0+2"), ElementsAre("0102", "0203", "none"));
}

TEST(Offsets, OfWhatIsWrittenAsTextComeLast) {
  Message a, b;
  a.fields = {{"form:id", "4b95010304000000a1", text}, {"form:raw", "0102", bytes}};
  b.fields = {{"form:id", "4b95010304000000a2", text}, {"form:raw", "0103", bytes}};
  const KeptMessage first = a, second = b;
  const FieldTable table = field_table({{nullptr, &first, nullptr}, {nullptr, &second, nullptr}});
  ASSERT_GT(table.columns.size(), 3u);
  EXPECT_EQ(table.columns[2].path, "form:raw|bytes:1+1");
  EXPECT_EQ(table.columns[3].path, "form:id|hex|bytes:8+1");
}

TEST(Offsets, AreBounded) {
  std::vector<Field> values;
  std::string ones, twos;
  for (int i = 0; i < 4096; ++i) ones += "01", twos += "02";
  const Laid one({{"payload", ones, bytes}, {"payload", twos, bytes}});
  EXPECT_EQ(one.values("bytes:127+1").size(), 2u);
  EXPECT_THAT(one.values("bytes:128+1"), IsEmpty());
  EXPECT_LE(one.slices().size(), most_slices);

  Message of_ones, of_twos;
  for (int f = 0; f < 20; ++f) {
    of_ones.fields.push_back({"payload|cbor:/" + std::to_string(f), ones, bytes});
    of_twos.fields.push_back({"payload|cbor:/" + std::to_string(f), twos, bytes});
  }
  const std::vector<KeptMessage> messages = {of_ones, of_twos};
  const FieldTable table =
      field_table({{nullptr, &messages[0], nullptr}, {nullptr, &messages[1], nullptr}});
  EXPECT_EQ(table.columns.size(), 20 + most_slices);
}

TEST(Offsets, OfBytesWrittenAsTextAreBehindTheStepThatReadsIt) {
  const Laid hex(
      {{"body|json:/d", "4B9501030400B3A1", text}, {"body|json:/d", "4b95010304001234", text}});
  EXPECT_THAT(hex.values("body|json:/d|hex|bytes:6+2"), ElementsAre("b3a1", "1234"));
  // 4b 95 01 03 04 00 b3 a1 ff, and the same with 12 34 in it.
  const Laid base64({{"form:d", "S5UBAwQAs6H/", text}, {"form:d", "S5UBAwQAEjT/", text}});
  EXPECT_THAT(base64.values("form:d|base64|bytes:6+2"), ElementsAre("b3a1", "1234"));
  const Laid padded({{"payload", "S5UBAwQAs6H/AA==", text}, {"payload", "S5UBAwQAEjT/AA==", text}});
  EXPECT_THAT(padded.values("payload|base64|bytes:6+2"), ElementsAre("b3a1", "1234"));
  const Laid for_urls({{"query:d", "S5UBAwQAs6H_AA", text}, {"query:d", "S5UBAwQAEjT_AA", text}});
  EXPECT_THAT(for_urls.values("query:d|base64url|bytes:6+2"), ElementsAre("b3a1", "1234"));
}

TEST(Offsets, WordsNumbersAndNamesAreNoBytes) {
  const auto slices = [](const char* a, const char* b) {
    return Laid({{"body|json:/d", a, text}, {"body|json:/d", b, text}}).slices();
  };
  EXPECT_THAT(slices("2025100908532012", "2025100908532013"), IsEmpty());
  EXPECT_THAT(slices("espressodoubledouble", "cappuccinolarge1"), IsEmpty());
  EXPECT_THAT(
      slices("550e8400-e29b-41d4-a716-446655440000", "650e8400-e29b-41d4-a716-446655440000"),
      IsEmpty());
  EXPECT_THAT(slices("S5UBAwQAs6H/", "no base64, this"), IsEmpty());
  EXPECT_THAT(slices("0a1b2c", "0a1b2d"), IsEmpty());
  EXPECT_THAT(slices("ba7816bf8f01cfea", "1f83d9abfb41bd6b"), IsEmpty());  // ids differ everywhere
}

// The examples of rig/decode/README.md, each in a message whose neighbour differs in every bit.
TEST(Offsets, TheReadmesExamplesAreTrue) {
  std::ifstream in(std::string(BREWPROOF_SOURCE_DIR) + "/rig/decode/README.md");
  bool here = false;
  int examples = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) here = line == "### Bytes at an offset";
    if (!here || !line.starts_with("| `")) continue;
    std::vector<std::string> code;
    for (std::size_t at = 0; (at = line.find('`', at)) != std::string::npos;) {
      const std::size_t end = line.find('`', at + 1);
      std::string one = line.substr(at + 1, end - at - 1);
      while (one.find("\\|") != std::string::npos) one.erase(one.find("\\|"), 1);
      code.push_back(one);
      at = end + 1;
    }
    ASSERT_EQ(code.size(), 3u) << line;
    std::string inverted;
    for (const char c : code[1]) inverted += "fedcba9876543210"[c <= '9' ? c - '0' : c - 'a' + 10];
    const Laid laid({{code[0], code[1], bytes}, {code[0], inverted, bytes}});
    const std::size_t equals = code[2].find('=');
    const auto values = laid.values(code[2].substr(0, equals));
    ASSERT_EQ(values.size(), 2u) << line;
    EXPECT_EQ(values[0], code[2].substr(equals + 1));
    ++examples;
  }
  EXPECT_GE(examples, 3);
}

// ---- what is stated ----

std::string written(const Finding& finding) {
  static constexpr const char* kinds[] = {"stimulus", "time",   "counter",    "constant",
                                          "server",   "random", "unexplained"};
  std::string lines;
  for (const FieldFinding& field : finding.fields) {
    lines += field.path + " " + kinds[static_cast<int>(field.kind)];
    if (field.kind == FieldKind::stimulus) {
      lines += " " + field.parameter + " " + field.form + " " + std::to_string(field.matched) +
               " of " + std::to_string(field.of);
    }
    lines += "\n";
  }
  return lines;
}

TEST(StatedBytes, OnePathForAParameterAndTheRestByItsKind) {
  World world(7);
  synthetic::struct_kiosk(world);
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].grade, 'A');
  EXPECT_EQ(written(proof.findings[0]),
            "bytes:0+4 constant\n"
            "bytes:4+4 time\n"
            "bytes:8+1 counter\n"
            "bytes:9+3 constant\n"
            "bytes:12+2 stimulus amount little-endian 16 of 16\n"
            "bytes:14+2 constant\n"
            "bytes:16+1 stimulus method mapping 16 of 16\n"
            "bytes:17+3 stimulus card text 16 of 16\n"
            "bytes:20+9 random\n");
  EXPECT_THAT(arithmetic(world.input, "F1"),
              HasSubstr("field bytes:12+2 carries amount (little-endian): 16 of 16 acts agree"));
}

TEST(StatedBytes, ACodeOfSeveralBytesIsOnePath) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial* trial : world.trials_of("brew", false)) {
    const bool latte = param(trial, "drink") == "latte";
    world.send(trial->origin_ns() + 10 * ms, "a.x.example", 5514, "udp", "datagram 8..15 B",
               {{"payload", "01" + world.hex(2) + (latte ? "9a000001f4" : "117f000255"), bytes}}, 3,
               8);
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(written(proof.findings[0]),
            "bytes:0+1 constant\n"
            "bytes:1+2 unexplained\n"
            "bytes:3+2 stimulus drink mapping 16 of 16\n"
            "bytes:5+1 constant\n"
            "bytes:6+2 stimulus drink mapping 16 of 16\n");
  const FieldFinding* second = field_at(proof.findings[0], "bytes:6+2");
  ASSERT_TRUE(second);
  EXPECT_THAT(second->mapping,
              ElementsAre(std::pair("espresso", "0255"), std::pair("latte", "01f4")));
}

TEST(StatedBytes, TextIsStatedAsTheTextItIs) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial* trial : world.trials_of("brew", false)) {
    std::string drink = to_hex(as_bytes(param(trial, "drink")));
    drink.resize(16, '0');
    world.send(trial->origin_ns() + 10 * ms, "a.x.example", 5514, "udp", "datagram 8..15 B",
               {{"payload", "01" + world.hex(1) + "00" + drink + world.hex(1), bytes}}, 3, 12);
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_THAT(written(proof.findings[0]), HasSubstr("bytes:3+8 stimulus drink text 16 of 16\n"));
  EXPECT_THAT(written(proof.findings[0]), testing::Not(HasSubstr("mapping")));
}

/// Payments whose only field holds what `write` makes of the trial.
Proof paid(const std::function<std::string(World&, const Trial&)>& write, const std::string& path,
           FieldType type) {
  World world(7);
  world.deal({"pay"});
  world.deal_amounts("pay", "amount");
  world.deal_tokens("pay", "card");
  for (const Trial* trial : world.trials_of("pay", false)) {
    world.send(trial->origin_ns() + 10 * ms, "a.x.example", 80, "http", "POST /a",
               {{path, write(world, *trial), type}}, 3, 40);
  }
  return attribute(world.input);
}

std::uint64_t cents(const Trial& trial) {
  return static_cast<std::uint64_t>(std::get<std::int64_t>(trial.params.at("amount")));
}

TEST(StatedBytes, WhatIsTheValueAltogetherStaysWhole) {
  const Proof amounts = paid(
      [](World&, const Trial& trial) { return number(cents(trial), 4, true); }, "payload", bytes);
  EXPECT_EQ(written(amounts.findings.at(0)), "payload stimulus amount little-endian 16 of 16\n");
  for (const FieldType type : {bytes, text}) {
    const Proof digests = paid(
        [](World&, const Trial& trial) { return sha256(param(&trial, "card")); }, "payload", type);
    EXPECT_EQ(written(digests.findings.at(0)), "payload|sha256 stimulus card text 16 of 16\n");
  }
}

TEST(StatedBytes, ADigestIsStatedAsLongAsItIs) {
  const Proof proof =
      paid([](World& world,
              const Trial& trial) { return "4b95" + sha256(param(&trial, "card")) + world.hex(6); },
           "payload", bytes);
  EXPECT_EQ(written(proof.findings.at(0)),
            "bytes:0+2 constant\n"
            "bytes:2+32|sha256 stimulus card text 16 of 16\n"
            "bytes:34+6 random\n");
}

TEST(StatedBytes, AStructThatIsWrittenAsTextIsAStructToo) {
  const Proof proof = paid(
      [](World& world, const Trial& trial) {
        return "4b950103" + number(cents(trial), 2, false) + world.hex(4);
      },
      "body|json:/d", text);
  EXPECT_EQ(written(proof.findings.at(0)),
            "body|json:/d|hex|bytes:0+4 constant\n"
            "body|json:/d|hex|bytes:4+2 stimulus amount big-endian 16 of 16\n"
            "body|json:/d|hex|bytes:6+4 random\n");
}

TEST(StatedBytes, WhatAHeartbeatCarriesStandsAtItsOffset) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  int beats = 0x02f0;
  world.every(330 * ms, 60 * ms, [&](std::int64_t t) {
    std::string last = "00";
    for (const Trial* trial : world.trials_of("brew", false)) {
      if (trial->origin_ns() < t) last = param(trial, "drink") == "latte" ? "02" : "01";
    }
    world.send(
        t, "mq.x.example", 1883, "mqtt", "PUBLISH hb",
        {{"payload", "4b01" + number(static_cast<std::uint64_t>(++beats), 2, false) + last, bytes}},
        1, 5);
  });
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].relation, "carried_by");
  EXPECT_EQ(written(proof.findings[0]),
            "bytes:4+1 stimulus drink mapping 16 of 16\n"
            "bytes:0+2 constant\n"
            "bytes:2+2 counter\n");
}

TEST(StatedBytes, WithoutAParameterTheContentIsOneField) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial* trial : world.trials_of("brew", false)) {
    world.send(trial->origin_ns() + 10 * ms, "a.x.example", 5514, "udp", "datagram 8..15 B",
               {{"payload", "4b95" + world.hex(10), bytes}}, 3, 12);
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(written(proof.findings[0]), "payload random\n");
  EXPECT_EQ(proof.findings[0].grade, 'B');
}

TEST(StatedBytes, WhatLiesBeyondTheLayoutIsListedToo) {
  World world(7);
  world.deal({"brew"});
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  for (const Trial* trial : world.trials_of("brew", false)) {
    const bool latte = param(trial, "drink") == "latte";
    world.send(trial->origin_ns() + 10 * ms, "a.x.example", 5514, "udp", "datagram 128..255 B",
               {{"payload", (latte ? "9a" : "11") + std::string(254, '0') + world.hex(20), bytes}},
               3, 148);
  }
  const Proof proof = attribute(world.input);
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(written(proof.findings[0]),
            "bytes:0+1 stimulus drink mapping 16 of 16\n"
            "bytes:1+127 constant\n"
            "bytes:128+20 random\n");
}

}  // namespace
}  // namespace brewproof
