// Bench files of one machine and no boards, which differ in their network. A folder of its own for
// each test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "rig/bench/bench_file.h"
#include "tests/rig/bench/named_drivers.h"

namespace brewproof {

class BenchText : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // The line `network: {...}` is the fifth of its file.
  Result<BenchFile> read(const std::string& network) const {
    const std::string path = folder_ + "/b.yaml";
    std::ofstream(path) << "brewproof: bench/1\nname: b\n"
                           "dut: {maker: M, model: K, mac: [\"02:c0:ff:ee:00:01\"]}\n"
                           "resources: {}\n"
                        << network << "\ncontrols: {}\n";
    return read_bench_file(path, testing::named_drivers());
  }
  NetworkConfig network(const std::string& text) const {
    const auto bench = read(text);
    EXPECT_TRUE(bench) << bench.error().message;
    return bench ? bench->network : NetworkConfig{};
  }
  // The faults, with the folder cut off; "" = none.
  std::string faults(const std::string& text) const {
    const auto bench = read(text);
    if (bench) return "";
    std::string message = bench.error().message;
    for (std::size_t cut = 0; (cut = message.find(folder_ + "/")) != std::string::npos;)
      message.erase(cut, folder_.size() + 1);
    return message;
  }

  std::string folder_ =
      (std::filesystem::temp_directory_path() / ("bench_text_" + std::to_string(getpid())))
          .string();
};

}  // namespace brewproof
