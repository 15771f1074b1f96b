#include "results/inert_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "rig/model/card_number.h"

namespace brewproof {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 1;  // bytes
  bool valid = false;
};

CodePoint first_code_point(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
  if (length == 0 || length > text.size()) return {};
  char32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool valid =
      value >= smallest[length] && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  return valid ? CodePoint{value, length, true} : CodePoint{};
}

struct Range {
  char32_t first, last;
};

template <std::size_t count>
bool within(const std::array<Range, count>& ranges, char32_t point) {
  return std::ranges::any_of(
      ranges, [point](const Range& r) { return r.first <= point && point <= r.last; });
}

// Unicode 15: Cc, Cf, Zl, Zp, Co, noncharacters, the combining blocks and other characters without
// a mark of their own.
constexpr std::array<Range, 33> unseen = {{
    {0x00, 0x1F},     {0x7F, 0x9F},       {0xAD, 0xAD},        {0x300, 0x36F},   {0x483, 0x489},
    {0x591, 0x5C7},   {0x600, 0x605},     {0x610, 0x61C},      {0x64B, 0x65F},   {0x6DD, 0x6DD},
    {0x70F, 0x70F},   {0x890, 0x891},     {0x8E2, 0x8E2},      {0x115F, 0x1160}, {0x17B4, 0x17B5},
    {0x180B, 0x180F}, {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF},    {0x200B, 0x200F}, {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x20D0, 0x20FF},   {0x2800, 0x2800},    {0x3164, 0x3164}, {0xE000, 0xF8FF},
    {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0F},   {0xFE20, 0xFE2F},    {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0x1D173, 0x1D17A}, {0xE0000, 0x10FFFF},
}};

constexpr std::array<Range, 10> wide = {{{0x1100, 0x115F},
                                         {0x2E80, 0xA4CF},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0xFFE0, 0xFFE6},
                                         {0x1F300, 0x1F64F},
                                         {0x1F900, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};

void put_html(std::string& out, std::string_view piece) {
  if (piece == "&")
    out += "&amp;";
  else if (piece == "<")
    out += "&lt;";
  else if (piece == ">")
    out += "&gt;";
  else if (piece == "\"")
    out += "&quot;";
  else if (piece == "'")
    out += "&#39;";
  else
    out += piece;
}

template <class Put>
void each_inert(std::string_view text, std::size_t most, Put put) {
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == most) {
      put("…");
      return;
    }
    const CodePoint point = first_code_point(text);
    const std::string_view bytes = text.substr(0, point.length);
    const bool plain = point.value >= 0x20 && point.value < 0x7F;
    if (!point.valid)
      put(fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0])));
    else if (!plain && within(unseen, point.value))
      put(fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(point.value)));
    else
      put(bytes);
    text.remove_prefix(point.length);
  }
}

}  // namespace

std::string inert(std::string_view text, std::size_t most) {
  std::string out;
  each_inert(without_card_numbers(text), most, [&](std::string_view piece) { out += piece; });
  return out;
}

std::string inert_html(std::string_view text, std::size_t most) {
  std::string out;
  each_inert(without_card_numbers(text), most,
             [&](std::string_view piece) { put_html(out, piece); });
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    columns += within(wide, point.value) ? 2 : 1;
    text.remove_prefix(point.length);
  }
  return columns;
}

}  // namespace brewproof
