// mitmproxy itself, with an addon beside ours that is slow to begin.
#include "rig/network/interceptor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

std::string mitmdump() {
  for (const char* folder : {"/usr/bin", "/usr/local/bin"})
    if (fs::exists(std::string(folder) + "/mitmdump")) return std::string(folder) + "/mitmdump";
  return "";
}

class InterceptorTest : public ::testing::Test {
 protected:
  InterceptorTest() {
    fs::create_directories(place / "bin");
    ::setenv("TMPDIR", place.c_str(), 1);
    ::setenv("PATH", ((place / "bin").string() + ":" + std::getenv("PATH")).c_str(), 1);
  }
  ~InterceptorTest() override { fs::remove_all(place); }
  void begins_slowly(const std::string& program) const {
    std::ofstream(place / "slow.py") << "import time\n\ndef running():\n    time.sleep(0.5)\n";
    std::ofstream(place / "bin/mitmdump")
        << "#!/bin/sh\nexec " << program << " \"$@\" -s " << (place / "slow.py").string() << "\n";
    fs::permissions(place / "bin/mitmdump", fs::perms::owner_all);
  }
  // In the folders of its own.
  std::vector<std::string> keys_left() const {
    std::vector<std::string> left;
    for (const auto& entry : fs::recursive_directory_iterator(place))
      if (entry.path().extension() == ".pem" || entry.path().extension() == ".p12")
        left.push_back(entry.path().filename());
    return left;
  }

  const fs::path place =
      fs::path(::testing::TempDir()) / ("interceptor-" + std::to_string(getpid()));
};

// It reads its authority once more when all its addons run, and makes one where there is none.
TEST_F(InterceptorTest, IsReadyOnceItHasReadItsAuthorityForGood) {
  const std::string program = mitmdump();
  if (program.empty()) GTEST_SKIP() << "no mitmdump here: ./dev setup intercept";
  begins_slowly(program);
  GatewayConfig gateway;
  gateway.tls = GatewayConfig::Tls::intercept;
  const auto interceptor = Interceptor::start(gateway, (place / "keys.log").string());
  ASSERT_TRUE(interceptor) << interceptor.error().message;
  EXPECT_THAT(keys_left(), ::testing::IsEmpty());
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_THAT(keys_left(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace brewproof
