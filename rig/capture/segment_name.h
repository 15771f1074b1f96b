// How files that come one after the other are called: 0001.pcapng, 0002.pcapng ... in one folder.
#pragma once

#include <charconv>
#include <filesystem>
#include <string>
#include <string_view>

#include "rig/model/result.h"

namespace brewproof {

[[nodiscard]] inline std::string segment_name(int number) {
  return fmt::format("{:04}.pcapng", number);
}

/// The number in "0017.pcapng" where the extension is that; 0 for other names.
[[nodiscard]] inline int file_number(const std::filesystem::path& path,
                                     std::string_view extension) {
  const std::string stem = path.stem().string();
  int number = 0;
  const auto read = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == stem.data() + stem.size();
  return whole && path.extension() == extension ? number : 0;
}

/// The highest number in the folder; 0: there is none. Error `io`: it cannot be read.
[[nodiscard]] inline Result<int> newest_number(const std::string& folder,
                                               std::string_view extension) {
  std::error_code error;
  int newest = 0;
  for (auto each = std::filesystem::directory_iterator(folder, error);
       !error && each != std::filesystem::directory_iterator(); each.increment(error))
    newest = std::max(newest, file_number(each->path(), extension));
  if (error) return fail(ErrorCode::io, "reading the folder {}: {}", folder, error.message());
  return newest;
}

[[nodiscard]] inline Result<int> newest_segment(const std::string& folder) {
  return newest_number(folder, ".pcapng");
}

}  // namespace brewproof
