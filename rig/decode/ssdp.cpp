// SSDP, the discovery of UPnP (UPnP Device Architecture 2.0, section 1): requests and responses of
// HTTP/1.1 in one datagram each.
#include <algorithm>
#include <string>

#include "rig/decode/payload/content.h"
#include "rig/decode/room.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

/// Takes the first line off, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "M-SEARCH *", "NOTIFY *", "response 200"; empty: the line begins none of these.
std::string label(std::string_view line) {
  for (const std::string_view request : {"M-SEARCH *", "NOTIFY *"})
    if (line.starts_with(request) && line.substr(request.size()).starts_with(" HTTP/1."))
      return std::string(request);
  const bool response = line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ' &&
                        is_digits(line.substr(9, 3));
  return response ? "response " + std::string(line.substr(9, 3)) : std::string();
}

bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '(' && c != ')' && c != ',';
  });
}

/// Stands behind the first line; the rest of `text` is the body afterwards.
void add_headers(Message& message, Outlet& out, std::string_view& text, std::string& type) {
  std::string path;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) return;
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    if (colon == std::string_view::npos || !is_token(name)) {
      message.notes.emplace_back("a header line has no name");
      out.text(message, "line", line);
      continue;
    }
    path = "header:";
    append_lower(path, name);
    const std::string_view value = trim(line.substr(colon + 1), blanks);
    out.text(message, path, value);
    if (path == "header:content-type") type = value;
  }
}

bool read(const Datagram& datagram, Flow& flow, Outlet& out) {
  if (!datagram.udp() || datagram.bytes.size() < 12) return false;
  const std::uint8_t first = datagram.bytes[0];
  if (first != 'M' && first != 'N' && first != 'H') return false;
  std::string_view text = as_text(datagram.bytes);
  std::string what = label(take_line(text));
  if (what.empty()) return false;
  Message& message = begin(datagram, flow, out, "ssdp");
  message.message = std::move(what);
  std::string type;
  add_headers(message, out, text, type);
  add_content(message, out, "body", as_bytes(text), {type, {}});
  out.send(message, flow);
  return true;
}

}  // namespace

extern const Room ssdp_room{"ssdp", read, nullptr, nullptr};

}  // namespace brewproof::decode
