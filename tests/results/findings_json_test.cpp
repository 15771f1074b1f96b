#include "results/findings_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/sentences.h"
#include "rig/model/canonical_json.h"
#include "tests/results/sample_report.h"

namespace brewproof {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json written(const Findings& findings) { return json::parse(findings_json(findings)); }

TEST(FindingsJson, IsCanonicalOneLineEndingInLineFeed) {
  const std::string text = findings_json(sample_report().findings);
  EXPECT_EQ(text, canonical_json(json::parse(text)) + "\n");
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(FindingsJson, TheSameFindingsGiveTheSameBytes) {
  EXPECT_EQ(findings_json(sample_report().findings), findings_json(sample_report().findings));
}

TEST(FindingsJson, AFindingHasTheKeysOfItsDescription) {
  const json finding = written(sample_report().findings)["findings"][0];
  EXPECT_EQ(finding["id"], "F1");
  EXPECT_EQ(finding["event"], "pay");
  EXPECT_EQ(finding["relation"], "sends");
  EXPECT_EQ(finding["node"], nullptr);
  EXPECT_EQ(finding["grade"], "A");
  EXPECT_EQ(finding["against"], "sham: host");
  EXPECT_EQ(finding["destination"],
            json({{"name", "api.kiosk.example"}, {"address", "203.0.113.10"}, {"port", 80}}));
  EXPECT_EQ(finding["protocol"], "http");
  EXPECT_EQ(finding["tls"], false);
  EXPECT_EQ(finding["message"], "POST /v1/order");
  EXPECT_EQ(finding["timing"].dump(),
            R"({"event_hits":16,"event_trials":16,"p":4.2e-08,"p_adjusted":0.0001,)"
            R"("sham_hits":0,"sham_trials":16,"window_ms":[0,100]})");
  EXPECT_EQ(finding["latency_ms"].dump(), R"({"max":88,"median":41,"p95":78.4})");
  EXPECT_EQ(finding["fields"][0].dump(),
            R"({"came_in_first":3,"category":"payment","category_reason":"it carries amount",)"
            R"("examples":["110","125","340"],)"
            R"("form":"minor units","kind":"stimulus",)"
            R"("matched":16,"of":16,"p":4.8e-14,"p_adjusted":0.0001,"param":"amount",)"
            R"("path":"body|json:/pay/amount","source":"parameter",)"
            R"("source_reason":"16 of 16 acts agree with amount"})");
  EXPECT_EQ(finding["fields"][4].dump(),
            R"({"examples":["1760000012"],"kind":"time","path":"body|json:/ts","source":"clock",)"
            R"("source_reason":"a clock that keeps within 0.6 s of the packets' clock"})");
}

TEST(FindingsJson, SensitivityIsReadBackAndAbsentWhereItWasNotMeasured) {
  Findings findings = sample_report().findings;
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->spikes, findings.spikes);
  EXPECT_EQ(read->none[0].not_covered, findings.none[0].not_covered);
  EXPECT_EQ(written(findings)["none"][0]["not_covered"][0]["form"], "delayed");
  findings = mute_report().findings;
  EXPECT_FALSE(written(findings).contains("spikes"));
  EXPECT_FALSE(written(findings)["none"][0].contains("not_covered"));
  json bad = written(sample_report().findings);
  bad["spikes"][0]["form"] = "sudden";
  EXPECT_THAT(read_findings_json(bad.dump(), "f.json").error().message, HasSubstr("/spikes/0"));
}

TEST(FindingsJson, EvidenceNamesTheFileTheOffsetAndTheFrames) {
  Findings findings = sample_report().findings;
  findings.findings[0].evidence = {{17, 0, 18244, 112, 113}};
  EXPECT_EQ(written(findings)["findings"][0]["evidence"].dump(),
            R"([{"file":"capture/0001.pcapng","frame":112,"last_frame":113,"offset":18244,)"
            R"("trial":17}])");
}

TEST(FindingsJson, WhatIsKnownOfTheActsIsReadBack) {
  Findings findings = sample_report().findings;
  findings.run.actuation = {{"brew", 16, 15, 1, 14, 2, 13, 12, 4}};
  EXPECT_EQ(written(findings)["run"]["actuation"].dump(),
            R"([{"accepted":13,"arm":"brew","booked":12,"commanded":16,"confirmed":14,)"
            R"("reported":15,"unbooked":4,"unconfirmed":2,"unreported":1}])");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->run.actuation, findings.run.actuation);
}

TEST(FindingsJson, ContrastsAreReadBack) {
  Findings findings = sample_report().findings;
  findings.findings[0].contrasts = {{"decline", 0, 16, 4.2e-8, 8.4e-8}};
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->findings[0].contrasts, findings.findings[0].contrasts);
  EXPECT_EQ(contrast_text(read->findings[0]), "0 of 16 decline (p 8.4e-8)");
}

