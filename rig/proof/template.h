// Message templates: what two messages of one kind have in common. A segment of a path or topic (a
// label of a looked-up name) becomes {} when it equals a known identity of the DUT, or is a UUID, a
// number or 8 and more hex digits; and when it varies in the data while its siblings agree.
// Label-blind: neither lots nor parameter values are looked at.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/kept_message.h"

namespace brewproof {

/// One message alone: identities, UUIDs, numbers and hex. Identities compare without case; MAC
/// addresses with or without their colons.
[[nodiscard]] std::string template_of(std::string_view protocol, std::string_view message,
                                      const std::vector<std::string>& identities);

/// Messages that are alike in destination, protocol and text: one of them, and how many there are.
struct Alike {
  const KeptMessage* message = nullptr;
  std::size_t count = 0;
};

/// Templates of all messages of one analysis, in their order. A position varies when, with
/// everything else equal (destination, protocol, the other segments), it takes at least 8 values
/// and each comes 3 times at most on average.
[[nodiscard]] std::vector<std::string> templates_of(std::span<const Alike> messages,
                                                    const std::vector<std::string>& identities);

/// Are two texts of as many segments, with the same separators, all of which are equal or agree?
/// `agree(before, a, b)` judges two that differ; `before` is the separator before them, '\0' before
/// the first.
template <class Agree>
[[nodiscard]] bool agree_by_segment(std::string_view a, std::string_view b,
                                    std::string_view separators, const Agree& agree) {
  for (char before = '\0';;) {
    const std::size_t end_a = std::min(a.find_first_of(separators), a.size());
    const std::size_t end_b = std::min(b.find_first_of(separators), b.size());
    const std::string_view one = a.substr(0, end_a), other = b.substr(0, end_b);
    if (one != other && !agree(before, one, other)) return false;
    if (end_a == a.size() || end_b == b.size()) return end_a == a.size() && end_b == b.size();
    if (a[end_a] != b[end_b]) return false;
    before = a[end_a];
    a.remove_prefix(end_a + 1);
    b.remove_prefix(end_b + 1);
  }
}

/// Hosts by the names that they were met with, and how many conversations each had: of a name with
/// a label that varies (by the rule above, in conversations) what stands behind it, since
/// "04c970.t.example" is a message to t.example; of all others the name.
[[nodiscard]] std::map<std::string_view, std::string> hosts_of(
    const std::map<std::string_view, std::size_t>& conversations);

/// The name asked for by "query A api.x.example"; "" for anything else.
[[nodiscard]] std::string_view asked_name(std::string_view message);

/// The part of a templated name behind its last {}: "{}.dev.x.example" -> "dev.x.example".
[[nodiscard]] std::string_view stable_suffix(std::string_view name);

}  // namespace brewproof
