// What the analysis claims: findings.json (schema brewproof.findings/1) as plain structs.
// std::optional without a value is null in the file: not measured.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rig/model/actuation.h"
#include "rig/model/message.h"
#include "rig/model/opinion.h"
#include "rig/model/plan.h"
#include "rig/model/run_history.h"
#include "rig/model/tls_gateway.h"
#include "rig/model/tls_sessions.h"

namespace brewproof {

struct Destination {
  std::string name;
  std::string address;
  std::uint16_t port = 0;
  friend auto operator<=>(const Destination&, const Destination&) = default;
};

/// Event trials and sham trials that show the signature in the window, and how surprising that is.
struct Timing {
  int event_hits = 0, event_trials = 0, sham_hits = 0, sham_trials = 0;
  Window window;
  double p = 1;           // exact stratified, one-sided
  double p_adjusted = 1;  // step-down min-p over all (event, signature, window)
};

struct Latency {  // from the last contact, in nanoseconds
  std::int64_t median_ns = 0, p95_ns = 0, max_ns = 0;
};

enum class FieldKind { stimulus, time, counter, constant, server, random, unexplained };

struct FieldFinding {
  std::string path;
  FieldKind kind = FieldKind::unexplained;
  std::string parameter;  // stimulus only
  std::string form;       // how the value stands there: "minor units", "decimal", "mapping"
  std::vector<std::pair<std::string, std::string>>
      mapping;  // parameter value -> field value (small sets)
  std::optional<double> p, p_adjusted;
  int matched = 0, of = 0;
  std::vector<std::string> examples;  // at most 3
};

struct Evidence {
  int trial = 0;
  std::uint32_t file = 0;  // index into FindingsRun::captures
  std::uint64_t offset = 0, frame = 0, last_frame = 0;
};

struct Finding {
  std::string id;  // F1, F2 ...
  std::string event;
  std::string relation = "sends";   // or "carried_by"
  std::optional<std::string> node;  // what inside a shared signature is meant
  char grade = 'C';
  std::string against;  // "sham: host"; "" = no sham
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;  // template
  std::optional<Timing> timing;
  std::optional<Latency> latency;
  std::vector<FieldFinding> fields;
  std::vector<Evidence> evidence;
  std::vector<std::string> served_by_dns;  // look-ups that belong to this message's flow
  std::vector<std::string> reasons;        // what lowers it
};

struct NoneSeen {
  std::string event;
  int trials = 0;
  double upper_bound = 1;  // of the rate, at `confidence`
  double confidence = 0.95;
  std::int64_t horizon_ns = 0;
  std::vector<std::string> reasons = {};  // what makes it inconclusive: "path-unobserved"
};

struct Background {
  Destination destination;
  std::string protocol;
  std::string message;
  std::uint64_t count = 0;
  std::map<std::string, double> max_excess;  // by event: one-sided 95 % upper limit of p1 - p0
};

/// A claim of an earlier run that is asked again, word by word.
struct ClaimToConfirm {
  std::string id;  // of the earlier run
  std::string event;
  std::optional<std::string> node;
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;
  Window window;
  friend bool operator==(const ClaimToConfirm&, const ClaimToConfirm&) = default;
};

/// What a confirmation run was begun for; committed in its journal before the first act.
struct ConfirmationWish {
  std::string run;              // the earlier one's id
  std::string findings_sha256;  // of its findings.json
  std::vector<ClaimToConfirm> claims;
  friend bool operator==(const ConfirmationWish&, const ConfirmationWish&) = default;
};

/// What came of one of them, in trials that had no part in finding it.
struct Confirmation {
  ClaimToConfirm claim;
  std::optional<Timing> timing;  // p_adjusted: Holm, over the claims; absent: never tried
  double least_p = 1;            // that this run could show
  std::string verdict;           // confirmed, not_confirmed, inconclusive
  std::string reason;            // of the last: "not-tried", "too-few-trials", "unconfirmed"
};

/// What was sent at all, whoever caused it: each signature with the paths of all its fields.
struct SentSignature {
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;  // template
  std::uint64_t count = 0;
  std::uint64_t bytes = 0, sealed_bytes = 0;  // of its messages; the second are part of the first
  std::vector<std::string> fields;            // paths, sorted; elements of an array are `*`
  bool fields_cut = false;                    // there were more than are listed
};

struct ByteLedger {
  std::uint64_t up_total = 0;                     // original lengths of the DUT's frames, no FCS
  std::map<std::string, std::uint64_t> by_cause;  // event name, background, overhead, unexplained
  std::map<std::string, std::uint64_t> by_layer;  // empty = not measured
};

struct CaptureFile {
  std::string file;  // relative to the run folder
  std::string sha256;
  std::uint64_t packets = 0;
  std::optional<std::uint64_t> dropped;  // null: the file does not say
};

/// Was it shown, before the run, that each control of the bench reaches this machine?
struct Commissioned {
  std::optional<std::int64_t> at_ns;  // absent: it was not
  std::string by;                     // whom; where it was not: why
  friend bool operator==(const Commissioned&, const Commissioned&) = default;
};

/// A rest that a person asked for between two trials, and what the machine sent in it. Nothing is
/// claimed from that.
struct Pause {
  std::int64_t from_ns = 0, to_ns = 0;
  std::uint64_t messages = 0, bytes = 0;
  friend bool operator==(const Pause&, const Pause&) = default;
};

/// A stop for service between two blocks, and what the machine sent in it. Nothing is claimed from
/// that, and it is no background either.
struct Stop {
  int before_block = 0;
  std::int64_t from_ns = 0, to_ns = 0;
  std::string operator_name;       // who did it; "" = controls alone
  std::vector<std::string> tasks;  // "refill beans"
  std::vector<std::string> cups;   // controls pressed for no score
  std::uint64_t messages = 0, bytes = 0;
  friend bool operator==(const Stop&, const Stop&) = default;
};

/// The machine was used, or did something by itself, where the rig had assigned no act.
struct Unplanned {
  std::string control;  // the meter that showed it
  double peak = 0;
  std::string unit;
  std::int64_t from_ns = 0, to_ns = 0;
  bool by_itself = false;    // as the bench file describes a rinse: nothing is lost by it
  std::optional<int> block;  // that was lost by it, or in which it rinsed
  friend bool operator==(const Unplanned&, const Unplanned&) = default;
};

/// The run that was analysed. Everything but `outcome`, `reasons` and `captures` is null or ""
/// for captures made elsewhere.
struct FindingsRun {
  std::string id;
  std::string outcome;               // completed, aborted, partial, rig_fault
  std::string verdict;               // PASS, INCONCLUSIVE
  std::vector<std::string> reasons;  // reason codes
  std::string bench, operator_name;
  std::optional<std::int64_t> started_ns, ended_ns;
  std::optional<std::uint64_t> seed;
  std::string plan_sha256, journal_head;
  std::string dut_json;                      // the bench file's dut map as canonical JSON
  std::map<std::string, std::string> paths;  // network.paths
  std::vector<CaptureFile> captures;
  std::vector<Pause> pauses;
  std::vector<ActuationCount> actuation;  // what is known of the acts, by arm
  std::vector<Stop> stops;
  std::vector<Unplanned> unplanned;
  std::optional<Commissioned> commissioned;
  std::optional<RunHistory> history;      // what else was run with this procedure on this machine
  std::optional<TlsGateway> tls_gateway;  // absent: the bench file has no `network: gateway:`
};

struct AnalysisSettings {
  std::string program;        // "brewproof 0.1.0"
  std::string source_sha256;  // of the source tree that the program was built from
  double alpha = 0.01;
  std::vector<Window> windows;
  std::uint64_t draws = 0;
  std::string law;                         // "blocks of 4+4" or "one whole-run draw (assumed)"
  std::optional<std::string> cross_check;  // who gave the second opinion
  std::string no_cross_check;              // why there is none; "" = not told
  std::vector<Opinion> opinions;
  std::vector<Unheard> unheard;
  std::vector<ReadAlone> read_alone;
  std::uint64_t not_asked = 0;  // messages beyond what it may read alone
  TlsSessions tls;
};

/// Trials that were left out, by arm and reason; printed with every report.
struct Exclusion {
  std::string arm;  // "pay", "sham of pay"
  std::string reason;
  int trials = 0;
};

struct Findings {
  FindingsRun run;
  AnalysisSettings analysis;
  std::vector<Finding> findings;
  std::vector<Finding> candidates;  // grade C, Benjamini-Hochberg at 5 %
  std::vector<NoneSeen> none;
  std::vector<Background> background;
  std::vector<SentSignature> signatures;  // sorted by destination, protocol, message
  std::vector<Exclusion> exclusions;
  ByteLedger bytes;
  std::optional<ConfirmationWish> confirming;  // absent: the run was begun to find
  std::vector<Confirmation> confirmations;     // as many as its claims
};

}  // namespace brewproof
