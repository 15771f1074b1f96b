#include "rig/network/gateway_record.h"

#include <algorithm>

namespace brewproof {
namespace {

std::vector<TlsDestination> destinations_in(const nlohmann::json& body) {
  std::vector<TlsDestination> destinations;
  if (const auto list = body.find("destinations"); list != body.end() && list->is_array())
    for (const nlohmann::json& each : *list)
      destinations.push_back({text_of(each, "destination"), text_of(each, "treatment"),
                              text_of(each, "reason"),
                              static_cast<int>(integer_of(each, "connections").value_or(0))});
  return destinations;
}

}  // namespace

void count(const TlsDestination& heard, std::vector<TlsDestination>& destinations) {
  const auto same = std::ranges::find_if(destinations, [&](const TlsDestination& known) {
    return known.destination == heard.destination && known.treatment == heard.treatment;
  });
  if (same != destinations.end()) {
    same->connections += heard.connections;
    if (!heard.reason.empty()) same->reason = heard.reason;
    return;
  }
  destinations.push_back(heard);
  std::ranges::sort(destinations, {}, [](const TlsDestination& known) {
    return std::pair(known.destination, known.treatment);
  });
}

nlohmann::json gateway_record(const char* now, const std::vector<TlsDestination>& destinations) {
  nlohmann::json list = nlohmann::json::array();
  for (const TlsDestination& each : destinations)
    list.push_back({{"destination", each.destination},
                    {"treatment", each.treatment},
                    {"reason", each.reason},
                    {"connections", each.connections}});
  return {{"now", now}, {"destinations", std::move(list)}};
}

std::vector<TlsDestination> destinations_of(const std::vector<Record>& journal) {
  std::vector<TlsDestination> all, now;
  const auto take_in = [&] {
    for (const TlsDestination& each : now) count(each, all);
    now.clear();
  };
  for (const Record& record : journal) {
    // A gateway begins to count when it starts; what its last record tells holds for all before it.
    if (record.type == "resume") take_in();
    if (record.type == "gateway") now = destinations_in(record.body);
  }
  take_in();
  return all;
}

}  // namespace brewproof
