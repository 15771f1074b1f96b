#include "rig/command/analysis/refusals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brewproof {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> reasons(const std::vector<TlsDestination>& destinations,
                                 const Finding& finding) {
  std::vector<Finding> findings = {finding};
  tell_refusals(findings, TlsGateway{"intercept", destinations, {}, {}});
  return findings[0].reasons;
}

Finding sealed() {
  Finding finding;
  finding.destination = {"api.example", "203.0.113.10", 443};
  return finding;
}

TEST(Refusals, AreToldOnceByNameAndByAddress) {
  const TlsDestination by_name{"api.example:443", "refused", "alert unknown ca", 1};
  const TlsDestination by_address{"203.0.113.10:443", "refused", "alert unknown ca", 1};
  EXPECT_THAT(reasons({by_name}, sealed()), ElementsAre("tls-refused"));
  EXPECT_THAT(reasons({by_address}, sealed()), ElementsAre("tls-refused"));
  EXPECT_THAT(reasons({by_address, by_name}, sealed()), ElementsAre("tls-refused"));
}

TEST(Refusals, OfOthersAreNone) {
  EXPECT_THAT(reasons({{"api.example:8443", "refused", "", 1}}, sealed()), IsEmpty());
  EXPECT_THAT(reasons({{"api.example:443", "opened", "", 1}}, sealed()), IsEmpty());
  Finding opened = sealed();
  opened.tls = true;
  EXPECT_THAT(reasons({{"api.example:443", "refused", "", 1}}, opened), IsEmpty());
}

}  // namespace
}  // namespace brewproof
