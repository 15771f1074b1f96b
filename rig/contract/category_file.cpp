#include "rig/contract/category_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "rig/model/finding_words.h"
#include "rig/model/sha256.h"
#include "rig/yaml/document.h"

namespace brewproof {
namespace {

constexpr std::int64_t most_versions = 1'000'000;

class CategoryReader {
 public:
  DataCategories read(yaml::Map& top) {
    DataCategories categories;
    categories.table.version = static_cast<int>(top.required("version").integer(1, most_versions));
    const yaml::Node all = top.required("categories");
    if (!all.is_map()) return categories;
    for (const auto& [name, node] : all.map().named_entries())
      categories.all.push_back(read_category(name, node));
    if (categories.all.empty()) all.fault("categories has none: name one at least");
    return categories;
  }

 private:
  DataCategory read_category(const std::string& name, const yaml::Node& node) {
    DataCategory category;
    category.name = name;
    yaml::Map keys = node.map();
    category.about = keys.required("about").text();
    each(keys.optional("parameters"), name, [&](const yaml::Node& item) {
      category.parameters.push_back(item.word());
      return category.parameters.back();
    });
    each(keys.optional("events"), name, [&](const yaml::Node& item) {
      category.events.push_back(item.word());
      return category.events.back();
    });
    each(keys.optional("identities"), name, [&](const yaml::Node& item) {
      category.identities.push_back(
          item.choice({"serial", "mac", "ip", "location", "ssid", "uuid", "e-mail", "phone"}));
      return category.identities.back();
    });
    each(keys.optional("kinds"), name, [&](const yaml::Node& item) {
      const std::string kind = item.choice({"time", "counter"});
      category.kinds.push_back(kind_of_word(kind).value_or(FieldKind::unexplained));
      return kind;
    });
    each(keys.optional("words"), name, [&](const yaml::Node& item) {
      category.words.push_back(read_word(item));
      return category.words.back();
    });
    keys.close();
    return category;
  }

  static std::string read_word(const yaml::Node& item) {
    std::string word = item.text();
    const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
    if (!std::ranges::all_of(word, is_small))
      item.fault(
          fmt::format("{}: a word of a name has small letters alone: names are split where "
                      "case changes and at everything else",
                      item.name()));
    return word;
  }

  /// Nothing may stand in two lists of its kind: what it means would hang on their order.
  template <class Read>
  void each(const yaml::Node& list, const std::string& category, const Read& read) {
    if (!list) return;
    const std::string kind = list.name().substr(list.name().rfind('.') + 1);
    for (const yaml::Node& item : list.items(1)) {
      const std::string said = read(item);
      const auto [known, is_new] = where_.try_emplace({kind, said}, category);
      if (!is_new)
        item.fault(fmt::format("{}: {} stands in {} already: take one of them out", item.name(),
                               said, known->second));
    }
  }

  std::map<std::pair<std::string, std::string>, std::string> where_;  // list, entry -> category
};

}  // namespace

Result<DataCategories> read_category_text(const std::string& text, const std::string& path) {
  auto document = yaml::Document::parse(text, path);
  if (!document) return pass_on(std::move(document));
  yaml::Map top = yaml::top_map(*document, "data-categories");
  DataCategories categories = CategoryReader().read(top);
  top.close();
  categories.table.sha256 = sha256(text);
  return document->finish(std::move(categories));
}

const DataCategories& shipped_categories() {
  static const DataCategories shipped = [] {
    auto read = read_category_text(shipped_category_text, "procedures/data-categories.yaml");
    // A test reads it: what is wrong here was never built by us.
    if (!read) throw std::logic_error(read.error().message);
    return std::move(*read);
  }();
  return shipped;
}

}  // namespace brewproof
