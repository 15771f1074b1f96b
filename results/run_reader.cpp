// The run that findings.json is of back into structs: its captures, bench and outcome.
#include "results/findings_readers.h"
#include "rig/model/canonical_json.h"

namespace brewproof {
namespace {

CaptureFile read_capture(const JsonNode& node) {
  return {node.at("file").text(), node.at("sha256").text(),
          node.at("packets").integer<std::uint64_t>(),
          node.at("dropped").maybe([](const JsonNode& n) { return n.integer<std::uint64_t>(); })};
}

InterceptionSide read_side(const JsonNode& node) {
  return {node.at("blocks").integer<int>(), node.at("acts").integer<int>(),
          node.at("followed").integer<int>(), node.at("connections").integer<int>()};
}

TlsGateway read_gateway(const JsonNode& node) {
  TlsGateway gateway;
  gateway.mode = node.at("mode").text();
  node.at("destinations").each([&](const JsonNode& n) {
    gateway.destinations.push_back({n.at("destination").text(), n.at("treatment").text(),
                                    n.at("reason").text_or_empty(),
                                    n.at("connections").integer<int>()});
  });
  node.at("passive_blocks").each([&](const JsonNode& n) {
    gateway.passive_blocks.push_back(n.integer<int>());
  });
  if (node.has("effects"))  // older files have none
    node.at("effects").each([&](const JsonNode& n) {
      gateway.effects.push_back({n.at("destination").text(), read_side(n.at("touched")),
                                 read_side(n.at("untouched")), n.at("p").real(),
                                 n.at("least_p").real()});
    });
  return gateway;
}

}  // namespace

FindingsRun read_run(const JsonNode& node) {
  const auto time = [](const JsonNode& n) { return n.integer<std::int64_t>(); };
  FindingsRun run;
  run.id = node.at("id").text_or_empty();
  run.outcome = node.at("outcome").text();
  if (node.has("verdict")) run.verdict = node.at("verdict").text_or_empty();
  run.reasons = node.at("reasons").texts();
  run.bench = node.at("bench").text_or_empty();
  run.operator_name = node.at("operator").text_or_empty();
  run.started_ns = node.at("started_ns").maybe(time);
  run.ended_ns = node.at("ended_ns").maybe(time);
  run.seed = node.at("seed").maybe([](const JsonNode& n) { return n.integer<std::uint64_t>(); });
  run.plan_sha256 = node.at("plan_sha256").text_or_empty();
  run.journal_head = node.at("journal_head").text_or_empty();
  if (!node.at("dut").null()) run.dut_json = canonical_json(node.at("dut").value());
  node.at("paths").each_member(
      [&](const std::string& path, const JsonNode& state) { run.paths[path] = state.text(); });
  node.at("captures").each([&](const JsonNode& n) { run.captures.push_back(read_capture(n)); });
  if (node.has("pauses"))
    node.at("pauses").each([&](const JsonNode& n) {
      run.pauses.push_back(
          {n.at("from_ns").integer<std::int64_t>(), n.at("to_ns").integer<std::int64_t>(),
           n.at("messages").integer<std::uint64_t>(), n.at("bytes").integer<std::uint64_t>()});
    });
  if (node.has("actuation"))
    node.at("actuation").each([&](const JsonNode& n) {
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
    node.at("stops").each([&](const JsonNode& n) {
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
    node.at("unplanned").each([&](const JsonNode& n) {
      Unplanned act;
      act.control = n.at("control").text();
      act.peak = n.at("peak").real();
      act.unit = n.at("unit").text();
      act.from_ns = n.at("from_ns").integer<std::int64_t>();
      act.to_ns = n.at("to_ns").integer<std::int64_t>();
      act.by_itself = n.at("by_itself").boolean();
      act.block = n.at("block").maybe([](const JsonNode& b) { return b.integer<int>(); });
      run.unplanned.push_back(std::move(act));
    });
  if (node.has("commissioned")) {
    const JsonNode commissioned = node.at("commissioned");
    run.commissioned = {commissioned.at("at_ns").maybe(time), commissioned.at("by").text()};
  }
  if (node.has("history")) {
    run.history = read_history(node.at("history").value());
    if (!run.history) node.at("history").wrong("is not the history of a run");
  }
  if (node.has("tls_gateway")) run.tls_gateway = read_gateway(node.at("tls_gateway"));
  if (node.has("books"))
    node.at("books").each([&](const JsonNode& n) {
      auto held = read_books_held(n.value());
      if (held)
        run.books.push_back(std::move(*held));
      else
        n.wrong("is no reading of a machine's books");
    });
  if (node.has("payment")) run.payment = node.at("payment").text();
  if (node.has("terminal")) run.terminal_json = canonical_json(node.at("terminal").value());
  if (node.has("restarts"))
    node.at("restarts").each([&](const JsonNode& n) {
      run.restarts.push_back({n.at("time_ns").integer<std::int64_t>(), n.at("message").text()});
    });
  if (node.has("identity_probes"))
    node.at("identity_probes").each([&](const JsonNode& n) {
      run.identity_probes.push_back({n.at("probe").text(), n.at("of").text(), n.at("says").text(),
                                     n.at("times").integer<int>()});
    });
  if (node.has("machine_changes"))
    node.at("machine_changes").each([&](const JsonNode& n) {
      run.machine_changes.push_back({n.at("time_ns").integer<std::int64_t>(), n.at("path").text(),
                                     n.at("from").text(), n.at("to").text()});
    });
  if (node.has("early_end")) {
    run.early_end = read_early_end(node.at("early_end").value());
    if (!run.early_end) node.at("early_end").wrong("is not the early end of a run");
  }
  return run;
}

}  // namespace brewproof
