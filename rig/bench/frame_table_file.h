// Reading the map that describes a board by its frames.
#pragma once

#include <string_view>

#include "rig/bench/frame_table.h"
#include "rig/yaml/node.h"

namespace brewproof {

/// `keys` are those of `node`; unknown ones are refused. Where there are faults the table is not to
/// be used.
[[nodiscard]] FrameTable read_frame_table(const yaml::Node& node, yaml::Map& keys);

/// "A0 {channel} 01 {sum8}" as a pattern, or what is wrong with it.
[[nodiscard]] yaml::Parsed<FramePattern> parse_frame(std::string_view text);

}  // namespace brewproof
