// Text that a machine might send to harm whoever reads the result, through every output.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/diff.h"
#include "results/findings_json.h"
#include "results/report.h"
#include "results/store.h"
#include "tests/results/sample_comparison.h"
#include "tests/results/sample_report.h"
#include "tests/rig/evidence/temporary_folder.h"

namespace brewproof {
namespace {

const std::vector<std::string>& corpus() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> all = {
        // markup, in text and in attributes
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
        "' onmouseover='alert(1)", "</style><script>alert(1)</script>", "</title><b>", "<!--",
        "-->", "]]>", "<![CDATA[<b>]]>", "&lt;script&gt;", "&#60;b&#62;",
        "<iframe src=javascript:alert(1)>", "<a href=\"javascript:alert(1)\">x</a>",
        "</textarea></pre></details></svg><b>", "<svg><title></title></svg>",
        "<base href=//evil.example>", "<meta http-equiv=refresh>",
        "<link rel=stylesheet href=//evil.example>", "<form action=//evil.example>", "{{7*7}}",
        "${7*7}", "\\u003cscript\\u003e",
        // terminals
        "\x1b[2J\x1b[H", "\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x07link",
        "\x1bP+q544e\x1b\\", "\x1b]52;c;ZXZpbA==\x07",
        "\x9b"
        "31m",
        "\xc2\x9b"
        "31m",
        "\x07\x08\x0b\x0c\x7f", "ok\rFAILED", "one\ntwo", "tab\there", "\x1b[6n", "\x1b#8",
        "\x0e\x0f",
        // what hides or turns text
        "\xe2\x80\xae"
        "gnp.exe",
        "\xe2\x81\xa6x\xe2\x81\xa9",
        "\xe2\x80\x8b"
        "zero",
        "\xef\xbb\xbf"
        "bom",
        "\xc2\xad"
        "soft",
        "\xe2\x80\xa8line\xe2\x80\xa9", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81", "\xf3\xa0\x81\x81tag",
        "\xe3\x85\xa4", "\xee\x80\x80private", "\xef\xb8\x8f",
        // bytes that are no text
        "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80",
        // spreadsheets, paths, SQL, JSON
        "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "=HYPERLINK(\"http://evil.example\")",
        "../../../../etc/passwd", "..\\..\\x", "/dev/null", "C:\\x", "%2e%2e%2f", "a/b", "CON",
        "'; DROP TABLE finding; --", "\" OR 1=1 --", "\"}],\"x\":[{\"", "\\", "\\\\\"", "null", "",
        " ", "%s%n%x", "{}", "{0}", "{:99999999}"};
    all.push_back(std::string("nul\0byte", 8));
    all.push_back(std::string(1, '\0'));
    all.push_back(std::string(65536, 'A'));
    all.push_back(std::string(4096, '<'));
    all.push_back(std::string(4096, '\x1b'));
    std::string wide;
    for (int i = 0; i < 1024; ++i) wide += "\xf0\x9f\x98\x80";
    all.push_back(wide);
    // Every control character and every byte that cannot begin a character, each also in the midst.
    for (int byte = 0; byte < 0x20; ++byte)
      all.push_back(std::string("a") + static_cast<char>(byte));
    for (int byte = 0x80; byte < 0x100; ++byte)
      all.push_back(std::string("a") + static_cast<char>(byte) + "b");
    // Every bidirectional and invisible format character of the general punctuation block.
    for (int low = 0x8b; low <= 0xaf; ++low)
      all.push_back(std::string("\xe2\x80") + static_cast<char>(low));
    for (int low = 0xa0; low <= 0xaf; ++low)
      all.push_back(std::string("\xe2\x81") + static_cast<char>(low));
    // C1, as characters.
    for (int low = 0x80; low <= 0x9f; ++low)
      all.push_back(std::string("\xc2") + static_cast<char>(low) + "m");
    for (const char* tag :
         {"script", "img",  "svg",  "style",   "iframe", "object", "embed", "math",     "title",
          "head",   "body", "html", "details", "table",  "a",      "p",     "template", "video",
          "audio",  "link", "meta", "base",    "form",   "input",  "button"})
      for (const char* around :
           {"<{}>", "</{}>", "<{} x=1>", "\"><{}>", "'><{}/>", "<{}\n>", "<{}/"})
        all.push_back(fmt::format(fmt::runtime(around), tag));
    return all;
  }();
  return texts;
}

// No byte of `text` may act on a terminal: no control but LF, no C1, no bidirectional or invisible
// format character, no broken UTF-8.
std::string live_bytes(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = [&](std::size_t n) {
      return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0u;
    };
    if ((byte < 0x20 && byte != '\n') || byte == 0x7f) return fmt::format("control {:02x}", byte);
    if (byte == 0xc2 && next(1) < 0xa0) return "C1";
    if (byte == 0xe2 && next(1) == 0x80 &&
        ((next(2) >= 0x8b && next(2) <= 0x8f) || (next(2) >= 0xa8 && next(2) <= 0xae)))
      return "format character";
    if (byte == 0xe2 && next(1) == 0x81 && next(2) >= 0xa0 && next(2) <= 0xaf) return "isolate";
    if (byte == 0xef && next(1) == 0xbb && next(2) == 0xbf) return "byte order mark";
  }
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) ==
                 nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore)
             ? ""
             : "broken UTF-8";
}

