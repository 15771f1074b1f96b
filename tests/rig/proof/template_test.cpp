#include "rig/proof/template.h"

#include <gtest/gtest.h>

#include <set>

namespace brewproof {
namespace {

const std::vector<std::string> identities = {"KD00412", "02:c0:ff:ee:00:01"};

std::string http(std::string_view message) { return template_of("http", message, identities); }
std::string mqtt(std::string_view message) { return template_of("mqtt", message, identities); }

TEST(Template, KnownIdentitiesBecomeHoles) {
  EXPECT_EQ(mqtt("PUBLISH kiosk/KD00412/brew"), "PUBLISH kiosk/{}/brew");
  EXPECT_EQ(mqtt("PUBLISH kiosk/kd00412/brew"), "PUBLISH kiosk/{}/brew");
  EXPECT_EQ(mqtt("PUBLISH dev/02C0FFEE0001/up"), "PUBLISH dev/{}/up");
  EXPECT_EQ(mqtt("PUBLISH dev/02-c0-ff-ee-00-01/up"), "PUBLISH dev/{}/up");
  EXPECT_EQ(mqtt("PUBLISH kiosk/KD00413/brew"), "PUBLISH kiosk/KD00413/brew");
}

TEST(Template, NumbersUuidsAndLongHexBecomeHoles) {
  EXPECT_EQ(http("GET /v1/orders/17"), "GET /v1/orders/{}");
  EXPECT_EQ(http("GET /v1/orders/-1.5"), "GET /v1/orders/{}");
  EXPECT_EQ(http("GET /v1/0f8fad5b-d9cb-469f-a165-70867728950e/x"), "GET /v1/{}/x");
  EXPECT_EQ(http("GET /s/deadbeef"), "GET /s/{}");
  EXPECT_EQ(http("GET /s/deadbee"), "GET /s/deadbee");  // seven digits
  EXPECT_EQ(http("GET /v1/coffee"), "GET /v1/coffee");
}

TEST(Template, KeepsTheShapeOfPaths) {
  EXPECT_EQ(http("GET /"), "GET /");
  EXPECT_EQ(http("GET /a//b/"), "GET /a//b/");
  EXPECT_EQ(mqtt("PINGREQ"), "PINGREQ");
  EXPECT_EQ(mqtt("PUBLISH one two/3"), "PUBLISH one two/{}");
  EXPECT_EQ(http(""), "");
}

TEST(Template, SizeClassesAndKindsAreLeftAlone) {
  EXPECT_EQ(template_of("tls", "record 210..219 B", {}), "record 210..219 B");
  EXPECT_EQ(template_of("icmp", "echo request", {}), "echo request");
}

TEST(Template, NamesAreSplitAtDots) {
  EXPECT_EQ(template_of("dns", "query A KD00412.dev.x.example", identities),
            "query A {}.dev.x.example");
  EXPECT_EQ(stable_suffix("{}.dev.x.example"), "dev.x.example");
  EXPECT_EQ(stable_suffix("api.x.example"), "api.x.example");
  EXPECT_EQ(asked_name("query AAAA api.x.example."), "api.x.example");
  EXPECT_EQ(asked_name("response A"), "");
}

std::vector<std::string> of_messages(const std::vector<std::string>& texts) {
  std::vector<KeptMessage> messages;
  for (const std::string& text : texts) {
    Message m;
    m.protocol = "mqtt";
    m.peer = {"broker", "192.0.2.1", 1883};
    m.message = text;
    messages.push_back(m);
  }
  std::vector<Alike> each;
  for (const KeptMessage& m : messages) each.push_back({&m, 1});
  return templates_of(each, {});
}

TEST(Templates, ASegmentThatVariesWhileItsSiblingsAgreeBecomesAHole) {
  std::vector<std::string> texts;
  for (char c = 'a'; c <= 'j'; ++c) texts.push_back(std::string("PUBLISH sale/tx-") + c + "/done");
  const auto templates = of_messages(texts);
  EXPECT_EQ(std::set<std::string>(templates.begin(), templates.end()),
            std::set<std::string>{"PUBLISH sale/{}/done"});
}

TEST(Templates, AFewKindsThatKeepComingStayApart) {
  std::vector<std::string> texts;
  for (int i = 0; i < 30; ++i) {
    for (const char* kind : {"brew", "hb", "state", "a", "b", "c", "d", "e", "f"}) {
      texts.push_back(std::string("PUBLISH kiosk/x/") + kind);
    }
  }
  const auto templates = of_messages(texts);
  EXPECT_EQ(std::set<std::string>(templates.begin(), templates.end()).size(), 9u);
}

TEST(Templates, APathOfAThousandSegmentsIsNotWalkedThrough) {
  std::string text = "PUBLISH a";
  for (int i = 0; i < 1000; ++i) text += "/7";
  const std::string shown = of_messages({text}).front();
  EXPECT_TRUE(shown.starts_with("PUBLISH a/{}/{}"));
  EXPECT_TRUE(shown.ends_with("/7/7"));
}

}  // namespace
}  // namespace brewproof
