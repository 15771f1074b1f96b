// brewproof books: the audit files (EVA-DTS) of a machine read, checked, and two readings compared;
// the later one may be read from the machine itself.

#include <memory>

#include "rig/books/audit_file.h"
#include "rig/command/books_port.h"
#include "rig/command/books_text.h"
#include "rig/command/command.h"
#include "rig/command/verb.h"
#include "rig/evidence/run_folder.h"

namespace brewproof {
namespace {

struct BooksArguments {
  std::vector<std::string> paths;
  std::string bench, resource, out;  // to read from the machine itself
};

Result<void> read_books(BooksArguments arguments, Invocation& invocation) {
  std::vector<std::string>& paths = arguments.paths;
  if (!arguments.bench.empty()) {
    auto read = read_books_from_port(arguments.bench, arguments.resource, arguments.out);
    if (!read) return read;
    paths.push_back(arguments.out);
  }
  if (paths.empty() || paths.size() > 2)
    return fail(ErrorCode::usage,
                "books takes one file or two, before and after, the later one from the machine "
                "itself with --bench and --out; {} are named",
                paths.size());
  std::vector<books::AuditFile> files;
  for (const std::string& path : paths) {
    auto bytes = read_file_whole(path);
    if (!bytes) return fail(ErrorCode::bad_file, "{}", bytes.error().message);
    files.push_back(books::read_audit_file(*bytes));
  }

  std::string text;
  nlohmann::json answer = {{"schema", "brewproof.books/1"}};
  for (std::size_t i = 0; i < files.size(); ++i) {
    text += books_text(paths[i], files[i]);
    answer["files"].push_back(books_json(paths[i], files[i]));
    if (!files[i].sound()) invocation.exit = ExitCode::usage;
  }
  // Of two files the last reading of each; of one file its first and its last.
  const bool two = files.size() == 2;
  const auto& earlier = files.front().audits;
  const auto& later = files.back().audits;
  const bool comparable = two ? !earlier.empty() && !later.empty() : later.size() > 1;
  answer["difference"] = nullptr;
  if (comparable) {
    const books::AuditDifference difference =
        books::audit_difference(two ? earlier.back() : earlier.front(), later.back());
    text += difference_text(difference, later.back());
    answer["difference"] = difference_json(difference);
  }
  invocation.say(text);
  invocation.answer(answer);
  return {};
}

}  // namespace

void add_books(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "books",
            "read a machine's audit file (EVA-DTS), or compare two: what moved between them");
  auto arguments = std::make_shared<BooksArguments>();
  verb.texts("file", arguments->paths,
             "audit files, before and after; exit code 2 where one is damaged, and what is sound "
             "of it is shown all the same");
  verb.text("--bench", arguments->bench,
            "read the machine's audit port now, into the file --out, which comes last");
  verb.text("--out", arguments->out, "a new file for what the machine tells");
  verb.text("--from", arguments->resource,
            "the resource of the bench that reads; needed where it has several");
  verb.needs("--bench", "--out");
  verb.needs("--out", "--bench");
  verb.needs("--from", "--bench");
  verb.action([arguments, &invocation] {
    if (auto done = read_books(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
