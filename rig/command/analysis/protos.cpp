#include "rig/command/analysis/protos.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include "rig/reading/decode_process.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

constexpr const char* list_name = "protos/wishes";

/// What a file imports, as it is written; what stands in comments does no harm.
std::vector<std::string> imports_of(const std::string& text) {
  static const std::regex form(R"re(import\s+(?:public\s+|weak\s+)?["']([^"']+)["'])re");
  std::vector<std::string> imports;
  for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at)
    imports.push_back((*at)[1]);
  return imports;
}

/// A path that stays below the folder it begins in.
bool stays_inside(const fs::path& path) {
  return path.is_relative() && std::ranges::find(path, fs::path("..")) == path.end();
}

/// Copies `name` and what it imports from one folder to the other. What is not there is known to
/// libprotobuf itself, or was refused before.
Result<void> copy_with_imports(const fs::path& from, const fs::path& to, const std::string& name,
                               std::set<std::string>& done) {
  std::error_code error;
  if (!stays_inside(name) || !fs::is_regular_file(from / name, error) || !done.insert(name).second)
    return {};
  auto text = read_file_whole(from / name);
  if (!text) return pass_on(std::move(text));
  fs::create_directories((to / name).parent_path(), error);
  if (auto written = write_file_whole(to / name, *text); !written) return written;
  for (const std::string& import : imports_of(*text))
    if (auto copied = copy_with_imports(from, to, import, done); !copied) return copied;
  return {};
}

}  // namespace

Result<void> check_protos(const std::vector<std::string>& wishes) {
  if (wishes.empty()) return {};
  DecodeOrder order;
  order.protos = wishes;
  auto process = DecodeProcess::start(std::move(order));
  if (!process) return pass_on(std::move(process));
  auto done = process->finish([](Message&&) {});
  if (!done) return pass_on(std::move(done));
  if (!done->death.empty()) return fail(ErrorCode::host, "--proto: {}", done->death);
  return {};
}

Result<void> keep_protos(const RunFolder& folder, const std::vector<std::string>& wishes) {
  if (wishes.empty()) return {};
  std::error_code error;
  fs::remove_all(folder.file("protos"), error);
  std::string list;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const std::size_t end = std::min(wishes[i].find_first_of(":@"), wishes[i].size());
    const fs::path file = wishes[i].substr(0, end);
    const std::string place = "protos/" + std::to_string(i + 1);
    std::set<std::string> done;
    if (auto copied =
            copy_with_imports(file.parent_path(), folder.file(place), file.filename(), done);
        !copied)
      return copied;
    list += place + "/" + file.filename().string() + wishes[i].substr(end) + "\n";
  }
  return write_file_whole(folder.file(list_name), list);
}

Result<std::vector<std::string>> protos_of(const RunFolder& folder) {
  std::vector<std::string> wishes;
  std::error_code error;
  if (!fs::exists(folder.file(list_name), error)) return wishes;
  auto list = read_file_whole(folder.file(list_name));
  if (!list) return pass_on(std::move(list));
  std::istringstream lines(*list);
  for (std::string line; std::getline(lines, line);) wishes.push_back(folder.file(line));
  return wishes;
}

}  // namespace brewproof
