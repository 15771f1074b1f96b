#include "rig/command/led_gateway.h"

#include <fmt/core.h>

#include <filesystem>

#include "rig/evidence/key_logs.h"
#include "rig/network/gateway_record.h"

namespace brewproof {

Result<std::optional<LedGateway>> LedGateway::start(const Inputs& inputs, const RunFolder& folder,
                                                    Journal& journal) {
  const auto& gateway = inputs.bench.network.gateway;
  if (!gateway || gateway->tls == GatewayConfig::Tls::passive) return std::optional<LedGateway>();
  auto key_log = make_key_log(folder, text_of(gateway->tls));
  if (!key_log) return pass_on(std::move(key_log));
  // The proxy works elsewhere.
  auto started = Gateway::start(inputs.bench.network, std::filesystem::absolute(*key_log).string());
  if (!started) return pass_on(std::move(started));
  return std::optional(LedGateway(std::move(*started), inputs.plan, journal));
}

Result<bool> LedGateway::lead(int block) {
  const bool passive = plan_->passive_blocks.contains(block);
  auto led = gateway_.lead(passive);
  if (led)
    if (auto told = tell(passive ? "passive" : "open"); !told) return pass_on(std::move(told));
  return led;
}

std::vector<Error> LedGateway::end() {
  std::vector<Error> faults;
  if (auto told = tell("ended"); !told) faults.push_back(told.error());
  for (const std::string& log : gateway_.missing_key_logs())
    faults.push_back(
        {ErrorCode::host,
         fmt::format("network.gateway.keylog: {} cannot be read: what the machine sent "
                     "there stays sealed",
                     log)});
  return faults;
}

// A proxy that ended has told much before; keys that cannot be copied do not make that untold.
Result<void> LedGateway::tell(const char* now) {
  auto heard = gateway_.listen();
  auto collected = gateway_.collect_keys();
  auto written =
      journal_->append("gateway", gateway_record(now, gateway_.destinations()), Journal::Sync::no);
  if (!heard) return heard;
  return collected ? written : collected;
}

}  // namespace brewproof
