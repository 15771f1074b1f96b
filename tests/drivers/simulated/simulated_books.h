// A simulated audit port with its books, and the driver that reads them.
#pragma once

#include <fmt/core.h>

#include "tests/drivers/station.h"
#include "tests/fixtures/machine/station.h"

namespace brewproof::testing {

class SimulatedBooks : public ::testing::Test {
 protected:
  /// The simulator and the driver have the same name.
  explicit SimulatedBooks(std::string name) : name_(std::move(name)) {
    for (int product = 1; product <= 40; ++product)
      books_ += fmt::format("PA1*{}*180\r\n", product);
    folder_.write("books.dts", books_);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path() / name; }

  Result<AuditReader::Audit> read(const std::vector<std::string>& more,
                                  std::map<std::string, std::string> options = {},
                                  std::chrono::seconds within = std::chrono::seconds(60)) {
    std::vector<std::string> arguments{name_, "--port", path("audit"), "--books",
                                       path("books.dts")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    sim::Simulator machine(arguments);
    EXPECT_EQ(machine.line(), "ready");
    options["port"] = path("audit");
    Station station;
    auto device = station.open(name_, std::move(options));
    if (!device) return pass_on(std::move(device));
    auto audit = (*device)->as_audit_reader()->read_audit(within);
    if (audit) was_read(machine);
    identity_ = (*device)->identity();
    return audit;
  }
  /// What the machine says of it.
  virtual void was_read(sim::Simulator& machine) { (void)machine; }

  sim::ScratchFolder folder_;
  std::string name_, books_, identity_;
};

}  // namespace brewproof::testing
