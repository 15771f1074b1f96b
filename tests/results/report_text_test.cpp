#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <sstream>

#include "results/inert_text.h"
#include "results/report.h"
#include "results/sentences.h"
#include "tests/results/sample_report.h"

namespace brewproof {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Sentence, IsOneThatAnAuditorCanRepeat) {
  EXPECT_EQ(sentence(sample_report().findings.findings[0]),
            "In 16 of 16 pay trials, and in 0 of 16 sham pay trials, the machine sent "
            "POST /v1/order to api.kiosk.example:80 within 100 ms of the act; lots alone do this "
            "with probability 4.2e-8. The message carried what was drawn for its trial: amount "
            "(16 of 16), card (16 of 16), drink (16 of 16) and method (16 of 16).");
}

TEST(Sentence, OfAMessageThatComesAnywaySpeaksOfItsContent) {
  Finding finding = sample_report().findings.findings[1];
  finding.timing.reset();
  finding.relation = "carried_by";
  EXPECT_EQ(sentence(finding),
            "The machine's message PUBLISH kiosk/{}/brew to mqtt.kiosk.example:1883, which comes "
            "anyway, carried, of the brew trials, their drink (16 of 16).");
}

TEST(Sentence, NamesThePartOfASharedKindOfMessage) {
  Finding finding = sample_report().findings.findings[0];
  finding.node = "type=\x1b[31msale";
  EXPECT_THAT(sentence(finding), HasSubstr("sent POST /v1/order where type="));
  EXPECT_THAT(sentence(finding), HasSubstr("sale to api.kiosk.example:80"));
  EXPECT_THAT(sentence(finding), Not(HasSubstr("\x1b")));
}

TEST(Sentence, OfASecondOpinionCountsWhatWasComparedAndWhatNot) {
  Findings findings = sample_report().findings;
  EXPECT_EQ(
      opinion_sentence(findings),
      "Second opinion: tshark 4.0.17 and this program differ in 1 of 73 messages (http "
      "requests: 1); 2 messages cut, malformed or of another form were not compared; it alone "
      "reads 12 more (snmp: 12).");
  findings.analysis.opinions.pop_back();
  findings.analysis.opinions[0].differing = 0;
  findings.analysis.read_alone.clear();
  findings.analysis.unheard = {{0, "tshark did not finish it within 600 s"}};
  EXPECT_EQ(opinion_sentence(findings),
            "Second opinion: tshark 4.0.17 shows the same in 16 messages; none on "
            "capture/0001.pcapng: tshark did not finish it within 600 s.");
}

TEST(Sentence, WithoutASecondOpinionSaysWhy) {
  Findings findings = sample_report().findings;
  findings.analysis.cross_check.reset();
  EXPECT_EQ(opinion_sentence(findings), "");
  findings.analysis.no_cross_check = "left out with --no-cross-check";
  EXPECT_EQ(opinion_sentence(findings), "No second opinion: left out with --no-cross-check.");
}

TEST(Sentence, OfADifferenceHoldsBothReadingsAndTheirPlace) {
  const Findings findings = sample_report().findings;
  const Opinion& opinion = findings.analysis.opinions[0];
  EXPECT_EQ(difference_sentence(findings, opinion, opinion.differences[0]),
            "http requests, capture/0001.pcapng frame 112: here method=POST path=/v1/order; there "
            "method=POST path=/v1/orders");
  EXPECT_EQ(difference_sentence(findings, opinion, {0, 7, "", "path=\x1b[2J"}),
            "http requests, capture/0001.pcapng frame 7: here no such message; there "
            "path=\\u{1b}[2J");
}

TEST(Sentence, OfAGradeThatWasLoweredSpeaksOfDoubt) {
  Finding finding = sample_report().findings.findings[0];
  finding.grade = 'B';
  EXPECT_EQ(grade_sentence(finding), "caused by the event; what its content says is in doubt");
  finding.fields.clear();
  EXPECT_EQ(grade_sentence(finding),
            "caused by the event; its content is sealed or says nothing of it");
}

TEST(Sentence, WithoutShamSaysSo) {
  Finding finding = sample_report().findings.findings[0];
  finding.against = "";
  EXPECT_THAT(sentence(finding), HasSubstr("(no sham arm to compare with)"));
}