TEST(FindingsJson, ReadingsOfTheMachinesBooksAreReadBack) {
  Findings findings = sample_report().findings;
  EXPECT_FALSE(written(findings)["run"].contains("books"));
  BooksHeld held;
  held.reading = 4;
  held.since = 3;
  held.file = "books/0004.dts";
  held.begin_raw_ns = 5;
  held.end_raw_ns = 9;
  held.trials = {7, 8};
  held.acts = {8};
  held.vends = {{1, 1}, 1};
  held.charges = {{0, 1}, std::nullopt};
  held.charged = {{180, 225}, 450};
  held.cash = BookedCount{{200, 200}, 150};
  held.verdict = "charged-twice";
  held.why = "so it is";
  findings.run.books = {held};
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->run.books, findings.run.books);

  nlohmann::json bad = written(findings);
  bad["run"]["books"][0]["vends"].erase("moved");
  EXPECT_THAT(read_findings_json(bad.dump(), "f.json").error().message, HasSubstr("/run/books/0"));
}

TEST(FindingsJson, PausesAndCommissioningAreReadBack) {
  Findings findings = sample_report().findings;
  EXPECT_FALSE(written(findings)["run"].contains("pauses"));
  EXPECT_FALSE(written(findings)["run"].contains("commissioned"));
  findings.run.pauses = {{5, 9, 2, 300}};
  findings.run.commissioned = Commissioned{std::nullopt, "there is no record"};
  EXPECT_EQ(written(findings)["run"]["pauses"].dump(),
            R"([{"bytes":300,"from_ns":5,"messages":2,"to_ns":9}])");
  EXPECT_EQ(written(findings)["run"]["commissioned"].dump(),
            R"({"at_ns":null,"by":"there is no record"})");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->run.pauses, findings.run.pauses);
  EXPECT_EQ(read->run.commissioned, findings.run.commissioned);
}

TEST(FindingsJson, StopsForServiceAreReadBack) {
  Findings findings = sample_report().findings;
  EXPECT_FALSE(written(findings)["run"].contains("stops"));
  findings.run.stops = {{3, 5, 9, "lab", {"refill beans"}, {"espresso"}, 2, 300},
                        {5, 15, 19, "", {"clean drawer"}, {}, 0, 0}};
  EXPECT_EQ(written(findings)["run"]["stops"].dump(),
            R"([{"before_block":3,"bytes":300,"cups":["espresso"],"from_ns":5,"messages":2,)"
            R"("operator":"lab","tasks":["refill beans"],"to_ns":9},)"
            R"({"before_block":5,"bytes":0,"cups":[],"from_ns":15,"messages":0,)"
            R"("operator":null,"tasks":["clean drawer"],"to_ns":19}])");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->run.stops, findings.run.stops);
}

TEST(FindingsJson, UnplannedActsAreReadBack) {
  Findings findings = sample_report().findings;
  EXPECT_FALSE(written(findings)["run"].contains("unplanned"));
  findings.run.unplanned = {{"watts", 1240.5, "W", 5, 9, false, 2},
                            {"watts", 640, "W", 15, 19, true, std::nullopt}};
  EXPECT_EQ(written(findings)["run"]["unplanned"][0].dump(),
            R"({"block":2,"by_itself":false,"control":"watts","from_ns":5,"peak":1240.5,)"
            R"("to_ns":9,"unit":"W"})");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->run.unplanned, findings.run.unplanned);
}

