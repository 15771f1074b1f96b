// An empty folder of the user's own, gone with all that is in it when this ends.
#pragma once

#include <string>

#include "rig/model/result.h"

namespace brewproof {

class TemporaryFolder {
 public:
  /// Under the folder for temporary files (TMPDIR). Error `host`: that cannot be written to.
  [[nodiscard]] static Result<TemporaryFolder> make(const std::string& purpose);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace brewproof
