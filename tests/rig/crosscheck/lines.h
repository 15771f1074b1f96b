// tshark's JSON of one packet as literal text, fed line by line.
#pragma once

#include <string>
#include <string_view>

#include "rig/crosscheck/dissection.h"

namespace brewproof {

/// An object of `tshark -T json` with these layers.
inline std::string packet_json(std::string_view layers) {
  std::string text = "  {\n    \"_source\": {\n      \"layers\": {\n";
  return text.append(layers).append("\n      }\n    }\n  },\n");
}

/// True where the text's last line completed a packet.
inline bool feed(DissectionReader& reader, std::string_view text) {
  bool complete = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    complete = reader.line(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return complete;
}

}  // namespace brewproof
