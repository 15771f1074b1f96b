#include "rig/model/soak.h"

#include <cmath>

#include "rig/model/destination_json.h"

namespace brewproof {

using nlohmann::json;

namespace {

json ms_or_null(const std::optional<std::int64_t>& ns) {
  return ns ? json(static_cast<double>(*ns) / 1e6) : json(nullptr);
}

std::optional<std::int64_t> ns_or_none(const json& ms) {
  if (ms.is_null()) return std::nullopt;
  return std::llround(ms.get<double>() * 1e6);
}

json recurrence_json(const Recurrence& kind) {
  return {{"destination", destination_texts(kind.destination)},
          {"protocol", kind.protocol},
          {"tls", kind.tls},
          {"message", kind.message},
          {"count", kind.count},
          {"times", kind.times},
          {"period_ms", ms_or_null(kind.period_ns)},
          {"jitter_ms", ms_or_null(kind.jitter_ns)},
          {"longest_ms", ms_or_null(kind.longest_ns)}};
}

Recurrence read_recurrence(const json& from) {
  return {read_destination_texts(from.at("destination")),
          from.at("protocol").get<std::string>(),
          from.at("tls").get<bool>(),
          from.at("message").get<std::string>(),
          from.at("count").get<std::uint64_t>(),
          from.at("times").get<std::uint64_t>(),
          ns_or_none(from.at("period_ms")),
          ns_or_none(from.at("jitter_ms")),
          ns_or_none(from.at("longest_ms"))};
}

}  // namespace

json soak_json(const Soak& soak) {
  json kinds = json::array();
  for (const Recurrence& kind : soak.kinds) kinds.push_back(recurrence_json(kind));
  return {{"lasted_ms", static_cast<double>(soak.lasted_ns) / 1e6},
          {"kinds", std::move(kinds)},
          {"background_ms", ms_or_null(soak.background_ns)},
          {"jitter_ms", ms_or_null(soak.jitter_ns)}};
}

std::optional<Soak> read_soak(const json& from) {
  try {
    Soak soak;
    soak.lasted_ns = std::llround(from.at("lasted_ms").get<double>() * 1e6);
    for (const json& kind : from.at("kinds")) soak.kinds.push_back(read_recurrence(kind));
    soak.background_ns = ns_or_none(from.at("background_ms"));
    soak.jitter_ns = ns_or_none(from.at("jitter_ms"));
    return soak;
  } catch (const json::exception&) {
    return std::nullopt;  // somebody's file, not a bug
  }
}

}  // namespace brewproof
