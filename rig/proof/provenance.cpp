#include "rig/proof/provenance.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "rig/proof/confounded.h"

namespace brewproof {
namespace {

std::string source_word(FieldKind kind) {
  switch (kind) {
    case FieldKind::stimulus:
      return "parameter";
    case FieldKind::time:
      return "clock";
    case FieldKind::counter:
      return "counter";
    case FieldKind::constant:
      return "constant";
    case FieldKind::server:
      return "server";
    case FieldKind::random:
      return "random";
    case FieldKind::unexplained:
      break;
  }
  return "unexplained";
}

/// How an act came by a parameter's value.
struct Origin {
  std::string_view word, how;
};

Origin origin_of(ParameterKind kind) {
  switch (kind) {
    case ParameterKind::derived:
      return {"derived", "which follows from what they were made with"};
    case ParameterKind::observed:
      return {"observed",
              "as it was read at the rig, where it followed from what they were made with"};
    case ParameterKind::drawn:
      break;
  }
  return {"parameter", "which they were made with"};
}

/// Who made the machine gave it these, and it keeps them.
bool is_of_the_factory(const std::string& identity) {
  constexpr std::array<std::string_view, 3> classes = {"serial", "mac", "uuid"};
  return std::ranges::find(classes, identity) != classes.end();
}

}  // namespace

Provenance provenance_of(const Stimulus& stimulus, ParameterKind kind, const FieldColumn& column,
                         const Passage& passage) {
  const Origin origin = origin_of(kind);
  Provenance provenance{std::string(origin.word),
                        fmt::format("{} of {} acts agree with {}, {}", stimulus.matched,
                                    stimulus.of, in_words(stimulus), origin.how),
                        0};
  if (!stimulus.together.empty()) provenance.reason += "; no act told these apart";
  // Words of small sets stand in many a menu that came in: that says nothing of who chose.
  if (stimulus.arrangements != 0 || !stimulus.digest.empty()) return provenance;
  for (std::size_t r = 0; r < column.by_row.size(); ++r) {
    const FieldView* field = column.by_row[r];
    if (field != nullptr && passage.came_in_first(field->value, column.from[r]->time_ns))
      ++provenance.came_in_first;
  }
  if (provenance.came_in_first > 0)
    provenance.reason += fmt::format(
        "; {} of its values had come in over the network before the machine first sent them",
        provenance.came_in_first);
  return provenance;
}

Provenance provenance_of_total(const FieldFinding& field) {
  return {"acts", "it adds up the " + field.carries, 0};
}

Provenance provenance_of(KindFound kind, const Meaning& identity) {
  if (kind.kind == FieldKind::constant && is_of_the_factory(identity.identity))
    return {"identity", fmt::format("{}: {}", kind.reason, identity.identity_reason), 0};
  return {source_word(kind.kind), std::move(kind.reason), 0};
}

}  // namespace brewproof
