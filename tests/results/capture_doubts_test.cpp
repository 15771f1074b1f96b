// What the captures leave in doubt, in every output: where the decoder died, addresses that nothing
// counts, values that were cut.
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

constexpr std::int64_t noon = 1'760'011'200'000'000'000;

Findings in_doubt_findings() {
  Findings findings = sample_report().findings;
  findings.analysis.fault = DecoderFault{"signal", 9, {}, PacketPlace{0, 18244, 112}};
  findings.analysis.other_addresses = {
      {"02:c0:ff:ee:00:01", "10.77.0.51", false, 2, 88, noon, {0, 900, 5}},
      {"02:c0:ff:ee:00:01", "", false, 1, 42, noon, {0, 24, 1}},
      {"02:00:00:00:00:07", "10.77.0.50", true, 1, 44, noon, {0, 800, 4}},
      {"02:00:00:00:00:fe", "*", false, 33, 1452, noon, {0, 800, 4}}};
  findings.findings[0].fields[0].cut = 3;
  return findings;
}

TEST(CaptureDoubts, AreAbsentWhereThereAreNone) {
  const Findings findings = sample_report().findings;
  EXPECT_THAT(capture_sentences(findings), IsEmpty());
  const std::string written = findings_json(findings);
  for (const char* key : {"\"fault\":{", "other_addresses", "\"cut\""})
    EXPECT_THAT(written, Not(HasSubstr(key)));
  EXPECT_THAT(html_report(sample_report()), Not(HasSubstr("leave in doubt")));
}

TEST(CaptureDoubts, AreWrittenAndReadBack) {
  const std::string written = findings_json(in_doubt_findings());
  const auto analysis = nlohmann::json::parse(written)["analysis"];
  EXPECT_EQ(analysis["fault"].dump(),
            R"({"exit_code":null,"file":"capture/0001.pcapng","frame":112,"how":"signal",)"
            R"("offset":18244,"signal":9})");
  EXPECT_EQ(analysis["other_addresses"][0].dump(),
            R"({"address":"10.77.0.51","bytes":88,"counted":false,"file":"capture/0001.pcapng",)"
            R"("first_ns":1760011200000000000,"frame":5,"mac":"02:c0:ff:ee:00:01","offset":900,)"
            R"("packets":2})");
  const auto read = read_findings_json(written, "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->analysis.fault, in_doubt_findings().analysis.fault);
  EXPECT_EQ(read->analysis.other_addresses, in_doubt_findings().analysis.other_addresses);
  EXPECT_EQ(findings_json(*read), written);
  Findings nowhere = in_doubt_findings();
  nowhere.analysis.fault = DecoderFault{"exit", {}, 12, {}};
  const auto again = read_findings_json(findings_json(nowhere), "findings.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->analysis.fault, nowhere.analysis.fault);
}

TEST(CaptureDoubts, AreSentences) {
  EXPECT_THAT(
      capture_sentences(in_doubt_findings()),
      ElementsAre(
          "The decoder was ended by signal 9 at packet 112 of capture/0001.pcapng (byte 18244): "
          "what comes behind that was not read.",
          "The network card 02:c0:ff:ee:00:01, which has the address that --dut names, sent from "
          "10.77.0.51, too, and nothing of that is counted: 2 packets, 88 bytes, the first of them "
          "packet 5 of capture/0001.pcapng (byte 900), 2025-10-09 12:00:00 UTC. If the card is the "
          "machine's and no router's: --dut 02:c0:ff:ee:00:01.",
          "What the network card 02:c0:ff:ee:00:01 sent below IP (ARP and the like) is not "
          "counted: 1 packet, 42 bytes, the first of them packet 1 of capture/0001.pcapng (byte "
          "24), 2025-10-09 12:00:00 UTC. With --dut 02:c0:ff:ee:00:01 it is.",
          "Another network card, 02:00:00:00:00:07, sent from the machine's address 10.77.0.50, "
          "too, and what it sent is counted as the machine's: 1 packet, 44 bytes, the first of "
          "them packet 4 of capture/0001.pcapng (byte 800), 2025-10-09 12:00:00 UTC. Name the "
          "machine by its own: --dut MAC.",
          "The network card 02:00:00:00:00:fe sends from so many addresses that it is a router's: "
          "whether the machine used another address cannot be told here (33 packets, 1452 bytes, "
          "the first of them packet 4 of capture/0001.pcapng (byte 800), 2025-10-09 12:00:00 "
          "UTC)."));
}

TEST(CaptureDoubts, StandInBothReports) {
  ReportInput input = sample_report();
  input.findings = in_doubt_findings();
  const std::string text = text_summary(input.findings, {false, 200});
  EXPECT_THAT(text, HasSubstr("The captures leave in doubt"));
  EXPECT_THAT(text, HasSubstr("The decoder was ended by signal 9 at packet 112"));
  const std::string page = html_report(input);
  EXPECT_THAT(page, HasSubstr("What the captures leave in doubt"));
  EXPECT_THAT(page, HasSubstr("<li>The decoder was ended by signal 9 at packet 112"));
  EXPECT_THAT(page, HasSubstr("3 cut by the capture"));
}

}  // namespace
}  // namespace brewproof
