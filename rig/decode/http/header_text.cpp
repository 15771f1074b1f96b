#include "rig/decode/http/header_text.h"

#include <algorithm>

namespace brewproof::decode {
namespace {

constexpr std::string_view version = "HTTP/1.";
constexpr std::size_t version_size = 8;  // "HTTP/1.1"

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string_view first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

bool is_status_line(std::string_view line) {
  return line.size() >= version_size + 4 && line.starts_with(version) &&
         line[version_size] == ' ' &&
         std::all_of(line.begin() + version_size + 1, line.begin() + version_size + 4, is_digit);
}

}  // namespace

std::size_t header_size(std::string_view text, std::size_t& scanned) {
  if (scanned == 0) {
    if (text.starts_with("\n")) return 1;
    if (text.starts_with("\r\n")) return 2;
  }
  for (;;) {
    const std::size_t line_end = text.find('\n', scanned);
    if (line_end == std::string_view::npos) {
      scanned = text.size();
      return 0;
    }
    const std::string_view next = text.substr(line_end + 1, 2);
    if (next.starts_with('\n')) return line_end + 2;
    if (next == "\r\n") return line_end + 3;
    scanned = line_end;
    if (next.empty() || next == "\r") return 0;
    ++scanned;
  }
}

bool ends_lines_bare(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end != std::string_view::npos && end != 0 && text[end - 1] != '\r';
}

bool is_first_line(std::string_view line) {
  line = first_line(line);
  if (is_status_line(line)) return true;
  const std::size_t method = line.find(' '), end = line.rfind(" HTTP/1.");
  return method != std::string_view::npos && method != 0 && end != std::string_view::npos &&
         end > method && end + 1 + version_size == line.size();
}

bool mend_first_line(std::string& header) {
  const std::string_view line = first_line(header);
  if (is_status_line(line)) {
    constexpr std::size_t status_end = version_size + 4;
    if (line.size() != status_end) return false;
    header.insert(status_end, 1, ' ');
    return true;
  }
  const std::size_t begin = line.find(' ') + 1, end = line.rfind(' ');
  bool mended = false;
  std::string target;
  for (const char c : line.substr(begin, end - begin)) {
    const auto code = static_cast<unsigned char>(c);
    if (code > 0x20 && code != 0x7f) {
      target += c;
      continue;
    }
    mended = true;
    target += '%';
    target += "0123456789ABCDEF"[code >> 4];
    target += "0123456789ABCDEF"[code & 0xf];
  }
  if (mended) header.replace(begin, end - begin, target);
  return mended;
}

bool end_lines_in_crlf(std::string& header) {
  std::string clean;
  for (const char c : header) {
    if (c == '\n' && !clean.ends_with('\r')) clean += '\r';
    clean += c;
  }
  const bool mended = clean.size() != header.size();
  header = std::move(clean);
  return mended;
}

std::size_t offset_of_line(std::string_view text, std::ptrdiff_t lines) {
  std::size_t begin = text.size();
  for (; begin != 0; --begin)
    if (text[begin - 1] == '\n' && lines-- == 0) break;
  return begin;
}

std::string clean_chunk_line(std::string_view text) {
  const std::size_t begin = text.starts_with("\r\n") ? 2 : 0;
  const std::size_t line_end = text.find("\r\n", begin);
  std::size_t digits = begin;
  while (digits < text.size() && is_hex(text[digits])) ++digits;
  if (line_end == std::string_view::npos || digits == begin || digits > line_end) return {};
  std::string line(text.substr(0, begin));
  line.append(line_end - digits, '0');
  line.append(text, begin, digits - begin);
  line += "\r\n";
  return line;
}

}  // namespace brewproof::decode
