// What one record means for the reading that it is in.
#pragma once

#include "rig/books/audit.h"

namespace brewproof::books {

/// Takes into `audit` what `record` says; remarks what is no such value. Records that are not known
/// change nothing.
void take_contents(const AuditRecord& record, Audit& audit);

/// Digits, up to 18; nullopt for anything else.
[[nodiscard]] std::optional<std::int64_t> number_of(std::string_view digits);

}  // namespace brewproof::books
