#include "rig/model/books_held.h"

namespace brewproof {
namespace {

nlohmann::json count_json(const BookedCount& count) {
  return {{"expected", {count.asked.least, count.asked.most}},
          {"moved", count.moved ? nlohmann::json(*count.moved) : nlohmann::json(nullptr)}};
}

BookedCount read_count(const nlohmann::json& json) {
  BookedCount count;
  count.asked.least = json.at("expected").at(0).get<std::int64_t>();
  count.asked.most = json.at("expected").at(1).get<std::int64_t>();
  if (!json.at("moved").is_null()) count.moved = json.at("moved").get<std::int64_t>();
  return count;
}

}  // namespace

bool disagrees(const BooksHeld& held) {
  return held.verdict != "first" && held.verdict != "agrees" && held.verdict != "unread";
}

nlohmann::json books_held_json(const BooksHeld& held) {
  nlohmann::json json = {{"reading", held.reading},
                         {"since", held.since},
                         {"file", held.file},
                         {"begin_raw_ns", held.begin_raw_ns},
                         {"end_raw_ns", held.end_raw_ns},
                         {"trials", held.trials},
                         {"acts", held.acts},
                         {"vends", count_json(held.vends)},
                         {"charges", count_json(held.charges)},
                         {"charged", count_json(held.charged)},
                         {"verdict", held.verdict},
                         {"why", held.why}};
  if (held.cash) json["cash"] = count_json(*held.cash);
  return json;
}

std::optional<BooksHeld> read_books_held(const nlohmann::json& json) {
  try {
    BooksHeld held;
    held.reading = json.at("reading").get<int>();
    held.since = json.at("since").get<int>();
    held.file = json.at("file").get<std::string>();
    held.begin_raw_ns = json.at("begin_raw_ns").get<std::int64_t>();
    held.end_raw_ns = json.at("end_raw_ns").get<std::int64_t>();
    held.trials = json.at("trials").get<std::vector<int>>();
    held.acts = json.at("acts").get<std::vector<int>>();
    held.vends = read_count(json.at("vends"));
    held.charges = read_count(json.at("charges"));
    held.charged = read_count(json.at("charged"));
    if (json.contains("cash")) held.cash = read_count(json["cash"]);
    held.verdict = json.at("verdict").get<std::string>();
    held.why = json.at("why").get<std::string>();
    return held;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace brewproof
