#include "tests/zoo/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <sstream>

#include "rig/model/finding_words.h"
#include "rig/proof/traffic.h"

namespace brewproof {
namespace {

constexpr std::int64_t habit_ns = 15'000'000'000;

std::vector<std::string> segments_of(const std::string& message) {
  std::vector<std::string> segments{""};
  for (const char c : message) {
    if (c == '/' || c == '.' || c == ' ')
      segments.emplace_back();
    else
      segments.back() += c;
  }
  return segments;
}

bool same_message(const Emitted& truth, const Emitted& claim) {
  if (truth.protocol == "udp") return true;  // size classes are the decoder's
  const auto a = segments_of(truth.message), b = segments_of(claim.message);
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x == y || x == "{}" || y == "{}"; });
}

bool same(const Emitted& truth, const Emitted& claim) {
  if (truth.event != claim.event || truth.destination != claim.destination) return false;
  if (truth.protocol == "tls")
    return claim.protocol == "tls" && claim.message.starts_with("record");
  return truth.protocol == claim.protocol && same_message(truth, claim);
}

// "body|json:/a" and "/a" are one; what a protocol calls its content is left out.
std::string plain_path(const std::string& path) {
  if (path.starts_with("/")) return "json:" + path;
  for (const char* part : {"body|", "payload|", "|"})
    if (path.starts_with(part)) return path.substr(std::string(part).size());
  return path == "body" || path == "payload" ? "" : path;
}

bool leads_to(const std::string& outer, const std::string& inner) {
  return inner == outer || outer.empty() || inner.starts_with(outer + "|");
}

/// Bytes at an offset: "bytes:12+4", behind whatever way leads there.
struct ByteRange {
  std::string_view way;
  unsigned long begin = 0, end = 0;
  [[nodiscard]] bool overlap(const ByteRange& other) const {
    return way == other.way && begin < other.end && other.begin < end;
  }
  [[nodiscard]] bool within(const ByteRange& other) const {
    return way == other.way && other.begin <= begin && end <= other.end;
  }
};

std::optional<ByteRange> bytes_at(std::string_view path) {
  constexpr std::string_view step = "bytes:";
  const std::size_t at = path.rfind(step);
  if (at == std::string_view::npos || (at > 0 && path[at - 1] != '|')) return std::nullopt;
  ByteRange bytes{path.substr(0, at), 0, 0};
  unsigned long width = 0;
  const char* const end = path.data() + path.size();
  const auto offset = std::from_chars(path.data() + at + step.size(), end, bytes.begin);
  if (offset.ec != std::errc{} || offset.ptr == end || *offset.ptr != '+') return std::nullopt;
  const auto read = std::from_chars(offset.ptr + 1, end, width);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  bytes.end = bytes.begin + width;
  return bytes;
}

bool same_path(const std::string& truth, const std::string& claim) {
  const auto there = bytes_at(truth), claimed = bytes_at(claim);
  if (there && claimed) return there->within(*claimed) || claimed->within(*there);
  return leads_to(truth, claim) || leads_to(claim, truth);
}

std::string text_of(const Emitted& e) {
  return fmt::format("{}: {} {} to {}", e.event, e.protocol, e.message, e.destination);
}

std::string told_in_words(const Emitted& e, const std::string& path, const std::string& parameter) {
  return fmt::format("{} {} = {}", text_of(e), path, parameter);
}

/// "stimulus:amount stimulus:card" -> amount, card. None in other kinds.
std::vector<std::string> parameters_in(const std::string& kind) {
  constexpr std::string_view stimulus = "stimulus:";
  std::vector<std::string> parameters;
  std::istringstream words(kind);
  for (std::string word; words >> word;)
    if (word.starts_with(stimulus)) parameters.push_back(word.substr(stimulus.size()));
  return parameters;
}

// What is drawn from a few values cannot be told from what nobody can explain.
bool same_kind(const std::string& truth, FieldKind claim) {
  return truth == kind_word(claim) || (truth == "random" && claim == FieldKind::unexplained);
}