TEST(Sentence, NoneSeenHasItsBoundAndItsHorizon) {
  EXPECT_EQ(none_sentence({"clean", 16, 0.1707, 0.95, 350'000'000}),
            "In 16 clean trials no message was proven to follow clean rather than its sham, up to "
            "350 ms after the act. A message that came in none of them comes in less than 17 % of "
            "such acts (95 % confidence).");
}

TEST(Sentence, NoneSeenSaysWhatItDoesNotCover) {
  NoneSeen none{"clean", 16, 0.1707, 0.95, 350'000'000};
  none.not_covered.emplace();
  EXPECT_THAT(none_sentence(none),
              HasSubstr("Of emissions of every form that were added to copies of what the machine "
                        "sent, nine in ten or more were found."));
  none.not_covered = {
      {"clean", SpikeForm::sampled, std::nullopt, 20, 4},
      {"clean", SpikeForm::delayed,
       SpikeRecovery::Kind{{"b.example", "", 1883}, "mqtt", "PUBLISH a/{}/hb"}, 20, 9}};
  EXPECT_THAT(none_sentence(none),
              HasSubstr("to copies of what the machine sent: sampled at 30 % (4 of 20 were found); "
                        "delayed, as one more PUBLISH a/{}/hb to b.example:1883 (9 of 20 were "
                        "found)."));
}

TEST(Sentence, NoneSeenIsInconclusiveWhereAPathWasUnobserved) {
  NoneSeen none{"clean", 16, 0.1707, 0.95, 350'000'000};
  none.reasons = {"path-unobserved"};
  EXPECT_THAT(none_sentence(none),
              HasSubstr("(95 % confidence). INCONCLUSIVE: the machine has a network path that "
                        "nobody watched."));
}

TEST(Sentence, AStoppedRunSaysWhyInWordsAndNotInCodes) {
  Findings findings = sample_report().findings;
  findings.run.outcome = "aborted";
  findings.run.reasons = {"aborted", "too-few-trials"};
  findings.findings.clear();
  EXPECT_EQ(headline(findings).word, "STOPPED");
  EXPECT_EQ(headline(findings).text,
            "a person stopped the run before the end of its plan; too few trials are left to prove "
            "anything; no emission proven");
}

