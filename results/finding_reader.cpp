// One finding of findings.json back into structs: its counts, its fields, its evidence.
#include <algorithm>

#include "results/findings_readers.h"
#include "rig/model/finding_words.h"

namespace brewproof {

Window read_window(const JsonNode& node) {
  if (!node.value().is_array() || node.value().size() != 2) node.wrong("is not [from, to]");
  std::vector<std::int64_t> ends;
  node.each([&](const JsonNode& end) { ends.push_back(end.nanoseconds()); });
  return {ends[0], ends[1]};
}

Destination read_destination(const JsonNode& node) {
  return {node.at("name").text_or_empty(), node.at("address").text_or_empty(),
          node.at("port").integer<std::uint16_t>(),
          node.has("from") && node.at("from").text() == "terminal"};
}

namespace {

std::optional<RateInterval> read_rate(const JsonNode& node, const char* name) {
  if (!node.has(name)) return std::nullopt;
  std::vector<double> ends;
  node.at(name).each([&](const JsonNode& n) { ends.push_back(n.real()); });
  if (ends.size() != 2) node.at(name).wrong("is no interval: two numbers");
  ends.resize(2);
  return RateInterval{ends[0], ends[1]};
}

}  // namespace

Timing read_timing(const JsonNode& node) {
  Timing timing;
  timing.event_hits = node.at("event_hits").integer<int>();
  timing.event_trials = node.at("event_trials").integer<int>();
  timing.sham_hits = node.at("sham_hits").integer<int>();
  timing.sham_trials = node.at("sham_trials").integer<int>();
  timing.window = read_window(node.at("window_ms"));
  timing.p = node.at("p").real();
  timing.p_adjusted = node.at("p_adjusted").real();
  if (node.has("counted")) {
    const JsonNode counted = node.at("counted");
    timing.counted = {counted.at("every").integer<int>(), counted.at("count").integer<int>(),
                      counted.has("of")};
  }
  if (node.has("e_value")) {
    const JsonNode earned = node.at("e_value");
    timing.e_value = EValue{earned.at("ln_e").real(), earned.at("share").real()};
  }
  if (node.has("p_worst")) timing.p_worst = node.at("p_worst").real();
  timing.event_rate = read_rate(node, "event_rate");
  timing.sham_rate = read_rate(node, "sham_rate");
  return timing;
}

namespace {

Latency read_latency(const JsonNode& node) {
  return {node.at("median").nanoseconds(), node.at("p95").nanoseconds(),
          node.at("max").nanoseconds()};
}

}  // namespace

Meaning read_meaning(const JsonNode& node) {  // older files have none
  Meaning meaning;
  if (node.has("category")) {
    meaning.category = node.at("category").text();
    meaning.category_reason = node.at("category_reason").text();
  }
  if (node.has("identity")) {
    meaning.identity = node.at("identity").text();
    meaning.identity_reason = node.at("identity_reason").text();
  }
  return meaning;
}

namespace {

FieldFinding read_field(const JsonNode& node) {
  const auto real = [](const JsonNode& n) { return n.real(); };
  FieldFinding field;
  field.path = node.at("path").text();
  const auto kind = kind_of_word(node.at("kind").text());
  if (!kind) node.at("kind").wrong("is no kind of field");
  field.kind = *kind;
  if (node.has("param")) field.parameter = node.at("param").text();
  if (node.has("form")) field.form = node.at("form").text();
  if (node.has("mapping"))
    node.at("mapping").each([&](const JsonNode& pair) {
      field.mapping.emplace_back(pair.at("value").text(), pair.at("seen").text());
    });
  if (node.has("p")) field.p = node.at("p").maybe(real);
  if (node.has("p_adjusted")) field.p_adjusted = node.at("p_adjusted").maybe(real);
  if (node.has("matched")) field.matched = node.at("matched").integer<int>();
  if (node.has("of")) field.of = node.at("of").integer<int>();
  if (node.has("cut")) field.cut = node.at("cut").integer<int>();
  if (node.has("examples")) field.examples = node.at("examples").texts();
  if (node.has("carries")) field.carries = node.at("carries").text();
  if (node.has("each")) field.each = node.at("each").real();
  field.meaning = read_meaning(node);
  if (node.has("source"))  // older files have none
    field.provenance = {node.at("source").text(), node.at("source_reason").text(), 0};
  if (node.has("came_in_first"))
    field.provenance.came_in_first = node.at("came_in_first").integer<int>();
  return field;
}

}  // namespace

std::uint32_t read_capture_index(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  if (node.has("capture")) return node.at("capture").integer<std::uint32_t>();
  const auto found = std::ranges::find(captures, node.at("file").text(), &CaptureFile::file);
  if (found == captures.end()) node.at("file").wrong("is none of /run/captures");
  return static_cast<std::uint32_t>(found - captures.begin());
}

namespace {

Evidence read_evidence(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  Evidence evidence;
  evidence.trial = node.at("trial").integer<int>();
  evidence.offset = node.at("offset").integer<std::uint64_t>();
  evidence.frame = node.at("frame").integer<std::uint64_t>();
  evidence.last_frame = node.at("last_frame").integer<std::uint64_t>();
  evidence.file = read_capture_index(node, captures);
  return evidence;
}

PeriEvent read_peri_event(const JsonNode& node) {
  PeriEvent around;
  around.from_ns = node.at("from_ms").nanoseconds();
  around.bin_ns = node.at("bin_ms").nanoseconds();
  if (around.bin_ns <= 0) node.at("bin_ms").wrong("is no width");
  const auto read_bins = [&](const char* name, std::vector<std::uint64_t>& bins) {
    node.at(name).each([&](const JsonNode& n) { bins.push_back(n.integer<std::uint64_t>()); });
  };
  read_bins("acts", around.acts);
  read_bins("shams", around.shams);
  if (around.acts.size() != around.shams.size())
    node.at("shams").wrong("has not as many bins as acts");
  around.act_count = node.at("act_count").integer<int>();
  around.sham_count = node.at("sham_count").integer<int>();
  return around;
}

}  // namespace

Finding read_finding(const JsonNode& node, const std::vector<CaptureFile>& captures) {
  Finding finding;
  finding.id = node.at("id").text();
  finding.event = node.at("event").text();
  finding.relation = node.at("relation").text();
  finding.node = node.at("node").maybe([](const JsonNode& n) { return n.text(); });
  const std::string grade = node.at("grade").text();
  if (grade.size() != 1 || grade[0] < 'A' || grade[0] > 'C') node.at("grade").wrong("is no grade");
  finding.grade = grade[0];
  finding.against = node.at("against").text_or_empty();
  finding.destination = read_destination(node.at("destination"));
  finding.protocol = node.at("protocol").text();
  finding.tls = node.at("tls").boolean();
  finding.message = node.at("message").text();
  finding.timing = node.at("timing").maybe(read_timing);
  finding.latency = node.at("latency_ms").maybe(read_latency);
  node.at("fields").each([&](const JsonNode& n) { finding.fields.push_back(read_field(n)); });
  node.at("evidence").each([&](const JsonNode& n) {
    finding.evidence.push_back(read_evidence(n, captures));
  });
  if (node.has("served_by_dns")) finding.served_by_dns = node.at("served_by_dns").texts();
  if (node.has("reasons")) finding.reasons = node.at("reasons").texts();
  if (node.has("peri_event")) finding.peri_event = read_peri_event(node.at("peri_event"));
  if (node.has("contrasts"))
    node.at("contrasts").each([&](const JsonNode& n) {
      finding.contrasts.push_back({n.at("event").text(), n.at("hits").integer<int>(),
                                   n.at("trials").integer<int>(), n.at("p").real(),
                                   n.at("p_adjusted").real()});
    });
  return finding;
}

}  // namespace brewproof
