// The tables of results.sqlite. Keys of another name than rowid stand in WITHOUT ROWID tables, so
// that REPLACE finds no second way to a row.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace brewproof {

inline constexpr int store_application_id = 0x42725066;  // "BrPf"
inline constexpr int store_version = 1;

struct StoreTable {
  std::string_view name;
  std::string_view columns;
  std::string_view key;  // comma-separated
};

extern const std::array<StoreTable, 15> store_tables;

/// CREATE TABLE and the triggers that make it append-only: no UPDATE, no DELETE, and no INSERT of
/// a key that is there (REPLACE deletes without telling a DELETE trigger).
[[nodiscard]] std::string create_statement(const StoreTable& table);

}  // namespace brewproof
