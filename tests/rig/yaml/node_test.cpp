#include "rig/yaml/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "rig/yaml/document.h"

namespace brewproof::yaml {
namespace {

using namespace std::chrono_literals;

// Reads the value of `x` in "x: TEXT" and gives what the fault says behind "f.yaml:1:4: ".
template <class Read>
std::string fault(const std::string& text, Read read) {
  const auto document = Document::parse("x: " + text + "\n", "f.yaml");
  if (!document) return document.error().message;
  Map top = document->root().map();
  (void)read(top.required("x"));
  const auto finished = document->finish(0);
  if (finished) return "";
  constexpr std::string_view place = "f.yaml:1:4: ";
  EXPECT_TRUE(finished.error().message.starts_with(place)) << finished.error().message;
  return finished.error().message.substr(place.size());
}

const auto as_text = [](const Node& node) { return node.text(); };
const auto as_integer = [](const Node& node) { return node.integer(1, 100); };
const auto as_real = [](const Node& node) { return node.real(0, 1); };
const auto as_boolean = [](const Node& node) { return node.boolean(); };
const auto as_choice = [](const Node& node) { return node.choice({"on", "off"}); };
const auto as_duration = [](const Node& node) { return node.duration(); };

TEST(Node, TextThatOtherReadersTakeForSomethingElseNeedsQuotes) {
  EXPECT_EQ(fault("NO", as_text),
            "x: 'NO' needs quotes to be text: some YAML readers take it for a boolean");
  EXPECT_EQ(fault("yes", as_text),
            "x: 'yes' needs quotes to be text: some YAML readers take it for a boolean");
  EXPECT_EQ(fault("12:00:11", as_text),
            "x: '12:00:11' needs quotes to be text: some YAML readers take it for a number of base "
            "60");
  EXPECT_EQ(fault("true", as_text), "x: 'true' is a boolean: put it in quotes to make it text");
  EXPECT_EQ(fault("2.1", as_text), "x: '2.1' is a number: put it in quotes to make it text");
  EXPECT_EQ(fault("'NO'", as_text), "");
  EXPECT_EQ(fault("2.1.7", as_text), "");
  EXPECT_EQ(fault("6QMBS", as_text), "");
  EXPECT_EQ(fault("\"\"", as_text), "x is empty");
}

TEST(Node, WrongTypesSayWhatIsThereAndWhatIsExpected) {
  EXPECT_EQ(fault("[a]", as_text), "x is a list: text is expected");
  EXPECT_EQ(fault("{a: 1}", as_integer), "x is a map: a whole number is expected");
  EXPECT_EQ(fault("four", as_integer), "x is 'four': a whole number is expected");
  EXPECT_EQ(fault("'4'", as_integer), "x is '4': a whole number is expected");
  EXPECT_EQ(fault("1.5", as_integer), "x is '1.5': a whole number is expected");
  EXPECT_EQ(fault("a", [](const Node& node) { return node.items(0).size(); }),
            "x is 'a': a list is expected");
  EXPECT_EQ(fault("a", [](const Node& node) { return node.map().has("k"); }),
            "x is 'a': a map (key: value) is expected");
}

TEST(Node, AMissingValueIsToldAtItsKey) {
  const auto document = Document::parse("a: 1\nx:\nb: 2\n", "f.yaml");
  Map top = document->root().map();
  (void)top.required("x").text();
  EXPECT_EQ(document->finish(0).error().message, "f.yaml:2:1: x has no value: text is expected");
}

TEST(Node, NumbersHaveALeastAndAMost) {
  EXPECT_EQ(fault("0", as_integer), "x is '0': it must be from 1 to 100");
  EXPECT_EQ(fault("101", as_integer), "x is '101': it must be from 1 to 100");
  EXPECT_EQ(fault("99999999999999999999", as_integer),
            "x is '99999999999999999999': it must be from 1 to 100");
  EXPECT_EQ(fault("100", as_integer), "");
  EXPECT_EQ(fault("1.5", as_real), "x is '1.5': it must be from 0 to 1");
  EXPECT_EQ(fault("1e999", as_real), "x is '1e999': it must be from 0 to 1");
  EXPECT_EQ(fault("0.5", as_real), "");
}

TEST(Node, OctalLookingNumbersAreDoubtful) {
  EXPECT_EQ(fault("010", as_integer),
            "x: '010' is doubtful: some YAML readers take it for an octal number; write a decimal "
            "whole number");
  EXPECT_EQ(fault("0o10", as_text),
            "x: '0o10' needs quotes to be text: some YAML readers take it for an octal number");
}

TEST(Node, BooleansAreTrueAndFalseOnly) {
  EXPECT_EQ(fault("true", as_boolean), "");
  EXPECT_EQ(fault("yes", as_boolean), "x is 'yes': true or false is expected");
  EXPECT_EQ(fault("True", as_boolean), "x is 'True': true or false is expected");
}

TEST(Node, AChoiceTakesItsWordsAsTheyStand) {
  EXPECT_EQ(fault("off", as_choice), "");
  EXPECT_EQ(fault("offf", as_choice), "x: 'offf' is not possible here; did you mean 'off'?");
  EXPECT_EQ(fault("maybe", as_choice), "x: 'maybe' is not possible here; known here: on, off");
}

TEST(Node, DurationsAreWrittenWithTheirUnit) {
  EXPECT_EQ(fault("2 s", as_duration), "");
  EXPECT_EQ(fault("300", as_duration), "x: '300' has no unit: write it as 300 ms or 2 s");
  EXPECT_EQ(fault("5 sec", as_duration),
            "x: '5 sec' has an unknown unit of time 'sec'; known here: ns, us, ms, s, min, h");
}

TEST(Node, MillisecondsAreWhole) {
  const auto as_ms = [](const Node& node) { return node.milliseconds(); };
  EXPECT_EQ(fault("0.5 s", as_ms), "");
  EXPECT_EQ(fault("0.5 ms", as_ms), "x must be whole milliseconds");
}

TEST(Map, AMissingKeyIsToldAtTheMap) {
  const auto document = Document::parse("a:\n  b: {c: 1}\n", "f.yaml");
  Map top = document->root().map();
  Map a = top.required("a").map();
  Map b = a.required("b").map();
  (void)b.required("press").text();
  EXPECT_EQ(document->finish(0).error().message, "f.yaml:2:6: a.b.press is missing");
}

TEST(Map, UnknownKeysAreFaultsWithTheNearestKnownOne) {
  const auto document = Document::parse("press: 1\nmax_no: 2\nzzz: 3\n", "f.yaml");
  Map top = document->root().map();
  (void)top.required("press");
  (void)top.optional("max_on");
  (void)top.optional("min_off");
  top.close();
  EXPECT_EQ(document->finish(0).error().message,
            "f.yaml:2:1: unknown key max_no; did you mean 'max_on'?\n"
            "f.yaml:3:1: unknown key zzz; known here: max_on, min_off");
}

TEST(Map, NamesBeginWithALetter) {
  const auto document = Document::parse("a-1: 1\n1a: 1\n\"x y\": 1\n", "f.yaml");
  Map top = document->root().map();
  EXPECT_EQ(top.named_entries().size(), 1U);
  EXPECT_EQ(document->finish(0).error().message,
            "f.yaml:2:1: '1a' is no name: a letter, then letters, digits, _ and -, at most 64\n"
            "f.yaml:3:1: 'x y' is no name: a letter, then letters, digits, _ and -, at most 64");
}

TEST(Map, NothingIsToldTwiceAboutWhatIsMissing) {
  const auto document = Document::parse("b: 1\n", "f.yaml");
  Map top = document->root().map();
  Map missing = top.required("a").map();
  (void)missing.required("k").duration();
  missing.close();
  EXPECT_EQ(document->finish(0).error().message, "f.yaml:1:1: a is missing");
}

}  // namespace
}  // namespace brewproof::yaml
