// What a run's journal says, by the type of its lines.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "rig/evidence/journal.h"

namespace brewproof {

/// Of every line of `type`, in order; none where the journal cannot be read.
inline std::vector<nlohmann::json> journal_bodies(const std::string& path,
                                                  const std::string& type) {
  std::vector<nlohmann::json> bodies;
  const auto check = read_journal(path);
  if (check)
    for (const Record& record : check->records)
      if (record.type == type) bodies.push_back(record.body);
  return bodies;
}

}  // namespace brewproof