/// What is truly at this path; of bytes whatever they overlap. None where nothing is told of it, or
/// where bytes were claimed constant that are the part of a number that never changed.
std::set<std::string> true_kinds(const std::map<std::string, std::string>& kinds,
                                 const std::string& path, FieldKind claim) {
  const auto claimed = bytes_at(path);
  if (!claimed) {
    const auto kind = kinds.find(path);
    return kind == kinds.end() ? std::set<std::string>{} : std::set{kind->second};
  }
  std::set<std::string> all;
  for (const auto& [truly, kind] : kinds) {
    const auto there = bytes_at(truly);
    if (!there || !there->overlap(*claimed)) continue;
    const bool part = !there->within(*claimed);
    if (claim != FieldKind::constant || !part) all.insert(kind);
  }
  return all;
}

bool any_says(const std::set<Emitted>& claims, const Emitted& truth) {
  return std::ranges::any_of(claims, [&](const Emitted& claim) { return same(truth, claim); });
}

}  // namespace

Emitted emitted_of(const Finding& finding) {
  return {finding.event, finding.destination.name, finding.protocol, finding.message};
}

double Counts::f1() const {
  const double sum = precision() + recall();
  return sum == 0 ? 0 : 2 * precision() * recall() / sum;
}

Counts& Counts::operator+=(const Counts& other) {
  truly += other.truly;
  found += other.found;
  claims += other.claims;
  wrong += other.wrong;
  return *this;
}

Score& Score::operator+=(const Score& other) {
  emissions += other.emissions;
  stimuli += other.stimuli;
  kinds += other.kinds;
  right += other.right;
  missed.insert(missed.end(), other.missed.begin(), other.missed.end());
  wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
  return *this;
}

Truth::Truth(const std::vector<nlohmann::ordered_json>& lines, const Design& design) {
  for (const auto& line : lines) {
    if (!line.contains("event")) continue;  // a state of the machine
    tell(line, line["event"].get<std::string>(), false, design);
    for (const bool touched : {false, true})
      if (const auto events = line.find(touched ? "touches" : "carries"); events != line.end())
        for (const auto& left : *events) tell(line, left.get<std::string>(), touched, design);
  }
}

void Truth::tell(const nlohmann::ordered_json& line, const std::string& event, bool touched_only,
                 const Design& design) {
  const auto known = design.events.find(event);
  if (known == design.events.end()) return;
  const Emitted emitted{event, line["destination"], line["protocol"], line["message"]};
  Told& told = told_.try_emplace(emitted, Told{true, {}, {}}).first->second;
  told.touched_only = told.touched_only && touched_only;
  if (touched_only) return;
  for (const auto& [path, kind] : line["fields"].items()) {
    const auto text = kind.get<std::string>();
    bool own = false;
    for (const std::string& parameter : parameters_in(text)) {
      if (!known->second.parameters.contains(parameter)) continue;
      told.stimuli.emplace(plain_path(path), parameter);
      own = true;
    }
    if (!own) told.kinds[plain_path(path)] = text;
  }
}

std::vector<const Truth::Emission*> Truth::about(const Emitted& claim) const {
  std::vector<const Emission*> about;
  for (const Emission& emission : told_)
    if (same(emission.first, claim)) about.push_back(&emission);
  return about;
}

