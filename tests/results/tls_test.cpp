// TLS sessions in every output: which were opened, and why others stay sealed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "results/findings_json.h"
#include "results/report.h"
#include "results/sentences.h"
#include "tests/results/sample_report.h"

namespace brewproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string client_random(64, 'a');

Findings with_sessions() {
  Findings findings = sample_report().findings;
  TlsSessions& tls = findings.analysis.tls;
  tls.key_logs = {{"keys.log", 3, 2, 0, ""}};
  tls.by_peer[{"api.example", "203.0.113.10", 443}] = {
      5, 4, {{"gap", {1, 1, {{{0, 800, 40}, client_random}}}}}};
  tls.by_peer[{"", "203.0.113.11", 8443}] = {
      2, 0, {{"not-in-key-log", {2, 0, {{{0, 90, 7}, ""}, {{0, 91, 9}, client_random}}}}}};
  return findings;
}

TEST(TlsOutput, IsAbsentWhereThereIsNothingToTell) {
  const Findings findings = sample_report().findings;
  EXPECT_FALSE(nlohmann::json::parse(findings_json(findings))["analysis"].contains("tls"));
  EXPECT_EQ(tls_sentence(findings), "");
  EXPECT_THAT(html_report(sample_report()), Not(HasSubstr("TLS sessions")));
}

TEST(TlsOutput, IsWrittenAndReadBack) {
  const Findings findings = with_sessions();
  const std::string written = findings_json(findings);
  const auto tls = nlohmann::json::parse(written)["analysis"]["tls"];
  EXPECT_EQ(tls["key_logs"].dump(),
            R"([{"bad_lines":0,"fault":null,"file":"keys.log","sessions":3,"unknown_labels":2}])");
  EXPECT_EQ(
      tls["destinations"][0].dump(),
      R"({"destination":{"address":"203.0.113.11","name":null,"port":8443},"opened":0,"sealed":[)"
      R"({"partly":0,"sessions":2,"some":[{"client_random":null,"file":"capture/0001.pcapng",)"
      R"("frame":7},{"client_random":")" +
          client_random +
          R"(","file":"capture/0001.pcapng","frame":9}],"why":"not-in-key-log"}],"seen":2})");
  const auto read = read_findings_json(written, "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(findings_json(*read), written);
}

TEST(TlsOutput, OneSentenceCountsThem) {
  Findings findings = with_sessions();
  EXPECT_EQ(tls_sentence(findings),
            "TLS: 4 of 7 sessions opened; 3 stay sealed (1 in part): 1: bytes of them were never "
            "captured and 2: no key log has their secrets; 2 lines of keys.log with unknown labels "
            "were passed over.");
  findings.analysis.tls.by_peer.erase({"api.example", "203.0.113.10", 443});
  findings.analysis.tls.key_logs[0].unknown_labels = 0;
  EXPECT_EQ(tls_sentence(findings),
            "TLS: 0 of 2 sessions opened; 2 stay sealed: no key log has their secrets.");
  findings.analysis.tls.by_peer.clear();
  EXPECT_EQ(tls_sentence(findings), "TLS: the captures hold no session.");
}

TEST(TlsOutput, BadLinesOfALogAreTold) {
  Findings findings = with_sessions();
  findings.analysis.tls.key_logs = {{"keys/a.log", 3, 0, 1, "7:15: the secret is cut off"}};
  EXPECT_THAT(tls_sentence(findings),
              HasSubstr("; 1 line of keys/a.log could not be read, the first at 7:15: the secret "
                        "is cut off."));
}

TEST(TlsOutput, EachDestinationSaysWhichAndWhy) {
  EXPECT_THAT(
      sealed_sentences(with_sessions()),
      ElementsAre("2 sessions with 203.0.113.11:8443 stay sealed: no key log has their secrets "
                  "(the first: capture/0001.pcapng frame 7)",
                  "1 session with api.example:443 stays sealed in part: bytes of them were never "
                  "captured (capture/0001.pcapng frame 40, client random aaaaaaaaaaaaaaaa…)"));
}

TEST(TlsOutput, LargeCountsAreGroupedInEachSentence) {
  Findings findings = with_sessions();
  findings.analysis.tls.by_peer.clear();
  findings.analysis.tls.by_peer[{"api.example", "203.0.113.10", 443}] = {
      70000, 0, {{"gap", {60000, 12345, {}}}}};
  EXPECT_THAT(tls_sentence(findings), HasSubstr("60\u202f000 stay sealed (12\u202f345 in part): "));
  EXPECT_THAT(sealed_sentences(findings),
              ElementsAre("60\u202f000 sessions with api.example:443 stay sealed (12\u202f345 in "
                          "part): bytes of them were never captured"));
}

TEST(TlsOutput, WithoutAnyKeyLogNothingIsThereToLookInto) {
  Findings findings = sample_report().findings;
  findings.analysis.tls.by_peer[{"api.example", "203.0.113.10", 443}] = {
      5, 0, {{"no-key-log", {5, 0, {}}}}};
  EXPECT_EQ(tls_sentence(findings),
            "TLS: 0 of 5 sessions opened; 5 stay sealed: no key log was given.");
  EXPECT_THAT(sealed_sentences(findings), IsEmpty());
}

TEST(TlsOutput, WhatIsNeverOpenedSaysSo) {
  Findings findings = sample_report().findings;
  TlsSessions& tls = findings.analysis.tls;
  tls.key_logs = {{"keys.log", 1, 0, 0, "", 1}};
  tls.by_peer[{"", "203.0.113.11", 443}] = {2, 0, {{"quic", {2, 0, {}}}}};
  tls.by_peer[{"", "203.0.113.12", 5684}] = {1, 0, {{"dtls", {1, 0, {}}}}};
  tls.by_peer[{"", "203.0.113.13", 6668}] = {1, 0, {{"tuya-wrong-key", {1, 0, {}}}}};
  EXPECT_THAT(sealed_sentences(findings),
              ElementsAre("2 sessions with 203.0.113.11:443 stay sealed: QUIC is not opened: only "
                          "its Initial packets are read",
                          "1 session with 203.0.113.12:5684 stays sealed: DTLS is not opened: only "
                          "its handshake is read",
                          "1 session with 203.0.113.13:6668 stays sealed: Tuya, and none of the "
                          "local keys that were given opens them"));
  const std::string written = findings_json(findings);
  EXPECT_THAT(written, HasSubstr(R"("devices":1)"));
  const auto read = read_findings_json(written, "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->analysis.tls, findings.analysis.tls);
}

TEST(TlsOutput, StandsInBothReports) {
  ReportInput input = sample_report();
  input.findings = with_sessions();
  const std::string text = text_summary(input.findings, {false, 140});
  EXPECT_THAT(text, HasSubstr("TLS: 4 of 7 sessions opened"));
  EXPECT_THAT(text, HasSubstr("2 sessions with 203.0.113.11:8443 stay sealed"));
  const std::string page = html_report(input);
  EXPECT_THAT(page, HasSubstr("<h2 id=\"tls\">TLS sessions</h2>"));
  EXPECT_THAT(page, HasSubstr("<td>203.0.113.11:8443</td>"));
  EXPECT_THAT(page, HasSubstr("no key log has their secrets"));
}

}  // namespace
}  // namespace brewproof
