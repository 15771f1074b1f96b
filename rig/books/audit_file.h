// An audit file read: every reading that is in it, what is wrong with it and where, and what is
// sound kept. What a DEX or DDCMP reader received is read the same way. Pure.
//
//   DXS ... ST records G85 SE ... DXE     once or several times, one after the other
//
// Sources: EVA-DTS 6.1.1, chapter 4; G85: CRC-16/ARC from the S of ST to the CR LF before G85.
#pragma once

#include <string_view>
#include <vector>

#include "rig/books/audit.h"

namespace brewproof::books {

struct AuditFile {
  std::vector<Audit> audits;
  std::vector<AuditRecord> outside;  // records that belong to no reading, and the envelopes
  std::vector<Remark> remarks;       // those that are of no one reading

  /// There is at least one reading, and nothing is damaged.
  [[nodiscard]] bool sound() const;
  /// All remarks, those of the readings too, in order of place.
  [[nodiscard]] std::vector<Remark> all_remarks() const;
};

/// Never fails: a file that holds no reading has none, and a remark that says so. More than a
/// hundred remarks of a reading are cut short, and the last one says so.
[[nodiscard]] AuditFile read_audit_file(std::string_view bytes);

}  // namespace brewproof::books
