// The form of one journal line: how it is made and how it is checked. Shared by the writer and the
// reader, so that both mean the same bytes.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "rig/model/record.h"

namespace brewproof {

/// `prev` of the first line.
[[nodiscard]] std::string journal_origin();

/// Canonical JSON without LF. Throws std::logic_error where `body` is no object or holds a key that
/// belongs to the line: a bug of the caller.
[[nodiscard]] std::string journal_line(const std::string& type, nlohmann::json body,
                                       std::uint64_t seq, const std::string& prev, Instant at);

/// "" and the record, or what is wrong with the line.
[[nodiscard]] std::string read_journal_line(std::string_view line, std::uint64_t seq,
                                            const std::string& prev, Record& record);

}  // namespace brewproof
