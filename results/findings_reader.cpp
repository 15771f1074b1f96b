// findings.json back into structs. Unknown keys are allowed (the file is an output, later versions
// add keys); missing or mistyped ones are errors that name the JSON Pointer.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "results/findings_json.h"
#include "results/findings_readers.h"
#include "rig/model/confirmation.h"
#include "rig/model/regression.h"
#include "rig/model/soak.h"
#include "rig/model/spike.h"

namespace brewproof {
namespace {

using nlohmann::json;

std::vector<SpikeRecovery> read_spikes(const JsonNode& node) {
  std::vector<SpikeRecovery> spikes;
  node.each([&](const JsonNode& n) {
    auto spike = read_spike(n.value());
    if (!spike) n.wrong("is not what became of a synthetic emission");
    spikes.push_back(std::move(*spike));
  });
  return spikes;
}

NoneSeen read_none(const JsonNode& node) {
  NoneSeen none{node.at("event").text(), node.at("trials").integer<int>(),
                node.at("upper_bound").real(), node.at("confidence").real(),
                node.at("horizon_ms").nanoseconds()};
  if (node.has("reasons")) none.reasons = node.at("reasons").texts();
  if (node.has("not_covered")) none.not_covered = read_spikes(node.at("not_covered"));
  return none;
}

Background read_background(const JsonNode& node) {
  Background background;
  background.destination = read_destination(node.at("destination"));
  background.protocol = node.at("protocol").text();
  background.message = node.at("message").text();
  background.count = node.at("count").integer<std::uint64_t>();
  node.at("max_excess").each_member([&](const std::string& event, const JsonNode& limit) {
    background.max_excess[event] = limit.real();
  });
  return background;
}

SentSignature read_signature(const JsonNode& node) {
  SentSignature sent;
  sent.destination = read_destination(node.at("destination"));
  sent.protocol = node.at("protocol").text();
  sent.tls = node.at("tls").boolean();
  sent.message = node.at("message").text();
  sent.count = node.at("count").integer<std::uint64_t>();
  sent.bytes = node.at("bytes").integer<std::uint64_t>();
  sent.sealed_bytes = node.at("sealed_bytes").integer<std::uint64_t>();
  sent.fields = node.at("fields").texts();
  sent.fields_cut = node.at("fields_cut").boolean();
  if (node.has("meanings"))
    node.at("meanings").each([&](const JsonNode& n) {
      sent.meanings.push_back({n.at("path").text(), read_meaning(n)});
    });
  if (node.has("remarks"))
    node.at("remarks").each([&](const JsonNode& n) {
      sent.remarks.push_back({n.at("note").text(), n.at("count").integer<std::uint64_t>()});
    });
  return sent;
}

Unprovable read_unprovable(const JsonNode& node) {
  Unprovable event{node.at("event").text(), node.at("reason").text(),
                   node.at("acts").integer<int>(), node.at("shams").integer<int>()};
  if (event.reason != "too-few-trials") return event;
  event.least_p = node.at("least_p").real();
  event.needed_p = node.at("needed_p").real();
  if (!node.at("needed_acts").null()) event.needed_acts = node.at("needed_acts").integer<int>();
  return event;
}

/// Each confirmation names its claim, of which there are as many.
void read_confirmations(const JsonNode& node, Findings& findings) {
  findings.confirming = read_confirming(node.at("confirming").value());
  if (!findings.confirming) node.at("confirming").wrong("is not what a run was begun to confirm");
  const std::vector<ClaimToConfirm>& claims = findings.confirming->claims;
  node.at("confirmations").each([&](const JsonNode& n) {
    const auto claim = std::ranges::find(claims, n.at("claim").text(), &ClaimToConfirm::id);
    if (claim == claims.end()) n.at("claim").wrong("is no claim that was to be confirmed");
    findings.confirmations.push_back({*claim, n.at("timing").maybe(read_timing),
                                      n.at("least_p").real(), n.at("verdict").text(),
                                      n.at("reason").text_or_empty()});
  });
}

std::map<std::string, std::uint64_t> read_counts(const JsonNode& node) {
  std::map<std::string, std::uint64_t> counts;
  if (node.null()) return counts;
  node.each_member([&](const std::string& name, const JsonNode& count) {
    counts[name] = count.integer<std::uint64_t>();
  });
  return counts;
}

BackgroundBytes read_background_bytes(const JsonNode& node) {
  BackgroundBytes of;
  of.kind.destination = read_destination(node.at("destination"));
  of.kind.protocol = node.at("protocol").text();
  of.kind.tls = node.at("tls").boolean();
  of.kind.message = node.at("message").text();
  of.kind.count = node.at("count").integer<std::uint64_t>();
  of.kind.times = node.at("times").integer<std::uint64_t>();
  of.bytes = node.at("bytes").integer<std::uint64_t>();
  of.why = node.at("why").text();
  if (!node.at("period_ms").null()) {
    of.kind.period_ns = node.at("period_ms").nanoseconds();
    of.kind.jitter_ns = node.at("jitter_ms").nanoseconds();
    of.kind.longest_ns = node.at("longest_ms").nanoseconds();
    of.gaps = node.at("gaps").integer<std::uint64_t>();
    of.steady_gaps = node.at("steady_gaps").integer<std::uint64_t>();
    of.steady_ns = node.at("steady_ms").nanoseconds();
  }
  if (node.has("connections")) {
    of.connections = node.at("connections").integer<std::uint64_t>();
    of.on_connect = node.at("on_connect").integer<std::uint64_t>();
  }
  return of;
}

Findings read_findings(const JsonNode& node) {
  Findings findings;
  findings.run = read_run(node.at("run"));
  const std::vector<CaptureFile>& captures = findings.run.captures;
  findings.analysis = read_analysis(node.at("analysis"), captures);
  node.at("findings").each([&](const JsonNode& n) {
    findings.findings.push_back(read_finding(n, captures));
  });
  if (node.has("candidates"))
    node.at("candidates").each([&](const JsonNode& n) {
      findings.candidates.push_back(read_finding(n, captures));
    });
  node.at("none").each([&](const JsonNode& n) { findings.none.push_back(read_none(n)); });
  node.at("background").each([&](const JsonNode& n) {
    findings.background.push_back(read_background(n));
  });
  if (node.has("confirming")) read_confirmations(node, findings);
  if (node.has("regression")) {
    findings.regression = read_regression(node.at("regression").value());
    if (!findings.regression) node.at("regression").wrong("is not what a run was held against");
  }
  if (node.has("soak")) {
    findings.soak = read_soak(node.at("soak").value());
    if (!findings.soak) node.at("soak").wrong("is not what a run without any act measured");
  }
  if (node.has("unprovable"))  // older files have none
    node.at("unprovable").each([&](const JsonNode& n) {
      findings.unprovable.push_back(read_unprovable(n));
    });
  if (node.has("spikes")) findings.spikes = read_spikes(node.at("spikes"));
  if (node.has("signatures"))  // older files have none
    node.at("signatures").each([&](const JsonNode& n) {
      findings.signatures.push_back(read_signature(n));
    });
  if (node.has("exclusions"))
    node.at("exclusions").each([&](const JsonNode& n) {
      findings.exclusions.push_back(
          {n.at("arm").text(), n.at("reason").text(), n.at("trials").integer<int>()});
    });
  if (node.has("damage"))
    node.at("damage").each([&](const JsonNode& n) {
      findings.damage.push_back({n.at("event").text(), n.at("acts").integer<int>(),
                                 n.at("acts_lost").integer<int>(), n.at("shams").integer<int>(),
                                 n.at("shams_lost").integer<int>(), n.at("p").real()});
    });
  const JsonNode bytes = node.at("bytes");
  findings.bytes.up_total = bytes.at("up_total").integer<std::uint64_t>();
  findings.bytes.by_cause = read_counts(bytes.at("by_cause"));
  findings.bytes.by_layer = read_counts(bytes.at("by_layer"));
  if (bytes.has("background"))  // older files have none
    bytes.at("background").each([&](const JsonNode& n) {
      findings.bytes.background.push_back(read_background_bytes(n));
    });
  return findings;
}

}  // namespace

Result<Findings> read_findings_json(const std::string& text, const std::string& path) {
  constexpr int deepest = 64;
  bool too_deep = false;
  const auto bounded = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  json document;
  try {
    document = json::parse(text, bounded);
  } catch (const json::parse_error& error) {
    return fail(ErrorCode::bad_file, "{}:{}: is not valid JSON", path, error.byte);
  }
  if (too_deep) return fail(ErrorCode::bad_file, "{}: is nested too deep", path);
  try {
    const JsonNode node(document, "");
    if (const std::string schema = node.at("schema").text(); schema != "brewproof.findings/1")
      node.at("schema").wrong("is not brewproof.findings/1: this program reads no other");
    return read_findings(node);
  } catch (const MalformedJson& malformed) {
    return fail(ErrorCode::bad_file, "{}: {}", path, malformed.what);
  }
}

}  // namespace brewproof