// The words that a field's name is made of: what a maker wrote for people to read. A hint, no
// proof.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace brewproof {

/// "wifiSSID" -> wifi, ssid; "gps_lat-e7" -> gps, lat, e: lower case, split where case, letters and
/// digits change; digits are left out.
[[nodiscard]] std::vector<std::string> words_of(std::string_view name);

/// The names on the way to a field, the innermost first: "form:d|base64|json:/pay/0/unitPrice" ->
/// unitPrice, pay, d. Numbers, `*`, bytes at an offset and codecs are no names, nor are the parts
/// `body`, `payload`, `form`, `frame` and `size`.
[[nodiscard]] std::vector<std::string> names_of(std::string_view path);

}  // namespace brewproof
