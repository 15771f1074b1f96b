#include <nlohmann/json.hpp>

#include "results/diff.h"
#include "results/json_parts.h"
#include "rig/model/canonical_json.h"

namespace brewproof {
namespace {

using nlohmann::json;

json tally_json(const std::optional<Tally>& tally) {
  if (!tally) return nullptr;
  return {{"hits", tally->hits}, {"of", tally->of}};
}

json test_json(const DifferenceTest& test) {
  return {{"p", or_null(test.p)},
          {"p_adjusted", or_null(test.p_adjusted)},
          {"smallest_p", test.p ? json(test.smallest_p) : json(nullptr)}};
}

const char* word_of(Standing standing) {
  constexpr const char* words[] = {"alike", "differs", "unsteady", "doubtful"};
  return words[static_cast<std::size_t>(standing)];
}

const char* word_of(Weight weight) {
  constexpr const char* words[] = {"firmware", "forbids", "bracketed", "told"};
  return words[static_cast<std::size_t>(weight)];
}

const char* word_of(Outcome outcome) {
  constexpr const char* words[] = {"alike", "differs", "inconclusive"};
  return words[static_cast<std::size_t>(outcome)];
}

json compared_json(const Compared& compared) {
  return {{"standing", word_of(compared.standing)},
          {"test", test_json(compared.test)},
          {"again", compared.again ? test_json(*compared.again) : json(nullptr)}};
}

json field_json(const FieldComparison& field) {
  json out = compared_json(field.compared);
  out["path"] = field.path;
  out["param"] = text_or_null(field.parameter);
  out["form"] = text_or_null(field.form);
  out["counts"] = json::array();
  for (const auto& count : field.runs) out["counts"].push_back(tally_json(count));
  return out;
}

json side_json(const EmissionComparison::Side& side) {
  const bool claimed = !side.id.empty();
  return {{"finding", text_or_null(side.id)},
          {"grade", claimed ? json(std::string(1, side.grade)) : json(nullptr)},
          {"node", or_null(side.node)},
          {"acts", tally_json(side.acts)},
          {"shams", tally_json(side.shams)},
          {"latency_ms", side.latency ? latency_json(*side.latency) : json(nullptr)}};
}

json emission_json(const EmissionComparison& emission) {
  json out = {{"change", change_word(emission)},
              {"event", emission.event},
              {"relation", emission.relation},
              {"destination", destination_json(emission.destination)},
              {"protocol", emission.protocol},
              {"tls", emission.tls},
              {"message", emission.message},
              {"window_ms", nullptr},
              {"runs", json::array()},
              {"rate", compared_json(emission.rate)},
              {"latency", emission.latency ? compared_json(*emission.latency) : json(nullptr)},
              {"fields", json::array()},
              {"notes", emission.notes}};
  if (emission.window) out["window_ms"] = window_json(*emission.window);
  for (const EmissionComparison::Side& side : emission.runs) out["runs"].push_back(side_json(side));
  for (const FieldComparison& field : emission.fields) out["fields"].push_back(field_json(field));
  return out;
}

json run_json(const ComparedRun& run, std::size_t number) {
  return {{"role", role_word(number)},
          {"path", run.path},
          {"id", text_or_null(run.id)},
          {"started_ns", or_null(run.started_ns)},
          {"firmware", text_or_null(run.firmware)},
          {"outcome", run.outcome},
          {"verdict", text_or_null(run.verdict)},
          {"reasons", run.reasons},
          {"from", run.from_packets ? "packets" : "findings"}};
}

json context_json(const ContextDifference& difference) {
  json out = {{"group", difference.group},
              {"what", difference.what},
              {"weight", word_of(difference.weight)},
              {"values", json::array()}};
  for (const std::string& value : difference.values) out["values"].push_back(text_or_null(value));
  return out;
}

}  // namespace

std::string diff_json(const RunComparison& comparison) {
  const EmissionsCompared& compared = comparison.compared;
  json out = {
      {"schema", "brewproof.diff/1"},
      {"outcome", word_of(comparison.outcome)},
      {"firmware", {{"said", comparison.firmware}, {"why_not", text_or_null(comparison.why)}}},
      {"family", {{"rule", "Holm"}, {"alpha", compared.alpha}, {"tests", compared.tests}}},
      {"runs", json::array()},
      {"context", json::array()},
      {"emissions", json::array()},
      {"background", json::array()}};
  for (std::size_t r = 0; r < comparison.runs.size(); ++r)
    out["runs"].push_back(run_json(comparison.runs[r], r));
  for (const ContextDifference& difference : comparison.context)
    out["context"].push_back(context_json(difference));
  for (const EmissionComparison& emission : compared.emissions)
    out["emissions"].push_back(emission_json(emission));
  for (const BackgroundComparison& one : compared.background)
    out["background"].push_back({{"destination", destination_json(one.destination)},
                                 {"protocol", one.protocol},
                                 {"message", one.message},
                                 {"counts", one.counts}});
  return canonical_json(out) + "\n";
}

}  // namespace brewproof
