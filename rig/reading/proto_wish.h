// Which types of a .proto file are meant, and where: what --proto says, and what a run keeps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace brewproof {

struct ProtoWish {
  std::string file;
  std::string message;  // "Package.Message"; "" = all that stand in the file by themselves
  std::string where;    // for messages to there alone (ProtoSchema::Use); "" = everywhere
  friend bool operator==(const ProtoWish&, const ProtoWish&) = default;
};

/// `FILE`, `FILE:Message`, `FILE@WHERE`, `FILE:Message@WHERE`. FILE ends at the first `@`, and at
/// the last `:` before that unless a `/` follows, which no message has in its name.
[[nodiscard]] ProtoWish parse_wish(std::string_view text);
[[nodiscard]] std::vector<ProtoWish> parse_wishes(const std::vector<std::string>& texts);

/// parse_wish() gives `wish` back, but for a file with `@` or a last `:` in its name.
[[nodiscard]] std::string wish_text(const ProtoWish& wish);

}  // namespace brewproof