TEST(FindingsJson, WhatTheGatewayDidIsReadBackAsItWas) {
  Findings findings = sample_report().findings;
  findings.run.tls_gateway.reset();
  EXPECT_FALSE(written(findings)["run"].contains("tls_gateway"));
  findings.run.tls_gateway.emplace();
  findings.run.tls_gateway->mode = "intercept";
  findings.run.tls_gateway->destinations = {{"api.example:443", "refused", "alert unknown ca", 1}};
  findings.run.tls_gateway->passive_blocks = {2, 4};
  findings.run.tls_gateway->effects = {
      {"api.example:443", {3, 12, 11, 14}, {1, 4, 4, 4}, 0.5, 0.25}};
  EXPECT_EQ(written(findings)["run"]["tls_gateway"].dump(),
            R"({"destinations":[{"connections":1,"destination":"api.example:443",)"
            R"("reason":"alert unknown ca","treatment":"refused"}],)"
            R"("effects":[{"destination":"api.example:443","least_p":0.25,"p":0.5,)"
            R"("touched":{"acts":12,"blocks":3,"connections":14,"followed":11},)"
            R"("untouched":{"acts":4,"blocks":1,"connections":4,"followed":4}}],)"
            R"("mode":"intercept","passive_blocks":[2,4]})");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->run.tls_gateway, findings.run.tls_gateway);
}

TEST(FindingsJson, TheHistoryOfARunIsReadBack) {
  Findings findings = sample_report().findings;
  EXPECT_FALSE(written(findings)["run"].contains("history"));
  findings.run.history = {2, 2, {{"aborted", 1}}, {{1, "r1", 5, "aborted", ""}}};
  EXPECT_EQ(written(findings)["run"]["history"].dump(),
            R"({"became":{"aborted":1},"number":2,"of":2,"others":[{"begun_ns":5,"id":"r1",)"
            R"("number":1,"outcome":"aborted","verdict":null}]})");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->run.history, findings.run.history);
}

TEST(FindingsJson, AnEarlyEndAndWhatBetsEarnedAreReadBack) {
  Findings findings = sample_report().findings;
  EXPECT_FALSE(written(findings)["run"].contains("early_end"));
  EXPECT_FALSE(written(findings)["findings"][0]["timing"].contains("e_value"));
  findings.run.early_end = {"decided", 3, 6, 12};
  findings.findings[0].timing->e_value = {12.25, 0.125};
  EXPECT_EQ(written(findings)["run"]["early_end"].dump(),
            R"({"after_blocks":3,"cups_saved":12,"of_blocks":6,"reason":"decided"})");
  EXPECT_EQ(written(findings)["findings"][0]["timing"]["e_value"].dump(),
            R"({"ln_e":12.25,"share":0.125})");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->run.early_end, findings.run.early_end);
  EXPECT_EQ(findings_json(*read), findings_json(findings));
  std::string text = findings_json(findings);
  text.replace(text.find("\"cups_saved\":12"), 15, "\"cups_saved\":[]");
  const auto wrong = read_findings_json(text, "findings.json");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("is not the early end of a run"));
}

TEST(FindingsJson, WhatPIsOfIsReadBack) {
  Findings findings = sample_report().findings;
  ASSERT_TRUE(findings.findings[0].timing);
  for (const bool all_events : {false, true}) {
    findings.findings[0].timing->counted = Scored{10, 8, all_events};
    const std::string text = findings_json(findings);
    EXPECT_EQ(text.find("\"of\":\"all events\"") != std::string::npos, all_events);
    const auto read = read_findings_json(text, "f.json");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->findings[0].timing->counted->every, 10);
    EXPECT_EQ(read->findings[0].timing->counted->count, 8);
    EXPECT_EQ(read->findings[0].timing->counted->all_events, all_events);
  }
}

TEST(FindingsJson, WhatFieldsAreDataOfIsReadBack) {
  const Findings findings = sample_report().findings;
  const auto json = written(findings);
  EXPECT_EQ(json["analysis"]["categories"]["version"], 1);
  const auto& serial = json["findings"][0]["fields"][6];
  EXPECT_EQ(serial["category"], "identity");
  EXPECT_EQ(serial["identity"], "serial");
  EXPECT_EQ(serial["identity_reason"],
            "it holds the serial number by which the bench names the machine");
  EXPECT_FALSE(json["findings"][0]["fields"][0].contains("identity"));
  EXPECT_FALSE(json["findings"][0]["fields"][4].contains("category"));
  EXPECT_EQ(json["signatures"][0]["meanings"][0]["path"], "body|json:/sn");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->findings[0].fields[6].meaning, findings.findings[0].fields[6].meaning);
  EXPECT_EQ(read->signatures[0].meanings, findings.signatures[0].meanings);
  EXPECT_EQ(read->analysis.categories, findings.analysis.categories);
}

