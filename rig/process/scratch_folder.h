// An empty folder of the user's own, gone with all that is in it when this ends.
#pragma once

#include <string>

#include "rig/model/result.h"

namespace brewproof {

class ScratchFolder {
 public:
  /// Under the folder for temporary files (TMPDIR). Error `host`: that cannot be written to.
  [[nodiscard]] static Result<ScratchFolder> make(const std::string& purpose);
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace brewproof
