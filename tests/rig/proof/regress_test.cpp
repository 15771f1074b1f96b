#include "rig/proof/regress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rig/model/regression.h"

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

SentSignature sent(const std::string& message, std::vector<std::string> fields = {},
                   const std::string& protocol = "http") {
  SentSignature one;
  one.destination = {"api.example", "203.0.113.10", 80};
  one.protocol = protocol;
  one.message = message;
  one.count = 8;
  one.bytes = 800;
  one.fields = std::move(fields);
  return one;
}

SentSignature sealed(const std::string& message) {
  SentSignature one = sent(message, {}, "tls");
  one.destination.port = 443;
  one.sealed_bytes = one.bytes;
  return one;
}

Finding claim(const std::string& id, int hits, int trials) {
  Finding finding;
  finding.id = id;
  finding.event = "pay";
  finding.destination = {"api.example", "203.0.113.10", 80};
  finding.protocol = "http";
  finding.message = "POST /v1/order";
  finding.timing = Timing{hits, trials, 0, trials, {0, 100'000'000}, 1e-6, 1e-4};
  return finding;
}

// F1 asked again: so many of eight acts and shams, and what the run says of it.
Confirmation asked(const std::string& verdict, int hits, int sham_hits = 0) {
  Confirmation one;
  one.claim.id = "F1";
  one.claim.event = "pay";
  one.claim.destination = {"api.example", "203.0.113.10", 80};
  one.claim.protocol = "http";
  one.claim.message = "POST /v1/order";
  one.timing = Timing{hits, 8, sham_hits, 8, {0, 100'000'000}, 0.5, 0.5};
  one.verdict = verdict;
  return one;
}

Regression held(const Finding& then, Confirmation now) {
  Findings base, run;
  base.run.id = "base/1";
  base.findings = {then};
  run.confirmations = {std::move(now)};
  return held_against(base, run);
}

Regression held(std::vector<SentSignature> then, std::vector<SentSignature> now) {
  Findings base, run;
  base.signatures = std::move(then);
  run.signatures = std::move(now);
  return held_against(base, run);
}

TEST(Regress, AClaimThatIsConfirmedIsNoLine) {
  const Regression regression = held(claim("F1", 16, 16), asked("confirmed", 8));
  EXPECT_EQ(regression.base, "base/1");
  EXPECT_THAT(regression.lines, IsEmpty());
}

