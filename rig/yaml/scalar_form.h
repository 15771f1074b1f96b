// What a plain (unquoted) scalar is. YAML 1.1 and 1.2 readers disagree about a good many words
// (`NO` is false to one and Norway to the other, 0777 is 511 or 777): those are told apart here as
// `doubtful`, and a strict reader takes none of them (yaml.org/type/bool.html, int.html).
#pragma once

#include <string>
#include <string_view>

namespace brewproof::yaml {

enum class ScalarForm { text, integer, real, boolean, null, doubtful };

/// integer: -?(0|[1-9][0-9]*); real: that with a fraction or exponent; boolean: true, false;
/// null: ~, null and "".
[[nodiscard]] ScalarForm form_of(std::string_view plain);

/// Why a doubtful scalar is one: "YAML readers take it for a boolean".
[[nodiscard]] std::string why_doubtful(std::string_view plain);

}  // namespace brewproof::yaml
