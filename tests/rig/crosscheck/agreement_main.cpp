// agreement FOLDER [--readings]: our decoder against tshark on every capture of a folder, as a
// table. Exit code 1 where a difference is not in the list of known ones.
#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "tests/rig/crosscheck/agreement.h"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3 || (argc == 3 && std::string_view(argv[2]) != "--readings")) {
    fmt::print(stderr, "usage: agreement FOLDER [--readings]\n");
    return 2;
  }
  const auto agreement = brewproof::agreement_on(argv[1]);
  if (!agreement) {
    fmt::print(stderr, "{}\n", agreement.error().message);
    return 3;
  }
  fmt::print("{}", brewproof::table_of(*agreement, argc == 3));
  const bool all = std::ranges::all_of(
      agreement->rows, [](const brewproof::Row& row) { return row.agrees() || row.explained(); });
  return all ? 0 : 1;
}
