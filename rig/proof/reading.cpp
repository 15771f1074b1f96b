#include "rig/proof/reading.h"

#include <algorithm>

#include "rig/proof/forms.h"

namespace brewproof {
namespace {

const Form* form_of(const Reading& reading) {
  for (const bool money : {true, false}) {
    for (const Form& form : forms_for(money)) {
      if (form.name == reading.form && form.digest == reading.digest) return &form;
    }
  }
  return nullptr;
}

}  // namespace

Reading reading_of(std::string_view path, const Stimulus& stimulus) {
  Reading reading{std::string(path), stimulus.parameter, stimulus.form, stimulus.digest, {}};
  reading.mapping = stimulus.mapping;
  return reading;
}

std::optional<bool> agrees(const Reading& reading, const Trial& act, const FieldView* field) {
  const Value* value = value_of(act, reading.parameter);
  if (value == nullptr) return std::nullopt;
  if (!reading.mapping.empty()) {
    const std::string level = to_text(*value);
    const auto known =
        std::ranges::find(reading.mapping, level, &std::pair<std::string, std::string>::first);
    if (known == reading.mapping.end()) return std::nullopt;
    if (reading.form == presence) {
      // Asked of messages: that one has come is what its presence says.
      const bool stands = reading.path == presence || field != nullptr;
      return stands == (known->second == is_present);
    }
    return field != nullptr && field->value == known->second;
  }
  const Form* form = form_of(reading);
  if (form == nullptr) return std::nullopt;
  const int decimals = minor_digits(act.currency);
  const auto key = form->of_value(*value, decimals);
  if (!key) return std::nullopt;
  const auto held = field != nullptr ? form->of_field(field->value, decimals) : std::nullopt;
  return held && fit(form->fit, *key, *held);
}

}  // namespace brewproof