void Truth::score_fields(const Finding& finding, const std::vector<const Emission*>& about,
                         std::set<std::string>& found, Score& score) {
  for (const FieldFinding& field : finding.fields) {
    const std::string path = plain_path(field.path);
    if (finding.protocol == "tls" && !about.empty())
      continue;  // what sizes give away is not scored
    if (field.kind == FieldKind::stimulus) {
      ++score.stimuli.claims;
      bool so = false;
      for (const Emission* emission : about)
        for (const auto& [truly, parameter] : emission->second.stimuli)
          if (parameter == field.parameter && same_path(truly, path)) {
            so = true;
            found.insert(told_in_words(emission->first, truly, parameter));
          }
      if (so) continue;
      // The length of a message with the parameter in it follows the parameter, and so may its
      // coming.
      const bool in_it = std::ranges::any_of(about, [&](const Emission* emission) {
        return std::ranges::any_of(emission->second.stimuli, [&](const auto& stimulus) {
          return stimulus.second == field.parameter;
        });
      });
      if ((field.path == "size" || field.path == "presence") && in_it) {
        --score.stimuli.claims;
        continue;
      }
      ++score.stimuli.wrong;
      score.wrong.push_back(
          fmt::format("{} {} = {}", text_of(emitted_of(finding)), field.path, field.parameter));
      continue;
    }
    for (const Emission* emission : about) {
      const auto kinds = true_kinds(emission->second.kinds, path, field.kind);
      if (kinds.empty() || std::ranges::any_of(kinds, [](const std::string& kind) {
            return kind.starts_with("stimulus:");
          }))
        continue;
      ++score.kinds;
      if (std::ranges::all_of(
              kinds, [&](const std::string& kind) { return same_kind(kind, field.kind); })) {
        ++score.right;
      } else {
        score.wrong.push_back(fmt::format("{} {} is {}, not {}", text_of(emitted_of(finding)),
                                          field.path, fmt::join(kinds, " and "),
                                          kind_word(field.kind)));
      }
      break;
    }
  }
}

Score Truth::score(const std::vector<Finding>& findings) const {
  Score score;
  std::set<Emitted> claims;
  std::set<std::string> found;
  for (const Finding& finding : findings) {
    const auto told = about(emitted_of(finding));
    if (told.empty()) score.wrong.push_back(text_of(emitted_of(finding)));
    claims.insert(emitted_of(finding));
    score_fields(finding, told, found, score);
  }
  score.emissions = this->score(claims);
  for (const auto& [emitted, told] : told_) {
    const bool claimed = any_says(claims, emitted);
    if (!claimed && !told.touched_only) score.missed.push_back(text_of(emitted));
    for (const auto& [path, parameter] : told.stimuli) {
      ++score.stimuli.truly;
      const std::string words = told_in_words(emitted, path, parameter);
      if (found.contains(words)) {
        ++score.stimuli.found;
      } else if (claimed) {
        score.missed.push_back(words);
      }
    }
  }
  return score;
}

Counts Truth::score(const std::set<Emitted>& claims) const {
  Counts counts;
  for (const Emitted& claim : claims) {
    const auto told = about(claim);
    if (!told.empty() && std::ranges::all_of(told, [](auto* e) { return e->second.touched_only; }))
      continue;
    ++counts.claims;
    if (told.empty()) ++counts.wrong;
  }
  for (const auto& [emitted, told] : told_) {
    if (told.touched_only) continue;
    ++counts.truly;
    if (any_says(claims, emitted)) ++counts.found;
  }
  return counts;
}

std::set<Emitted> claims_by_habit(const std::vector<KeptMessage>& messages,
                                  const std::vector<Trial>& trials,
                                  const std::vector<std::string>& identities) {
  const Traffic traffic = read_traffic(messages, identities);
  std::map<std::string, int> acts;
  for (const Trial& trial : trials)
    if (!trial.sham) ++acts[trial.event];
  std::set<Emitted> claims;
  for (const Signature& signature : traffic.signatures) {
    std::map<std::string, int> seen;
    for (const Trial& trial : trials) {
      if (trial.sham) continue;
      const auto after =
          std::ranges::lower_bound(signature.messages, trial.origin_ns(), {},
                                   [&](std::size_t m) { return traffic.messages[m]->time_ns; });
      if (after != signature.messages.end() &&
          traffic.messages[*after]->time_ns < trial.origin_ns() + habit_ns)
        ++seen[trial.event];
    }
    for (const auto& [event, count] : seen)
      if (2 * count >= acts[event])
        claims.insert({event, signature.destination.name, signature.protocol, signature.message});
  }
  return claims;
}

}  // namespace brewproof
