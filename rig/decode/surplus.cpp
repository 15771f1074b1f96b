#include "rig/decode/surplus.h"

#include <fmt/format.h>

#include <algorithm>

#include "rig/decode/decoder.h"

namespace brewproof::decode {
namespace {

constexpr std::int64_t longest_ns = 60'000'000'000;

/// Who, where and which protocol, and nothing of what it says.
Message without_content(const Message& message) {
  Message sum;
  sum.time_ns = message.time_ns;
  sum.last_time_ns = message.last_time_ns;
  sum.from_dut = message.from_dut;
  sum.peer = message.peer;
  sum.dut_port = message.dut_port;
  sum.flow = message.flow;
  sum.protocol = message.protocol;
  sum.tls = message.tls;
  sum.message = "more messages";
  sum.first = message.first;
  sum.last = message.last;
  return sum;
}

}  // namespace

void Surplus::add(const Message& message, const DecodeOptions& options, const Use& use) {
  Sum& of_flow = sums_[message.from_dut ? 1 : 0][message.flow];
  Message& sum = of_flow.message;
  const std::uint64_t size = message.size + message.repeat_bytes;
  if (of_flow.count != 0 && (message.last_time_ns - sum.time_ns > longest_ns ||
                             sum.size + sum.repeat_bytes + size > options.max_buffer))
    give(of_flow, options, use);
  if (of_flow.count++ == 0) sum = without_content(message);
  sum.time_ns = std::min(sum.time_ns, message.time_ns);
  sum.last_time_ns = std::max(sum.last_time_ns, message.last_time_ns);
  sum.first = std::min(sum.first, message.first);
  sum.last = std::max(sum.last, message.last);
  sum.size += message.size;
  sum.value_bytes += message.value_bytes;
  sum.sealed_bytes += message.sealed_bytes;
  sum.unexplained_bytes += message.unexplained_bytes;
  sum.repeats += message.repeats;
  sum.repeat_bytes += message.repeat_bytes;
  sum.malformed = sum.malformed || message.malformed;
  sum.gap = sum.gap || message.gap;
}

void Surplus::end(std::uint64_t flow, const DecodeOptions& options, const Use& use) {
  for (auto& of_direction : {&sums_[1], &sums_[0]}) {
    const auto found = of_direction->find(flow);
    if (found == of_direction->end()) continue;
    give(found->second, options, use);
    of_direction->erase(found);
  }
}

void Surplus::give(Sum& sum, const DecodeOptions& options, const Use& use) {
  sum.message.fields.push_back({"messages", std::to_string(sum.count), FieldType::integer, false});
  sum.message.notes.push_back(
      fmt::format("the flow has more than {} messages: {} are told as one, without their fields",
                  options.max_flow_messages, sum.count));
  use(sum.message);
  sum = {};
}

}  // namespace brewproof::decode
