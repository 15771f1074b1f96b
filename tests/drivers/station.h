// The host end: opens drivers from the catalogue as the engine does, and keeps every exchange.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "drivers/catalogue.h"
#include "tests/drivers/pty_peer.h"

namespace brewproof::testing {

struct Station {
  SystemClock clock;
  std::vector<Exchange> exchanges;

  Result<std::unique_ptr<Device>> open(const std::string& driver,
                                       std::map<std::string, std::string> options) {
    const auto entry = std::ranges::find_if(
        driver_table(), [&](const DriverEntry* each) { return each->name == driver; });
    if (entry == driver_table().end()) return fail(ErrorCode::usage, "no driver {}", driver);
    return (*entry)->open(
        {.name = "dev", .driver = driver, .options = std::move(options), .place = "bench.yaml:1:1"},
        {clock, [this](const Exchange& e) { exchanges.push_back(e); }});
  }

  /// A test failure where it cannot be opened; nullptr then.
  std::unique_ptr<Device> opened(const std::string& driver,
                                 std::map<std::string, std::string> options) {
    auto device = open(driver, std::move(options));
    if (device) return std::move(*device);
    ADD_FAILURE() << device.error().message;
    return nullptr;
  }

  /// All bytes that were written and received, in order of the record.
  [[nodiscard]] std::string written() const {
    std::string all;
    for (const Exchange& e : exchanges) all += as_text(e.written);
    return all;
  }
  [[nodiscard]] std::string received() const {
    std::string all;
    for (const Exchange& e : exchanges) all += as_text(e.received);
    return all;
  }
};

/// `EXPECT_FAILS(result, ErrorCode::timeout, "did not answer")`
#define EXPECT_FAILS(result, expected_code, text)                              \
  do {                                                                         \
    const auto& failed_ = (result);                                            \
    ASSERT_FALSE(failed_.has_value());                                         \
    EXPECT_EQ(failed_.error().code, expected_code) << failed_.error().message; \
    EXPECT_THAT(failed_.error().message, ::testing::HasSubstr(text));          \
  } while (false)

}  // namespace brewproof::testing
