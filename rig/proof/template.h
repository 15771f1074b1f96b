// Message templates: what two messages of one kind have in common. A segment of a path or topic (a
// label of a looked-up name) becomes {} when it equals a known identity of the DUT, or is a UUID, a
// number or 8 and more hex digits; and when it varies in the data while its siblings agree.
// Label-blind: neither lots nor parameter values are looked at.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/message.h"

namespace brewproof {

/// One message alone: identities, UUIDs, numbers and hex. Identities compare without case; MAC
/// addresses with or without their colons.
[[nodiscard]] std::string template_of(std::string_view protocol, std::string_view message,
                                      const std::vector<std::string>& identities);

/// Messages that are alike in destination, protocol and text: one of them, and how many there are.
struct Alike {
  const Message* message = nullptr;
  std::size_t count = 0;
};

/// Templates of all messages of one analysis, in their order. A position varies when, with
/// everything else equal (destination, protocol, the other segments), it takes at least 8 values
/// and each comes 3 times at most on average.
[[nodiscard]] std::vector<std::string> templates_of(std::span<const Alike> messages,
                                                    const std::vector<std::string>& identities);

/// The name asked for by "query A api.x.example"; "" for anything else.
[[nodiscard]] std::string_view asked_name(std::string_view message);

/// The part of a templated name behind its last {}: "{}.dev.x.example" -> "dev.x.example".
[[nodiscard]] std::string_view stable_suffix(std::string_view name);

}  // namespace brewproof
