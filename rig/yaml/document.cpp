#include "rig/yaml/document.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "rig/yaml/quote.h"

namespace brewproof::yaml {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};

}  // namespace

Result<Document> Document::read(const std::string& path) {
  const auto refuse = [&](int cause) {
    return fail(ErrorCode::bad_file, "{}: cannot be read: {}", printable(path),
                std::strerror(cause));
  };
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return refuse(errno);
  // One byte more than is allowed: the parser then says that it is too much.
  std::string text(most_bytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return refuse(errno);
  return parse(std::move(text), path);
}

Result<Document> Document::parse(std::string text, const std::string& path) {
  auto state = std::make_unique<State>(State{std::move(text), Faults(path), {}});
  state->tree = parse_tree(state->text, state->faults);
  if (state->tree.kind == TreeNode::Kind::refused) return tl::unexpected(state->faults.error());
  return Document(std::move(state));
}

Map top_map(const Document& document, std::string_view kind) {
  Map top = document.root().map();
  const std::string wanted = fmt::format("{}/1", kind);
  const Node mark = top.required("brewproof");
  if (mark && mark.is_scalar() && *mark.raw() != wanted)
    mark.fault(fmt::format("this is {}, and a file that begins with `brewproof: {}` is expected",
                           in_quotes(*mark.raw()), wanted));
  else if (mark && !mark.is_scalar())
    (void)mark.raw();
  return top;
}

}  // namespace brewproof::yaml
