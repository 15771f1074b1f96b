// Text for a terminal as it is built up: colours where they are wanted, words wrapped at its width.
// What is added is inert already (results/inert_text.h).
#pragma once

#include <cstddef>
#include <string>

#include "results/report.h"

namespace brewproof {

class TerminalText {
 public:
  enum class Ink { plain, bold, dim, good, doubtful, bad };

  explicit TerminalText(const TextStyle& style);

  [[nodiscard]] std::string ink(Ink ink, const std::string& text) const;
  /// Words of `text`, wrapped at the width behind `indent` columns. The first line stands at
  /// `column` already.
  void wrap(const std::string& text, std::size_t indent, Ink color, std::size_t column);
  void paragraph(const std::string& text, std::size_t indent, Ink color = Ink::plain);
  /// "    label     text", wrapped behind the label.
  void row(const std::string& label, const std::string& text, Ink color = Ink::plain);
  void heading(const std::string& text);

 protected:
  bool color_;
  std::size_t width_;
  std::string out_;
};

}  // namespace brewproof
