// What a run's gateway heard stands in its journal and comes back from there, also where the run
// was interrupted: a gateway that starts again counts anew.
#include "rig/network/gateway_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TlsDestination opened{"api.example:443", "opened", "", 2};
const TlsDestination passed{"api.example:443", "passed", "the server: no TLS", 1};
const TlsDestination refused{"mqtt.example:8883", "refused", "alert unknown ca", 1};

Record record(const std::string& type, nlohmann::json body = nlohmann::json::object()) {
  Record made;
  made.type = type;
  made.body = std::move(body);
  return made;
}

TEST(GatewayRecord, TheLastOneHoldsForAllBeforeIt) {
  EXPECT_THAT(destinations_of({record("plan"), record("gateway", gateway_record("open", {opened})),
                               record("gateway", gateway_record("ended", {opened, refused}))}),
              ElementsAre(opened, refused));
  EXPECT_THAT(destinations_of({record("plan")}), IsEmpty());
}

TEST(GatewayRecord, WhatWasHeardBeforeAnInterruptionIsNotLost) {
  EXPECT_THAT(destinations_of({record("gateway", gateway_record("open", {opened, refused})),
                               record("resume"), record("gateway", gateway_record("open", {})),
                               record("gateway", gateway_record("ended", {passed})),
                               record("resume"), record("end")}),
              ElementsAre(opened, passed, refused));
}

TEST(GatewayRecord, TheSameOfBothPartsIsCountedTogether) {
  const TlsDestination again{"mqtt.example:8883", "refused", "", 3};
  EXPECT_THAT(
      destinations_of({record("gateway", gateway_record("ended", {refused})), record("resume"),
                       record("gateway", gateway_record("ended", {opened, again}))}),
      ElementsAre(opened, TlsDestination{"mqtt.example:8883", "refused", "alert unknown ca", 4}));
}

TEST(GatewayRecord, OneThatSomebodyChangedIsNoFault) {
  for (const char* body : {"{}", R"({"destinations":1})", R"({"destinations":[]})"})
    EXPECT_THAT(destinations_of({record("gateway", nlohmann::json::parse(body))}), IsEmpty());
  EXPECT_THAT(
      destinations_of({record(
          "gateway", nlohmann::json::parse(R"({"destinations":[1,{"connections":"x"}]})"))}),
      ElementsAre(TlsDestination{}));
}

}  // namespace
}  // namespace brewproof
