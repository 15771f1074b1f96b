#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <clocale>
#include <cstdlib>
#include <fstream>

#include "results/findings_json.h"
#include "results/html_parts.h"
#include "results/report.h"
#include "rig/model/sha256.h"
#include "tests/results/sample_report.h"

namespace brewproof {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string& sample_html() {
  static const std::string html = html_report(sample_report());
  return html;
}

std::size_t count_of(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
    ++count;
  return count;
}

TEST(HtmlReport, ShowsTheSentenceTheNumbersAndTheFields) {
  for (const char* piece : {"In 16 of 16 pay trials, and in 0 of 16 sham pay trials", "4.2e-8",
                            "POST /v1/order", "api.kiosk.example:80", "body|json:/pay/amount",
                            "minor units", "sham: host", "blocks of 4+4"})
    EXPECT_THAT(sample_html(), HasSubstr(piece));
}

TEST(HtmlReport, ShowsTheFieldsThatCarryAParameterFirst) {
  Finding finding;
  finding.fields.resize(2);
  finding.fields[0].path = "body|json:/sn";
  finding.fields[0].kind = FieldKind::constant;
  finding.fields[1].path = "body|json:/drink";
  finding.fields[1].kind = FieldKind::stimulus;
  finding.fields[1].parameter = "drink";
  const std::string table = fields_table(finding);
  EXPECT_LT(table.find("/drink"), table.find("/sn"));
}

TEST(HtmlReport, SaysWhatFieldsAreDataOfAndWhy) {
  const std::string table = fields_table(sample_report().findings.findings[0]);
  EXPECT_THAT(table, HasSubstr("<span class=\"chip\">payment</span> <small>it carries amount"));
  EXPECT_THAT(table, HasSubstr("<span class=\"chip\">serial</span> <small>it holds the serial"));
  EXPECT_THAT(background_section(sample_report().findings),
              HasSubstr("<td>identity (serial)</td>"));
}

TEST(HtmlReport, TheProvenanceMatrixHasAColumnForEachSourceThatIsMet) {
  Findings findings = sample_report().findings;
  const std::string matrix = provenance_section(findings);
  EXPECT_THAT(matrix, HasSubstr("<th scope=\"col\">Field</th><th scope=\"col\">amount</th><th "
                                "scope=\"col\">server</th><th scope=\"col\">clock</th><th "
                                "scope=\"col\">the machine itself</th>"));
  const std::string hit = "<td class=\"hit\" aria-label=\"yes\">●</td>", miss = "<td></td>";
  // An amount of ours that had come in first has two sources.
  EXPECT_THAT(matrix, HasSubstr("<code>body|json:/pay/amount</code></td>" + hit + hit + miss +
                                miss + "<td><small>16 of 16 acts agree with amount"));
  EXPECT_THAT(matrix, HasSubstr("<code>body|json:/ts</code></td>" + miss + miss + hit + miss));
  EXPECT_THAT(matrix, HasSubstr("<code>body|json:/sn</code></td>" + miss + miss + miss + hit));
  for (Finding& finding : findings.findings)
    for (FieldFinding& field : finding.fields) field.provenance = {};
  EXPECT_EQ(provenance_section(findings), "");
}

TEST(HtmlReport, DrawsThePeriEventHistogramOfActsAndShams) {
  Finding finding = sample_report().findings.findings[0];
  const std::string picture = peri_event_picture(finding);
  EXPECT_EQ(count_of(picture, "<rect class=\"real\""), 2u);
  EXPECT_EQ(count_of(picture, "<rect class=\"sham\""), 1u);
  EXPECT_THAT(picture, HasSubstr("<title>12 from +40 ms to +50 ms</title>"));
  EXPECT_THAT(picture, HasSubstr("<title>1 from -30 ms to -20 ms</title>"));
  EXPECT_THAT(picture, HasSubstr(">16 in 16</text>"));
  // The bar of 12 is as high as it goes, that of 4 a third of it.
  EXPECT_THAT(picture, HasSubstr("height=\"64.0\"><title>12 "));
  EXPECT_THAT(picture, HasSubstr("height=\"21.3\"><title>4 "));
  finding.peri_event.reset();
  EXPECT_EQ(peri_event_picture(finding), "");
}

TEST(HtmlReport, TheBackgroundIsExplainedKindByKind) {
  EXPECT_THAT(bytes_section(sample_report().findings),
              HasSubstr("every 30 s, 200 ms more or less, in 38 of 40 gaps"));
}

TEST(HtmlReport, ShowsTheArithmetic) {
  EXPECT_THAT(sample_html(), HasSubstr("4 of 4 in block 1, 4 of 4 in block 2, 4 of 4 in block 3, "
                                       "4 of 4 in block 4; 0 in the shams"));
  EXPECT_THAT(sample_html(), HasSubstr("1/70 × 1/70 × 1/70 × 1/70 = 4.2e-8"));
}

TEST(HtmlReport, ShowsThePacketBytes) {
  EXPECT_THAT(sample_html(), HasSubstr("50 4f  53 54 20 2f"));
  const Evidence where = sample_report().excerpts[0].where;
  EXPECT_THAT(sample_html(), HasSubstr(fmt::format("Trial {}, frame {} of capture/0001.pcapng",
                                                   where.trial, where.frame)));
}

TEST(HexDump, Is16ARowWithOffsetHexAndAscii) {
  const Bytes bytes = {'G', 'E', 'T', ' ', '<', 0x00, 0x1b, 0xff, 'a',
                       'b', 'c', 'd', 'e', 'f', 'g',  'h',  'i'};
  EXPECT_EQ(hex_dump(bytes),
            "<pre tabindex=\"0\"><span class=\"o\">0000</span>  "
            "47 45 54 20 3c 00 1b ff  61 62 63 64 65 66 67 68  <span class=\"a\">"
            "GET &lt;...abcdefgh</span>\n"
            "<span class=\"o\">0010</span>  "
            "69                                                <span class=\"a\">i</span>\n"
            "</pre>\n");
}

TEST(HexDump, HidesCardNumbersAlsoAcrossRows) {
  const std::string packet = "{\"card\":\"4111111111111111\"}";
  const std::string dump = hex_dump(as_bytes(packet));
  EXPECT_THAT(dump, HasSubstr("411111"));
  EXPECT_THAT(dump, Not(HasSubstr("34 31 31 31 31 31 31")));
  EXPECT_THAT(dump, HasSubstr("****"));
  EXPECT_THAT(dump, HasSubstr("1111&quot;}"));
}

TEST(HtmlReport, DrawsEveryTrialAndEveryMessageOfAFinding) {
  const ReportInput input = sample_report();
  const std::string timeline = timeline_section(input, finding_colors(input.findings));
  EXPECT_EQ(count_of(timeline, "<rect class=\"real\""), 32u);
  EXPECT_EQ(count_of(timeline, "<rect class=\"sham\""), 32u);
  EXPECT_EQ(count_of(timeline, "<path class=\"mark c0\""), 16u);
  EXPECT_EQ(count_of(timeline, "<svg viewBox"), 4u);
}

TEST(HtmlReport, DrawsWhatTheMetersShowedInEachStrip) {
  ReportInput input = sample_report();
  EXPECT_THAT(html_report(input), Not(HasSubstr("class=\"meter\"")));
  // From 0.18 to 0.22 kg in the first block, and nothing after it.
  const std::int64_t start = input.trials.front().start_ns;
  for (const auto& [after, value] : {std::pair(0, 0.18), std::pair(1, 0.2), std::pair(2, 0.22)})
    input.samples.push_back(
        {"scale", "mass", "kg", value, {0, start + after * 1'000'000'000LL}, false});
  const std::string timeline = timeline_section(input, finding_colors(input.findings));
  EXPECT_EQ(count_of(timeline, "<path class=\"meter\""), 1u);
  EXPECT_EQ(count_of(timeline, ">scale</text>"), 4u);
  EXPECT_THAT(timeline, HasSubstr("<title>scale: 0.18 to 0.22 kg</title>"));
  EXPECT_THAT(timeline, HasSubstr(">0.22 kg</text>"));
}

TEST(HtmlReport, StopsStandInTheTimelineBeforeTheirBlocks) {
  ReportInput input = sample_report();
  input.findings.run.stops = {{3, 0, 240'000'000'000, "<Anna>", {"refill beans"}, {}, 3, 400}};
  const std::string timeline = timeline_section(input, finding_colors(input.findings));
  const std::size_t stop = timeline.find("Stop for service, 4 min: refill beans by &lt;Anna&gt;");
  ASSERT_NE(stop, std::string::npos);
  EXPECT_LT(timeline.find(">Block 2<"), stop);
  EXPECT_GT(timeline.find(">Block 3<"), stop);
}

TEST(HtmlReport, ALogWithoutBlocksIsDrawnToo) {
  ReportInput input = sample_report();
  for (Trial& trial : input.trials) trial.block.reset();
  input.plan.slots.clear();
  const std::string html = html_report(input);
  EXPECT_THAT(html, HasSubstr("Trials 1 to 16"));
  EXPECT_THAT(html, Not(HasSubstr("Hits by block")));
}

TEST(HtmlReport, NeedsNoTrialsNoMarksAndNoFindings) {
  EXPECT_THAT(html_report(ReportInput{}), HasSubstr("</html>"));
  EXPECT_THAT(html_report(mute_report()), HasSubstr("with the bounds below"));
}

TEST(HtmlReport, SaysWhichFindingsItShows) {
  EXPECT_THAT(sample_html(), HasSubstr(sha256(findings_json(sample_report().findings))));
}

TEST(HtmlReport, HasNoScriptAndFetchesNothing) {
  for (const char* piece : {"<script", "javascript:", "http://", "https://", "url(http", "@import",
                            "<img", "<iframe", "<link"})
    EXPECT_THAT(sample_html(), Not(HasSubstr(piece)));
  EXPECT_THAT(sample_html(), HasSubstr("default-src 'none'"));
}

TEST(HtmlReport, TheWordNeverIsNotUsed) {
  EXPECT_THAT(sample_html(), Not(HasSubstr(" never ")));
  EXPECT_THAT(html_report(mute_report()), Not(HasSubstr(" never ")));
}

TEST(HtmlReport, TheSameInputGivesTheSameBytesInAnyLocaleAndTimeZone) {
  const std::string before = html_report(sample_report());
  setenv("TZ", "Asia/Shanghai", 1);
  tzset();
  std::string given;
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"})
    if (std::setlocale(LC_ALL, name) != nullptr) given = name;
  try {
    std::locale::global(std::locale("de_DE.UTF-8"));
  } catch (const std::runtime_error&) {
    // Not every station has it; a punctuation of our own does as well.
    struct Comma : std::numpunct<char> {
      char do_decimal_point() const override { return ','; }
      char do_thousands_sep() const override { return '.'; }
      std::string do_grouping() const override { return "\3"; }
    };
    std::locale::global(std::locale(std::locale::classic(), new Comma));
  }
  const std::string after = html_report(sample_report());
  const std::string findings = findings_json(sample_report().findings);
  const std::string text = text_summary(sample_report().findings, {});
  std::locale::global(std::locale::classic());
  std::setlocale(LC_ALL, "C");
  unsetenv("TZ");
  tzset();
  EXPECT_EQ(before, after);
  EXPECT_EQ(findings, findings_json(sample_report().findings));
  EXPECT_EQ(text, text_summary(sample_report().findings, {}));
}

// Every opening tag has its end, in order: what a browser has to guess it may guess wrongly.
TEST(HtmlReport, IsWellFormed) {
  for (const std::string& html : {sample_html(), html_report(mute_report())}) {
    std::vector<std::string> open;
    for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at)) {
      const std::size_t end = html.find('>', at);
      ASSERT_NE(end, std::string::npos);
      std::string tag = html.substr(at + 1, end - at - 1);
      at = end;
      if (tag.starts_with('!') || tag.ends_with('/')) continue;
      const bool closes = tag.starts_with('/');
      tag = tag.substr(closes ? 1 : 0, tag.find_first_of(" \n") - (closes ? 1 : 0));
      if (tag == "meta" || tag == "br") continue;
      if (!closes) {
        open.push_back(tag);
        continue;
      }
      ASSERT_FALSE(open.empty()) << tag;
      EXPECT_EQ(open.back(), tag) << html.substr(at > 200 ? at - 200 : 0, 220);
      open.pop_back();
    }
    EXPECT_THAT(open, testing::IsEmpty());
  }
}

// For looking at: the sample reports lie in the build folder.
TEST(HtmlReport, SamplesAreWrittenForLookingAt) {
  const auto write = [](const std::string& name, const ReportInput& input) {
    const std::string path = std::string(BREWPROOF_BINARY_DIR) + "/" + name;
    std::ofstream(path, std::ios::binary) << html_report(input);
    EXPECT_TRUE(std::ifstream(path).good());
  };
  write("sample-report.html", sample_report());
  write("sample-report-mute.html", mute_report());
}

}  // namespace
}  // namespace brewproof
