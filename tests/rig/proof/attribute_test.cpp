#include "rig/proof/attribute.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "tests/rig/proof/synthetic_world.h"

namespace brewproof {
namespace {

using synthetic::ms;
using synthetic::World;

const Finding* finding_for(const Proof& proof, const std::string& event,
                           const std::string& message) {
  for (const Finding& finding : proof.findings) {
    if (finding.event == event && finding.message == message) return &finding;
  }
  return nullptr;
}

const FieldFinding* field_at(const Finding& finding, const std::string& path) {
  for (const FieldFinding& field : finding.fields) {
    if (field.path == path) return &field;
  }
  return nullptr;
}

FieldKind kind_at(const Finding& finding, const std::string& path) {
  const FieldFinding* field = field_at(finding, path);
  return field ? field->kind : FieldKind::unexplained;
}

TEST(Attribute, TheKioskIsFoundWithAllItsStimulusFieldsAndNothingElse) {
  World world(7);
  synthetic::kiosk(world);
  world.input.design.draws = 9999;
  const Proof proof = attribute(world.input);

  EXPECT_EQ(proof.law, "blocks of 4+4");
  EXPECT_TRUE(proof.reasons.empty());
  EXPECT_TRUE(proof.none.empty());
  ASSERT_EQ(proof.findings.size(), 3u);
  const Finding* brew = finding_for(proof, "brew", "PUBLISH kiosk/{}/brew");
  const Finding* sale = finding_for(proof, "pay", "POST /v1/order");
  const Finding* dispensed = finding_for(proof, "pay", "PUBLISH kiosk/{}/brew");
  ASSERT_TRUE(brew && sale && dispensed);

  EXPECT_EQ(sale->grade, 'A');
  EXPECT_EQ(sale->against, "sham: host");
  EXPECT_EQ(sale->destination.name, "api.kiosk.example");
  EXPECT_EQ(sale->timing->event_hits, 16);
  EXPECT_EQ(sale->timing->event_trials, 16);
  EXPECT_EQ(sale->timing->sham_hits, 0);
  EXPECT_EQ(sale->timing->sham_trials, 16);
  EXPECT_EQ(sale->timing->window, (Window{0, 100 * ms}));
  EXPECT_NEAR(sale->timing->p, 4.16e-8, 0.01e-8);  // 1 / 70^4
  EXPECT_DOUBLE_EQ(sale->timing->p_adjusted, 1e-4);
  EXPECT_EQ(sale->evidence.size(), 16u);
  EXPECT_EQ(sale->served_by_dns, std::vector<std::string>{"query A api.kiosk.example"});

  std::map<std::string, std::string> stimulus;
  for (const FieldFinding& field : sale->fields) {
    if (field.kind == FieldKind::stimulus)
      stimulus[field.path] = field.parameter + " " + field.form;
  }
  EXPECT_EQ(stimulus,
            (std::map<std::string, std::string>{{"body|json:/cents", "amount minor units"},
                                                {"body|json:/price", "amount decimal"},
                                                {"body|json:/card", "card text"},
                                                {"body|json:/drink", "drink text"},
                                                {"body|json:/method", "method mapping"}}));
  EXPECT_EQ(kind_at(*sale, "body|json:/sn"), FieldKind::constant);
  EXPECT_EQ(kind_at(*sale, "body|json:/seq"), FieldKind::counter);
  EXPECT_EQ(kind_at(*sale, "body|json:/ts"), FieldKind::time);
  EXPECT_EQ(kind_at(*sale, "body|json:/nonce"), FieldKind::random);
  EXPECT_EQ(sale->fields.size(), 12u);
  const FieldFinding* method = field_at(*sale, "body|json:/method");
  EXPECT_EQ(method->mapping,
            (std::vector<std::pair<std::string, std::string>>{{"app", "02"}, {"card", "01"}}));
  EXPECT_EQ(method->matched, 16);
  EXPECT_EQ(method->of, 16);
  EXPECT_DOUBLE_EQ(*method->p, 2.0 / 12870);  // this deal and its mirror image

  EXPECT_EQ(field_at(*brew, "payload|json:/drink")->parameter, "drink");
  EXPECT_EQ(kind_at(*brew, "payload|json:/t"), FieldKind::time);
  EXPECT_EQ(kind_at(*brew, "payload|json:/temp"), FieldKind::unexplained);
  EXPECT_EQ(field_at(*dispensed, "payload|json:/drink")->parameter, "drink");
  EXPECT_EQ(kind_at(*dispensed, "payload|json:/by"), FieldKind::constant);
}

}  // namespace
}  // namespace brewproof
