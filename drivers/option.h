// A driver's options, which the bench file gives as text.
#pragma once

#include <charconv>
#include <string>

#include "drivers/quoted.h"
#include "rig/bench/driver.h"

namespace brewproof {

/// The option's text; `otherwise` where it is absent.
[[nodiscard]] inline std::string text_option(const ResourceConfig& resource,
                                             const std::string& name,
                                             const std::string& otherwise) {
  const auto option = resource.options.find(name);
  return option == resource.options.end() ? otherwise : option->second;
}

/// `on` or `off`; error `bad_file` for anything else.
[[nodiscard]] inline Result<bool> on_off_option(const ResourceConfig& resource,
                                                const std::string& name, bool otherwise) {
  const std::string text = text_option(resource, name, otherwise ? "on" : "off");
  if (text == "on" || text == "off") return text == "on";
  return fail(ErrorCode::bad_file, "{} is {}: on or off is expected", name, quoted(as_bytes(text)));
}

/// A whole number from `least` to `most`; error `bad_file` for anything else.
[[nodiscard]] inline Result<int> number_option(const ResourceConfig& resource,
                                               const std::string& name, int otherwise, int least,
                                               int most) {
  const auto option = resource.options.find(name);
  if (option == resource.options.end()) return otherwise;
  const std::string& text = option->second;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < least || number > most)
    return fail(ErrorCode::bad_file, "{} is {}: a whole number from {} to {} is expected", name,
                quoted(as_bytes(text)), least, most);
  return number;
}

}  // namespace brewproof
