#include "rig/yaml/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>

namespace brewproof::yaml {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The faults that reading `text` as arbitrary values gives, one a line; "" = none.
std::string faults_of(std::string text) {
  const auto document = Document::parse(std::move(text), "f.yaml");
  if (!document) return document.error().message;
  (void)document->root().json();
  const auto finished = document->finish(0);
  return finished ? "" : finished.error().message;
}

Document parsed(const std::string& text) {
  auto document = Document::parse(text, "f.yaml");
  EXPECT_TRUE(document) << document.error().message;
  return std::move(*document);
}

TEST(Document, PlacesCountFromOneInCharacters) {
  EXPECT_EQ(faults_of("a: 1\nb: 2\na: 3\n"),
            "f.yaml:3:1: the key 'a' is here a second time; the first is in line 1");
  EXPECT_EQ(faults_of("ä: {ö: 1, ö: 2}\n"),
            "f.yaml:1:11: the key 'ö' is here a second time; the first is in line 1");
}

TEST(Document, TellsAllFaultsInTheOrderOfTheFile) {
  EXPECT_EQ(faults_of("a: NO\na: 0777\nb: 010\nc: &x 1\nd: *x\n"),
            "f.yaml:1:4: 'NO' needs quotes: some YAML readers take it for a boolean\n"
            "f.yaml:2:1: the key 'a' is here a second time; the first is in line 1\n"
            "f.yaml:3:4: '010' needs quotes: some YAML readers take it for an octal number\n"
            "f.yaml:4:4: an anchor (&name) is not allowed: write the value out each time\n"
            "f.yaml:5:4: an alias (*name) is not allowed: write the value out");
}

TEST(Document, RefusesTags) {
  EXPECT_EQ(faults_of("a: !!str 5\n"),
            "f.yaml:1:4: a tag ('tag:yaml.org,2002:str') is not allowed: take it out");
}

TEST(Document, RefusesASecondDocument) {
  EXPECT_THAT(faults_of("a: 1\n---\nb: 2\n"), StartsWith("f.yaml:2:1: a second document"));
  EXPECT_THAT(faults_of("- 1\nb: 2\n"), StartsWith("f.yaml:2:1: a second document"));
}

TEST(Document, RefusesDoubtfulKeys) {
  EXPECT_EQ(faults_of("on: 1\n"),
            "f.yaml:1:1: the key 'on' needs quotes: some YAML readers take it for a boolean");
  EXPECT_EQ(faults_of("\"on\": 1\n"), "");
}

TEST(Document, RefusesKeysThatAreNoWords) {
  EXPECT_THAT(faults_of("a: {{b}}\n"), StartsWith("f.yaml:1:5: a key must be a word"));
  EXPECT_THAT(faults_of("? [a]\n: 1\n"), StartsWith("f.yaml:1:3: a key must be a word"));
}

TEST(Document, SyntaxFaultsNameTheirPlaceAndLikelyCause) {
  EXPECT_EQ(faults_of("a: b: c\n"),
            "f.yaml:1:5: illegal map value: a ':' inside a text needs quotes around the text, or "
            "the indentation is wrong");
  EXPECT_EQ(faults_of("a: {b: 1\n"),
            "f.yaml:2:1: end of map flow not found: a '}' is missing, or the indentation is wrong");
  EXPECT_EQ(faults_of("a: [*]\n"),
            "f.yaml:1:6: alias not found after *: to write a * put it in quotes: \"*\"");
  EXPECT_EQ(faults_of("a:\n\tb: 1\n"), "f.yaml:2:3: a tab indents this line: use spaces");
}

TEST(Document, FaultsBeforeASyntaxFaultAreToldToo) {
  EXPECT_THAT(faults_of("a: 1\na: 2\nb: [\n"),
              testing::AllOf(StartsWith("f.yaml:2:1: the key 'a'"), HasSubstr("\nf.yaml:4:1: ")));
}

TEST(Document, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(faults_of("a: caf\xe9\n"),
            "f.yaml:1:7: byte \\xe9 is not UTF-8: save the file as UTF-8");
}

TEST(Document, RefusesInvisibleCharacters) {
  EXPECT_EQ(faults_of("a: x\x1b[31m\n"),
            "f.yaml:1:5: the character '\\x1b' is invisible; take it out");
  EXPECT_EQ(faults_of("a: x\xe2\x80\xae y\n"),
            "f.yaml:1:5: the character '\\u{202e}' is invisible; take it out");
  EXPECT_EQ(faults_of(std::string("a: b\0c\n", 7)),
            "f.yaml:1:5: the character '\\x00' is invisible; take it out");
  EXPECT_EQ(faults_of("a: b\x04\nc: [\n"),  // yaml-cpp takes 04 for the end of the file
            "f.yaml:1:5: the character '\\x04' is invisible; take it out");
}

TEST(Document, LinesMayEndInCarriageReturns) {
  EXPECT_EQ(faults_of("a: 1\r\nb: NO\r\n"),
            "f.yaml:2:4: 'NO' needs quotes: some YAML readers take it for a boolean");
}

TEST(Document, HostileTextIsEscapedInMessages) {
  const Document document = parsed("a: \"\\x1b[31m\\n\"\n");
  Map top = document.root().map();
  (void)top.required("a").integer(0, 1);
  EXPECT_EQ(document.finish(0).error().message,
            "f.yaml:1:4: a is '\\x1b[31m\\n': a whole number is expected");
}

TEST(Document, TooLargeAFileIsRefused) {
  EXPECT_EQ(faults_of("# " + std::string(most_bytes, 'x')),
            "f.yaml:1:1: the file is larger than 1048576 bytes; more is not read");
  EXPECT_EQ(faults_of("# " + std::string(most_bytes - 10, 'x') + "\na: 1\n"), "");
}

TEST(Document, SixtyFourLevelsAreReadAndNoMore) {
  EXPECT_EQ(faults_of(std::string(64, '[') + std::string(64, ']')), "");
  EXPECT_EQ(faults_of(std::string(65, '[') + std::string(65, ']')),
            "f.yaml:1:65: nested deeper than 64 levels");
}

TEST(Document, HostileShapesAreRefusedInBoundedTime) {
  const auto began = std::chrono::steady_clock::now();
  const std::string lots(most_bytes / 2, '[');
  EXPECT_NE(faults_of(lots), "");
  EXPECT_NE(faults_of(std::string(most_bytes / 2, '{')), "");
  std::string compact, keys;
  for (int i = 0; i < 1000; ++i) compact += "- ";
  EXPECT_THAT(faults_of(compact + "x"), HasSubstr("nested deeper than 64"));
  for (int i = 0; i < 50'000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(faults_of(keys), "");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
}

TEST(Document, ManyFaultsAreCountedAfterAHundred) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "- NO\n";
  const std::string message = faults_of(text);
  EXPECT_EQ(std::ranges::count(message, '\n'), 100);
  EXPECT_THAT(message, testing::EndsWith("\nf.yaml:101:3: and 50 more"));
}

TEST(Document, AMissingFileIsABadFile) {
  const auto document = Document::read("/nonexistent/x.yaml");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, ErrorCode::bad_file);
  EXPECT_EQ(document.error().message,
            "/nonexistent/x.yaml: cannot be read: No such file or directory");
}

