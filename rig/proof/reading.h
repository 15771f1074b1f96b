// How one run was found to read a parameter in a field, held against the messages of another run:
// does this field hold this act's value in that form?
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rig/model/kept_message.h"
#include "rig/model/trial.h"
#include "rig/proof/content.h"

namespace brewproof {

struct Reading {
  std::string path, parameter, form, digest;
  std::vector<std::pair<std::string, std::string>> mapping;  // small sets: level -> field value
  friend bool operator==(const Reading&, const Reading&) = default;
};
[[nodiscard]] Reading reading_of(std::string_view path, const Stimulus& stimulus);

/// nullopt: this act cannot tell, for it has no such parameter, or one of another level.
/// `field` nullptr: the message has no such path, and so does not agree.
[[nodiscard]] std::optional<bool> agrees(const Reading& reading, const Trial& act,
                                         const FieldView* field);

}  // namespace brewproof
