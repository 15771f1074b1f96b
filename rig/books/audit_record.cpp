#include "rig/books/audit_record.h"

#include <fmt/format.h>

#include <algorithm>

namespace brewproof::books {
namespace {

// As every record of EVA-DTS is named: "DXS", "ST", "CA17".
bool is_record_name(std::string_view name) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return name.size() >= 2 && name.size() <= 5 && upper(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return upper(c) || digit(c); });
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  parts.reserve(static_cast<std::size_t>(std::ranges::count(text, '*')) + 1);
  for (;;) {
    const std::size_t star = text.find('*');
    parts.emplace_back(text.substr(0, star));
    if (star == std::string_view::npos) return parts;
    text.remove_prefix(star + 1);
  }
}

}  // namespace

Place AuditRecord::place_of(std::size_t number) const {
  std::size_t skipped = name.size();
  for (std::size_t i = 0; i + 1 < number && i < elements.size(); ++i)
    skipped += 1 + elements[i].size();
  if (number >= 1 && number <= elements.size()) ++skipped;  // the star before it
  return {at.line, at.column + skipped, at.offset + skipped};
}

std::string element_name(std::string_view record, std::size_t number) {
  return fmt::format("{}{:02}", record, number);
}

RecordReader::RecordReader(std::string_view file) : file_(file) {
  if (!file_.starts_with("\xef\xbb\xbf")) return;
  remarks_.push_back({{}, "begins with a byte order mark, which an editor has put there", false});
  position_ = line_start_ = 3;
}

void RecordReader::look_at_bytes(std::string_view text, const Place& at) {
  const auto bad = std::ranges::find_if(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  if (bad == text.end()) return;
  const auto column = static_cast<std::size_t>(bad - text.begin());
  remarks_.push_back({{at.line, at.column + column, at.offset + column},
                      fmt::format("byte {:02X} is not a character of an audit file",
                                  static_cast<unsigned char>(*bad))});
}

void RecordReader::look_at_end(std::string_view end, const Place& at) {
  if (end == "\r\n" || end.empty() || lone_end_told_) return;
  lone_end_told_ = true;
  remarks_.push_back({at,
                      fmt::format("{} alone ends the line: the file was not kept as the machine "
                                  "sent it; checked as if each line ended with CR LF",
                                  end == "\n" ? "LF" : "CR"),
                      false});
}

std::optional<RecordReader::Line> RecordReader::next() {
  while (position_ < file_.size()) {
    const Place at = end();
    const std::size_t stop = std::min(file_.find_first_of("\r\n", position_), file_.size());
    const std::string_view text = file_.substr(position_, stop - position_);
    const std::string_view rest = file_.substr(stop);
    const std::string_view line_end = rest.substr(0, rest.starts_with("\r\n") ? 2 : 1);
    look_at_bytes(text, at);
    look_at_end(line_end, {at.line, at.column + text.size(), stop});
    position_ = stop + line_end.size();
    if (!line_end.empty()) {
      line_start_ = position_;
      ++line_;
    }
    if (text.empty()) {
      if (!blank_told_) remarks_.push_back({at, "an empty line between records", false});
      blank_told_ = true;
      continue;
    }
    Line line{text, {}};
    const std::size_t star = text.find('*');
    line.record.name = text.substr(0, star);
    if (star != std::string_view::npos) line.record.elements = split(text.substr(star + 1));
    line.record.at = at;
    line.record.cut = line_end.empty();
    if (!is_record_name(line.record.name))
      remarks_.push_back({at, "no record: a line begins with a name such as VA1 or PA2"});
    return line;
  }
  return std::nullopt;
}

}  // namespace brewproof::books