TEST(FindingsJson, WhereValuesComeFromIsReadBack) {
  const Findings findings = sample_report().findings;
  const auto fields = written(findings)["findings"][0]["fields"];
  EXPECT_EQ(fields[0]["source"], "parameter");
  EXPECT_EQ(fields[0]["came_in_first"], 3);
  EXPECT_EQ(fields[4]["source"], "clock");
  EXPECT_EQ(fields[4]["source_reason"], "a clock that keeps within 0.6 s of the packets' clock");
  EXPECT_FALSE(fields[4].contains("came_in_first"));
  EXPECT_FALSE(fields[1].contains("source"));
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  for (std::size_t i = 0; i < findings.findings[0].fields.size(); ++i)
    EXPECT_EQ(read->findings[0].fields[i].provenance, findings.findings[0].fields[i].provenance);
}

TEST(FindingsJson, ThePeriEventHistogramIsReadBack) {
  const Findings findings = sample_report().findings;
  const auto around = written(findings)["findings"][0]["peri_event"];
  EXPECT_EQ(around["from_ms"], -50);
  EXPECT_EQ(around["bin_ms"], 10);
  EXPECT_EQ(around["acts"][9], 12);
  EXPECT_FALSE(written(findings)["findings"][1].contains("peri_event"));
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->findings[0].peri_event, findings.findings[0].peri_event);
  nlohmann::json uneven = written(findings);
  uneven["findings"][0]["peri_event"]["shams"].erase(0);
  const auto refused = read_findings_json(uneven.dump(), "findings.json");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("/findings/0/peri_event/shams"), std::string::npos);
}

TEST(FindingsJson, WhatTheBackgroundWeighsAndHowItComesIsReadBack) {
  const Findings findings = sample_report().findings;
  const auto beat = written(findings)["bytes"]["background"][0];
  EXPECT_EQ(beat["bytes"], 50'002);
  EXPECT_EQ(beat["period_ms"], 30'000);
  EXPECT_EQ(beat["why"], "regular");
  EXPECT_EQ(beat["explanation"], "every 30 s, 200 ms more or less, in 38 of 40 gaps");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->bytes.background, findings.bytes.background);
}

TEST(FindingsJson, BothReadingsOfADifferenceAreReadBack) {
  Findings findings = sample_report().findings;
  findings.analysis.opinions = {{"http requests", 2, 1, 1, 3, 4, {{0, 12, "path=/a", ""}}}};
  findings.analysis.unheard = {{0, "tshark was ended by signal 11"}};
  findings.analysis.read_alone = {{"snmp", 5}};
  const json analysis = written(findings)["analysis"];
  EXPECT_EQ(analysis["opinions"][0].dump(),
            R"({"alone":4,"aside":3,"differences":[{"file":"capture/0001.pcapng","frame":12,)"
            R"("ours":"path=/a","theirs":null}],"differing":1,"kind":"http requests","ours":2,)"
            R"("theirs":1})");
  EXPECT_EQ(analysis["unheard"][0].dump(),
            R"({"file":"capture/0001.pcapng","why":"tshark was ended by signal 11"})");
  EXPECT_EQ(analysis["read_alone"][0].dump(), R"({"messages":5,"protocol":"snmp"})");
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->analysis.opinions, findings.analysis.opinions);
  EXPECT_EQ(read->analysis.unheard, findings.analysis.unheard);
  EXPECT_EQ(read->analysis.read_alone, findings.analysis.read_alone);
}

TEST(FindingsJson, WithoutASecondOpinionItSaysWhyAndListsNone) {
  Findings findings = sample_report().findings;
  findings.analysis.cross_check.reset();
  findings.analysis.no_cross_check = "left out with --no-cross-check";
  const json analysis = written(findings)["analysis"];
  EXPECT_TRUE(analysis["cross_check"].is_null());
  EXPECT_EQ(analysis["no_cross_check"], "left out with --no-cross-check");
  EXPECT_FALSE(analysis.contains("opinions"));
  const auto read = read_findings_json(findings_json(findings), "findings.json");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->analysis.no_cross_check, "left out with --no-cross-check");
}

