// brewproof init: asks what is wired to what and writes a bench file that `lint` accepts. Nothing
// is written before the last answer, and no file is ever replaced.

#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "drivers/catalogue.h"
#include "rig/bench/bench_file.h"
#include "rig/command/command.h"
#include "rig/command/init/interview.h"
#include "rig/command/program.h"
#include "rig/command/verb.h"
#include "rig/evidence/run_folder.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

// A file that is checked before it takes its name, in one step that replaces nothing. Whatever
// happens, the draft is gone.
class Draft {
 public:
  explicit Draft(const std::string& path)
      : path_(path), draft_(fmt::format("{}.{}.draft", path, ::getpid())) {}
  ~Draft() { ::unlink(draft_.c_str()); }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  [[nodiscard]] const std::string& path() const { return draft_; }

  [[nodiscard]] Result<void> publish() const {
    if (::link(draft_.c_str(), path_.c_str()) == 0) return {};
    return fail(ErrorCode::io, "naming {}: {}", path_, std::strerror(errno));
  }

 private:
  std::string path_, draft_;
};

// Told before the first question, not after the last.
Result<void> check_place(const std::string& path) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(path, ignored)))
    return fail(ErrorCode::usage, "{} is there already and is not replaced: name another file",
                path);
  const fs::path folder = fs::absolute(path, ignored).parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return fail(ErrorCode::io, "{}: writing into {}: {}", path, folder.string(),
                std::strerror(errno));
  return {};
}

// "kiosk 1" -> "kiosk-1.bench.yaml"
std::string file_name_for(const std::string& name) {
  std::string file;
  for (const char c : name)
    file += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' ? c : '-';
  return file.substr(0, 80) + ".bench.yaml";
}

Result<void> init(std::string path, Invocation& invocation) {
  if (!path.empty())
    if (auto fresh = check_place(path); !fresh) return fresh;
  auto station = look_around();
  if (!station) return pass_on(std::move(station));
  invocation.say(
      "Enter takes what stands in brackets; `none` leaves a thing out. Ctrl-C ends, and nothing is "
      "written.");
  Questions questions(stdin, invocation.people(), ::isatty(STDIN_FILENO) == 0);
  auto draft = interview({.boards = boards_of(*station, driver_table()),
                          .interfaces = station->interfaces,
                          .drivers = driver_table()},
                         questions);
  if (!draft) return pass_on(std::move(draft));
  if (path.empty()) path = file_name_for(draft->name);
  if (auto fresh = check_place(path); !fresh) return fresh;

  std::error_code ignored;
  const std::string schema = fs::canonical(shipped_file("procedures/bench.schema.json"), ignored);
  const Draft file(path);
  const std::string text = bench_text(*draft, schema.empty() ? "bench.schema.json" : schema);
  if (auto written = write_file_whole(file.path(), text); !written) return written;
  if (auto read = read_bench_file(file.path(), driver_table()); !read)
    return pass_on(std::move(read));
  if (auto published = file.publish(); !published) return published;
  invocation.say(fmt::format(
      "\nWritten: {0}\nNext: brewproof lint {0}\n      brewproof doctor --bench {0}", path));
  invocation.answer({{"file", path}, {"name", draft->name}});
  return {};
}

}  // namespace

void add_init(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "init", "ask what is wired to what and write a bench file");
  auto path = std::make_shared<std::string>();
  verb.text("file", *path, "the new file (default: NAME.bench.yaml here)");
  verb.action([path, &invocation] {
    if (auto done = init(*path, invocation); !done) {
      Error error = done.error();
      error.message += "; nothing was written";
      invocation.refuse(error);
    }
  });
}

}  // namespace brewproof
