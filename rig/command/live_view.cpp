#include "rig/command/live_view.h"

#include <fmt/core.h>

#include "results/inert_text.h"
#include "rig/command/analysis/protos.h"
#include "rig/evidence/key_logs.h"

namespace brewproof {
namespace {

std::string end_text(const std::string& why) {
  return fmt::format(
      "Note: what the machine sends is not shown any more: {}. The run goes on, and its captures "
      "are decoded when it is over.",
      inert(why, 400));
}

// Where keys of the machine's TLS are written while it runs: the endpoints' own logs, of which the
// folder gets a copy only now and then, else those in the folder.
Result<std::vector<std::string>> key_logs_of(const BenchFile& bench, const RunFolder& folder) {
  const auto& gateway = bench.network.gateway;
  if (gateway && !gateway->key_logs.empty()) return gateway->key_logs;
  auto logs = key_logs(folder);
  if (logs)
    for (std::string& log : *logs) log = folder.file(log);
  return logs;
}

}  // namespace

std::optional<LiveDecoding> show_live(const BenchFile& bench, const RunFolder& folder,
                                      RunProgress& progress) {
  const auto start = [&]() -> Result<LiveDecoding> {
    DecodeOrder order;
    order.options.dut = bench.dut_macs;
    if (bench.terminal)
      order.options.dut.insert(order.options.dut.end(), bench.terminal->addresses.begin(),
                               bench.terminal->addresses.end());
    auto protos = protos_of(folder);
    if (!protos) return pass_on(std::move(protos));
    order.protos = std::move(*protos);
    auto keys = key_logs_of(bench, folder);
    if (!keys) return pass_on(std::move(keys));
    return LiveDecoding::start(
        {folder.capture_folder(), std::move(*keys)}, std::move(order),
        {.message = [&](const Message& message) { progress.heard(message); },
         .totals = [&](const DecodeTotals& totals) { progress.seen(totals.up_packets); },
         .ended = [&](const std::string& why) { progress.note(end_text(why)); }});
  };
  auto live = start();
  if (!live) {
    progress.note(end_text(live.error().message));
    return std::nullopt;
  }
  progress.listens();
  return std::move(*live);
}

}  // namespace brewproof
