#include "rig/process/scratch_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace brewproof {

namespace fs = std::filesystem;

Result<ScratchFolder> ScratchFolder::make(const std::string& purpose) {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error)
    return fail(ErrorCode::host, "looking for a folder for temporary files: {}: is TMPDIR right?",
                error.message());
  std::string path = (parent / ("brewproof-" + purpose + "-XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr)
    return fail(ErrorCode::host, "making {}: {}: name another folder in TMPDIR", path,
                std::strerror(errno));
  return ScratchFolder(std::move(path));
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})) {}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;  // what is left there hurts nobody
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace brewproof
