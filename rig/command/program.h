// Who this program is, and where its own files stand.
#pragma once

#include <string>

namespace brewproof {

[[nodiscard]] std::string program_version();  // "brewproof 0.1.0"
/// SHA-256 over the source tree that the program was built from.
[[nodiscard]] std::string source_sha256();
/// A file that comes with the program ("procedures/demo.bench.yaml"), found relative to the
/// executable: beside it in a build tree, in ../share/brewproof when installed.
[[nodiscard]] std::string shipped_file(const std::string& name);

}  // namespace brewproof
