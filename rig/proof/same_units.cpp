#include "rig/proof/same_units.h"

#include <algorithm>

#include "rig/model/terminal_flow.h"

namespace brewproof {
namespace {

constexpr std::int64_t apart_ns = 3'600'000'000'000;

/// The message at another time. `number` keeps the order of equal ones.
KeptMessage moved(KeptMessage message, std::int64_t shift_ns, std::uint64_t flow_shift,
                  std::uint64_t number) {
  message.time_ns += shift_ns;
  message.flow += flow_shift;
  message.first = {0, number, 0};
  return message;
}

}  // namespace

SameUnits::SameUnits(std::span<const RunView> runs) {
  std::vector<KeptMessage> pooled;
  std::vector<std::string> identities;
  std::vector<std::size_t> begin;
  std::int64_t end_ns = 0;
  std::uint64_t flows = 0;
  for (const RunView& run : runs) {
    const std::vector<const KeptMessage*>& messages = run.workings->traffic.messages;
    const std::vector<std::string>& known = run.input->identities;
    identities.insert(identities.end(), known.begin(), known.end());
    begin.push_back(pooled.size());
    const std::int64_t shift = messages.empty() ? 0 : end_ns + apart_ns - messages.front()->time_ns;
    std::uint64_t most = 0;
    for (const KeptMessage* message : messages) {
      pooled.push_back(moved(*message, shift, flows, pooled.size()));
      most = std::max(most, message->flow % first_terminal_flow);
      end_ns = std::max(end_ns, pooled.back().time_ns);
    }
    flows += most + 1;
  }
  const Traffic traffic = read_traffic(pooled, identities);
  std::vector<std::size_t> unit_of(pooled.size(), none);
  for (std::size_t m = 0; m < traffic.messages.size(); ++m) {
    unit_of[static_cast<std::size_t>(traffic.messages[m] - pooled.data())] =
        traffic.signature_of[m];
  }
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const std::size_t end = r + 1 < runs.size() ? begin[r + 1] : pooled.size();
    auto& of = unit_of_.emplace_back();
    auto& messages = messages_.emplace_back(traffic.signatures.size());
    for (std::size_t p = begin[r]; p < end; ++p) {
      of.push_back(unit_of[p]);
      if (unit_of[p] != none) messages[unit_of[p]].push_back(p - begin[r]);
    }
  }
  units_ = traffic.signatures;
  for (Signature& unit : units_) unit.messages.clear();
}

}  // namespace brewproof
