// findings.json back into structs. Unknown keys are allowed (the file is an output, later versions
// add keys); missing or mistyped ones are errors that name the JSON Pointer.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "results/findings_json.h"
#include "rig/model/canonical_json.h"
#include "rig/model/confirmation.h"
#include "rig/model/finding_words.h"
#include "rig/model/regression.h"
#include "rig/model/soak.h"
#include "rig/model/spike.h"

namespace brewproof {
namespace {

using nlohmann::json;

/// What is wrong, and where. Thrown within this file only; read_findings_json catches it.
struct Malformed {
  std::string what;
};

/// A value with the JSON Pointer that leads to it.
class Node {
 public:
  Node(const json& value, std::string pointer) : value_(value), pointer_(std::move(pointer)) {}

  [[nodiscard]] Node at(const char* key) const {
    if (!value_.is_object()) wrong("is not an object");
    if (!value_.contains(key)) wrong(fmt::format("has no \"{}\"", key));
    return {value_[key], pointer_ + "/" + key};
  }
  [[nodiscard]] bool has(const char* key) const {
    return value_.is_object() && value_.contains(key);
  }
  [[nodiscard]] bool null() const { return value_.is_null(); }
  [[nodiscard]] const json& value() const { return value_; }

  template <class Use>
  void each(Use use) const {
    if (!value_.is_array()) wrong("is not a list");
    for (std::size_t i = 0; i < value_.size(); ++i)
      use(Node(value_[i], fmt::format("{}/{}", pointer_, i)));
  }
  template <class Use>
  void each_member(Use use) const {
    if (!value_.is_object()) wrong("is not an object");
    for (const auto& [key, member] : value_.items()) use(key, Node(member, pointer_ + "/" + key));
  }

  [[nodiscard]] std::string text() const {
    if (!value_.is_string()) wrong("is not a text");
    return value_.get<std::string>();
  }
  [[nodiscard]] std::string text_or_empty() const { return null() ? "" : text(); }
  [[nodiscard]] bool boolean() const {
    if (!value_.is_boolean()) wrong("is not true or false");
    return value_.get<bool>();
  }
  [[nodiscard]] double real() const {
    if (!value_.is_number()) wrong("is not a number");
    return value_.get<double>();
  }
  template <class Integer>
  [[nodiscard]] Integer integer() const {
    using Limits = std::numeric_limits<Integer>;
    const bool fits = value_.is_number_unsigned()
                          ? value_.get<std::uint64_t>() <= static_cast<std::uint64_t>(Limits::max())
                          : value_.is_number_integer() && std::is_signed_v<Integer> &&
                                value_.get<std::int64_t>() >= std::int64_t{Limits::min()};
    if (!fits) wrong("is not an integer in range");
    return value_.get<Integer>();
  }
  [[nodiscard]] std::int64_t nanoseconds() const {
    const double ns = real() * 1e6;
    if (!(std::fabs(ns) < 9e18)) wrong("is not a time in milliseconds");
    return std::llround(ns);
  }
  template <class Read>
  [[nodiscard]] auto maybe(Read read) const -> std::optional<decltype(read(*this))> {
    if (null()) return std::nullopt;
    return read(*this);
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> found;
    each([&](const Node& node) { found.push_back(node.text()); });
    return found;
  }

  [[noreturn]] void wrong(const std::string& what) const {
    throw Malformed{fmt::format("{} {}", pointer_.empty() ? "/" : pointer_, what)};
  }

