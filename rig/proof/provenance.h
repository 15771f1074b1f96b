// Where the value of each field comes from: the cells of the provenance matrix (statistics.md 4).
// `parameter`, `derived`, `observed` and `acts` are claims, with the error rate of content; all
// other sources are names that the values fit, and no error rate stands behind them.
#pragma once

#include "rig/proof/content.h"
#include "rig/proof/fields.h"
#include "rig/proof/kinds.h"

namespace brewproof {

/// Of a field that carries a parameter of that kind: what agrees with it, and, where values are
/// searched for themselves, how many of them had come in over the network before the machine first
/// sent them (inbound first): the machine may have been told them.
[[nodiscard]] Provenance provenance_of(const Stimulus& stimulus, ParameterKind kind,
                                       const FieldColumn& column, const Passage& passage);

/// Of a running total, as it is told: "sum of amount".
[[nodiscard]] Provenance provenance_of_total(const FieldFinding& field);

/// Of any other. `identity`: what the field tells of somebody; a constant that is the machine's
/// serial number, MAC or UUID comes from its factory.
[[nodiscard]] Provenance provenance_of(KindFound kind, const Meaning& identity);

}  // namespace brewproof
