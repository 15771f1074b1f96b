// The machine's books for people and for scripts: readings, and what moved between two.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "rig/books/audit_difference.h"
#include "rig/books/audit_file.h"

namespace brewproof {

/// Who the machine is, a table of its products with price, vends and value, the machine's totals;
/// then what is wrong, as file:line:col.
[[nodiscard]] std::string books_text(const std::string& path, const books::AuditFile& file);
[[nodiscard]] nlohmann::json books_json(const std::string& path, const books::AuditFile& file);

/// `later` is the reading that the movements end at: its currency and decimals are shown.
[[nodiscard]] std::string difference_text(const books::AuditDifference& difference,
                                          const books::Audit& later);
[[nodiscard]] nlohmann::json difference_json(const books::AuditDifference& difference);

}  // namespace brewproof
