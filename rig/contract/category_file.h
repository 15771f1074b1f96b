// The table of data categories (`brewproof: data-categories/1`) as values. The shipped one,
// procedures/data-categories.yaml, is compiled in: what a program says of a run hangs on no file
// beside it.
#pragma once

#include <string>

#include "rig/model/result.h"
#include "rig/proof/categories.h"

namespace brewproof {

/// Error `bad_file`, all faults with file:line:col. `path` is for messages.
[[nodiscard]] Result<DataCategories> read_category_text(const std::string& text,
                                                        const std::string& path);

/// The one that came with the program.
[[nodiscard]] const DataCategories& shipped_categories();

extern const char* const shipped_category_text;

}  // namespace brewproof
