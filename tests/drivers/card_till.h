// A card reader at an MDB adapter that a test plays.
#pragma once

#include "tests/drivers/station.h"

namespace brewproof::testing {

inline const Bytes card = hex("01 A1 B2 C3");

struct CardTill {
  Station station;
  std::unique_ptr<Device> device;
  PaymentReader* reader = nullptr;

  CardTill(const std::string& driver, const PtyPeer& adapter,
           std::map<std::string, std::string> options) {
    options["port"] = adapter.path();
    device = station.opened(driver, std::move(options));
    if (device) reader = device->as_payment_reader();
  }
  Result<PaymentReader::Request> begin(std::chrono::milliseconds within = std::chrono::seconds(2)) {
    return reader->begin(5000, card, within);
  }
};

}  // namespace brewproof::testing