 private:
  const json& value_;
  std::string pointer_;
};

Window read_window(const Node& node) {
  if (!node.value().is_array() || node.value().size() != 2) node.wrong("is not [from, to]");
  std::vector<std::int64_t> ends;
  node.each([&](const Node& end) { ends.push_back(end.nanoseconds()); });
  return {ends[0], ends[1]};
}

Destination read_destination(const Node& node) {
  return {node.at("name").text_or_empty(), node.at("address").text_or_empty(),
          node.at("port").integer<std::uint16_t>(),
          node.has("from") && node.at("from").text() == "terminal"};
}

std::optional<RateInterval> read_rate(const Node& node, const char* name) {
  if (!node.has(name)) return std::nullopt;
  std::vector<double> ends;
  node.at(name).each([&](const Node& n) { ends.push_back(n.real()); });
  if (ends.size() != 2) node.at(name).wrong("is no interval: two numbers");
  ends.resize(2);
  return RateInterval{ends[0], ends[1]};
}

Timing read_timing(const Node& node) {
  Timing timing;
  timing.event_hits = node.at("event_hits").integer<int>();
  timing.event_trials = node.at("event_trials").integer<int>();
  timing.sham_hits = node.at("sham_hits").integer<int>();
  timing.sham_trials = node.at("sham_trials").integer<int>();
  timing.window = read_window(node.at("window_ms"));
  timing.p = node.at("p").real();
  timing.p_adjusted = node.at("p_adjusted").real();
  if (node.has("counted")) {
    const Node counted = node.at("counted");
    timing.counted = {counted.at("every").integer<int>(), counted.at("count").integer<int>(),
                      counted.has("of")};
  }
  if (node.has("e_value")) {
    const Node earned = node.at("e_value");
    timing.e_value = EValue{earned.at("ln_e").real(), earned.at("share").real()};
  }
  if (node.has("p_worst")) timing.p_worst = node.at("p_worst").real();
  timing.event_rate = read_rate(node, "event_rate");
  timing.sham_rate = read_rate(node, "sham_rate");
  return timing;
}

Latency read_latency(const Node& node) {
  return {node.at("median").nanoseconds(), node.at("p95").nanoseconds(),
          node.at("max").nanoseconds()};
}

Meaning read_meaning(const Node& node) {  // older files have none
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

FieldFinding read_field(const Node& node) {
  const auto real = [](const Node& n) { return n.real(); };
  FieldFinding field;
  field.path = node.at("path").text();
  const auto kind = kind_of_word(node.at("kind").text());
  if (!kind) node.at("kind").wrong("is no kind of field");
  field.kind = *kind;
  if (node.has("param")) field.parameter = node.at("param").text();
  if (node.has("form")) field.form = node.at("form").text();
  if (node.has("mapping"))
    node.at("mapping").each([&](const Node& pair) {
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

std::uint32_t read_capture_index(const Node& node, const std::vector<CaptureFile>& captures) {
  if (node.has("capture")) return node.at("capture").integer<std::uint32_t>();
  const auto found = std::ranges::find(captures, node.at("file").text(), &CaptureFile::file);
  if (found == captures.end()) node.at("file").wrong("is none of /run/captures");
  return static_cast<std::uint32_t>(found - captures.begin());
}

Evidence read_evidence(const Node& node, const std::vector<CaptureFile>& captures) {
  Evidence evidence;
  evidence.trial = node.at("trial").integer<int>();
  evidence.offset = node.at("offset").integer<std::uint64_t>();
  evidence.frame = node.at("frame").integer<std::uint64_t>();
  evidence.last_frame = node.at("last_frame").integer<std::uint64_t>();
  evidence.file = read_capture_index(node, captures);
  return evidence;
}

PeriEvent read_peri_event(const Node& node) {
  PeriEvent around;
  around.from_ns = node.at("from_ms").nanoseconds();
  around.bin_ns = node.at("bin_ms").nanoseconds();
  if (around.bin_ns <= 0) node.at("bin_ms").wrong("is no width");
  const auto read_bins = [&](const char* name, std::vector<std::uint64_t>& bins) {
    node.at(name).each([&](const Node& n) { bins.push_back(n.integer<std::uint64_t>()); });
  };
  read_bins("acts", around.acts);
  read_bins("shams", around.shams);
  if (around.acts.size() != around.shams.size())
    node.at("shams").wrong("has not as many bins as acts");
  around.act_count = node.at("act_count").integer<int>();
  around.sham_count = node.at("sham_count").integer<int>();
  return around;
}

Finding read_finding(const Node& node, const std::vector<CaptureFile>& captures) {
  Finding finding;
  finding.id = node.at("id").text();
  finding.event = node.at("event").text();
  finding.relation = node.at("relation").text();
  finding.node = node.at("node").maybe([](const Node& n) { return n.text(); });
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
  node.at("fields").each([&](const Node& n) { finding.fields.push_back(read_field(n)); });
  node.at("evidence").each([&](const Node& n) {
    finding.evidence.push_back(read_evidence(n, captures));
  });
  if (node.has("served_by_dns")) finding.served_by_dns = node.at("served_by_dns").texts();
  if (node.has("reasons")) finding.reasons = node.at("reasons").texts();
  if (node.has("peri_event")) finding.peri_event = read_peri_event(node.at("peri_event"));
  if (node.has("contrasts"))
    node.at("contrasts").each([&](const Node& n) {
      finding.contrasts.push_back({n.at("event").text(), n.at("hits").integer<int>(),
                                   n.at("trials").integer<int>(), n.at("p").real(),
                                   n.at("p_adjusted").real()});
    });
  return finding;
}

CaptureFile read_capture(const Node& node) {
  return {node.at("file").text(), node.at("sha256").text(),
          node.at("packets").integer<std::uint64_t>(),
          node.at("dropped").maybe([](const Node& n) { return n.integer<std::uint64_t>(); })};
}

InterceptionSide read_side(const Node& node) {
  return {node.at("blocks").integer<int>(), node.at("acts").integer<int>(),
          node.at("followed").integer<int>(), node.at("connections").integer<int>()};
}

TlsGateway read_gateway(const Node& node) {
  TlsGateway gateway;
  gateway.mode = node.at("mode").text();
  node.at("destinations").each([&](const Node& n) {
    gateway.destinations.push_back({n.at("destination").text(), n.at("treatment").text(),
                                    n.at("reason").text_or_empty(),
                                    n.at("connections").integer<int>()});
  });
  node.at("passive_blocks").each([&](const Node& n) {
    gateway.passive_blocks.push_back(n.integer<int>());
  });
  if (node.has("effects"))  // older files have none
    node.at("effects").each([&](const Node& n) {
      gateway.effects.push_back({n.at("destination").text(), read_side(n.at("touched")),
                                 read_side(n.at("untouched")), n.at("p").real(),
                                 n.at("least_p").real()});
    });
  return gateway;
}

FindingsRun read_run(const Node& node) {
  const auto time = [](const Node& n) { return n.integer<std::int64_t>(); };
  FindingsRun run;
  run.id = node.at("id").text_or_empty();
  run.outcome = node.at("outcome").text();
  if (node.has("verdict")) run.verdict = node.at("verdict").text_or_empty();
  run.reasons = node.at("reasons").texts();
  run.bench = node.at("bench").text_or_empty();
  run.operator_name = node.at("operator").text_or_empty();
  run.started_ns = node.at("started_ns").maybe(time);
  run.ended_ns = node.at("ended_ns").maybe(time);
  run.seed = node.at("seed").maybe([](const Node& n) { return n.integer<std::uint64_t>(); });
  run.plan_sha256 = node.at("plan_sha256").text_or_empty();
  run.journal_head = node.at("journal_head").text_or_empty();
  if (!node.at("dut").null()) run.dut_json = canonical_json(node.at("dut").value());
  node.at("paths").each_member(
      [&](const std::string& path, const Node& state) { run.paths[path] = state.text(); });
  node.at("captures").each([&](const Node& n) { run.captures.push_back(read_capture(n)); });
  if (node.has("pauses"))
    node.at("pauses").each([&](const Node& n) {
      run.pauses.push_back(
          {n.at("from_ns").integer<std::int64_t>(), n.at("to_ns").integer<std::int64_t>(),
           n.at("messages").integer<std::uint64_t>(), n.at("bytes").integer<std::uint64_t>()});
    });
  if (node.has("actuation"))
    node.at("actuation").each([&](const Node& n) {
      ActuationCount& count = run.actuation.emplace_back(
          n.at("arm").text(), n.at("commanded").integer<int>(), n.at("reported").integer<int>(),
          n.at("unreported").integer<int>(), n.at("confirmed").integer<int>(),
          n.at("unconfirmed").integer<int>());
      // Older ones do not have these.
      if (n.has("accepted")) count.accepted = n.at("accepted").integer<int>();
      if (n.has("booked")) count.booked = n.at("booked").integer<int>();
      if (n.has("unbooked")) count.unbooked = n.at("unbooked").integer<int>();
    });
  if (node.has("stops"))
    node.at("stops").each([&](const Node& n) {
      Stop stop;
      stop.before_block = n.at("before_block").integer<int>();
      stop.from_ns = n.at("from_ns").integer<std::int64_t>();
      stop.to_ns = n.at("to_ns").integer<std::int64_t>();
      stop.operator_name = n.at("operator").text_or_empty();
      stop.tasks = n.at("tasks").texts();
      stop.cups = n.at("cups").texts();
      stop.messages = n.at("messages").integer<std::uint64_t>();
      stop.bytes = n.at("bytes").integer<std::uint64_t>();
      run.stops.push_back(std::move(stop));
    });
  if (node.has("unplanned"))
    node.at("unplanned").each([&](const Node& n) {
      Unplanned act;
      act.control = n.at("control").text();
      act.peak = n.at("peak").real();
      act.unit = n.at("unit").text();
      act.from_ns = n.at("from_ns").integer<std::int64_t>();
      act.to_ns = n.at("to_ns").integer<std::int64_t>();
      act.by_itself = n.at("by_itself").boolean();
      act.block = n.at("block").maybe([](const Node& b) { return b.integer<int>(); });
      run.unplanned.push_back(std::move(act));
    });
  if (node.has("commissioned")) {
    const Node commissioned = node.at("commissioned");
    run.commissioned = {commissioned.at("at_ns").maybe(time), commissioned.at("by").text()};
  }
  if (node.has("history")) {
    run.history = read_history(node.at("history").value());
    if (!run.history) node.at("history").wrong("is not the history of a run");
  }
  if (node.has("tls_gateway")) run.tls_gateway = read_gateway(node.at("tls_gateway"));
  if (node.has("books"))
    node.at("books").each([&](const Node& n) {
      auto held = read_books_held(n.value());
      if (held)
        run.books.push_back(std::move(*held));
      else
        n.wrong("is no reading of a machine's books");
    });
  if (node.has("payment")) run.payment = node.at("payment").text();
  if (node.has("terminal")) run.terminal_json = canonical_json(node.at("terminal").value());
  if (node.has("restarts"))
    node.at("restarts").each([&](const Node& n) {
      run.restarts.push_back({n.at("time_ns").integer<std::int64_t>(), n.at("message").text()});
    });
  if (node.has("identity_probes"))
    node.at("identity_probes").each([&](const Node& n) {
      run.identity_probes.push_back({n.at("probe").text(), n.at("of").text(), n.at("says").text(),
                                     n.at("times").integer<int>()});
    });
  if (node.has("machine_changes"))
    node.at("machine_changes").each([&](const Node& n) {
      run.machine_changes.push_back({n.at("time_ns").integer<std::int64_t>(), n.at("path").text(),
                                     n.at("from").text(), n.at("to").text()});
    });
  if (node.has("early_end")) {
    run.early_end = read_early_end(node.at("early_end").value());
    if (!run.early_end) node.at("early_end").wrong("is not the early end of a run");
  }
  return run;
}

Opinion read_opinion(const Node& node, const std::vector<CaptureFile>& captures) {
  Opinion opinion{node.at("kind").text(),
                  node.at("ours").integer<std::uint64_t>(),
                  node.at("theirs").integer<std::uint64_t>(),
                  node.at("differing").integer<std::uint64_t>(),
                  node.at("aside").integer<std::uint64_t>(),
                  node.at("alone").integer<std::uint64_t>(),
                  {}};
  node.at("differences").each([&](const Node& n) {
    opinion.differences.push_back({read_capture_index(n, captures),
                                   n.at("frame").integer<std::uint64_t>(),
                                   n.at("ours").text_or_empty(), n.at("theirs").text_or_empty()});
  });
  return opinion;
}

TlsSealed read_sealed(const Node& node, const std::vector<CaptureFile>& captures) {
  TlsSealed sealed{
      node.at("sessions").integer<std::uint64_t>(), node.at("partly").integer<std::uint64_t>(), {}};
  node.at("some").each([&](const Node& n) {
    SealedSession session;
    session.first.file = read_capture_index(n, captures);
    session.first.frame = n.at("frame").integer<std::uint64_t>();
    session.client_random = n.at("client_random").text_or_empty();
    sealed.some.push_back(std::move(session));
  });
  return sealed;
}

TlsSessions read_tls(const Node& node, const std::vector<CaptureFile>& captures) {
  TlsSessions tls;
  node.at("key_logs").each([&](const Node& n) {
    tls.key_logs.push_back({n.at("file").text(), n.at("sessions").integer<std::uint64_t>(),
                            n.at("unknown_labels").integer<std::uint64_t>(),
                            n.at("bad_lines").integer<std::uint64_t>(),
                            n.at("fault").text_or_empty(),
                            n.has("devices") ? n.at("devices").integer<std::uint64_t>() : 0});
  });
  node.at("destinations").each([&](const Node& n) {
    const Destination to = read_destination(n.at("destination"));
    TlsTally& tally = tls.by_peer[{to.name, to.address, to.port}];
    tally.seen = n.at("seen").integer<std::uint64_t>();
    tally.opened = n.at("opened").integer<std::uint64_t>();
    n.at("sealed").each(
        [&](const Node& s) { tally.sealed[s.at("why").text()] = read_sealed(s, captures); });
  });
  return tls;
}

OtherAddress read_other_address(const Node& node, const std::vector<CaptureFile>& captures) {
  OtherAddress other;
  other.mac = node.at("mac").text();
  other.address = node.at("address").text_or_empty();
  other.counted = node.at("counted").boolean();
  other.packets = node.at("packets").integer<std::uint64_t>();
  other.bytes = node.at("bytes").integer<std::uint64_t>();
  other.first_ns = node.at("first_ns").integer<std::int64_t>();
  other.first = {read_capture_index(node, captures), node.at("offset").integer<std::uint64_t>(),
                 node.at("frame").integer<std::uint64_t>()};
  return other;
}

DecoderFault read_decoder_fault(const Node& node, const std::vector<CaptureFile>& captures) {
  const auto number = [](const Node& n) { return n.integer<int>(); };
  DecoderFault fault{node.at("how").text(),
                     node.at("signal").maybe(number),
                     node.at("exit_code").maybe(number),
                     {}};
  if (!node.at("frame").null())
    fault.at = {read_capture_index(node, captures), node.at("offset").integer<std::uint64_t>(),
                node.at("frame").integer<std::uint64_t>()};
  return fault;
}

ClockRange read_clock_range(const Node& node) {
  std::vector<std::int64_t> ends;
  node.each([&](const Node& end) { ends.push_back(end.integer<std::int64_t>()); });
  if (ends.size() != 2) node.wrong("is not [from, to]");
  return {ends[0], ends[1]};
}

LogClock read_log_clock(const Node& node) {
  LogClock clock;
  clock.how = node.at("how").text();
  clock.offset_ns = node.at("offset_ms").nanoseconds();
  clock.uncertainty_ns = node.at("uncertainty_ms").nanoseconds();
  clock.why_unchecked = node.at("why_unchecked").text_or_empty();
  clock.log = read_clock_range(node.at("log_ns"));
  clock.captures = read_clock_range(node.at("captures_ns"));
  clock.trials = node.at("trials").integer<int>();
  clock.outside = node.at("outside").integer<int>();
  return clock;
}

LogRemark read_remark(const Node& node) {
  return {node.at("what").text(), node.at("trials").integer<int>(), node.at("first").integer<int>(),
          node.at("event").text_or_empty(), node.at("like").text_or_empty()};
}

Unprovable read_unprovable(const Node& node) {
  Unprovable event{node.at("event").text(), node.at("reason").text(),
                   node.at("acts").integer<int>(), node.at("shams").integer<int>()};
  if (event.reason != "too-few-trials") return event;
  event.least_p = node.at("least_p").real();
  event.needed_p = node.at("needed_p").real();
  if (!node.at("needed_acts").null()) event.needed_acts = node.at("needed_acts").integer<int>();
  return event;
}

AnalysisSettings read_analysis(const Node& node, const std::vector<CaptureFile>& captures) {
  AnalysisSettings analysis;
  analysis.program = node.at("program").text();
  analysis.source_sha256 = node.at("source_sha256").text_or_empty();
  analysis.alpha = node.at("alpha").real();
  node.at("windows_ms").each([&](const Node& n) { analysis.windows.push_back(read_window(n)); });
  analysis.draws = node.at("draws").integer<std::uint64_t>();
  analysis.law = node.at("law").text();
  analysis.cross_check = node.at("cross_check").maybe([](const Node& n) { return n.text(); });
  if (node.has("no_cross_check")) analysis.no_cross_check = node.at("no_cross_check").text();
  if (node.has("opinions"))
    node.at("opinions").each([&](const Node& n) {
      analysis.opinions.push_back(read_opinion(n, captures));
    });
  if (node.has("unheard"))
    node.at("unheard").each([&](const Node& n) {
      analysis.unheard.push_back({read_capture_index(n, captures), n.at("why").text()});
    });
  if (node.has("not_asked")) analysis.not_asked = node.at("not_asked").integer<std::uint64_t>();
  if (node.has("read_alone"))
    node.at("read_alone").each([&](const Node& n) {
      analysis.read_alone.push_back(
          {n.at("protocol").text(), n.at("messages").integer<std::uint64_t>()});
    });
  if (node.has("other_addresses"))
    node.at("other_addresses").each([&](const Node& n) {
      analysis.other_addresses.push_back(read_other_address(n, captures));
    });
  if (node.has("fault")) analysis.fault = read_decoder_fault(node.at("fault"), captures);
  if (node.has("tls")) analysis.tls = read_tls(node.at("tls"), captures);
  if (node.has("log_clock")) analysis.log_clock = read_log_clock(node.at("log_clock"));
  if (node.has("log_remarks"))
    node.at("log_remarks").each([&](const Node& n) {
      analysis.log_remarks.push_back(read_remark(n));
    });
  if (node.has("categories")) {
    const Node table = node.at("categories");
    analysis.categories = {table.at("version").integer<int>(), table.at("sha256").text()};
  }
  return analysis;
}

std::vector<SpikeRecovery> read_spikes(const Node& node) {
  std::vector<SpikeRecovery> spikes;
  node.each([&](const Node& n) {
    auto spike = read_spike(n.value());
    if (!spike) n.wrong("is not what became of a synthetic emission");
    spikes.push_back(std::move(*spike));
  });
  return spikes;
}

NoneSeen read_none(const Node& node) {
  NoneSeen none{node.at("event").text(), node.at("trials").integer<int>(),
                node.at("upper_bound").real(), node.at("confidence").real(),
                node.at("horizon_ms").nanoseconds()};
  if (node.has("reasons")) none.reasons = node.at("reasons").texts();
  if (node.has("not_covered")) none.not_covered = read_spikes(node.at("not_covered"));
  return none;
}

Background read_background(const Node& node) {
  Background background;
  background.destination = read_destination(node.at("destination"));
  background.protocol = node.at("protocol").text();
  background.message = node.at("message").text();
  background.count = node.at("count").integer<std::uint64_t>();
  node.at("max_excess").each_member([&](const std::string& event, const Node& limit) {
    background.max_excess[event] = limit.real();
  });
  return background;
}

SentSignature read_signature(const Node& node) {
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
    node.at("meanings").each([&](const Node& n) {
      sent.meanings.push_back({n.at("path").text(), read_meaning(n)});
    });
  if (node.has("remarks"))
    node.at("remarks").each([&](const Node& n) {
      sent.remarks.push_back({n.at("note").text(), n.at("count").integer<std::uint64_t>()});
    });
  return sent;
}

/// Each confirmation names its claim, of which there are as many.
void read_confirmations(const Node& node, Findings& findings) {
  findings.confirming = read_confirming(node.at("confirming").value());
  if (!findings.confirming) node.at("confirming").wrong("is not what a run was begun to confirm");
  const std::vector<ClaimToConfirm>& claims = findings.confirming->claims;
  node.at("confirmations").each([&](const Node& n) {
    const auto claim = std::ranges::find(claims, n.at("claim").text(), &ClaimToConfirm::id);
    if (claim == claims.end()) n.at("claim").wrong("is no claim that was to be confirmed");
    findings.confirmations.push_back({*claim, n.at("timing").maybe(read_timing),
                                      n.at("least_p").real(), n.at("verdict").text(),
                                      n.at("reason").text_or_empty()});
  });
}

std::map<std::string, std::uint64_t> read_counts(const Node& node) {
  std::map<std::string, std::uint64_t> counts;
  if (node.null()) return counts;
  node.each_member([&](const std::string& name, const Node& count) {
    counts[name] = count.integer<std::uint64_t>();
  });
  return counts;
}

BackgroundBytes read_background_bytes(const Node& node) {
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

Findings read_findings(const Node& node) {
  Findings findings;
  findings.run = read_run(node.at("run"));
  const std::vector<CaptureFile>& captures = findings.run.captures;
  findings.analysis = read_analysis(node.at("analysis"), captures);
  node.at("findings").each([&](const Node& n) {
    findings.findings.push_back(read_finding(n, captures));
  });
  if (node.has("candidates"))
    node.at("candidates").each([&](const Node& n) {
      findings.candidates.push_back(read_finding(n, captures));
    });
  node.at("none").each([&](const Node& n) { findings.none.push_back(read_none(n)); });
  node.at("background").each([&](const Node& n) {
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
    node.at("unprovable").each([&](const Node& n) {
      findings.unprovable.push_back(read_unprovable(n));
    });
  if (node.has("spikes")) findings.spikes = read_spikes(node.at("spikes"));
  if (node.has("signatures"))  // older files have none
    node.at("signatures").each([&](const Node& n) {
      findings.signatures.push_back(read_signature(n));
    });
  if (node.has("exclusions"))
    node.at("exclusions").each([&](const Node& n) {
      findings.exclusions.push_back(
          {n.at("arm").text(), n.at("reason").text(), n.at("trials").integer<int>()});
    });
  if (node.has("damage"))
    node.at("damage").each([&](const Node& n) {
      findings.damage.push_back({n.at("event").text(), n.at("acts").integer<int>(),
                                 n.at("acts_lost").integer<int>(), n.at("shams").integer<int>(),
                                 n.at("shams_lost").integer<int>(), n.at("p").real()});
    });
  const Node bytes = node.at("bytes");
  findings.bytes.up_total = bytes.at("up_total").integer<std::uint64_t>();
  findings.bytes.by_cause = read_counts(bytes.at("by_cause"));
  findings.bytes.by_layer = read_counts(bytes.at("by_layer"));
  if (bytes.has("background"))  // older files have none
    bytes.at("background").each([&](const Node& n) {
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
    const Node node(document, "");
    if (const std::string schema = node.at("schema").text(); schema != "brewproof.findings/1")
      node.at("schema").wrong("is not brewproof.findings/1: this program reads no other");
    return read_findings(node);
  } catch (const Malformed& malformed) {
    return fail(ErrorCode::bad_file, "{}: {}", path, malformed.what);
  }
}

}  // namespace brewproof
