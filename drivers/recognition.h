// Which drivers a USB device or serial adapter is usual for, by the catalogue's `recognises`.
#pragma once

#include <string_view>
#include <vector>

#include "rig/bench/driver.h"

namespace brewproof {

/// What a device says of itself: ids as four lower-case hex digits, and its own texts.
struct UsbSelf {
  std::string_view vid, pid, manufacturer, product;
};

struct Recognised {
  const DriverEntry* driver = nullptr;
  bool sure = false;  // this board and no other; false: an adapter chip on boards of many kinds
};

/// The surest first, then in the table's order; a driver stands once. Empty: nobody knows it.
[[nodiscard]] std::vector<Recognised> recognise(const UsbSelf& device, DriverTable drivers);

}  // namespace brewproof
