#include "rig/model/finding_words.h"

#include <array>
#include <utility>

namespace brewproof {
namespace {

constexpr std::array<std::pair<FieldKind, std::string_view>, 7> kinds = {
    {{FieldKind::stimulus, "stimulus"},
     {FieldKind::time, "time"},
     {FieldKind::counter, "counter"},
     {FieldKind::constant, "constant"},
     {FieldKind::server, "server"},
     {FieldKind::random, "random"},
     {FieldKind::unexplained, "unexplained"}}};

}  // namespace

std::string_view kind_word(FieldKind kind) {
  for (const auto& [known, word] : kinds)
    if (known == kind) return word;
  return "unexplained";
}

std::optional<FieldKind> kind_of_word(std::string_view word) {
  for (const auto& [kind, known] : kinds)
    if (known == word) return kind;
  return std::nullopt;
}

std::string_view status_word(TrialStatus status) {
  switch (status) {
    case TrialStatus::ok:
      return "ok";
    case TrialStatus::excluded:
      return "excluded";
    case TrialStatus::unconfirmed:
      return "unconfirmed";
  }
  return "";
}

}  // namespace brewproof
