// What changed between two runs, or three (old, new, old again): everything around the machine that
// is not the same, and what it emits, question by question, each with its test. Lists "by run" have
// the runs in the order in which they were given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rig/model/finding.h"

namespace brewproof {

struct Tally {
  int hits = 0, of = 0;
  friend bool operator==(const Tally&, const Tally&) = default;
};

/// "Both runs are alike", put to the test. Without `p` it could not be: something is not known.
struct DifferenceTest {
  std::optional<double> p, p_adjusted;
  double smallest_p = 1;  // of any outcome there could have been: what these trials can show at all
};

enum class Standing {
  alike,     // no difference is shown
  differs,   // the new run differs; of three runs, from both old ones, which agree
  unsteady,  // the two old runs differ from one another
  doubtful,  // only some runs claim it, and no difference is shown, or it cannot be tested
};

/// One question, asked of all runs.
struct Compared {
  DifferenceTest test;                  // new against old; of three runs the less surprising of two
  std::optional<DifferenceTest> again;  // of three runs: the last against the first
  Standing standing = Standing::alike;
};

struct FieldComparison {
  std::string path;
  std::string parameter, form;  // what is read there; "" = whether the path is there at all
  std::vector<std::optional<Tally>> runs;  // by run; of the messages that follow an act
  Compared compared;
};

/// One message of one event, claimed by one run at least.
struct EmissionComparison {
  struct Side {
    std::string id;                   // F1 ...; "" = this run does not claim it
    char grade = ' ';                 // of that finding
    std::optional<std::string> node;  // what inside a shared unit was counted
    std::optional<Tally> acts, shams;
    std::optional<Latency> latency;
  };
  std::string event, relation;
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;
  std::optional<Window> window;  // in which was counted: what the runs that claim it name, together
  std::vector<Side> runs;
  Compared rate;
  std::optional<Compared> latency;  // absent: not every run shows it
  std::vector<FieldComparison> fields;
  std::vector<std::string> notes;  // what no test stands behind

  [[nodiscard]] bool claimed(std::size_t run) const { return !runs[run].id.empty(); }
};

/// A kind of message that no event is found to send, and that some run does not have at all.
struct BackgroundComparison {
  Destination destination;
  std::string protocol, message;
  std::vector<std::uint64_t> counts;  // by run
};

struct EmissionsCompared {
  double alpha = 0.01;
  std::size_t tests = 0;  // that could have shown a difference: one family, Holm's rule
  std::vector<EmissionComparison> emissions;
  std::vector<BackgroundComparison> background;
};

/// What a difference around the machine means for "it is the firmware".
enum class Weight {
  firmware,   // the machine's firmware itself
  forbids,    // it may be the cause as well
  bracketed,  // of three runs: the new one stands between two that agree, so it is not the cause
  told,       // it cannot reach the machine: the seed, who stood there
};

struct ContextDifference {
  std::string group;  // machine, bench, boards, procedure, analysis, server, time, run
  std::string what;   // "firmware", "resources.panel.port"
  std::vector<std::string> values;  // by run; "" = there is none
  Weight weight = Weight::forbids;
};

struct ComparedRun {
  std::string path;  // as it was named
  std::string id, outcome, verdict;
  std::vector<std::string> reasons;
  std::string firmware;  // "" = not known
  std::optional<std::int64_t> started_ns;
  bool from_packets = true;  // false: only its findings.json is there

  [[nodiscard]] bool conclusive() const { return reasons.empty(); }
};

enum class Outcome { alike, differs, inconclusive };

struct RunComparison {
  std::vector<ComparedRun> runs;
  std::vector<ContextDifference> context;
  EmissionsCompared compared;
  Outcome outcome = Outcome::alike;
  bool firmware = false;  // the differences are the firmware's
  std::string why;        // or why that is not said; "" = there is no difference
};

}  // namespace brewproof
