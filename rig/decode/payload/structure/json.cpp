// JSON (RFC 8259), and JSON documents in lines or records (NDJSON; RFC 7464), whose path counts
// them as the elements of an array would be: `json:/0/x`.
#include <fmt/format.h>

#include "rig/decode/payload/alphabet.h"
#include "rig/decode/payload/opener.h"
#include "rig/decode/payload/structure.h"
#include "rig/decode/text.h"

namespace brewproof::decode {
namespace {

constexpr char record_separator = '\x1e';

bool in_records(std::string_view type) {
  for (const std::string_view name : {"ndjson", "jsonl", "json-seq", "jsonlines"})
    if (contains_ignoring_case(type, name)) return true;
  return false;
}

bool declared(std::string_view type) {
  return type == "application/json" || (contains_ignoring_case(type, "json") && !in_records(type));
}

bool looks(ByteView bytes, Trust) {
  std::string_view text = as_text(bytes);
  text = skip_white(text.substr(byte_order_mark(text)));
  return !text.empty() && (text[0] == '{' || text[0] == '[');
}

bool read(Opener& opener, ByteView bytes, Trust, std::string& why) {
  return opener.out().payload.json.read(as_text(bytes), opener, why);
}

/// The documents stand one a line.
bool read_records(Opener& opener, ByteView bytes, Trust trust, std::string& why) {
  std::string_view text = as_text(bytes);
  const std::size_t base = opener.path().size();
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line[0] == record_separator) line.remove_prefix(1);
    if (skip_white(line).empty()) continue;
    if (trust != Trust::declared && !looks(as_bytes(line), trust)) {
      why = fmt::format("line {} is no object", count + 1);
      return false;
    }
    if (!opener.step(count)) return false;
    ++count;
    if (!opener.out().payload.json.read(line, opener, why)) {
      why = fmt::format("record {}: {}", count, why);
      return false;
    }
    opener.path().resize(base);
  }
  why = "no line of it is a document";
  return count > (trust == Trust::declared ? 0u : 1u);
}

}  // namespace

extern const Structure json_structure{"json", "JSON", {}, declared, looks, read};
extern const Structure json_records_structure{"json",     "JSON in lines", {},
                                              in_records, looks,           read_records};

}  // namespace brewproof::decode
