// One libFuzzer program for all targets: BREWPROOF_TARGET names the one to run. Without it, it
// prints their names.
#include <algorithm>
#include <cstdint>

#include "tests/fuzz/target.h"

namespace {

brewproof::fuzz::Target target;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const auto targets = brewproof::fuzz::targets();
  const char* const name = std::getenv("BREWPROOF_TARGET");
  if (name == nullptr) {
    for (const auto& one : targets) std::printf("%s\n", one.name.c_str());
    std::exit(0);
  }
  const auto found = std::ranges::find(targets, name, &brewproof::fuzz::Target::name);
  if (found == targets.end()) {
    std::fprintf(stderr, "BREWPROOF_TARGET: there is no target %s\n", name);
    std::exit(2);
  }
  target = *found;
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  target.run({bytes, size});
  return 0;
}
