// What a host is called: by its name, or by its address where no name was seen.
#pragma once

#include <string>

namespace brewproof {

/// Of an Endpoint or a Destination, of which this is a part.
template <class Place>
[[nodiscard]] const std::string& host_of(const Place& place) {
  return place.name.empty() ? place.address : place.name;
}

}  // namespace brewproof
