// A YAML file read strictly: Document -> Node -> Map, every fault with file:line:col, all faults of
// the file in one Error. Owns the tree and the faults that the nodes point into.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "rig/model/result.h"
#include "rig/yaml/node.h"

namespace brewproof::yaml {

class Document {
 public:
  /// Error `bad_file` where the file cannot be opened, exceeds 1 MiB, or is no YAML.
  [[nodiscard]] static Result<Document> read(const std::string& path);
  /// The same from memory; `path` is for messages.
  [[nodiscard]] static Result<Document> parse(std::string text, const std::string& path);

  [[nodiscard]] Node root() const { return {&state_->tree, "", &state_->faults}; }
  [[nodiscard]] const std::string& text() const { return state_->text; }
  [[nodiscard]] Faults& faults() const { return state_->faults; }

  /// The value read, or all the faults that were found on the way.
  template <class T>
  [[nodiscard]] Result<T> finish(T value) const {
    if (!state_->faults.empty()) return tl::unexpected(state_->faults.error());
    return value;
  }

 private:
  struct State {
    std::string text;
    Faults faults;
    TreeNode tree;
  };
  explicit Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
  std::unique_ptr<State> state_;
};

/// The map at the top of a file whose first key is `brewproof: KIND/1`. A fault where the file is
/// of another kind or version.
[[nodiscard]] Map top_map(const Document& document, std::string_view kind);

}  // namespace brewproof::yaml
