#include "rig/proof/meanings.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rig/model/parallel.h"
#include "rig/proof/inventory.h"

namespace brewproof {
namespace {

std::map<std::string, Identity, std::less<>> identities_in(const Signature& signature,
                                                           const SentSignature& sent,
                                                           const Traffic& traffic,
                                                           const KnownIdentities& known) {
  const std::set<std::string_view> listed(sent.fields.begin(), sent.fields.end());
  IdentitySurvey survey(known);
  std::unordered_map<std::string_view, IdentityTally*> places;  // by the path as it stands
  for (const std::size_t m : signature.messages) {
    for (const FieldView& field : traffic.messages[m]->fields()) {
      auto place = places.find(field.path);
      if (place == places.end()) {
        if (places.size() >= most_paths_read) continue;
        const std::string path = any_element(field.path);
        IdentityTally* tally = listed.contains(path) ? &survey.of(path) : nullptr;
        place = places.emplace(field.path, tally).first;
      }
      if (place->second != nullptr) place->second->see(field);
    }
  }
  return survey.found();
}

bool is_on(const Finding& finding, const SentSignature& sent) {
  return finding.destination == sent.destination && finding.protocol == sent.protocol &&
         finding.tls == sent.tls && finding.message == sent.message;
}

}  // namespace

void tell_meanings(std::vector<SentSignature>& sent, const Traffic& traffic,
                   const std::vector<Finding>& findings, const KnownIdentities& known,
                   const DataCategories& categories) {
  in_parallel(sent.size(), traffic.messages.size() * steps_of_a_message, [&](std::size_t s) {
    std::map<std::string, const Meaning*, std::less<>> found;  // by path, the first finding's
    for (const Finding& finding : findings) {
      if (!is_on(finding, sent[s])) continue;
      for (const FieldFinding& field : finding.fields) {
        const bool carries = !field.parameter.empty() || !field.carries.empty();
        if (carries) found.emplace(any_element(field.path), &field.meaning);
      }
    }
    const auto identities = identities_in(traffic.signatures[s], sent[s], traffic, known);
    for (const std::string& path : sent[s].fields) {
      FieldFinding field;
      field.path = path;
      const auto identity = identities.find(path);
      Meaning meaning = meaning_of(
          field, identity == identities.end() ? Identity{} : identity->second, categories);
      if (const auto known_better = found.find(path); known_better != found.end()) {
        meaning.category = known_better->second->category;
        meaning.category_reason = known_better->second->category_reason;
      }
      if (!meaning.empty()) sent[s].meanings.push_back({path, std::move(meaning)});
    }
  });
}

}  // namespace brewproof
