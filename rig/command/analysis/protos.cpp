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

constexpr const char* protos = "protos";  // of the run folder

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

/// Copies all into `folder`, which is to be `protos`, with the list of wishes beside them.
Result<void> copy_all(const std::vector<ProtoWish>& wishes, const fs::path& folder) {
  std::string list;
  for (std::size_t i = 0; i < wishes.size(); ++i) {
    const fs::path file = wishes[i].file, name = file.filename();
    const std::string number = std::to_string(i + 1);
    std::set<std::string> done;
    if (auto copied = copy_with_imports(file.parent_path(), folder / number, name, done); !copied)
      return copied;
    if (done.empty())
      return fail(ErrorCode::io, "{}: cannot be copied into the run folder: it is no file",
                  file.string());
    list +=
        wish_text({fs::path(protos) / number / name, wishes[i].message, wishes[i].where}) + "\n";
  }
  return write_file_whole(folder / "wishes", list);
}

}  // namespace

Result<void> check_protos(const std::vector<ProtoWish>& wishes) {
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

Result<void> keep_protos(const RunFolder& folder, const std::vector<ProtoWish>& wishes) {
  if (wishes.empty()) return {};
  const std::string kept = folder.file(protos), fresh = kept + ".new";
  std::error_code error;
  fs::remove_all(fresh, error);
  auto copied = copy_all(wishes, fresh);
  if (!copied) {
    fs::remove_all(fresh, error);
    return copied;
  }
  fs::remove_all(kept, error);
  fs::rename(fresh, kept, error);
  if (error) return fail(ErrorCode::io, "{}: cannot become {}: {}", fresh, kept, error.message());
  return {};
}

Result<std::vector<ProtoWish>> protos_of(const RunFolder& folder) {
  std::vector<ProtoWish> wishes;
  const std::string list_path = folder.file(protos) + "/wishes";
  std::error_code error;
  if (!fs::exists(list_path, error)) return wishes;
  auto list = read_file_whole(list_path);
  if (!list) return pass_on(std::move(list));
  std::istringstream lines(*list);
  for (std::string line; std::getline(lines, line);) {
    // Before the folder's own path stands in front, which may have any character.
    ProtoWish wish = parse_wish(line);
    wish.file = folder.file(wish.file);
    wishes.push_back(std::move(wish));
  }
  return wishes;
}

}  // namespace brewproof
