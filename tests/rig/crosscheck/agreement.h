// Our decoder and tshark over a folder of captures: what each shows of every file, and whether
// their differences are known ones.
#pragma once

#include <string>
#include <vector>

#include "rig/crosscheck/crosscheck.h"

namespace brewproof {

/// A difference that was looked into, and why it is right.
struct Known {
  std::string_view file, kind;
  std::uint64_t differing, alone;
  std::string_view reason;
};
[[nodiscard]] const std::vector<Known>& known_differences();

/// One kind in one file.
struct Row {
  std::string file;
  Opinion opinion;
  const Known* known = nullptr;
  [[nodiscard]] bool agrees() const { return opinion.differing == 0 && opinion.alone == 0; }
  [[nodiscard]] bool explained() const {
    return known != nullptr && known->differing == opinion.differing &&
           known->alone == opinion.alone;
  }
};

struct Agreement {
  std::string tool;
  std::vector<Row> rows;
  std::vector<std::pair<std::string, ReadAlone>> read_alone;  // by file
  std::vector<std::string> unheard;                           // "file: why"
};

/// Captures (.pcap, .pcapng) directly in the folder, in the order of their names. `keylog`: a file
/// with the TLS keys of any of them; "": none.
[[nodiscard]] Result<Agreement> agreement_on(const std::string& folder,
                                             const std::string& keylog = {});

/// As text: a row a file and kind, then the sums by kind.
[[nodiscard]] std::string table_of(const Agreement& agreement, bool with_readings);

}  // namespace brewproof
