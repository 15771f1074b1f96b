#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "rig/bench/frame_table_file.h"
#include "rig/yaml/did_you_mean.h"
#include "rig/yaml/quote.h"

namespace brewproof {
namespace {

using Kind = FrameItem::Kind;
using yaml::in_quotes;

struct Named {
  std::string_view name;
  Kind kind;
};
constexpr std::array named_items{
    Named{"channel", Kind::channel}, Named{"digit", Kind::digit},    Named{"bit", Kind::bit},
    Named{"mask", Kind::mask},       Named{"~mask", Kind::off_mask}, Named{"ticks", Kind::ticks},
    Named{"sum8", Kind::sum8},       Named{"xor8", Kind::xor8},      Named{"crc16", Kind::crc16},
    Named{"any", Kind::any},         Named{"...", Kind::rest},
};

tl::unexpected<std::string> wrong(std::string what) { return tl::unexpected(std::move(what)); }

// Reads hex bytes, 'text' and, where allowed, {items}, each after spaces.
class FrameText {
 public:
  explicit FrameText(std::string_view text) : text_(text) {}

  yaml::Parsed<FramePattern> items() {
    FramePattern pattern;
    for (skip_spaces(); !text_.empty(); skip_spaces()) {
      if (text_.front() == '{') {
        auto item = braces();
        if (!item) return wrong(std::move(item).error());
        pattern.push_back(std::move(*item));
        continue;
      }
      auto bytes = literal();
      if (!bytes) return wrong(std::move(bytes).error());
      if (pattern.empty() || pattern.back().kind != Kind::bytes) pattern.push_back({});
      Bytes& into = pattern.back().bytes;
      into.insert(into.end(), bytes->begin(), bytes->end());
    }
    if (pattern.empty()) return wrong("a frame without bytes");
    return pattern;
  }

  // All of it as plain bytes: the words of {off|on}.
  yaml::Parsed<Bytes> word() {
    Bytes all;
    for (skip_spaces(); !text_.empty(); skip_spaces()) {
      auto bytes = literal();
      if (!bytes) return bytes;
      all.insert(all.end(), bytes->begin(), bytes->end());
    }
    if (all.empty()) return wrong("an empty word for a state");
    return all;
  }

 private:
  void skip_spaces() { text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size())); }

  yaml::Parsed<Bytes> literal() {
    if (text_.front() == '\'') {
      const std::size_t end = text_.find('\'', 1);
      if (end == std::string_view::npos) return wrong("a text without its closing '");
      const ByteView bytes = as_bytes(text_.substr(1, end - 1));
      text_.remove_prefix(end + 1);
      return Bytes(bytes.begin(), bytes.end());
    }
    const std::string_view byte = text_.substr(0, text_.find_first_of(" '{"));
    unsigned value = 0;
    const auto [end, error] = std::from_chars(byte.data(), byte.data() + byte.size(), value, 16);
    if (byte.size() != 2 || error != std::errc{} || end != byte.data() + byte.size())
      return wrong(fmt::format("{} is no byte: two hex digits, 'text' or {{item}} are expected",
                               in_quotes(byte)));
    text_.remove_prefix(2);
    return Bytes{static_cast<std::uint8_t>(value)};
  }

  yaml::Parsed<FrameItem> braces() {
    const std::size_t end = text_.find('}');
    if (end == std::string_view::npos) return wrong("a { without its }");
    const std::string_view inside = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return inside.find('|') == std::string_view::npos ? named(inside) : words(inside);
  }

  // "channel-1": a name with a number to add.
  static yaml::Parsed<FrameItem> named(std::string_view inside) {
    const std::size_t sign = inside.find_first_of("+-");
    const std::string_view name = inside.substr(0, sign);
    const auto known = std::ranges::find(named_items, name, &Named::name);
    if (known == named_items.end()) {
      std::vector<std::string> names;
      names.reserve(named_items.size());
      for (const Named& each : named_items) names.emplace_back(each.name);
      return wrong(fmt::format("there is no item {{{}}}{}", inside,
                               yaml::did_you_mean(std::string(name), names)));
    }
    FrameItem item{known->kind, {}, {}, 0};
    if (sign == std::string_view::npos) return item;
    const std::string_view number = inside.substr(sign + 1);
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), item.offset);
    if ((item.kind != Kind::channel && item.kind != Kind::digit) || error != std::errc{} ||
        end != number.data() + number.size() || item.offset > 255)
      return wrong(
          fmt::format("{{{}}}: only channel and digit take a number, as {{channel-1}}", inside));
    if (inside[sign] == '-') item.offset = -item.offset;
    return item;
  }

  // "00|01", "'off'|'on'", "each 00|01": off first.
  static yaml::Parsed<FrameItem> words(std::string_view inside) {
    FrameItem item{Kind::state, {}, {}, 0};
    if (inside.starts_with("each ")) {
      item.kind = Kind::states;
      inside.remove_prefix(5);
    }
    const std::size_t bar = inside.find('|');
    auto off = FrameText(inside.substr(0, bar)).word();
    if (!off) return wrong(std::move(off).error());
    auto on = FrameText(inside.substr(bar + 1)).word();
    if (!on) return wrong(std::move(on).error());
    const std::size_t common = std::min(off->size(), on->size());
    if (std::equal(off->begin(), off->begin() + static_cast<std::ptrdiff_t>(common), on->begin()))
      return wrong(fmt::format("{{{}}}: one word begins like the other", inside));
    item.bytes = std::move(*off);
    item.on_bytes = std::move(*on);
    return item;
  }

  std::string_view text_;
};

}  // namespace

yaml::Parsed<FramePattern> parse_frame(std::string_view text) { return FrameText(text).items(); }

}  // namespace brewproof
