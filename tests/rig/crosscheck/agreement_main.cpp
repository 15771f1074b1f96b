// agreement FOLDER [--readings] [--keylog FILE]: our decoder against tshark on every capture of a
// folder, as a table. Exit code 1 where a difference is not in the list of known ones.
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/rig/crosscheck/agreement.h"

int main(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  std::string keylog;
  if (const auto key = std::ranges::find(words, "--keylog");
      key != words.end() && key + 1 != words.end()) {
    keylog = key[1];
    words.erase(key, key + 2);
  }
  const bool readings = std::erase(words, "--readings") != 0;
  if (words.size() != 1) {
    fmt::print(stderr, "usage: agreement FOLDER [--readings] [--keylog FILE]\n");
    return 2;
  }
  const auto agreement = brewproof::agreement_on(words.front(), keylog);
  if (!agreement) {
    fmt::print(stderr, "{}\n", agreement.error().message);
    return 3;
  }
  fmt::print("{}", brewproof::table_of(*agreement, readings));
  const bool all = std::ranges::all_of(
      agreement->rows, [](const brewproof::Row& row) { return row.agrees() || row.explained(); });
  return all ? 0 : 1;
}
