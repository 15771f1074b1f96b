#include "drivers/recognition.h"

#include <algorithm>

namespace brewproof {
namespace {

bool fits(const UsbMatch& match, const UsbSelf& device) {
  return match.vid == device.vid && match.pid == device.pid &&
         device.manufacturer.starts_with(match.manufacturer) &&
         device.product.starts_with(match.product);
}

}  // namespace

std::vector<Recognised> recognise(const UsbSelf& device, DriverTable drivers) {
  std::vector<Recognised> sure, unsure;
  for (const DriverEntry* driver : drivers) {
    const auto match = std::ranges::find_if(
        driver->recognises, [&](const UsbMatch& each) { return fits(each, device); });
    if (match != driver->recognises.end())
      (match->shared ? unsure : sure).push_back({driver, !match->shared});
  }
  sure.insert(sure.end(), unsure.begin(), unsure.end());
  return sure;
}

}  // namespace brewproof
