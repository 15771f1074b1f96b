// key=value pairs joined by `&` (application/x-www-form-urlencoded; URL Standard section 5.1).
#pragma once

#include <string_view>

#include "rig/decode/payload/opener.h"

namespace brewproof::decode {

/// Adds each pair at opener.path(), which ends in ':': behind a part's name the key follows as it
/// is
/// (`query:a`), behind a structure's as a step (`kv:/a`). False: a limit was reached.
bool read_pairs(Opener& opener, std::string_view text);

}  // namespace brewproof::decode
