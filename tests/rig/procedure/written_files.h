// Writes small files into a folder of its own and reads them as the program would; messages come
// back with the folder cut off.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "rig/procedure/procedure_file.h"
#include "tests/rig/bench/named_drivers.h"

namespace brewproof::testing {

class WrittenFiles : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
    return folder_ + "/" + name;
  }
  std::string cut(std::string message) const {
    for (std::size_t at = 0; (at = message.find(folder_ + "/")) != std::string::npos;)
      message.erase(at, folder_.size() + 1);
    return message;
  }
  // `text` with its first `from` replaced.
  static std::string with(std::string_view text, std::string_view from, std::string_view to) {
    std::string changed(text);
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) changed.replace(at, from.size(), to);
    return changed;
  }
  Result<ProcedureFile> procedure(std::string_view text) {
    return read_procedure_file(write("p.yaml", text));
  }
  ProcedureFile good_procedure(std::string_view text) {
    auto read = procedure(text);
    EXPECT_TRUE(read) << (read ? "" : read.error().message);
    return read ? *read : ProcedureFile{};
  }
  // What the reader says of the procedure; "" = it takes it.
  std::string faults(std::string_view text) {
    const auto read = procedure(text);
    return read ? "" : cut(read.error().message);
  }
  BenchFile good_bench(std::string_view text) {
    auto read = read_bench_file(write("b.yaml", text), named_drivers());
    EXPECT_TRUE(read) << (read ? "" : read.error().message);
    return read ? *read : BenchFile{};
  }
  static std::string source(const std::string& path) {
    std::ifstream file(std::string(BREWPROOF_SOURCE_DIR) + "/" + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string folder_ =
      (std::filesystem::temp_directory_path() / ("brewproof_files_" + std::to_string(getpid())))
          .string();
};

}  // namespace brewproof::testing
