#include "rig/command/program.h"

#include <filesystem>

#include "rig/command/source_id.h"
#include "rig/process/child.h"

namespace brewproof {

std::string program_version() { return "brewproof " BREWPROOF_VERSION; }

std::string source_sha256() { return BREWPROOF_SOURCE_SHA256; }

std::string shipped_file(const std::string& name) {
  const std::string beside = program_beside("share/brewproof/" + name);
  std::error_code ignored;
  if (std::filesystem::exists(beside, ignored)) return beside;
  return program_beside("../share/brewproof/" + name);
}

}  // namespace brewproof
