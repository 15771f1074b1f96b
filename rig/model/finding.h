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
#include "rig/model/books_held.h"
#include "rig/model/decoder_fault.h"
#include "rig/model/early_end.h"
#include "rig/model/log_clock.h"
#include "rig/model/machine_change.h"
#include "rig/model/meaning.h"
#include "rig/model/message.h"
#include "rig/model/opinion.h"
#include "rig/model/other_address.h"
#include "rig/model/plan.h"
#include "rig/model/run_history.h"
#include "rig/model/tls_gateway.h"
#include "rig/model/tls_sessions.h"

namespace brewproof {

/// Where messages go to, and who in the DUT sends them there: what its payment terminal says to the
/// same host is another matter.
struct Destination {
  std::string name;
  std::string address;
  std::uint16_t port = 0;
  bool from_terminal = false;
  friend auto operator<=>(const Destination&, const Destination&) = default;
};

/// What p tells of, where it is not the event trials that show the signature.
struct Scored {
  int every = 1;  // 1: acts with a message of their own, as windows overlap; k: messages that came
                  // with every k-th act
  int count = 0;
  bool all_events = false;  // of whatever event
};

/// What a bet on the lots has earned where a run's rule looked after every block: then p is
/// exp(-ln_e) and p_adjusted exp(-ln_e) / share, 1 at most.
struct EValue {
  double ln_e = 0;   // natural logarithm
  double share = 0;  // of the stake of all that was looked at
};

/// What a rate may be where so many of so many were seen: Clopper-Pearson, 95 %.
struct RateInterval {
  double low = 0, high = 1;
  friend bool operator==(const RateInterval&, const RateInterval&) = default;
};

/// Event trials and sham trials that show the signature in the window, and how surprising that is.
struct Timing {
  int event_hits = 0, event_trials = 0, sham_hits = 0, sham_trials = 0;
  Window window;
  double p = 1;           // exact stratified, one-sided
  double p_adjusted = 1;  // step-down min-p over all (event, signature, window)
  std::optional<Scored> counted = std::nullopt;  // absent: `event_hits` of `event_trials`
  std::optional<EValue> e_value = {};            // absent: p is the exact one of a fixed number
  /// p if all trials that the rig lost had spoken against it; absent: none was lost.
  std::optional<double> p_worst = {};
  std::optional<RateInterval> event_rate = {}, sham_rate = {};  // absent: not computed
};

/// When messages come around acts and around shams, counted by lag: each message once for every act
/// (sham) that it lies near, whatever lies between.
struct PeriEvent {
  std::int64_t from_ns = 0, bin_ns = 1;    // from the last contact; the first bin begins before it
  std::vector<std::uint64_t> acts, shams;  // messages by bin, as many bins each
  int act_count = 0, sham_count = 0;       // trials that were looked around
  friend bool operator==(const PeriEvent&, const PeriEvent&) = default;
};

struct Latency {  // from the last contact, in nanoseconds
  std::int64_t median_ns = 0, p95_ns = 0, max_ns = 0;
};

enum class FieldKind { stimulus, time, counter, constant, server, random, unexplained };

/// Where a field's values come from: a column of the provenance matrix.
struct Provenance {
  /// What acts were made with: parameter (drawn), derived, observed (ParameterKind); acts (it adds
  /// them up), server, clock, counter, identity (the machine's own), constant, random, unexplained;
  /// "" in older files.
  std::string source;
  std::string reason;
  int came_in_first = 0;  // of a parameter's values: those that came in before they went out
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

struct FieldFinding {
  std::string path;
  FieldKind kind = FieldKind::unexplained;
  std::string parameter;  // stimulus only
  std::string form;       // how the value stands there: "minor units", "decimal", "mapping"
  std::vector<std::pair<std::string, std::string>>
      mapping;  // parameter value -> field value (small sets)
  std::optional<double> p, p_adjusted;
  int matched = 0, of = 0;
  int cut = 0;                        // of its values, which the capture may have shortened
  std::vector<std::string> examples;  // at most 3
  /// What a running total adds up: "count of brew", "sum of amount"; "" = it is none. And what each
  /// act (each unit of a sum) adds to it.
  std::string carries = {};
  double each = 0;
  Meaning meaning = {};
  Provenance provenance = {};
};

struct Evidence {
  int trial = 0;
  std::uint32_t file = 0;  // index into FindingsRun::captures
  std::uint64_t offset = 0, frame = 0, last_frame = 0;
};

/// The same message after the acts of another event, which go through the same blocks.
struct Contrast {
  std::string event;
  int hits = 0, trials = 0;  // of that event's acts
  double p = 1;              // that the finding's event does no more: exact, one-sided
  double p_adjusted = 1;     // Holm, over all contrasts of the report
  friend bool operator==(const Contrast&, const Contrast&) = default;
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
  std::vector<std::string> served_by_dns;    // look-ups that belong to this message's flow
  std::vector<std::string> reasons;          // what lowers it
  std::vector<Contrast> contrasts = {};      // in order of event name
  std::optional<PeriEvent> peri_event = {};  // absent: no claim about time
};

/// How a synthetic emission follows the acts (rig/proof/spike.h).
enum class SpikeForm { immediate, delayed, batched, sampled };

/// How often a synthetic emission was found in copies of the run's own messages.
struct SpikeRecovery {
  struct Kind {
    Destination destination;
    std::string protocol, message;
    friend bool operator==(const Kind&, const Kind&) = default;
  };
  std::string event;
  SpikeForm form = SpikeForm::immediate;
  std::optional<Kind> like;  // what comes anyway and it looks like; absent: like nothing else
  int planted = 0;           // copies, each with one emission
  int recovered = 0;         // of them
  friend bool operator==(const SpikeRecovery&, const SpikeRecovery&) = default;
};

/// Does "none seen" cover such an emission? What is found in less than 90 % of the copies may have
/// been there.
[[nodiscard]] inline bool covered(const SpikeRecovery& spike) {
  return spike.recovered * 10 >= spike.planted * 9;
}

struct NoneSeen {
  std::string event;
  int trials = 0;
  double upper_bound = 1;  // of the rate, at `confidence`
  double confidence = 0.95;
  std::int64_t horizon_ns = 0;
  std::vector<std::string> reasons = {};  // what makes it inconclusive: "path-unobserved"
  /// Emissions that it does not cover; absent: not measured.
  std::optional<std::vector<SpikeRecovery>> not_covered = std::nullopt;
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
  int every = 1;            // k > 1: with every k-th act
  bool all_events = false;  // of whatever event
  friend bool operator==(const ClaimToConfirm&, const ClaimToConfirm&) = default;
};

/// What a confirmation run was begun for; committed in its journal before the first act.
struct ConfirmationWish {
  std::string run;              // the earlier one's id
  std::string findings_sha256;  // of its findings.json
  std::vector<ClaimToConfirm> claims;
  /// To be asked again because the machine may have changed: what is new beside them counts too,
  /// and the earlier findings lie in the run folder (base.findings.json).
  bool regress = false;
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

/// Something that is otherwise than in an earlier run: what a regression run is there to find.
struct RedLine {
  std::string what;          // "claim-gone", "new-message", "new-fields"
  std::string claim, event;  // claim-gone: the earlier run's id, and what it is about
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;                    // template
  std::uint64_t count = 0;                // messages of a kind that is new, or has new fields
  std::vector<std::string> fields;        // new-fields: paths
  std::optional<double> p_adjusted = {};  // claim-gone: that acts and shams show it as they did
  /// Why it is doubtful: "no-difference-shown", "no-counts", "not-opened", or why its confirmation
  /// is inconclusive; "" = it is red.
  std::string doubt = {};
  friend bool operator==(const RedLine&, const RedLine&) = default;
};

struct Regression {
  std::string base;  // the earlier run's id
  std::vector<RedLine> lines;
  friend bool operator==(const Regression&, const Regression&) = default;
};

/// A kind of message that the machine sends while nobody does anything, and how regularly.
struct Recurrence {
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;      // template
  std::uint64_t count = 0;  // messages
  std::uint64_t times = 0;  // what comes in one go counts once
  /// Between two times: the median, the greatest departure from it, the longest. Absent: it came
  /// less than four times.
  std::optional<std::int64_t> period_ns, jitter_ns, longest_ns;
  friend bool operator==(const Recurrence&, const Recurrence&) = default;
};

/// What a run without any act measured, and what a design has to declare by it.
struct Soak {
  std::int64_t lasted_ns = 0;
  std::vector<Recurrence> kinds;              // the commonest first
  std::optional<std::int64_t> background_ns;  // design.background, and idle at least
  std::optional<std::int64_t> jitter_ns;      // design.jitter at least
  friend bool operator==(const Soak&, const Soak&) = default;
};

/// What was sent at all, whoever caused it: each signature with the paths of all its fields.
/// What decoding met in messages: a limit that was reached, what was malformed and where, what the
/// capture cut off.
struct DecodeRemark {
  std::string note;         // the first one's; of others only numbers differ
  std::uint64_t count = 0;  // messages
  friend bool operator==(const DecodeRemark&, const DecodeRemark&) = default;
};

struct SentSignature {
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;  // template
  std::uint64_t count = 0;
  std::uint64_t bytes = 0, sealed_bytes = 0;  // of its messages; the second are part of the first
  std::vector<std::string> fields;            // paths, sorted; elements of an array are `*`
  bool fields_cut = false;                    // there were more than are listed
  std::vector<MeantPath> meanings = {};       // of those of `fields` that are classed, by path
  std::vector<DecodeRemark> remarks = {};     // the commonest first
};

/// A kind of message among the background, what it weighs and how it came.
struct BackgroundBytes {
  Recurrence kind;  // of the messages that no event caused
  std::uint64_t bytes = 0;
  /// Times between two: all, those within a tenth of the period, and how far these depart from it.
  std::uint64_t gaps = 0, steady_gaps = 0;
  std::int64_t steady_ns = 0;
  std::uint64_t connections = 0;  // with its destination; of these it came soon after so many began
  std::uint64_t on_connect = 0;
  /// What explains it: regular, on-connect, serves (a look-up or the end of a handshake), once, few
  /// (too few to tell), irregular. See rig/proof/background.h.
  std::string why;
  friend bool operator==(const BackgroundBytes&, const BackgroundBytes&) = default;
};

struct ByteLedger {
  std::uint64_t up_total = 0;                     // original lengths of the DUT's frames, no FCS
  std::map<std::string, std::uint64_t> by_cause;  // event name, background, overhead, unexplained
  std::map<std::string, std::uint64_t> by_layer;  // empty = not measured
  std::vector<BackgroundBytes> background = {};   // adds up to by_cause's; the heaviest first
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
  std::optional<RunHistory> history;       // what else was run with this procedure on this machine
  std::optional<TlsGateway> tls_gateway;   // absent: the bench file has no `network: gateway:`
  std::optional<EarlyEnd> early_end = {};  // absent: it did its committed blocks, or was cut off
  std::vector<BooksHeld> books = {};       // readings of the machine's own accounts, in order
  std::string payment = {};                // "emulated", "real"; "" = the bench file does not say
  std::string terminal_json = {};          // the bench file's terminal map, likewise
  std::vector<MachineChange> machine_changes = {};  // by its own word, in order of time
  std::vector<MachineRestart> restarts = {};        // in order of time
  std::vector<IdentityProbe> identity_probes = {};  // in order of probe and `of`
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
  std::vector<OtherAddress> other_addresses;     // sorted by card
  std::optional<DecoderFault> fault;             // absent: the captures were decoded to their end
  std::optional<CategoryTable> categories = {};  // that fields were classed by
  std::optional<LogClock> log_clock = {};        // absent: a run of ours, which has one clock
  std::vector<LogRemark> log_remarks = {};       // of a log made elsewhere
};

/// An event of which these trials can prove nothing, however clearly a message follows it.
struct Unprovable {
  std::string event;
  std::string reason;       // "no-sham", "too-few-trials", "clock-unchecked" (LogClock)
  int acts = 0, shams = 0;  // that count
  /// Of "too-few-trials": p where every act and no sham shows a message; what timing's share of
  /// alpha asks; with how many acts, and as many shams, in blocks like these it is reached (0: not
  /// known).
  double least_p = 1, needed_p = 0;
  int needed_acts = 0;
  friend bool operator==(const Unprovable&, const Unprovable&) = default;
};

/// Trials that were left out, by arm and reason; printed with every report.
struct Exclusion {
  std::string arm;  // "pay", "sham of pay"
  std::string reason;
  int trials = 0;
};

/// Of an event: how many of its trials in blocks the rig lost, and whether that fell on acts and
/// shams alike.
struct DamageBalance {
  std::string event;
  int acts = 0, acts_lost = 0, shams = 0, shams_lost = 0;
  double p = 1;  // two-sided, exact: small where it did not
  friend bool operator==(const DamageBalance&, const DamageBalance&) = default;
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
  std::vector<DamageBalance> damage;  // of the events that lost any; in order of name
  ByteLedger bytes;
  std::optional<ConfirmationWish> confirming;  // absent: the run was begun to find
  std::vector<Confirmation> confirmations;     // as many as its claims
  std::vector<SpikeRecovery> spikes = {};      // by event, form; empty: not measured
  std::optional<Regression> regression = {};   // absent: it was not begun to find any
  std::optional<Soak> soak = {};               // absent: the run was there to act
  std::vector<Unprovable> unprovable = {};     // in order of event
};

}  // namespace brewproof
