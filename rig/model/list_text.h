// Words as a sentence lists them.
#pragma once

#include <string>
#include <vector>

namespace brewproof {

/// "amount, card and drink"
[[nodiscard]] std::string list_text(const std::vector<std::string>& words);

}  // namespace brewproof