TEST(Document, ADirectoryIsABadFile) {
  const auto document = Document::read("/");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().message, "/: cannot be read: Is a directory");
}

TEST(Document, AnEmptyFileHasNoValue) {
  const Document document = parsed("");
  (void)top_map(document, "bench");
  EXPECT_EQ(document.finish(0).error().message,
            "f.yaml:1:1: the file has no value: a map (key: value) is expected");
}

TEST(Document, TheFirstKeySaysWhichKindOfFileItIs) {
  const Document document = parsed("name: x\nbrewproof: procedure/1\n");
  (void)top_map(document, "bench");
  EXPECT_EQ(document.finish(0).error().message,
            "f.yaml:2:12: this is 'procedure/1', and a file that begins with `brewproof: bench/1` "
            "is expected");
}

TEST(Document, JsonKeepsFormsApart) {
  const Document document = parsed(
      "a: 1\nb: 1.5\nc: true\nd: null\ne: '1'\nf: 2 s\ng: [x]\nvid: 0483\npid: 16e0\nh: -1e3\n");
  EXPECT_EQ(
      document.root().json().dump(),
      R"({"a":1,"b":1.5,"c":true,"d":null,"e":"1","f":"2 s","g":["x"],"h":-1000.0,"pid":"16e0","vid":"0483"})");
  EXPECT_TRUE(document.finish(0));
}

}  // namespace
}  // namespace brewproof::yaml
