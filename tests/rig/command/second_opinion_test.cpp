// The second decoder in an analysis: what it lowers, and that nothing fails without it.
#include "rig/command/analysis/second_opinion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/rig/command/command_line.h"

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

FieldFinding amount_at(const char* path) {
  FieldFinding field;
  field.path = path;
  field.kind = FieldKind::stimulus;
  field.parameter = "amount";
  return field;
}

// F1 stands on frames 10 to 12 and 40 of the first capture.
Finding proven() {
  Finding finding;
  finding.id = "F1";
  finding.grade = 'A';
  finding.destination = {"api.example", "192.0.2.1", 80};
  finding.fields = {amount_at("body|json:/cents")};
  finding.evidence = {{1, 0, 1000, 10, 12}, {2, 0, 4000, 40, 40}};
  return finding;
}

Finding weighed(const Disagreement& disagreement, Finding finding = proven()) {
  std::vector<Finding> findings = {std::move(finding)};
  weigh(findings, {disagreement});
  return findings.front();
}

TEST(SecondOpinion, AFindingOnAMessageThatIsReadOtherwiseIsLowered) {
  const Finding finding = weighed({0, 40, 40, true, "", 0});
  EXPECT_EQ(finding.grade, 'B');
  EXPECT_THAT(finding.reasons, ElementsAre("second-opinion-differs"));
}

TEST(SecondOpinion, OneOfLowerGradeKeepsItAndHasTheReason) {
  Finding sealed = proven();
  sealed.grade = 'B';
  EXPECT_EQ(weighed({0, 10, 12, true, "", 0}, sealed).grade, 'B');
  EXPECT_THAT(weighed({0, 10, 12, true, "", 0}, sealed).reasons,
              ElementsAre("second-opinion-differs"));
}

TEST(SecondOpinion, OtherMessagesLowerNothing) {
  EXPECT_EQ(weighed({0, 11, 11, true, "", 0}).grade, 'A') << "begins within the evidence's frames";
  EXPECT_EQ(weighed({0, 41, 41, true, "", 0}).grade, 'A');
  EXPECT_EQ(weighed({1, 40, 40, true, "", 0}).grade, 'A') << "of another file";
}

TEST(SecondOpinion, WhatOnlyTheOtherShowsInTheSameConversationLowersIt) {
  EXPECT_EQ(weighed({0, 11, 11, false, "10.0.0.2 192.0.2.1", 80}).grade, 'B');
  EXPECT_EQ(weighed({0, 11, 11, false, "10.0.0.2 192.0.2.9", 80}).grade, 'A');
  EXPECT_EQ(weighed({0, 11, 11, false, "10.0.0.2 192.0.2.1", 443}).grade, 'A');
  EXPECT_EQ(weighed({0, 13, 13, false, "10.0.0.2 192.0.2.1", 80}).grade, 'A');
}

TEST(SecondOpinion, ContentThatOneDecoderAloneReadIsSaidToBe) {
  Finding finding = proven();
  finding.fields[0].path = "tshark:snmp.value";
  std::vector<Finding> findings = {finding};
  weigh(findings, {});
  EXPECT_EQ(findings[0].grade, 'A');
  EXPECT_THAT(findings[0].reasons, ElementsAre("one-opinion"));
  findings[0].reasons.clear();
  findings[0].fields.push_back(amount_at("payload"));
  weigh(findings, {});
  EXPECT_THAT(findings[0].reasons, IsEmpty());
}

class SecondOpinionAsked : public CommandLine {
 protected:
  SecondOpinionAsked() {
    // One datagram of 02:c0:ff:ee:00:01, 192.0.2.7, to 192.0.2.1 port 161, at 1760000003 s: SNMP
    // (RFC 1157), version 0, community "public", get-request of nothing.
    constexpr std::array<unsigned char, 68> frame = {
        0x02, 0xc0, 0xff, 0xee, 0x00, 0x02, 0x02, 0xc0, 0xff, 0xee, 0x00, 0x01, 0x08, 0x00,
        0x45, 0x00, 0x00, 0x36, 0x00, 0x01, 0x00, 0x00, 0x40, 0x11, 0x00, 0x00, 0xc0, 0x00,
        0x02, 0x07, 0xc0, 0x00, 0x02, 0x01, 0x04, 0x00, 0x00, 0xa1, 0x00, 0x22, 0x00, 0x00,
        0x30, 0x18, 0x02, 0x01, 0x00, 0x04, 0x06, 'p',  'u',  'b',  'l',  'i',  'c',  0xa0,
        0x0b, 0x02, 0x01, 0x01, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x00};
    std::ofstream capture(place / "x.pcap", std::ios::binary);
    for (const std::uint32_t value :
         {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 1U, 1'760'000'003U, 0U, 68U, 68U})
      capture.write(reinterpret_cast<const char*>(&value), 4);
    capture.write(reinterpret_cast<const char*>(frame.data()), frame.size());
    std::ofstream(place / "t.jsonl")
        << R"({"trial":1,"event":"brew","start_ns":1760000002000000000,)"
           R"("end_ns":1760000004000000000,"params":{},"status":"ok"})"
        << "\n";
  }
  nlohmann::json analysis(const std::vector<std::string>& more,
                          const std::map<std::string, std::string>& environment = {}) {
    std::vector<std::string> words = {"analyze",           "x.pcap", "--trials", "t.jsonl", "--dut",
                                      "02:c0:ff:ee:00:01", "--out",  "o"};
    words.insert(words.end(), more.begin(), more.end());
    output = run(words, environment);
    return nlohmann::json::parse(text_of((place / "o/findings.json").string()))["analysis"];
  }
  Child::Output output;
};

TEST_F(SecondOpinionAsked, IsGivenByDefaultAndNamesTsharksVersion) {
  if (!find_program("tshark")) GTEST_SKIP() << "tshark is not installed";
  const auto made = analysis({});
  EXPECT_THAT(made["cross_check"].get<std::string>(), HasSubstr("tshark "));
  EXPECT_EQ(made["read_alone"].dump(), R"([{"messages":1,"protocol":"snmp"}])");
  EXPECT_THAT(output.out, HasSubstr("Second opinion: tshark "));
  EXPECT_THAT(text_of((place / "o/report.html").string()), HasSubstr("Second opinion"));
}

TEST_F(SecondOpinionAsked, IsLeftOutOnRequest) {
  const auto made = analysis({"--no-cross-check"});
  EXPECT_TRUE(made["cross_check"].is_null());
  EXPECT_EQ(made["no_cross_check"], "left out with --no-cross-check");
  EXPECT_THAT(output.out, HasSubstr("No second opinion: left out with --no-cross-check."));
}

// Saying so is all: the analysis ends as it would with one.
TEST_F(SecondOpinionAsked, IsMissingWithoutTsharkAndNothingFails) {
  (void)analysis({"--no-cross-check"});
  const int code = output.exit.code;
  const auto made = analysis({}, {{"PATH", place.string()}});
  EXPECT_EQ(output.exit.code, code) << output.out << output.err;
  EXPECT_TRUE(made["cross_check"].is_null());
  EXPECT_THAT(made["no_cross_check"].get<std::string>(), HasSubstr("starting tshark"));
  EXPECT_THAT(output.out, HasSubstr("No second opinion: starting tshark"));
}

}  // namespace
}  // namespace brewproof