TEST(Figures, AreShortAndExactEnough) {
  EXPECT_EQ(probability_text(4.2e-8), "4.2e-8");
  EXPECT_EQ(probability_text(1e-12), "1.0e-12");
  EXPECT_EQ(probability_text(0.0312), "0.031");
  EXPECT_EQ(probability_text(1), "1");
  EXPECT_EQ(span_text(41'000'000), "41 ms");
  EXPECT_EQ(span_text(1'500'000), "1.5 ms");
  EXPECT_EQ(span_text(2'500'000'000), "2.5 s");
  EXPECT_EQ(span_text(2'400'000'000'000), "40 min");
  EXPECT_EQ(window_text({100'000'000, 200'000'000}), "from 100 ms to 200 ms");
  EXPECT_EQ(count_text(81'234), "81\u202f234");
  EXPECT_EQ(count_text(1'234'567), "1\u202f234\u202f567");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(utc_text(1'760'000'000'000'000'000), "2025-10-09 08:53:20 UTC");
  EXPECT_EQ(percent_text(0.004), "0.4 %");
}

TEST(HistorySentence, CountsTheTriesAndWhatBecameOfTheOthers) {
  FindingsRun run;
  EXPECT_EQ(history_sentence(run), "");
  run.history = {7, 9, {{"completed", 5}, {"aborted", 1}, {"partial", 1}, {"inconclusive", 1}}, {}};
  EXPECT_EQ(history_sentence(run),
            "run 7 of 9 with this procedure on this machine; of the others: 1 aborted, 5 "
            "completed, 1 INCONCLUSIVE and 1 cut off");
}

TEST(EarlyEndSentence, SaysWhereItEndedWhatThatSavedAndWhatTheNumbersAreThen) {
  FindingsRun run;
  EXPECT_EQ(early_end_sentence(run), "");
  run.early_end = {"decided", 3, 6, 12};
  EXPECT_THAT(early_end_sentence(run), StartsWith("stopped after block 3 of 6: 12 cups saved. The "
                                                  "plan's rule found decided what each event "
                                                  "sends. The p of what is sent is 1/e of bets"));
  run.early_end = {"max-cups", 1, 2, 1};
  EXPECT_THAT(early_end_sentence(run),
              StartsWith("stopped after block 1 of 2: 1 cup saved (--max-cups: a bound that looks "
                         "at nothing that was seen"));
}

TEST(EarlyEndSentence, OfAFindingByBetsItsPIsABound) {
  Finding finding = sample_report().findings.findings[0];
  finding.timing->e_value = {17, 0.25};
  EXPECT_THAT(sentence(finding), HasSubstr("bets on the lots ever earn as much by luck with a "
                                           "probability of at most 4.2e-8"));
}

TEST(PausesSentence, TellsThePausesApart) {
  FindingsRun run;
  EXPECT_EQ(actuation_sentence(run), "");
  run.actuation = {{"brew", 16, 14, 2, 15, 1}, {"sham of brew", 16, 16, 0, 0, 16}};
  EXPECT_EQ(
      actuation_sentence(run),
      "Acts: 16 commanded, 14 reported by the device (2 have no read-back), 15 confirmed by a "
      "sensor (1 not)");
  EXPECT_EQ(pauses_sentence(run), "");
  run.pauses = {{0, 120'000'000'000, 3, 400}, {0, 120'000'000'000, 9, 800}};
  EXPECT_EQ(pauses_sentence(run),
            "2 pauses, 4 min in all, 12 messages of the machine in them, told apart");
}

TEST(ReportText, WhatTheMachinesBooksSayIsNamed) {
  FindingsRun run;
  EXPECT_THAT(books_sentences(run), ::testing::IsEmpty());
  BooksHeld first;
  first.reading = 1;
  first.verdict = "first";
  BooksHeld sound = first;
  sound.reading = 2;
  sound.since = 1;
  sound.trials = {1};
  sound.vends = {{1, 1}, 1};
  sound.charged = {{225, 225}, 225};
  sound.verdict = "agrees";
  BooksHeld twice = sound;
  twice.reading = 3;
  twice.since = 2;
  twice.file = "books/0003.dts";
  twice.trials = {2, 3};
  twice.charged.moved = 450;
  twice.cash = BookedCount{{200, 200}, 150};
  twice.verdict = "charged-twice";
  twice.why = "2 payments of 450";
  BooksHeld unread;
  unread.trials = {4};
  unread.verdict = "unread";
  unread.why = "nobody answers";
  run.books = {first, sound, twice, unread};
  EXPECT_THAT(books_sentences(run),
              ::testing::ElementsAre(
                  "The machine's books, read 3 times: 2 drinks where 2 were asked for, 675 charged "
                  "where 450 was asked for or approved, 150 in cash where 200 was inserted (minor "
                  "units)",
                  "Trials 2 to 3: charged twice, or for more than was approved: 2 payments of 450 "
                  "(readings 2 and 3: books/0003.dts)",
                  "Trial 4: the books could not be read: nobody answers"));
}

TEST(StopsSentence, TellsTheStopsApartAndWhatWasDoneInEach) {
  FindingsRun run;
  EXPECT_EQ(stops_sentence(run), "");
  run.stops = {
      {3, 0, 240'000'000'000, "Anna", {"refill beans", "clean drawer"}, {"espresso"}, 3, 400}};
  EXPECT_EQ(stops_sentence(run),
            "1 stop for service, 4 min in all, 3 messages of the machine in it, told apart");
  EXPECT_EQ(
      stop_sentence(run.stops[0]),
      "Stop for service, 4 min: refill beans and clean drawer by Anna, espresso for no score; "
      "3 messages of the machine");
  run.stops.push_back({5, 0, 60'000'000'000, "", {"refill water"}, {}, 1, 90});
  EXPECT_EQ(stops_sentence(run),
            "2 stops for service, 5 min in all, 4 messages of the machine in them, told apart");
  EXPECT_EQ(stop_sentence(run.stops[1]),
            "Stop for service, 60 s: refill water; 1 message of the machine");
}

TEST(Sentences, AGatewaySaysWhatItOpenedAndWhatRefusedIt) {
  FindingsRun run;
  EXPECT_EQ(gateway_sentence(run), "");
  run.tls_gateway.emplace().mode = "endpoint";
  EXPECT_EQ(gateway_sentence(run), "TLS opened with the keys of the bench's own endpoints");
  run.tls_gateway->mode = "intercept";
  EXPECT_EQ(gateway_sentence(run),
            "TLS led through a proxy with a certificate of the bench; no connection came");
  run.tls_gateway->destinations = {{"api.example:443", "refused", "alert unknown ca", 1},
                                   {"mqtt.example:8883", "opened", "", 3}};
  EXPECT_TRUE(interception_sentences(run).empty());
  run.tls_gateway->effects = {{"api.example:443", {6, 24, 23, 15}, {2, 8, 8, 2}, 0.07, 0.07}};
  EXPECT_EQ(interception_sentences(run),
            std::vector<std::string>{
                "api.example:443: 23 of 24 acts were followed by traffic where TLS was opened and "
                "8 of 8 where it was let be, with 2.5 and 1.0 connections a block: no difference "
                "shown (p 0.07, and the draw of 2 in 8 blocks can show 0.07 at best)"});
  run.tls_gateway->effects[0].p = 0.01;
  EXPECT_NE(interception_sentences(run)[0].find("INTERCEPTION CHANGES"), std::string::npos);
  run.tls_gateway->passive_blocks = {2};
  EXPECT_EQ(gateway_sentence(run),
            "TLS led through a proxy with a certificate of the bench; accepted for: "
            "mqtt.example:8883; REFUSED by the machine for: api.example:443 (alert unknown ca); "
            "block 2 not touched");
}

TEST(Sentences, ALengthThatTellsAParameterIsNoContent) {
  Finding finding;
  finding.grade = 'B';
  finding.fields.resize(1);
  finding.fields[0].path = "size";
  finding.fields[0].kind = FieldKind::stimulus;
  finding.fields[0].parameter = "method";
  EXPECT_EQ(grade_sentence(finding),
            "caused by the event; its content is sealed, and its length alone tells method");
  finding.fields.push_back(finding.fields[0]);
  finding.fields[1].path = "payload|json:/m";
  EXPECT_EQ(grade_sentence(finding), "caused by the event; what its content says is in doubt");
}

TEST(UnplannedSentence, SaysWhatWasSeenAndWhatItCost) {
  FindingsRun run;
  EXPECT_EQ(unplanned_sentence(run), "");
  run.unplanned = {{"watts", 640, "W", 5, 9, true, 1}};
  EXPECT_EQ(unplanned_sentence(run), "it worked once by itself, as the bench file describes it");
  run.unplanned.push_back({"watts", 1240.4, "W", 15, 19, false, 2});
  run.unplanned.push_back({"watts", 1200, "W", 25, 29, false, std::nullopt});
  EXPECT_EQ(unplanned_sentence(run),
            "the machine was used 2 times where no act was assigned (at most 1240 W): block 2 was "
            "lost; it worked once by itself, as the bench file describes it");
  EXPECT_EQ(reason_sentence("unplanned-act"),
            "somebody used the machine where no act was assigned");
}

TEST(CommissionedSentence, SaysWhenAndByWhomOrWhyNot) {
  FindingsRun run;
  EXPECT_EQ(commissioned_sentence(run), "");
  run.commissioned = Commissioned{1'760'000'000'000'000'000, "lab"};
  EXPECT_EQ(commissioned_sentence(run), "bench commissioned 2025-10-09 08:53:20 UTC by lab");
  run.commissioned = Commissioned{std::nullopt, "there is no record a.json"};
  EXPECT_EQ(commissioned_sentence(run), "bench not commissioned: there is no record a.json");
}

TEST(TextSummary, SaysWhichTryItIs) {
  Findings findings = sample_report().findings;
  findings.run.history = RunHistory{};
  EXPECT_THAT(text_summary(findings, {}),
              HasSubstr("run 1 of 1 with this procedure on this machine"));
}

TEST(TextSummary, NamesEachEmissionWithItsFields) {
  const std::string text = text_summary(sample_report().findings, {});
  EXPECT_THAT(text, HasSubstr("pay sends POST /v1/order"));
  EXPECT_THAT(text, HasSubstr("api.kiosk.example:80 (203.0.113.10), http"));
  EXPECT_THAT(text, HasSubstr("16 of 16 trials, 0 of 16 shams, within 100 ms; p 4.2e-8"));
  for (const char* field :
       {"amount       body|json:/pay/amount", "card         body|json:/pay/card",
        "method       body|json:/pay/method", "card → CARD, app → APP"})
    EXPECT_THAT(text, HasSubstr(field));
}

TEST(TextSummary, SaysWhatFieldsAreDataOfAndWhichIdentityTheyTell) {
  const std::string text = text_summary(sample_report().findings, {false, 120});
  EXPECT_THAT(text, HasSubstr("data         payment: body|json:/pay/amount, body|json:/pay/card"));
  EXPECT_THAT(text, HasSubstr("identity     serial in body|json:/sn: it holds the serial number"));
  EXPECT_THAT(text,
              HasSubstr("POST /v1/register to api.kiosk.example:80; tells identity (serial)"));
}

TEST(MeaningText, NamesTheCategoryAndTheIdentityOnce) {
  EXPECT_EQ(meaning_text({"identity", "", "mac", ""}), "identity (mac)");
  EXPECT_EQ(meaning_text({"location", "", "location", ""}), "location");
  EXPECT_EQ(meaning_text({"", "", "uuid", ""}), "uuid");
  EXPECT_EQ(meaning_text({}), "");
}

TEST(TextSummary, SaysOnceWhichPartOfASharedKindItIs) {
  Findings findings = sample_report().findings;
  findings.findings[0].node = "type=sale";
  const std::string text = text_summary(findings, {});
  EXPECT_THAT(text, HasSubstr("pay sends POST /v1/order where type=sale"));
  EXPECT_EQ(text.find("type=sale"), text.rfind("type=sale"));
}

TEST(TextSummary, WithoutColorHasNoEscapeSequences) {
  EXPECT_THAT(text_summary(sample_report().findings, {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(text_summary(sample_report().findings, {true, 100}), HasSubstr("\x1b["));
}

TEST(TextSummary, KeepsToTheWidth) {
  for (const int width : {60, 80, 100, 120}) {
    std::istringstream lines(text_summary(mute_report().findings, {false, width}));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(columns_of(line), static_cast<std::size_t>(width)) << line;
  }
}

TEST(TextSummary, OfAMuteMachineSaysNoneWithBounds) {
  const std::string text = text_summary(mute_report().findings, {});
  EXPECT_THAT(text, HasSubstr("NONE PROVEN  none seen of brew and pay"));
  EXPECT_THAT(text, HasSubstr("17 %"));
}

TEST(TextSummary, DoubtIsSaidFirst) {
  Findings findings = mute_report().findings;
  findings.run.reasons = {"unconfirmed"};
  findings.run.verdict = "INCONCLUSIVE";
  EXPECT_THAT(text_summary(findings, {}), HasSubstr("INCONCLUSIVE  acts were not confirmed"));
}

TEST(TextSummary, TheWordNeverIsNotUsed) {
  EXPECT_THAT(text_summary(sample_report().findings, {}), Not(HasSubstr("never")));
}

TEST(Inert, ControlsAndBidiBecomeVisible) {
  EXPECT_EQ(inert(std::string_view("a\0b", 3)), "a\\u{0}b");
  EXPECT_EQ(inert("\x1b[31m"), "\\u{1b}[31m");
  EXPECT_EQ(inert("\xc2\x9b"), "\\u{9b}");
  EXPECT_EQ(inert("\x9b"), "\\x9b");
  EXPECT_EQ(inert("\xe2\x80\xae"), "\\u{202e}");
  EXPECT_EQ(inert("Größe 咖啡"), "Größe 咖啡");
  EXPECT_EQ(inert("\xc0\xaf"), "\\xc0\\xaf");  // an overlong slash
}

TEST(Inert, IsCutByCharacters) { EXPECT_EQ(inert("ääää", 3), "äää…"); }

TEST(Inert, HtmlHasNoMarkup) {
  EXPECT_EQ(inert_html("<b a='1' c=\"2\">&"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;");
}

TEST(Inert, WideCharactersTakeTwoColumns) { EXPECT_EQ(columns_of("咖啡 ab"), 7u); }

}  // namespace
}  // namespace brewproof
