// What fields are data of, in words.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "results/inert_text.h"
#include "results/sentences.h"

namespace brewproof {

std::string meaning_text(const Meaning& meaning) {
  const std::string category = inert(meaning.category, 40), identity = inert(meaning.identity, 40);
  if (identity.empty() || identity == category) return category;
  return category.empty() ? identity : fmt::format("{} ({})", category, identity);
}

std::string told_text(const Findings& findings, const Background& background) {
  const auto sent = std::ranges::find_if(findings.signatures, [&](const SentSignature& each) {
    return each.destination == background.destination && each.protocol == background.protocol &&
           each.message == background.message;
  });
  if (sent == findings.signatures.end()) return "";
  std::set<std::string> told;
  for (const MeantPath& meant : sent->meanings) told.insert(meaning_text(meant.meaning));
  return list_text({told.begin(), told.end()});
}

}  // namespace brewproof
