// Two types of one name in two headers are one type to the linker, whoever sees only one of them:
// the program then runs the other's destructor.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>

namespace brewproof {
namespace {

namespace fs = std::filesystem;

// Types that a header defines outside of any other, by their full name -> the header.
void look_into(const fs::path& header, std::map<std::string, std::string>& where) {
  static const std::regex space(R"(^namespace ([A-Za-z_:]+) \{)");
  static const std::regex type(
      R"(^(?:class|struct|union|enum class) ([A-Za-z_]+)(?: final)?(?: : .*)? \{)");
  std::ifstream in(header);
  std::string line, within;
  std::smatch match;
  while (std::getline(in, line)) {
    if (std::regex_search(line, match, space)) within = match[1];
    if (!std::regex_search(line, match, type)) continue;
    const std::string name = within + "::" + match[1].str();
    const auto [first, is_new] = where.emplace(name, header.string());
    EXPECT_TRUE(is_new) << name << " is in " << first->second << " and in " << header;
  }
}

TEST(OneName, ATypeIsDefinedInOneHeader) {
  std::map<std::string, std::string> where;
  const fs::path root = BREWPROOF_SOURCE_DIR;
  for (const char* folder : {"rig", "drivers", "results", "fixtures"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder))
      if (entry.path().extension() == ".h") look_into(entry.path(), where);
  EXPECT_GT(where.size(), 300u);
  EXPECT_TRUE(where.contains("brewproof::Attendant"));
}

}  // namespace
}  // namespace brewproof
