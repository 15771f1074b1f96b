#include "rig/contract/contract_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Destination cloud{"api.example", "203.0.113.10", 80};
const Destination broker{"mqtt.example", "203.0.113.11", 1883};

SentSignature sent(const Destination& to, std::string protocol, std::string message,
                   std::vector<std::string> fields, std::uint64_t count = 12) {
  SentSignature one;
  one.destination = to;
  one.protocol = std::move(protocol);
  one.message = std::move(message);
  one.count = count;
  one.bytes = count * 100;
  one.fields = std::move(fields);
  return one;
}

// A run that did `pay` and `brew`, 12 times each: an order follows every payment, a heartbeat comes
// anyway.
Findings observed() {
  Findings findings;
  Finding order;
  order.id = "F1";
  order.event = "pay";
  order.grade = 'A';
  order.destination = cloud;
  order.protocol = "http";
  order.message = "POST /v1/order";
  order.timing = Timing{12, 12, 0, 12, {0, 1'000'000'000}, 2.9e-6, 1e-4};
  order.fields.emplace_back().path = "body|json:/cents";
  order.fields.emplace_back().path = "header:host";
  findings.findings.push_back(order);
  findings.none.push_back({"brew", 12, 0.22, 0.95, 1'000'000'000});
  findings.signatures = {sent(cloud, "http", "POST /v1/order", {"body|json:/cents", "header:host"}),
                         sent(broker, "mqtt", "PUBLISH m/{}/hb", {"payload|json:/up"}, 40)};
  findings.background.push_back({broker, "mqtt", "PUBLISH m/{}/hb", 40, {}});
  return findings;
}

ContractLine line(std::string event, std::string destination, std::string protocol,
                  std::string message, std::vector<std::string> fields) {
  ContractLine one;
  one.event = std::move(event);
  one.destination = std::move(destination);
  one.protocol = std::move(protocol);
  one.message = std::move(message);
  one.fields = std::move(fields);
  one.place = "c.yaml:1:1";
  return one;
}

ContractFile declared() {
  ContractFile contract;
  contract.allow = {
      line("pay", "api.example", "http", "POST /v1/order", {"body|json:/cents", "header:*"})};
  contract.background = {line("", "mqtt.example:1883", "mqtt", "PUBLISH m/{}/hb", {"*"})};
  return contract;
}

const CheckedLine& about(const ContractCheck& check, CheckedLine::About what,
                         const std::string& event = "") {
  static const CheckedLine missing;
  for (const CheckedLine& one : check.lines)
    if (one.about == what && one.event == event) return one;
  ADD_FAILURE() << "no line " << about_word(what) << " of " << event;
  return missing;
}
using About = CheckedLine::About;

TEST(ContractCheck, WhatIsDeclaredPasses) {
  const ContractCheck check = check_contract(declared(), observed());
  EXPECT_EQ(check.verdict, Declared::pass);
  ASSERT_EQ(check.lines.size(), 4u);
  EXPECT_THAT(about(check, About::allow, "pay").findings, ElementsAre("F1"));
  EXPECT_EQ(about(check, About::background).text, "seen 40 times");
  // 1 - 0.05^(1/12) = 0.2209
  EXPECT_THAT(about(check, About::nothing_else, "brew").text, HasSubstr("22 % of the acts (12"));
}

TEST(ContractCheck, AnUndeclaredFieldFailsItsLineAndItsEvent) {
  Findings findings = observed();
  findings.findings[0].fields.emplace_back().path = "body|json:/card";
  const ContractCheck check = check_contract(declared(), findings);
  EXPECT_EQ(check.verdict, Declared::fail);
  const CheckedLine& order = about(check, About::allow, "pay");
  EXPECT_EQ(order.verdict, Declared::fail);
  EXPECT_THAT(order.fields, ElementsAre("body|json:/card"));
  EXPECT_EQ(about(check, About::nothing_else, "pay").verdict, Declared::fail);
  EXPECT_EQ(about(check, About::nothing_else, "brew").verdict, Declared::pass);
}

// A message that no act was shown to cause is held against the contract too: one is enough.
TEST(ContractCheck, AFieldSeenOnceInTheBackgroundFails) {
  ContractFile contract = declared();
  contract.background[0].fields = {"payload|json:/up"};
  Findings findings = observed();
  EXPECT_EQ(check_contract(contract, findings).verdict, Declared::pass);
  findings.signatures[1].fields.emplace_back("payload|json:/ssid");
  const ContractCheck check = check_contract(contract, findings);
  EXPECT_EQ(check.verdict, Declared::fail);
  EXPECT_THAT(about(check, About::background).fields, ElementsAre("payload|json:/ssid"));
}

TEST(ContractCheck, AnUndeclaredMessageFailsOrIsReportedAsTheContractSays) {
  Findings findings = observed();
  findings.signatures.push_back(sent(cloud, "http", "POST /v1/audit", {"body|json:/sn"}, 3));
  ContractFile contract = declared();
  const ContractCheck check = check_contract(contract, findings);
  EXPECT_EQ(check.verdict, Declared::fail);
  EXPECT_EQ(about(check, About::undeclared).text, "seen 3 times, and is not declared");
  contract.otherwise_fail = false;
  EXPECT_EQ(check_contract(contract, findings).verdict, Declared::report);
}

TEST(ContractCheck, WhatIsDeclaredAsBackgroundMayFollowNoAct) {
  Findings findings = observed();
  Finding beat = findings.findings[0];
  beat.id = "F2";
  beat.relation = "carried_by";
  beat.timing.reset();
  beat.destination = broker;
  beat.protocol = "mqtt";
  beat.message = "PUBLISH m/{}/hb";
  beat.fields.clear();
  beat.fields.emplace_back().path = "payload|json:/last";
  beat.fields[0].kind = FieldKind::stimulus;
  findings.findings.push_back(beat);
  const ContractCheck check = check_contract(declared(), findings);
  EXPECT_EQ(check.verdict, Declared::fail);
  const CheckedLine& line = about(check, About::undeclared, "pay");
  EXPECT_EQ(line.text, "carries data of pay, and is declared as background only");
  EXPECT_THAT(line.fields, ElementsAre("payload|json:/last"));
}

// At a false discovery rate of 5 % a heartbeat is now and then a candidate: that is told and no
// more.
TEST(ContractCheck, ACandidateOfDeclaredBackgroundIsDoubtOnlyForWhatItCarries) {
  Findings findings = observed();
  Finding beat = findings.findings[0];
  beat.id = "C1";
  beat.destination = broker;
  beat.protocol = "mqtt";
  beat.message = "PUBLISH m/{}/hb";
  beat.fields.clear();
  findings.candidates.push_back(beat);
  const ContractCheck check = check_contract(declared(), findings);
  EXPECT_EQ(check.verdict, Declared::pass);
  EXPECT_EQ(about(check, About::background).text,
            "seen 40 times; perhaps more often after pay (C1), which is not proven");
  findings.candidates[0].fields.emplace_back().kind = FieldKind::stimulus;
  EXPECT_EQ(check_contract(declared(), findings).verdict, Declared::inconclusive);
}

TEST(ContractCheck, WhatIsDeclaredForAnotherEventIsNotDeclaredForThis) {
  Findings findings = observed();
  findings.findings[0].event = "brew";
  findings.none[0].event = "pay";
  const ContractCheck check = check_contract(declared(), findings);
  EXPECT_EQ(check.verdict, Declared::fail);
  EXPECT_EQ(about(check, About::undeclared, "brew").text,
            "follows brew (12 of 12 acts, 0 of 12 shams), and is declared for pay only");
}

TEST(ContractCheck, DoubtIsNeverAPass) {
  Findings findings = observed();
  findings.run.reasons = {"unconfirmed"};
  EXPECT_EQ(check_contract(declared(), findings).verdict, Declared::inconclusive);

  findings = observed();
  findings.candidates = findings.findings;
  findings.candidates[0].id = "C1";
  findings.candidates[0].message = "POST /v1/other";
  ContractCheck check = check_contract(declared(), findings);
  EXPECT_EQ(check.verdict, Declared::inconclusive);
  EXPECT_THAT(about(check, About::undeclared, "pay").reasons, ElementsAre("candidate"));
  EXPECT_THAT(about(check, About::nothing_else, "pay").reasons, ElementsAre("candidate"));

  ContractFile contract = declared();
  contract.allow.push_back(line("clean", "api.example", "http", "POST /v1/clean", {"*"}));
  check = check_contract(contract, observed());
  EXPECT_EQ(check.verdict, Declared::inconclusive);
  EXPECT_THAT(about(check, About::allow, "clean").reasons, ElementsAre("not-tried"));

  findings = observed();  // the order comes without a payment too
  findings.background.push_back({cloud, "http", "POST /v1/order", 3, {}});
  check = check_contract(declared(), findings);
  EXPECT_EQ(check.verdict, Declared::inconclusive);
  EXPECT_THAT(about(check, About::allow, "pay").reasons, ElementsAre("not-attributed"));
}

TEST(ContractCheck, OfATerminalThatWasNotThereNothingPasses) {
  ContractFile contract = declared();
  contract.allow.push_back(line("pay", "acquirer.example", "tls", "record {}", {"*"}));
  Findings findings = observed();
  EXPECT_EQ(check_contract(contract, findings).lines[1].verdict, Declared::pass);
  contract.allow.back().of_terminal = true;
  for (const auto& [payment, terminal, reason] : {std::tuple("emulated", "", "terminal-replaced"),
                                                  {"", "", "payment-unstated"},
                                                  {"real", "", "terminal-unidentified"}}) {
    findings.run.payment = payment;
    findings.run.terminal_json = terminal;
    const ContractCheck check = check_contract(contract, findings);
    EXPECT_EQ(check.lines[0].verdict, Declared::pass);  // of the machine itself
    EXPECT_EQ(check.lines[1].verdict, Declared::inconclusive);
    EXPECT_THAT(check.lines[1].reasons, ElementsAre(reason));
  }
  findings.run.terminal_json = R"({"mac":["02:7e:00:00:00:01"]})";
  EXPECT_EQ(check_contract(contract, findings).lines[1].verdict, Declared::pass);
}

// The same message to the same host is declared for one of the two.
TEST(ContractCheck, WhatTheTerminalSendsIsDeclaredForTheTerminal) {
  Findings findings = observed();
  findings.run.payment = "real";
  findings.run.terminal_json = R"({"mac":["02:7e:00:00:00:01"]})";
  findings.findings[0].destination.from_terminal = true;
  for (SentSignature& sent : findings.signatures) sent.destination.from_terminal = true;
  ContractCheck check = check_contract(declared(), findings);
  EXPECT_EQ(check.verdict, Declared::fail);
  EXPECT_TRUE(about(check, About::undeclared, "pay").of_terminal);

  ContractFile contract = declared();
  for (ContractLine& one : contract.allow) one.of_terminal = true;
  check = check_contract(contract, findings);
  EXPECT_EQ(about(check, About::allow, "pay").verdict, Declared::pass);
  findings.findings[0].destination.from_terminal = false;
  EXPECT_EQ(check_contract(contract, findings).verdict, Declared::fail);
}

// What cannot be read may be what is declared; to somebody unknown it cannot.
TEST(ContractCheck, SealedRecordsAreDoubtWhereTheDestinationIsDeclared) {
  Findings findings = observed();
  SentSignature sealed = sent(cloud, "tls", "record 210..219 B", {});
  sealed.sealed_bytes = sealed.bytes;
  findings.signatures.push_back(sealed);
  const ContractCheck check = check_contract(declared(), findings);
  EXPECT_EQ(check.verdict, Declared::inconclusive);
  EXPECT_THAT(about(check, About::undeclared).reasons, ElementsAre("sealed"));
  findings.signatures.back().destination = {"ads.example", "203.0.113.99", 443};
  EXPECT_EQ(check_contract(declared(), findings).verdict, Declared::fail);
}

TEST(ContractCheck, AFailureBeatsDoubt) {
  Findings findings = observed();
  findings.run.reasons = {"path-unobserved"};
  findings.signatures.push_back(sent(cloud, "http", "POST /v1/audit", {}));
  EXPECT_EQ(check_contract(declared(), findings).verdict, Declared::fail);
}

// What the message's own name tells is no field to declare; what stands for `{}` is.
TEST(ContractCheck, OnlySegmentsThatVaryAreFields) {
  Findings findings = observed();
  findings.signatures[0].fields = {"header:content-length", "path:0", "path:1"};
  findings.signatures[1].fields = {"payload|json:/up", "topic:0", "topic:2"};
  findings.signatures.push_back(
      sent({"api.example", "", 0}, "dns", "query A api.example", {"qname"}));
  ContractFile contract = declared();
  contract.background[0].fields = {"payload|json:/up"};
  contract.background.push_back(line("", "example", "dns", "query A {}", {}));
  EXPECT_EQ(check_contract(contract, findings).verdict, Declared::pass);
  findings.signatures[1].fields.emplace_back("topic:1");
  EXPECT_THAT(about(check_contract(contract, findings), About::background).fields,
              ElementsAre("topic:1"));
  findings.signatures[1].fields.back() = "topic:2|base64";
  EXPECT_EQ(check_contract(contract, findings).verdict, Declared::fail);
}

TEST(Coverage, OfMessages) {
  EXPECT_TRUE(covers_message("PUBLISH m/{}/hb", "PUBLISH m/{}/hb"));
  EXPECT_TRUE(covers_message("PUBLISH m/{}/hb", "PUBLISH m/KD1/hb"));
  EXPECT_FALSE(covers_message("PUBLISH m/{}/hb", "PUBLISH m/a/b/hb"));
  EXPECT_FALSE(covers_message("PUBLISH m/{}/hb", "PUBLISH m//hb"));
  EXPECT_FALSE(covers_message("PUBLISH m/KD1/hb", "PUBLISH m/{}/hb"));
  EXPECT_FALSE(covers_message("GET /a", "GET /a/b"));
  EXPECT_FALSE(covers_message("GET /a/b", "GET /a"));
  EXPECT_TRUE(covers_message("record 200..300 B", "record 210..219 B"));
  EXPECT_TRUE(covers_message("record 200..300 B", "record 210 B"));
  EXPECT_FALSE(covers_message("record 200..300 B", "record 290..301 B"));
  EXPECT_FALSE(covers_message("record 210 B", "record 210..219 B"));
  EXPECT_TRUE(covers_message("query A {}", "query A kiosk.example"));
}

TEST(Coverage, OfPaths) {
  EXPECT_TRUE(covers_path("*", "header:host"));
  EXPECT_TRUE(covers_path("header:*", "header:x-trace|base64"));
  EXPECT_FALSE(covers_path("header:*", "query:k"));
  EXPECT_FALSE(covers_path("body|json:/a", "body|json:/a/b"));
  EXPECT_FALSE(covers_path("body|json:/a/b", "body|json:/a"));
  EXPECT_TRUE(covers_path("body|json:/items/*/n", "body|json:/items/3/n"));
  EXPECT_TRUE(covers_path("body|json:/items/3/n", "body|json:/items/*/n"));
  EXPECT_FALSE(covers_path("body|json:/items/n", "body|json:/items/*"));
  EXPECT_FALSE(covers_path("body|json:/*", "body|base64|json:/a"));
  EXPECT_TRUE(covers_path("payload", "bytes:16+2"));
  EXPECT_TRUE(covers_path("bytes:*", "bytes:16+2"));
  EXPECT_TRUE(covers_path("payload|cbor:/d", "payload|cbor:/d|bytes:4+2"));
  EXPECT_FALSE(covers_path("payload", "payload|cbor:/d|bytes:4+2"));
  EXPECT_FALSE(covers_path("bytes:16+2", "bytes:16+4"));
  EXPECT_TRUE(covers_path("body|json:*", "body|json:/a/b|base64"));
}

}  // namespace
}  // namespace brewproof
