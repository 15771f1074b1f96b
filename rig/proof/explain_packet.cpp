// From a field or a packet to the findings that stand on it, or to why there are none.

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>

#include "rig/proof/explain.h"
#include "rig/proof/explain_parts.h"
#include "rig/proof/mask.h"

namespace brewproof {
namespace {

using namespace explaining;

constexpr std::size_t most_fields_shown = 64;

bool holds(const KeptMessage& message, std::uint32_t file, std::uint64_t frame) {
  const auto at = std::pair(file, frame);
  return std::pair(message.first.file, message.first.frame) <= at &&
         at <= std::pair(message.last.file, message.last.frame);
}

void write_message(const KeptMessage& message, Lines out) {
  fmt::format_to(out, "{} {} {}{} {} port {}: {} bytes, frames {} to {}\n",
                 printable(message.protocol()), printable(message.message()),
                 message.from_dut ? "to " : "from ",
                 message.peer().name.empty() ? "" : printable(message.peer().name) + " at",
                 printable(message.peer().address), message.peer().port, message.size,
                 message.first.frame, message.last.frame);
  for (const FieldView& field : message.fields() | std::views::take(most_fields_shown)) {
    fmt::format_to(out, "  {} = {}{}\n", printable(field.path), printable(masked(field.value)),
                   field.cut ? "  (it may go on: the capture ends here)" : "");
  }
  if (message.fields().size() > most_fields_shown) {
    fmt::format_to(out, "  and {} more fields\n", message.fields().size() - most_fields_shown);
  }
  if (message.malformed) fmt::format_to(out, "  malformed\n");
  if (message.gap) fmt::format_to(out, "  bytes of it were never captured\n");
  for (const std::string& note : message.notes())
    fmt::format_to(out, "  note: {}\n", printable(masked(note)));
}

/// The trials in whose widest windows it begins.
void write_trials(const KeptMessage& message, const ProofInput& input, const Workings& workings,
                  Lines out) {
  std::size_t met = 0;
  for (const std::size_t t : workings.lineup.used) {
    const Trial& trial = input.trials[t];
    const bool in = std::ranges::any_of(workings.windows, [&](const Window& window) {
      return in_window(message.time_ns, trial, window);
    });
    if (!in) continue;
    ++met;
    fmt::format_to(out, "  {} ms after the last contact of trial {} (block {}): {}{}\n",
                   milliseconds((message.time_ns - trial.origin_ns()) / 1000 * 1000), trial.trial,
                   trial.block ? fmt::format("{}", *trial.block) : "-",
                   trial.sham ? "sham of " : "", printable(trial.event));
  }
  if (met == 0) fmt::format_to(out, "  in no window of a trial that counts\n");
}

/// Does the claim's node hold the message, or a record of it?
bool is_of(const Node& node, std::size_t m, const Workings& workings) {
  return std::ranges::any_of(node.messages, [&](std::size_t one) {
    return (node.of_records ? workings.batches.all[one].carrier : one) == m;
  });
}

/// The findings on this message's unit; else for each event the test in which it looked most like
/// one. Returns whether anything was to be said.
void write_causes(std::size_t m, const ProofInput& input, const Workings& workings, Lines out) {
  const std::size_t s = workings.traffic.signature_of[m];
  if (s == none) {
    fmt::format_to(out,
                   "  a look-up, or the end of a handshake, that serves a conversation: no message "
                   "of its own\n");
    return;
  }
  const Signature& unit = workings.traffic.signatures[s];
  fmt::format_to(out, "  one of {} messages of the kind {}\n", unit.messages.size(),
                 printable(unit.message));
  bool found = false;
  for (const Stated& one : stated(workings)) {
    const bool sends = one.sent != nullptr && node_of(*one.sent, workings).signature == s &&
                       is_of(node_of(*one.sent, workings), m, workings);
    const bool carries = one.carried != nullptr && one.carried->signature == s;
    if (!sends && !carries) continue;
    found = true;
    fmt::format_to(out, "  {} is about it\n\n{}", one.id, arithmetic(input, one.id));
  }
  if (found) return;
  fmt::format_to(out,
                 "  no event was found to send it; for each the window in which it follows the "
                 "acts best:\n");
  for (std::size_t e = 0; e < workings.lineup.arms.size(); ++e) {
    const TimingTest* best = nullptr;
    for (const TimingTest& test : workings.timing.tests) {
      if (test.event == e && test.node == workings.nodes.whole_of[s] &&
          (best == nullptr || test.p < best->p))
        best = &test;
    }
    fmt::format_to(out, "\n");
    if (best == nullptr) {
      fmt::format_to(out, "{}: in no window of its acts and shams\n",
                     printable(workings.lineup.arms[e].event));
      continue;
    }
    write_unit("not claimed", unit, workings.lineup.arms[e], "?", out);
    write_test(*best, input, workings, out);
  }
}

void write_column(const std::string& id, std::size_t event, const FieldColumn& column,
                  const FieldTable& table, const std::optional<Stimulus>& stimulus,
                  const ProofInput& input, const Workings& workings, Lines out) {
  fmt::format_to(out, "{}: {} in the messages that belong to {}\n", id, printable(column.path),
                 printable(workings.lineup.arms[event].event));
  write_rows(column, table, stimulus ? stimulus->parameter : "", out);
  if (stimulus)
    write_stimulus(column, table, *stimulus, event, input, workings, out);
  else
    fmt::format_to(out, "  carries no drawn parameter\n");
  fmt::format_to(out, "\n");
}

/// The path as the finding tells it: a digest is behind it.
bool is_told_as(const FieldColumn& column, const std::optional<Stimulus>& stimulus,
                const std::string& path) {
  const bool digest = stimulus && !stimulus->digest.empty();
  return path == column.path ||
         (digest && path == fmt::format("{}|{}", column.path, stimulus->digest));
}

}  // namespace

std::string arithmetic_of_field(const ProofInput& input, const std::string& path) {
  const Workings workings = work_out(input);
  std::string text;
  const Lines out(text);
  for (const Stated& one : stated(workings)) {
    if (one.sent != nullptr) {
      const Claim& claim = *one.sent;
      for (std::size_t c = 0; c < claim.table.columns.size(); ++c) {
        if (is_told_as(claim.table.columns[c], claim.stimuli[c], path))
          write_column(one.id, claim.test.event, claim.table.columns[c], claim.table,
                       claim.stimuli[c], input, workings, out);
      }
      continue;
    }
    for (const Carried::Part& part : one.carried->parts) {
      for (std::size_t c = 0; c < part.table.columns.size(); ++c) {
        if (is_told_as(part.table.columns[c], part.stimuli[c], path))
          write_column(one.id, one.carried->event, part.table.columns[c], part.table,
                       part.stimuli[c], input, workings, out);
      }
    }
  }
  return text;
}

std::string arithmetic_of_frame(const ProofInput& input, std::uint32_t file, std::uint64_t frame) {
  const Workings workings = work_out(input);
  std::string text;
  const Lines out(text);
  for (std::size_t m = 0; m < workings.traffic.messages.size(); ++m) {
    const KeptMessage& message = *workings.traffic.messages[m];
    if (!holds(message, file, frame)) continue;
    write_message(message, out);
    write_trials(message, input, workings, out);
    write_causes(m, input, workings, out);
    fmt::format_to(out, "\n");
  }
  for (const KeptMessage& message : input.messages) {
    if (message.from_dut || !holds(message, file, frame)) continue;
    write_message(message, out);
    fmt::format_to(out, "  came in: nothing is claimed of it\n\n");
  }
  return text;
}

}  // namespace brewproof
