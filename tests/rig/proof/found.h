// What tests look for in a proof.
#pragma once

#include <string>

#include "rig/proof/attribute.h"

namespace brewproof::synthetic {

inline const Finding* finding_for(const Proof& proof, const std::string& event,
                                  const std::string& message) {
  for (const Finding& finding : proof.findings) {
    if (finding.event == event && finding.message == message) return &finding;
  }
  return nullptr;
}

inline const FieldFinding* field_at(const Finding& finding, const std::string& path) {
  for (const FieldFinding& field : finding.fields) {
    if (field.path == path) return &field;
  }
  return nullptr;
}

inline FieldKind kind_at(const Finding& finding, const std::string& path) {
  const FieldFinding* field = field_at(finding, path);
  return field ? field->kind : FieldKind::unexplained;
}

/// The value that an act was made with; "" without an act.
inline std::string param(const Trial* trial, const std::string& name) {
  return trial == nullptr ? "" : to_text(trial->params.at(name));
}

}  // namespace brewproof::synthetic