// The tags of a page, in order, with their attributes' values left out: what a page is made of.
std::vector<std::string> tags_of(const std::string& html) {
  std::vector<std::string> tags;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1))
    tags.push_back(html.substr(at + 1, html.find_first_of(" >", at) - at - 1));
  return tags;
}

std::string start_of(const std::string& text) { return testing::PrintToString(text.substr(0, 40)); }

TEST(HostileText, TheCorpusIsOf500) { EXPECT_GE(corpus().size(), 500u); }

TEST(HostileText, IsInertInTheTerminalSummary) {
  for (const std::string& text : corpus()) {
    const Findings findings = report_of_hostile_text(text).findings;
    EXPECT_EQ(live_bytes(text_summary(findings, {false, 100})), "") << start_of(text);
    for (const Finding& finding : findings.findings) EXPECT_EQ(live_bytes(sentence(finding)), "");
  }
}

TEST(HostileText, IsInertInWhatChangedBetweenRuns) {
  for (const std::string& text : corpus()) {
    const RunComparison comparison = sample_comparison(text);
    EXPECT_EQ(live_bytes(diff_text(comparison, {false, 100})), "") << start_of(text);
    const std::string json = diff_json(comparison);
    EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 1);
  }
}

// A page of harmless text shows which tags the page itself has; hostile text may add none.
TEST(HostileText, IsInertInTheHtmlReport) {
  const auto tags = tags_of(html_report(report_of_hostile_text("harmless")));
  for (const std::string& text : corpus()) {
    const std::string html = html_report(report_of_hostile_text(text));
    EXPECT_EQ(live_bytes(html), "") << start_of(text);
    EXPECT_LT(html.size(), 1'000'000u) << start_of(text);
    // What is empty is left out, tags and all.
    EXPECT_TRUE(text.empty() || tags_of(html) == tags) << start_of(text);
  }
}

TEST(HostileText, StaysWithinItsStringInFindingsJson) {
  for (const std::string& text : corpus()) {
    const std::string json = findings_json(report_of_hostile_text(text).findings);
    EXPECT_EQ(std::count(json.begin(), json.end(), '\n'), 1);
    const bool control = std::any_of(json.begin(), json.end() - 1,
                                     [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    EXPECT_FALSE(control) << start_of(text);
    const auto back = read_findings_json(json, "findings.json");
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(findings_json(*back), json);
  }
}

TEST(HostileText, IsInertInTheStore) {
  const TemporaryFolder folder;
  std::size_t number = 0;
  for (const std::string& text : corpus()) {
    if (++number % 25 != 0 && text.size() < 1000) continue;  // each is a whole database
    const ReportInput report = report_of_hostile_text(text);
    const StoreInput input{
        report.findings, report.plan, report.trials, {{1, text, {1, 2}, {{"text", text}}}}};
    const auto written = write_store(folder.file("results.sqlite"), input);
    ASSERT_TRUE(written) << written.error().message << start_of(text);
    const SQLite::Database db(folder.file("results.sqlite"));
    SQLite::Statement query(db,
                            "SELECT message || destination || event FROM finding UNION ALL "
                            "SELECT body || type FROM journal UNION ALL SELECT name FROM capture");
    while (query.executeStep())
      EXPECT_EQ(live_bytes(query.getColumn(0).getString()), "") << start_of(text);
  }
}

}  // namespace
}  // namespace brewproof