TEST(FindingsJson, WhatWasNotMeasuredIsNull) {
  Findings findings;
  findings.findings.emplace_back();
  const json document = written(findings);
  for (const char* key : {"id", "bench", "operator", "started_ns", "ended_ns", "seed",
                          "plan_sha256", "journal_head", "dut"})
    EXPECT_TRUE(document["run"].at(key).is_null()) << key;
  for (const char* key : {"node", "timing", "latency_ms", "against"})
    EXPECT_TRUE(document["findings"][0].at(key).is_null()) << key;
  EXPECT_TRUE(document["analysis"]["cross_check"].is_null());
  EXPECT_TRUE(document["bytes"]["by_layer"].is_null());
}

TEST(FindingsJson, ReadsBackTheSame) {
  const ReportInput reports[] = {sample_report(), mute_report(), ReportInput{}};
  for (const ReportInput& report : reports) {
    const std::string text = findings_json(report.findings);
    const auto findings = read_findings_json(text, "findings.json");
    ASSERT_TRUE(findings) << findings.error().message;
    EXPECT_EQ(findings_json(*findings), text);
    EXPECT_EQ(findings->findings.size(), report.findings.findings.size());
    EXPECT_EQ(findings->run.started_ns, report.findings.run.started_ns);
    EXPECT_EQ(findings->analysis.windows, report.findings.analysis.windows);
  }
}

TEST(FindingsJson, ANanosecondSurvivesTheMilliseconds) {
  Findings findings = sample_report().findings;
  findings.findings[0].latency = Latency{41'234'567, 3'600'000'000'001, 1};
  const auto back = read_findings_json(findings_json(findings), "f");
  EXPECT_EQ(back->findings[0].latency->median_ns, 41'234'567);
  EXPECT_EQ(back->findings[0].latency->p95_ns, 3'600'000'000'001);
  EXPECT_EQ(back->findings[0].latency->max_ns, 1);
}

TEST(FindingsJson, CapturesOfOneNameAreToldApart) {
  Findings findings = sample_report().findings;
  findings.run.captures.push_back(findings.run.captures[0]);
  findings.findings[0].evidence = {{1, 1, 24, 1, 1}};
  const auto back = read_findings_json(findings_json(findings), "f");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->findings[0].evidence[0].file, 1u);
}

TEST(FindingsJson, AWrongValueIsNamedByItsPointer) {
  const auto error = [](const char* pointer, const json& value) {
    json document = written(sample_report().findings);
    document[json::json_pointer(pointer)] = value;
    const auto findings = read_findings_json(document.dump(), "f.json");
    return findings ? "none" : findings.error().message;
  };
  EXPECT_EQ(error("/findings/0/timing/event_hits", "x"),
            "f.json: /findings/0/timing/event_hits is not an integer in range");
  EXPECT_EQ(error("/findings/1/grade", "Z"), "f.json: /findings/1/grade is no grade");
  EXPECT_EQ(error("/findings/0/fields/2/kind", "x"),
            "f.json: /findings/0/fields/2/kind is no kind of field");
  EXPECT_EQ(error("/findings/0/evidence/0/file", "x"),
            "f.json: /findings/0/evidence/0/file is none of /run/captures");
  EXPECT_EQ(error("/findings/0/destination/port", 65536),
            "f.json: /findings/0/destination/port is not an integer in range");
  EXPECT_EQ(error("/none", 1), "f.json: /none is not a list");
  EXPECT_EQ(error("/analysis/windows_ms/0", json::array({1})),
            "f.json: /analysis/windows_ms/0 is not [from, to]");
  EXPECT_THAT(error("/schema", "brewproof.findings/2"), HasSubstr("/schema is not brewproof"));
}

TEST(FindingsJson, AMissingKeyIsNamed) {
  json document = written(sample_report().findings);
  document["run"].erase("captures");
  EXPECT_EQ(read_findings_json(document.dump(), "f").error().message,
            "f: /run has no \"captures\"");
}

TEST(FindingsJson, KeysOfLaterVersionsAreAllowed) {
  json document = written(sample_report().findings);
  document["findings"][0]["new"] = 1;
  EXPECT_TRUE(read_findings_json(document.dump(), "f"));
}

TEST(FindingsJson, TruncatedAnywhereItIsAnErrorNeverACrash) {
  const std::string text = findings_json(sample_report().findings);
  for (std::size_t cut = 0; cut + 1 < text.size(); cut += 37)
    EXPECT_FALSE(read_findings_json(text.substr(0, cut), "f")) << cut;
  EXPECT_FALSE(read_findings_json(std::string(1'000'000, '['), "f"));
}

}  // namespace
}  // namespace brewproof
