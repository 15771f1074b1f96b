#include "rig/evidence/journal_line.h"

#include <fmt/core.h>

#include <stdexcept>

#include "rig/model/canonical_json.h"
#include "rig/model/sha256.h"

namespace brewproof {
namespace {

constexpr int deepest = 64;  // levels of JSON; bounds the recursion of what walks it

constexpr const char* line_keys[] = {"seq", "prev", "type", "raw_ns", "real_ns", "sum"};

std::string sum_of(const nlohmann::json& line_without_sum) {
  return sha256(canonical_json(line_without_sum)).substr(0, 16);
}

bool has_text(const nlohmann::json& line, const char* key) {
  return line.contains(key) && line[key].is_string();
}
bool has_integer(const nlohmann::json& line, const char* key) {
  return line.contains(key) && line[key].is_number_integer();
}

}  // namespace

std::string journal_origin() { return std::string(64, '0'); }

std::string journal_line(const std::string& type, nlohmann::json body, std::uint64_t seq,
                         const std::string& prev, Instant at) {
  if (body.is_null()) body = nlohmann::json::object();
  if (!body.is_object()) throw std::logic_error("a journal line's body is an object");
  for (const char* key : line_keys)
    if (body.contains(key))
      throw std::logic_error(fmt::format("\"{}\" belongs to the journal's line itself", key));
  body["seq"] = seq;
  body["prev"] = prev;
  body["type"] = type;
  body["raw_ns"] = at.raw_ns;
  body["real_ns"] = at.real_ns;
  body["sum"] = sum_of(body);
  return canonical_json(body);
}

std::string read_journal_line(std::string_view line, std::uint64_t seq, const std::string& prev,
                              Record& record) {
  bool too_deep = false;
  const auto bounded = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  nlohmann::json json = nlohmann::json::parse(line, bounded, false);
  if (too_deep) return "is nested too deep";
  if (json.is_discarded() || !json.is_object()) return "is not a JSON object";
  for (const char* key : {"prev", "type", "sum"})
    if (!has_text(json, key)) return fmt::format("has no text \"{}\"", key);
  for (const char* key : {"seq", "raw_ns", "real_ns"})
    if (!has_integer(json, key)) return fmt::format("has no integer \"{}\"", key);
  if (json["seq"] != seq)
    return fmt::format("has number {} where {} follows", json["seq"].dump(), seq);
  if (json["prev"].get_ref<const std::string&>() != prev)
    return "does not follow from the line before: that line or this one was changed, or lines are "
           "missing between them";
  // Also what a parser forgives (spaces, a doubled key, another spelling of a number) is a change.
  if (canonical_json(json) != line) return "is not in canonical form: it was changed";
  const std::string sum = json["sum"];
  json.erase("sum");
  if (sum_of(json) != sum) return "does not match its own sum: it was changed";
  record.seq = seq;
  record.type = json["type"];
  record.at = {json["raw_ns"], json["real_ns"]};
  for (const char* key : line_keys) json.erase(key);
  record.body = std::move(json);
  return "";
}

}  // namespace brewproof
