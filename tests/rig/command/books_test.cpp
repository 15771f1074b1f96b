// `books` as a person and a script use it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/rig/command/command_line.h"
#include "tests/rig/process/started.h"

namespace brewproof {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string audit_sample(const std::string& name) {
  return std::string(BREWPROOF_SOURCE_DIR) + "/tests/data/books/" + name;
}

TEST_F(CommandLine, BooksOfAMachineAreATableOfItsProducts) {
  const auto told = run({"books", audit_sample("kiosk-before.dts")});
  EXPECT_EQ(told.exit.code, 0) << told.err;
  EXPECT_THAT(
      told.out,
      AllOf(HasSubstr("kiosk-before.dts:2: a reading of 2026-11-28 10:15:00"),
            HasSubstr("machine KD00412, model K95, 28 records, G85 matches"),
            HasSubstr("  1   Espresso             1.80      1204      2167.20       6      19"),
            HasSubstr("Caff\\xe8 Latte"), HasSubstr("4447.40 EUR")));
}

TEST_F(CommandLine, BooksOfTwoReadingsSayWhatMovedAndWhatItIsWorth) {
  const auto told =
      run({"books", audit_sample("kiosk-before.dts"), audit_sample("kiosk-after.dts")});
  EXPECT_EQ(told.exit.code, 0) << told.err;
  EXPECT_THAT(told.out,
              AllOf(HasSubstr("vends of 1 Espresso"), HasSubstr("+2"), HasSubstr("3.60 EUR"),
                    HasSubstr("6.20 EUR"), HasSubstr("which prove nothing"),
                    HasSubstr("books say that this happened")));
}

TEST_F(CommandLine, BooksThatAreDamagedAreToldAtTheirPlaceWithExitCode2) {
  const auto told = run({"books", audit_sample("kiosk-before.dts"), audit_sample("wrong-g85.dts")});
  EXPECT_EQ(told.exit.code, 2);
  EXPECT_THAT(told.out, AllOf(HasSubstr("wrong-g85.dts:28:5: G85 says "),
                              HasSubstr("doubt: the later reading is damaged"),
                              HasSubstr("This proves nothing")));
  EXPECT_EQ(run({"books", audit_sample("truncated.dts")}).exit.code, 2);
  EXPECT_EQ(run({"books", audit_sample("changer-lf.dts")}).exit.code, 0);
}

TEST_F(CommandLine, BooksOfSeveralReadingsInOneFileAreComparedFirstAndLast) {
  const auto told = run({"books", audit_sample("two-sessions.dts")});
  EXPECT_EQ(told.exit.code, 0);
  EXPECT_THAT(told.out, AllOf(HasSubstr("Between the two readings"), HasSubstr("3.60 EUR")));
}

TEST_F(CommandLine, BooksGiveScriptsOneObject) {
  const auto told =
      run({"books", "--json", audit_sample("kiosk-before.dts"), audit_sample("kiosk-after.dts")});
  EXPECT_EQ(told.exit.code, 0);
  const auto answer = nlohmann::json::parse(told.out);
  EXPECT_EQ(answer["schema"], "brewproof.books/1");
  EXPECT_EQ(answer["files"][0]["readings"][0]["g85"], "matches");
  EXPECT_EQ(answer["files"][1]["readings"][0]["products"][0]["price"], 180);
  EXPECT_EQ(answer["difference"]["proves"], true);
  EXPECT_EQ(answer["difference"]["moved"][0]["worth"], 620);
}

TEST_F(CommandLine, BooksThatAreNotThereOrTooManyAreRefused) {
  EXPECT_EQ(run({"books", "none.dts"}).exit.code, 2);
  const auto three = run({"books", "a", "b", "c"});
  EXPECT_EQ(three.exit.code, 2);
  EXPECT_THAT(three.err, HasSubstr("one file or two"));
}

/// A bench whose audit port is a simulated one of this driver, which tells the file
/// `place/books.dts`.
class BooksFromThePort : public CommandLine, public ::testing::WithParamInterface<std::string> {
 protected:
  BooksFromThePort() {
    tell("kiosk-before.dts");
    machine_.emplace(
        simulator({GetParam(), "--port", path("audit"), "--books", path("books.dts")}));
    std::ofstream(place / "k.bench.yaml")
        << "brewproof: bench/1\nname: k\ndut: {maker: Example, model: K95, serial: KD1}\n"
           "resources:\n  audit: {driver: "
        << GetParam() << ", port: " << path("audit") << "}\ncontrols: {}\n";
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (place / name).string(); }
  void tell(const std::string& sample) const {
    std::filesystem::copy_file(audit_sample(sample), path("books.dts"),
                               std::filesystem::copy_options::overwrite_existing);
  }

  std::optional<Child> machine_;
};

INSTANTIATE_TEST_SUITE_P(Ports, BooksFromThePort, ::testing::Values("dex", "ddcmp"));

TEST_P(BooksFromThePort, AreReadBeforeAndAfterAndCompared) {
  const auto before = run({"books", "--bench", "k.bench.yaml", "--out", "before.dts"});
  EXPECT_EQ(before.exit.code, 0) << before.err;
  EXPECT_THAT(before.out, HasSubstr("before.dts:2: a reading of 2026-11-28 10:15:00"));
  EXPECT_EQ(text_of(path("before.dts")), text_of(audit_sample("kiosk-before.dts")));
  EXPECT_THAT(text_of(path("before.dts.exchanges.jsonl")), HasSubstr(R"("written":"05)"));
  tell("kiosk-after.dts");
  const auto after = run(
      {"books", "before.dts", "--bench", "k.bench.yaml", "--from", "audit", "--out", "after.dts"});
  EXPECT_EQ(after.exit.code, 0) << after.err;
  EXPECT_THAT(after.out, AllOf(HasSubstr("vends of 1 Espresso"), HasSubstr("6.20 EUR")));
  const auto again = run({"books", "--bench", "k.bench.yaml", "--out", "after.dts"});
  EXPECT_EQ(again.exit.code, 2);
  EXPECT_THAT(again.err, HasSubstr("after.dts: it is there already"));
}

TEST_P(BooksFromThePort, WhatCannotBeReadIsSaidAndTheLineIsKept) {
  machine_.reset();
  const auto gone = run({"books", "--bench", "k.bench.yaml", "--out", "x.dts"});
  EXPECT_EQ(gone.exit.code, 3);
  EXPECT_THAT(gone.err, HasSubstr("k.bench.yaml:5:"));
  EXPECT_FALSE(std::filesystem::exists(path("x.dts")));
  const auto none = run({"books", "--bench", "k.bench.yaml", "--from", "panel", "--out", "x.dts"});
  EXPECT_EQ(none.exit.code, 2);
  EXPECT_THAT(none.err,
              HasSubstr("\"panel\" does not read the machine's books; those that do: audit"));
}

}  // namespace
}  // namespace brewproof
