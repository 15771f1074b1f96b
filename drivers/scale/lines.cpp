#include "drivers/scale/lines.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>
#include <vector>

namespace brewproof::scale {
namespace {

using Kind = Answer::Kind;

// "-12.50" or "+00012.50", after blanks; nullopt for anything else.
std::optional<double> number_in(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  // A balance that shows its sign in a field of its own fills up with blanks behind it.
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || !is_digit(text.front()) || !is_digit(text.back())) return std::nullopt;
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return negative ? -number : number;
}

std::optional<std::string> unit_in(std::string_view text) {
  std::string unit;
  for (const char c : text) {
    if (c == ' ') continue;
    if (std::isalpha(static_cast<unsigned char>(c)) == 0 && c != '%') return std::nullopt;
    unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return unit.empty() ? std::nullopt : std::optional(unit);
}

std::optional<Answer> weight(std::string_view number, std::string_view unit, bool moving) {
  const auto value = number_in(number);
  auto name = unit_in(unit);
  if (!value || !name) return std::nullopt;
  return Answer{Kind::weight, moving, *value, std::move(*name)};
}

std::optional<Answer> read_mt_sics(std::string_view line) {
  constexpr std::size_t weight_at = 4, weight_size = 10;
  if (line == "ES" || line == "ET" || line == "EL") return Answer{Kind::refused};
  if (line == "S I") return Answer{Kind::busy};
  if (line == "S +") return Answer{Kind::over};
  if (line == "S -") return Answer{Kind::under};
  if (!line.starts_with("S S ") && !line.starts_with("S D ")) return std::nullopt;
  if (line.size() < weight_at + weight_size + 2 || line[weight_at + weight_size] != ' ')
    return std::nullopt;
  return weight(line.substr(weight_at, weight_size), line.substr(weight_at + weight_size + 1),
                line[2] == 'D');
}

// The widths differ from model to model.
std::optional<Answer> read_ohaus(std::string_view line) {
  if (line == "ES") return Answer{Kind::refused};
  std::vector<std::string_view> words;
  for (std::size_t at = 0; (at = line.find_first_not_of(' ', at)) != std::string_view::npos;) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  if (words.size() < 2) return std::nullopt;
  bool moving = false;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "?" && i == 2)
      moving = true;
    else if (words[i] != "NET" && words[i] != "N" && words[i] != "G")
      return std::nullopt;
  }
  return weight(words[0], words[1], moving);
}

std::optional<Answer> read_and(std::string_view line) {
  constexpr std::size_t size = 15, weight_at = 3, unit_at = 12;
  if (line.size() != size || line[2] != ',') return std::nullopt;
  if (line.starts_with("OL,+")) return Answer{Kind::over};
  if (line.starts_with("OL,-")) return Answer{Kind::under};
  if (!line.starts_with("ST,") && !line.starts_with("US,")) return std::nullopt;
  if (line[weight_at] != '+' && line[weight_at] != '-') return std::nullopt;
  return weight(line.substr(weight_at, unit_at - weight_at), line.substr(unit_at),
                line.starts_with('U'));
}

std::optional<Answer> read_kern(std::string_view line) {
  constexpr std::size_t shorter = 12, longer = 13;
  if (line == "E01") return Answer{Kind::refused};
  if (line.size() != shorter && line.size() != longer) return std::nullopt;
  const std::size_t unit_at = line.size() - 4;
  const char sign = line.front(), verdict = line[unit_at + 2], state = line.back();
  constexpr std::string_view signs = "+- ", verdicts = "LGH ", states = "SUE ";
  if (signs.find(sign) == signs.npos || verdicts.find(verdict) == verdicts.npos ||
      states.find(state) == states.npos)
    return std::nullopt;
  if (state == 'E') return Answer{Kind::out_of_range};
  return weight(line.substr(0, unit_at), line.substr(unit_at, 2), state == 'U');
}

}  // namespace

std::optional<Answer> read_line(Dialect dialect, std::string_view line) {
  switch (dialect) {
    case Dialect::mt_sics:
      return read_mt_sics(line);
    case Dialect::ohaus:
      return read_ohaus(line);
    case Dialect::and_:
      return read_and(line);
    case Dialect::kern:
      break;
  }
  return read_kern(line);
}

std::optional<double> kilograms_in(std::string_view unit) {
  constexpr std::array<std::pair<std::string_view, double>, 5> units{
      {{"g", 1e-3}, {"kg", 1}, {"mg", 1e-6}, {"oz", 0.028349523125}, {"lb", 0.45359237}}};
  for (const auto& [name, kilograms] : units)
    if (name == unit) return kilograms;
  return std::nullopt;
}

std::string_view question(Dialect dialect) {
  switch (dialect) {
    case Dialect::mt_sics:
      return "SI\r\n";
    case Dialect::ohaus:
      return "IP\r\n";
    case Dialect::and_:
      return "Q\r\n";
    case Dialect::kern:
      break;
  }
  return "O8\r\n";
}

}  // namespace brewproof::scale
