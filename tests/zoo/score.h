// Findings held against the truth: what was emitted and found, what was claimed and is not so.
//
// An emission is (event, destination, protocol, message), as the truth log has it: messages that an
// event sends, and those in which it leaves something behind ("carries"). A claim about a message
// that the event only touches (it leaves there what is always the same) is neither right nor wrong.
// `{}` stands for any one segment, on either side. Of a sealed message only destination and event
// can be right, and its fields are not scored. Fields are compared by path; one that was claimed on
// the way to where the value stands, or further in, counts.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "rig/model/finding.h"
#include "rig/model/kept_message.h"
#include "rig/model/plan.h"

namespace brewproof {

struct Counts {
  int truly = 0;   // there
  int found = 0;   // of these, claimed
  int claims = 0;  // claimed
  int wrong = 0;   // of these, not so
  [[nodiscard]] double precision() const { return claims == 0 ? 1 : 1 - double(wrong) / claims; }
  [[nodiscard]] double recall() const { return truly == 0 ? 1 : double(found) / truly; }
  [[nodiscard]] double f1() const;
  Counts& operator+=(const Counts& other);
};

struct Score {
  Counts emissions;
  Counts stimuli;                          // fields that carry a parameter
  int kinds = 0, right = 0;                // other fields of true claims
  std::vector<std::string> missed, wrong;  // in words
  Score& operator+=(const Score& other);
};

/// What a claim says, apart from its fields.
struct Emitted {
  std::string event, destination, protocol, message;
  friend auto operator<=>(const Emitted&, const Emitted&) = default;
};
[[nodiscard]] Emitted emitted_of(const Finding& finding);

class Truth {
 public:
  /// `lines` of truth.jsonl; the design says which event has which parameter.
  Truth(const std::vector<nlohmann::ordered_json>& lines, const Design& design);

  [[nodiscard]] Score score(const std::vector<Finding>& findings) const;
  /// Of claims without fields.
  [[nodiscard]] Counts score(const std::set<Emitted>& claims) const;

 private:
  struct Told {
    bool touched_only = false;
    std::set<std::pair<std::string, std::string>> stimuli;  // path, parameter of this event
    std::map<std::string, std::string> kinds;               // path -> kind, of the others
  };
  using Emission = std::map<Emitted, Told>::value_type;
  void tell(const nlohmann::ordered_json& line, const std::string& event, bool touched_only,
            const Design& design);
  [[nodiscard]] std::vector<const Emission*> about(const Emitted& claim) const;
  static void score_fields(const Finding& finding, const std::vector<const Emission*>& about,
                           std::set<std::string>& found, Score& score);

  std::map<Emitted, Told> told_;
};

/// The habit of the field: what is seen within 15 s after at least half of an event's acts is its.
[[nodiscard]] std::set<Emitted> claims_by_habit(const std::vector<KeptMessage>& messages,
                                                const std::vector<Trial>& trials,
                                                const std::vector<std::string>& identities);

}  // namespace brewproof
