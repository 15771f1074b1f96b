// The machine's books, read from its audit port now.
#pragma once

#include <string>

#include "rig/model/result.h"

namespace brewproof {

/// Reads them by the resource of this name ("" = the only one of the bench that reads audits) into
/// a new file `out`, as the machine told them, and what was said on the line beside it
/// (`out`.exchanges.jsonl). The bench is locked meanwhile; nothing else of it is opened. Errors:
/// `usage` (no such resource, `out` is there already), those of the driver.
[[nodiscard]] Result<void> read_books_from_port(const std::string& bench_path,
                                                const std::string& resource,
                                                const std::string& out);

}  // namespace brewproof
