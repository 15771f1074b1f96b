#include "rig/proof/ledger.h"

#include <algorithm>

#include "rig/proof/background.h"

namespace brewproof {
namespace {

/// By message: the event that caused it; "" = none.
std::vector<std::string> causes(const Workings& workings) {
  const std::vector<const KeptMessage*>& messages = workings.traffic.messages;
  std::vector<std::string> cause(messages.size());
  for (const Claim& claim : workings.claims) {
    const std::string& event = workings.lineup.arms[claim.test.event].event;
    const Node& node = node_of(claim, workings);
    if (node.of_records) {
      for (const std::size_t first : claim.first) {
        std::string& of = cause[workings.batches.all[first].carrier];
        if (of.empty()) of = event;
      }
      continue;
    }
    const std::vector<std::size_t>& of = node.messages;
    const Window& window = workings.windows[claim.test.window];
    for (const FieldRow& row : claim.table.rows) {
      auto m =
          std::lower_bound(of.begin(), of.end(), row.trial->origin_ns() + window.begin_ns,
                           [&](std::size_t i, std::int64_t t) { return messages[i]->time_ns < t; });
      for (; m != of.end() && in_window(messages[*m]->time_ns, *row.trial, window); ++m) {
        if (cause[*m].empty()) cause[*m] = event;
      }
    }
  }
  for (std::size_t m = 0; m < messages.size(); ++m) {
    if (workings.traffic.serves[m] != none) cause[m] = cause[workings.traffic.serves[m]];
  }
  return cause;
}

bool in_a_pause(const std::vector<Pause>& pauses, std::int64_t time_ns) {
  return std::ranges::any_of(pauses, [&](const Pause& pause) {
    return pause.from_ns <= time_ns && time_ns <= pause.to_ns;
  });
}

}  // namespace

ByteLedger account(const ProofInput& input, const Workings& workings) {
  ByteLedger ledger;
  ledger.up_total = input.up_bytes;
  const std::vector<std::string> cause = causes(workings);
  std::map<std::string, std::uint64_t> by_cause;
  std::uint64_t sum = 0;
  std::vector<std::size_t> background;
  for (std::size_t m = 0; m < cause.size(); ++m) {
    const KeptMessage& message = *workings.traffic.messages[m];
    const std::uint64_t size = message.size;
    const bool rests = cause[m].empty() && in_a_pause(input.pauses, message.time_ns);
    by_cause[!cause[m].empty() ? cause[m] : rests ? "pause" : "background"] += size;
    if (cause[m].empty() && !rests) background.push_back(m);
    sum += size;
  }
  if (input.stop_bytes > 0) by_cause["stop"] += input.stop_bytes;
  sum += input.stop_bytes;
  for (const char* always : {"background", "overhead", "unexplained"}) by_cause[always] += 0;
  if (sum > input.up_bytes || workings.lineup.too_many_unconfirmed) {
    for (auto& [of, bytes] : by_cause) bytes = 0;
    by_cause["unexplained"] = input.up_bytes;
  } else {
    by_cause["overhead"] += input.up_bytes - sum;
    ledger.background = explain_background(workings.traffic, background);
  }
  ledger.by_cause = std::move(by_cause);
  return ledger;
}

}  // namespace brewproof
