#include "rig/proof/categories.h"

#include <fmt/core.h>

#include <algorithm>
#include <ranges>
#include <string_view>
#include <utility>

#include "rig/proof/field_name.h"

namespace brewproof {
namespace {

/// The category that has it on that list; nullptr: none.
template <class Element, class Wanted>
const DataCategory* having(const DataCategories& categories,
                           std::vector<Element> DataCategory::* list, const Wanted& wanted) {
  for (const DataCategory& category : categories.all) {
    if (std::ranges::find(category.*list, wanted) != (category.*list).end()) return &category;
  }
  return nullptr;
}

struct Said {
  const DataCategory* category = nullptr;
  std::string reason;
};

/// The last word of a name that the table knows, as nouns are put together.
Said by_word(std::string_view name, const DataCategories& categories) {
  for (const std::string& word : words_of(name) | std::views::reverse) {
    if (const DataCategory* category = having(categories, &DataCategory::words, word))
      return {category, word};
  }
  return {};
}

/// A parameter or event by its name as the table has it, else by its words.
const DataCategory* by_name(std::string_view name, std::vector<std::string> DataCategory::* list,
                            const DataCategories& categories) {
  const DataCategory* category = having(categories, list, name);
  return category != nullptr ? category : by_word(name, categories).category;
}

/// "sum of amount" -> amount; "count of brew with drink=latte" -> brew.
Said by_total(const std::string& carries, const DataCategories& categories) {
  const bool sum = carries.starts_with("sum of ");
  const std::size_t of = carries.find(" of ");
  if (of == std::string::npos) return {};
  const std::string what = carries.substr(of + 4, carries.find(' ', of + 4) - of - 4);
  return {by_name(what, sum ? &DataCategory::parameters : &DataCategory::events, categories),
          "it adds up: " + carries};
}

Said by_path(std::string_view path, const DataCategories& categories) {
  const std::vector<std::string> names = names_of(path);
  for (std::size_t n = 0; n < names.size(); ++n) {
    Said said = by_word(names[n], categories);
    if (said.category == nullptr) continue;
    said.reason = fmt::format("by its name alone: \"{}\"{}", said.reason,
                              n == 0 ? "" : fmt::format(" in \"{}\", where it stands", names[n]));
    return said;
  }
  return {};
}

Said said_of(const FieldFinding& field, const Identity& identity,
             const DataCategories& categories) {
  if (!field.parameter.empty()) {
    if (const auto* category = by_name(field.parameter, &DataCategory::parameters, categories))
      return {category, "it carries " + field.parameter};
  }
  if (!field.carries.empty()) {
    if (Said said = by_total(field.carries, categories); said.category != nullptr) return said;
  }
  if (!identity.name.empty() && identity.lasting) {
    if (const auto* category = having(categories, &DataCategory::identities, identity.name))
      return {category, "its values: " + identity.name};
  }
  const DataCategory* of_kind = having(categories, &DataCategory::kinds, field.kind);
  if (of_kind != nullptr && field.kind == FieldKind::time)
    return {of_kind, "its values follow a clock"};
  if (Said said = by_path(field.path, categories); said.category != nullptr) return said;
  if (of_kind != nullptr && field.kind == FieldKind::counter)
    return {of_kind, "its values only count"};
  return {};
}

}  // namespace

Meaning meaning_of(const FieldFinding& field, const Identity& identity,
                   const DataCategories& categories) {
  Meaning meaning;
  meaning.identity = identity.name;
  meaning.identity_reason = identity.reason;
  if (Said said = said_of(field, identity, categories); said.category != nullptr) {
    meaning.category = said.category->name;
    meaning.category_reason = std::move(said.reason);
  }
  return meaning;
}

}  // namespace brewproof
