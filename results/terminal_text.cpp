#include "results/terminal_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "results/inert_text.h"

namespace brewproof {

TerminalText::TerminalText(const TextStyle& style)
    : color_(style.color), width_(static_cast<std::size_t>(std::clamp(style.width, 40, 140))) {}

std::string TerminalText::ink(Ink ink, const std::string& text) const {
  if (!color_ || ink == Ink::plain) return text;
  constexpr const char* codes[] = {"0", "1", "2", "1;32", "1;33", "1;31"};
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<int>(ink)], text);
}

void TerminalText::wrap(const std::string& text, std::size_t indent, Ink color,
                        std::size_t column) {
  std::string line;
  std::size_t at = column;
  const auto flush = [&] {
    if (!line.empty()) out_ += ink(color, line);
    out_ += '\n';
    line.clear();
  };
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const std::size_t columns = columns_of(word);
    const bool fresh = at == indent;
    if (!fresh && at + 1 + columns > width_ && columns + indent <= width_) {
      flush();
      out_ += std::string(indent, ' ');
      at = indent;
    } else if (!fresh) {
      line += ' ';
      ++at;
    }
    line += word;
    at += columns;
    begin = end + 1;
  }
  flush();
}

void TerminalText::paragraph(const std::string& text, std::size_t indent, Ink color) {
  out_ += std::string(indent, ' ');
  wrap(text, indent, color, indent);
}

void TerminalText::row(const std::string& label, const std::string& text, Ink color) {
  constexpr std::size_t indent = 4, label_columns = 13;
  const std::size_t used = columns_of(label);
  out_ += std::string(indent, ' ') + ink(Ink::dim, label);
  if (used < label_columns) {
    out_ += std::string(label_columns - used, ' ');
  } else {
    out_ += "\n" + std::string(indent + label_columns, ' ');
  }
  wrap(text, indent + label_columns, color, indent + label_columns);
}

void TerminalText::heading(const std::string& text) { out_ += "\n" + ink(Ink::bold, text) + "\n"; }

}  // namespace brewproof
