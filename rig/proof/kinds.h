// What the rest is: fields that carry no parameter of ours get the plainest name that fits all
// their rows, else `unexplained`. Names, not claims: no error rate stands behind them.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rig/model/finding.h"
#include "rig/proof/fields.h"

namespace brewproof {

/// When a value was first seen on its way in and on its way out, over all messages of the capture.
class Passage {
 public:
  /// Values shorter than 4 bytes are no evidence of a passage: never noted.
  void want(const FieldTable& table);
  void see(const std::vector<KeptMessage>& messages);
  /// It came in before `before_ns`, and before the DUT ever sent it.
  [[nodiscard]] bool came_in_first(std::string_view value, std::int64_t before_ns) const;

 private:
  struct Seen {
    std::int64_t in_ns = std::numeric_limits<std::int64_t>::max();
    std::int64_t out_ns = std::numeric_limits<std::int64_t>::max();
  };
  std::unordered_map<std::string_view, Seen> seen_;
};

/// The first that fits, over the rows where the path is there:
///   constant    one value, in two rows at least
///   time        seconds, ms, us or ns since 1970, or ISO 8601 text, that stays within 2 s of the
///               packet's clock; or a clock with an offset of its own: its difference to the
///               packet's clock moves by 2 s at most while 20 s and more pass. The same against the
///               acts' times, where `rows` tells them; or a time since 1970 that is a day old at
///               the most: what was kept, and sent when it could be, says when it was done
///   counter     whole numbers (behind an equal prefix) that only grow or only fall where they
///               change, five of them at least
///   server      every value came in before it went out. A constant is the server's only if it has
///               eight characters and a digit
///   random      all different, and what differs is worth 24 bits a value at least
///   unexplained
struct KindFound {
  FieldKind kind = FieldKind::unexplained;
  std::string reason;  // what was seen that it is named by, with its numbers
};
[[nodiscard]] KindFound kind_of(const FieldColumn& column, const Passage& passage,
                                std::span<const FieldRow> rows = {});

/// Five numbers at least that only grow or only fall.
[[nodiscard]] bool counts_on(std::span<const std::int64_t> values);

}  // namespace brewproof