// 16 of 16 then, 0 of 8 now: Fisher 1 / C(24,8) = 1.36e-6, two questions.
TEST(Regress, AClaimThatDoesNotComeBackIsRed) {
  const Regression regression = held(claim("F1", 16, 16), asked("not_confirmed", 0));
  ASSERT_EQ(regression.lines.size(), 1u);
  const RedLine& line = regression.lines[0];
  EXPECT_EQ(line.what, "claim-gone");
  EXPECT_EQ(line.claim, "F1");
  EXPECT_EQ(line.event, "pay");
  EXPECT_EQ(line.message, "POST /v1/order");
  EXPECT_NEAR(*line.p_adjusted, 2.0 / 735'471, 1e-9);
  EXPECT_EQ(line.doubt, "");
  EXPECT_EQ(red_lines(regression).size(), 1u);
}

// Of one act in three eight acts show none once in 26 times: that is no difference.
TEST(Regress, WhatFollowedFewActsIsDoubtfulWhereFewActsDoNotShowIt) {
  const Regression regression = held(claim("F1", 12, 36), asked("not_confirmed", 0));
  ASSERT_EQ(regression.lines.size(), 1u);
  EXPECT_EQ(regression.lines[0].doubt, "no-difference-shown");
  EXPECT_GT(*regression.lines[0].p_adjusted, 0.01);
  EXPECT_THAT(red_lines(regression), IsEmpty());
}

// It still comes after each act, and now after each sham too: it is no longer the act's.
TEST(Regress, AClaimThatComesAnywayNowIsRed) {
  const Regression regression = held(claim("F1", 16, 16), asked("not_confirmed", 8, 8));
  ASSERT_EQ(regression.lines.size(), 1u);
  EXPECT_EQ(regression.lines[0].doubt, "");
}

// More acts than then is no loss.
TEST(Regress, AClaimThatComesMoreOftenIsNotGone) {
  const Regression regression = held(claim("F1", 12, 36), asked("not_confirmed", 4));
  EXPECT_EQ(regression.lines.at(0).p_adjusted, 1);
  EXPECT_EQ(regression.lines.at(0).doubt, "no-difference-shown");
}

TEST(Regress, WhatTheRunCannotTellIsDoubtful) {
  Confirmation unknown = asked("inconclusive", 0);
  unknown.reason = "unconfirmed";
  EXPECT_EQ(held(claim("F1", 16, 16), unknown).lines.at(0).doubt, "unconfirmed");
  EXPECT_EQ(held(claim("F2", 16, 16), asked("not_confirmed", 0)).lines.at(0).doubt, "no-counts");
}

TEST(Regress, AMessageThatWasNeverSentIsNew) {
  const Regression regression =
      held({sent("GET /v1/config")}, {sent("GET /v1/config"), sent("POST /v2/track")});
  ASSERT_EQ(regression.lines.size(), 1u);
  EXPECT_EQ(regression.lines[0].what, "new-message");
  EXPECT_EQ(regression.lines[0].message, "POST /v2/track");
  EXPECT_EQ(regression.lines[0].count, 8u);
}

TEST(Regress, AnotherServerOrProtocolIsNew) {
  SentSignature elsewhere = sent("GET /v1/config");
  elsewhere.destination.name = "other.example";
  SentSignature opened = sent("GET /v1/config");
  opened.tls = true;
  for (const SentSignature& one : {elsewhere, opened, sent("GET /v1/config", {}, "http2")})
    EXPECT_EQ(held({sent("GET /v1/config")}, {one}).lines.size(), 1u);
}

TEST(Regress, AServerThatOnlyMovedToAnotherAddressIsTheSame) {
  SentSignature moved = sent("GET /v1/config");
  moved.destination.address = "198.51.100.7";
  EXPECT_THAT(held({sent("GET /v1/config")}, {moved}).lines, IsEmpty());
}

TEST(Regress, ToLookUpAServerThatWasSpokenToIsNoNews) {
  const auto query = [](const std::string& name) {
    SentSignature one = sent("query A " + name, {}, "dns");
    one.destination = {name, "10.77.0.1", 53};
    return one;
  };
  const SentSignature spoken = sent("GET /v1/config");  // to api.example
  EXPECT_THAT(held({spoken}, {spoken, query("api.example")}).lines, IsEmpty());
  EXPECT_EQ(held({spoken}, {spoken, query("a1b2.api.example")}).lines.size(), 1u);
  EXPECT_EQ(held({spoken}, {spoken, query("other.example")}).lines.size(), 1u);
  // What was only asked for then is known as what it was.
  EXPECT_EQ(held({query("x.example")}, {query("y.example")}).lines.size(), 1u);
}

TEST(Regress, ATemplateThatKnowsLessIsTheSame) {
  EXPECT_THAT(held({sent("PUBLISH kiosk/{}/hb")}, {sent("PUBLISH kiosk/KD1/hb")}).lines, IsEmpty());
  EXPECT_THAT(held({sent("PUBLISH kiosk/KD1/hb")}, {sent("PUBLISH kiosk/{}/hb")}).lines, IsEmpty());
}

TEST(Regress, AFieldThatNoMessageOfTheKindHadIsNew) {
  const std::vector<SentSignature> then = {sent("POST /a", {"body|json:/sn"}),
                                           sent("POST /{}", {"body|json:/ts"})};
  EXPECT_THAT(held(then, {sent("POST /a", {"body|json:/sn", "body|json:/ts"})}).lines, IsEmpty());
  const Regression regression =
      held(then, {sent("POST /a", {"body|json:/lat", "body|json:/sn", "body|json:/user"})});
  ASSERT_EQ(regression.lines.size(), 1u);
  EXPECT_EQ(regression.lines[0].what, "new-fields");
  EXPECT_THAT(regression.lines[0].fields, ElementsAre("body|json:/lat", "body|json:/user"));
}

TEST(Regress, WhereFieldsWereCutNoneIsNew) {
  SentSignature then = sent("POST /a", {"body|json:/sn"});
  then.fields_cut = true;
  EXPECT_THAT(held({then}, {sent("POST /a", {"body|json:/lat"})}).lines, IsEmpty());
}

TEST(Regress, ASizeBetweenThoseThatWereSeenOrOneBesideIsNoNews) {
  const std::vector<SentSignature> then = {sealed("record 210..219 B"),
                                           sealed("record 250..259 B")};
  for (const char* size :
       {"record 210..219 B", "record 230..239 B", "record 200..209 B", "record 260..269 B"})
    EXPECT_THAT(held(then, {sealed(size)}).lines, IsEmpty()) << size;
  for (const char* size : {"record 190..199 B", "record 270..279 B", "record 1410..1419 B"})
    EXPECT_EQ(held(then, {sealed(size)}).lines.size(), 1u) << size;
}

TEST(Regress, WhatIsSealedNowAndWasOpenedThenIsDoubtful) {
  SentSignature opened = sent("POST /v1/order");
  opened.tls = true;
  opened.destination.port = 443;
  const Regression regression = held({opened}, {sealed("record 210..219 B")});
  ASSERT_EQ(regression.lines.size(), 1u);
  EXPECT_EQ(regression.lines[0].doubt, "not-opened");
}

TEST(Regress, WhatIsGoneFromTheBackgroundIsNoRedLine) {
  EXPECT_THAT(held({sent("GET /v1/config"), sent("GET /daily")}, {sent("GET /v1/config")}).lines,
              IsEmpty());
}

TEST(Regress, TwoPassesSayTheSameOfOneThing) {
  const auto line = [](const std::string& message, std::vector<std::string> fields = {}) {
    return held({sent("GET /none"), sent("POST /a", {"body|json:/sn"})},
                {sent(message, std::move(fields))})
        .lines.at(0);
  };
  EXPECT_TRUE(same_red_line(line("POST /v2/track"), line("POST /v2/track")));
  EXPECT_FALSE(same_red_line(line("POST /v2/track"), line("POST /v2/other")));
  EXPECT_TRUE(same_red_line(line("POST /a", {"x", "y"}), line("POST /a", {"y", "z"})));
  EXPECT_FALSE(same_red_line(line("POST /a", {"x"}), line("POST /a", {"z"})));
  const RedLine gone = held(claim("F1", 16, 16), asked("not_confirmed", 0)).lines.at(0);
  RedLine other = gone;
  EXPECT_TRUE(same_red_line(gone, other));
  other.claim = "F2";
  EXPECT_FALSE(same_red_line(gone, other));
}

TEST(Regress, IsReadBackAsItWasWritten) {
  Regression regression = held(claim("F1", 16, 16), asked("not_confirmed", 0));
  regression.lines.push_back(held({}, {sent("POST /v2/track", {"a"})}).lines.at(0));
  regression.lines.back().doubt = "not-opened";
  EXPECT_EQ(read_regression(regression_json(regression)), regression);
  EXPECT_EQ(read_regression({{"base", 1}}), std::nullopt);
}

}  // namespace
}  // namespace brewproof
