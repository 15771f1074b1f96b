#include "tests/results/sample_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rig/model/generator.h"

namespace brewproof {
namespace {

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t begin_ns = 1'760'000'000'000'000'000;

FieldFinding field(const std::string& path, FieldKind kind, std::vector<std::string> examples) {
  FieldFinding f;
  f.path = path;
  f.kind = kind;
  f.examples = std::move(examples);
  return f;
}

FieldFinding stimulus(const std::string& path, const std::string& parameter, double p,
                      const std::string& form, std::vector<std::string> examples) {
  FieldFinding f = field(path, FieldKind::stimulus, std::move(examples));
  f.parameter = parameter;
  f.form = form;
  f.p = p;
  f.p_adjusted = std::max(p, 1e-4);
  f.matched = f.of = 16;
  return f;
}

Plan sample_plan() {
  Plan plan;
  plan.procedure = "kiosk sale records";
  plan.blocks = 4;
  plan.per_block = 4;
  plan.reserve_blocks = 1;
  plan.drain_ns = 20 * ms;
  plan.idle_ns = 2000 * ms;
  plan.design.seed = 7;
  plan.design.background_ns = 400 * ms;
  plan.design.windows = {{0, 100 * ms}, {0, 200 * ms}, {0, 350 * ms}};
  ParameterDesign drink, method, amount, card;
  drink.levels = {"espresso", "latte"};
  method.levels = {"card", "app"};
  amount.unique = amount.money = card.unique = true;
  amount.currency = "EUR";
  plan.design.events["brew"] = {"dummy: dummy", {{"drink", drink}}, 350 * ms};
  plan.design.events["pay"] = {
      "host", {{"method", method}, {"amount", amount}, {"card", card}}, 350 * ms};

  Generator generator(7);
  int trial = 0;
  for (int block = 1; block <= plan.blocks; ++block) {
    std::vector<std::pair<const char*, bool>> arms;
    for (int i = 0; i < plan.per_block; ++i)
      for (const char* event : {"brew", "pay"})
        for (const bool sham : {false, true}) arms.emplace_back(event, sham);
    generator.shuffle(std::span(arms));
    for (const auto& [event, sham] : arms) {
      Slot slot;
      slot.trial = ++trial;
      slot.block = block;
      slot.event = event;
      slot.sham = sham;
      slot.jitter_ns = static_cast<std::int64_t>(generator.below(400)) * ms;
      if (slot.event == "pay")
        slot.parameters = {{"method", trial % 2 == 0 ? "card" : "app"},
                           {"amount", std::int64_t{105 + 5 * trial}},
                           {"card", fmt::format("{:06x}", generator.below(1u << 24))}};
      else
        slot.parameters = {{"drink", trial % 3 == 0 ? "espresso" : "latte"}};
      plan.slots.push_back(slot);
    }
  }
  return plan;
}

Finding sale_record() {
  Finding f;
  f.id = "F1";
  f.event = "pay";
  f.grade = 'A';
  f.against = "sham: host";
  f.destination = {"api.kiosk.example", "203.0.113.10", 80};
  f.protocol = "http";
  f.message = "POST /v1/order";
  f.timing = Timing{16, 16, 0, 16, {0, 100 * ms}, 4.2e-8, 1e-4};
  f.latency = Latency{41 * ms, 78'400'000, 88 * ms};
  f.served_by_dns = {"query A api.kiosk.example"};
  f.fields = {
      stimulus("body|json:/pay/amount", "amount", 4.8e-14, "minor units", {"110", "125", "340"}),
      stimulus("body|json:/pay/card", "card", 4.8e-14, "text", {"9a34f1", "04a1b2"}),
      stimulus("body|json:/pay/method", "method", 1.6e-4, "mapping", {"CARD", "APP"}),
      stimulus("body|json:/drink", "drink", 1.6e-4, "mapping", {"E1", "L2"}),
      field("body|json:/ts", FieldKind::time, {"1760000012"}),
      field("body|json:/seq", FieldKind::counter, {"1041", "1042", "1043"}),
      field("body|json:/sn", FieldKind::constant, {"KD00412"}),
      field("body|json:/model", FieldKind::constant, {"K95"}),
      field("body|json:/site/lat", FieldKind::constant, {"31.2304"}),
      field("body|json:/nonce", FieldKind::random, {"f2c8e1b09a7d4c55"}),
      field("header:x-q", FieldKind::unexplained, {"0.7", "0.9"})};
  f.fields[2].mapping = {{"card", "CARD"}, {"app", "APP"}};
  f.fields[3].mapping = {{"espresso", "E1"}, {"latte", "L2"}};
  f.fields[0].meaning = {"payment", "it carries amount", "", ""};
  f.fields[1].meaning = {"payment", "it carries card", "", ""};
  f.fields[6].meaning = {"identity", "its values: serial", "serial",
                         "it holds the serial number by which the bench names the machine"};
  f.fields[0].provenance = {"parameter", "16 of 16 acts agree with amount", 3};
  f.fields[4].provenance = {"clock", "a clock that keeps within 0.6 s of the packets' clock"};
  f.fields[6].provenance = {"identity", "one value in 16 messages: its serial number"};
  f.peri_event = PeriEvent{
      -50 * ms, 10 * ms, std::vector<std::uint64_t>(25), std::vector<std::uint64_t>(25), 16, 16};
  f.peri_event->acts[9] = 12;
  f.peri_event->acts[12] = 4;
  f.peri_event->shams[2] = 1;
  return f;
}

Finding brew_telemetry(const std::string& id, const std::string& event) {
  Finding f;
  f.id = id;
  f.event = event;
  f.grade = 'A';
  f.against = event == "brew" ? "sham: dummy" : "sham: host";
  f.destination = {"mqtt.kiosk.example", "203.0.113.20", 1883};
  f.protocol = "mqtt";
  f.message = "PUBLISH kiosk/{}/brew";
  f.timing = Timing{16, 16, 1, 16, {0, 200 * ms}, 7.1e-7, 2e-4};
  f.latency = Latency{63 * ms, 121 * ms, 160 * ms};
  f.fields = {stimulus("payload|json:/drink", "drink", 1.6e-4, "text", {"espresso", "latte"}),
              field("payload|json:/t", FieldKind::time, {"1760000013"}),
              field("topic:1", FieldKind::constant, {"KD00412"})};
  return f;
}

Bytes order_packet() {
  Bytes bytes = {0x02, 0xc0, 0xff, 0xee, 0x00, 0xfe, 0x02, 0xc0, 0xff, 0xee, 0x00, 0x01, 0x08, 0x00,
                 0x45, 0x00, 0x01, 0x24, 0x1c, 0x46, 0x40, 0x00, 0x40, 0x06, 0x2d, 0x5c, 0x0a, 0x4d,
                 0x00, 0x32, 0xcb, 0x00, 0x71, 0x0a, 0xa4, 0x1e, 0x00, 0x50, 0x7d, 0x28, 0x11, 0xc0,
                 0x5a, 0x01, 0x9f, 0x33, 0x80, 0x18, 0x01, 0xf6, 0x4a, 0x0c, 0x00, 0x00};
  const std::string text =
      "POST /v1/order HTTP/1.1\r\nHost: api.kiosk.example\r\nContent-Type: application/json\r\n"
      "X-Q: 0.7\r\nContent-Length: 139\r\n\r\n"
      R"({"sn":"KD00412","model":"K95","ts":1760000012,"seq":1041,"drink":"E1",)"
      R"("pay":{"method":"CARD","amount":110,"card":"9a34f1"},"nonce":"f2c8e1b09a7d4c55"})";
  for (const char c : text) bytes.push_back(static_cast<std::uint8_t>(c));
  return bytes;
}

void add_evidence(ReportInput& input, Finding& finding, Generator& generator) {
  for (const Trial& trial : input.trials) {
    if (trial.sham || trial.event != finding.event) continue;
    const std::int64_t latency =
        finding.latency->median_ns + static_cast<std::int64_t>(generator.below(30)) * ms - 15 * ms;
    const Evidence evidence{trial.trial, 0, 4096u + 1200u * static_cast<unsigned>(trial.trial),
                            static_cast<std::uint64_t>(17 * trial.trial),
                            static_cast<std::uint64_t>(17 * trial.trial + 1)};
    finding.evidence.push_back(evidence);
    input.marks.push_back(
        {trial.origin_ns() + latency, finding.id, finding.protocol + " " + finding.message, 292});
  }
  if (finding.id == "F1")
    input.excerpts.push_back(
        {finding.id, finding.evidence.front(), input.trials.front().start_ns, order_packet(), 292});
}

void add_background(ReportInput& input, std::int64_t end_ns) {
  std::size_t i = 0;
  for (std::int64_t t = begin_ns - 2000 * ms; t < end_ns; t += 390 * ms, ++i) {
    input.marks.push_back({t, "", "mqtt PUBLISH kiosk/KD00412/hb", 82});
    if (i % 3 == 0) input.marks.push_back({t + 120 * ms, "", "http GET /v1/config", 160});
    if (i % 5 == 0) input.marks.push_back({t + 250 * ms, "", "ntp client", 48});
  }
  input.findings.background = {
      {{"mqtt.kiosk.example", "203.0.113.20", 1883},
       "mqtt",
       "PUBLISH kiosk/{}/hb",
       146,
       {{"brew", 0.18}, {"pay", 0.12}}},
      {{"api.kiosk.example", "203.0.113.10", 80}, "http", "GET /v1/config", 49, {{"pay", 0.21}}},
      {{"ntp.kiosk.example", "203.0.113.30", 123}, "ntp", "client", 30, {{"brew", 0.3}}},
      {{"kiosk.example", "10.77.0.1", 53}, "dns", "query A ntp.kiosk.example", 30, {}},
      {{"api.kiosk.example", "203.0.113.10", 80}, "http", "POST /v1/register", 1, {}}};
  SentSignature register_once;
  register_once.destination = {"api.kiosk.example", "203.0.113.10", 80};
  register_once.protocol = "http";
  register_once.message = "POST /v1/register";
  register_once.count = 1;
  register_once.bytes = 240;
  register_once.fields = {"body|json:/sn", "header:host"};
  register_once.meanings = {{"body|json:/sn",
                             {"identity", "its values: serial", "serial",
                              "it holds the serial number by which the bench names the machine"}}};
  input.findings.signatures = {register_once};
}

ReportInput run_without_findings() {
  ReportInput input;
  input.plan = sample_plan();
  std::int64_t now = begin_ns;
  for (const Slot& slot : input.plan.slots) {
    now += 430 * ms + slot.jitter_ns;
    Trial trial = trial_of(slot);
    trial.start_ns = now;
    trial.act_ns = now + 8 * ms;
    trial.end_ns = now + 358 * ms;
    if (slot.event == "pay") {
      trial.currency = "EUR";
      if (!slot.sham) trial.observed = {{"price", std::int64_t{180}}};
    }
    input.trials.push_back(trial);
  }
  Findings& findings = input.findings;
  FindingsRun& run = findings.run;
  run.id = "demo-20251009T085320Z";
  run.outcome = "completed";
  run.bench = "demo kiosk";
  run.operator_name = "lab";
  run.started_ns = begin_ns - 2100 * ms;
  run.ended_ns = now + 900 * ms;
  run.seed = 7;
  run.plan_sha256 = "3f2a9d51c07be86412f9d0a85e61b3c7f1d2e4a6980b7c5d3e1f20a4b6c8d9e0";
  run.journal_head = "b81c4e0f9a2d6357c4e1f08b9d7a5c3e2f10d4b6a8978c5e3f1d0b2a4c6e8f90";
  run.dut_json =
      R"({"firmware":"2.1.7","mac":["02:c0:ff:ee:00:01"],"maker":"Kalerm","model":"K95",)"
      R"("serial":"KD00412"})";
  run.paths = {{"bluetooth", "absent"},
               {"cellular", "absent"},
               {"ethernet", "captured"},
               {"wifi", "blocked"}};
  run.captures = {{"capture/0001.pcapng",
                   "9c1185a5c5e9fc54612808977ee8f548b2258d31c07be86412f9d0a85e61b3c7", 1893, 0}};
  findings.analysis.program = "brewproof 0.1.0";
  findings.analysis.source_sha256 =
      "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
  findings.analysis.windows = input.plan.design.windows;
  findings.analysis.draws = 9999;
  findings.analysis.law = "blocks of 4+4";
  findings.analysis.cross_check = "tshark 4.0.17";
  findings.analysis.categories = {
      1, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"};
  findings.analysis.opinions = {
      {"http requests",
       16,
       16,
       1,
       0,
       0,
       {{0, 112, "method=POST path=/v1/order", "method=POST path=/v1/orders"}}},
      {"mqtt publishes", 57, 57, 0, 2, 0, {}}};
  findings.analysis.read_alone = {{"snmp", 12}};
  add_background(input, *run.ended_ns);
  findings.bytes.up_total = 81'234;
  findings.bytes.by_cause = {{"background", 81'234}, {"overhead", 0}, {"unexplained", 0}};
  return input;
}

}  // namespace

ReportInput sample_report() {
  ReportInput input = run_without_findings();
  Generator generator(11);
  Findings& findings = input.findings;
  findings.findings = {sale_record(), brew_telemetry("F2", "brew"), brew_telemetry("F3", "pay")};
  for (Finding& finding : findings.findings) add_evidence(input, finding, generator);
  // One heartbeat fell into a sham's window by chance.
  for (const Trial& trial : input.trials)
    if (trial.trial == 9) input.marks.push_back({trial.origin_ns() + 150 * ms, "F2", "mqtt", 82});
  std::ranges::sort(input.marks, {}, &TimelineMark::time_ns);
  findings.exclusions = {{"pay", "capture-gap", 4}, {"sham of pay", "capture-gap", 4}};
  Finding weak = brew_telemetry("C1", "brew");
  weak.grade = 'C';
  weak.message = "GET /v1/config";
  weak.destination = {"api.kiosk.example", "203.0.113.10", 80};
  weak.protocol = "http";
  weak.timing = Timing{7, 16, 2, 16, {0, 350 * ms}, 0.031, 0.4};
  weak.latency.reset();
  weak.fields.clear();
  findings.candidates = {weak};
  findings.none = {{"clean", 16, 0.1707, 0.95, 350 * ms}};
  findings.spikes = {
      {"clean", SpikeForm::immediate, std::nullopt, 20, 20},
      {"clean", SpikeForm::delayed,
       SpikeRecovery::Kind{
           {"mqtt.kiosk.example", "203.0.113.20", 1883}, "mqtt", "PUBLISH kiosk/{}/hb"},
       20, 9}};
  findings.none[0].not_covered = {findings.spikes[1]};
  findings.bytes.by_cause = {{"background", 50'002},
                             {"brew", 9'110},
                             {"overhead", 1'122},
                             {"pay", 21'000},
                             {"unexplained", 0}};
  BackgroundBytes beat;
  beat.kind = {{"mqtt.kiosk.example", "203.0.113.20", 1883},
               "mqtt",
               false,
               "PUBLISH kiosk/{}/hb",
               41,
               41,
               30'000 * ms,
               30'000 * ms,
               60'000 * ms};
  beat.bytes = 50'002;
  beat.gaps = 40;
  beat.steady_gaps = 38;
  beat.steady_ns = 200 * ms;
  beat.connections = 1;
  beat.why = "regular";
  findings.bytes.background = {beat};
  return input;
}

ReportInput mute_report() {
  ReportInput input = run_without_findings();
  input.findings.none = {{"brew", 16, 0.1707, 0.95, 350 * ms}, {"pay", 16, 0.1707, 0.95, 350 * ms}};
  return input;
}

ReportInput report_of_hostile_text(const std::string& text) {
  ReportInput input = sample_report();
  // A few of each are enough, and there are many texts.
  input.trials.resize(10);
  input.plan.slots.resize(10);
  std::erase_if(input.marks, [&](const TimelineMark& mark) {
    return mark.time_ns > input.trials.back().end_ns;
  });
  Findings& findings = input.findings;
  for (Finding& finding : findings.findings) finding.evidence.resize(3);
  for (auto* list : {&findings.findings, &findings.candidates})
    for (Finding& finding : *list) {
      finding.event = finding.against = finding.protocol = finding.message = text;
      finding.relation = finding.id = text;
      finding.node = text;
      finding.destination.name = finding.destination.address = text;
      finding.served_by_dns = finding.reasons = {text};
      for (FieldFinding& field : finding.fields) {
        field.path = field.form = text;
        if (field.kind == FieldKind::stimulus) field.parameter = text;
        field.examples = {text, text};
        if (!field.mapping.empty()) field.mapping = {{text, text}};
        field.provenance = {"parameter", text, 1};
      }
    }
  for (NoneSeen& none : findings.none) none.event = text;
  for (SpikeRecovery& spike : findings.spikes) spike.event = text;
  findings.spikes[1].like = {{text, text, 1}, text, text};
  findings.soak = Soak{600'000 * ms,
                       {{{text, text, 1}, text, false, text, 9, 9, 60'000 * ms, ms, 61'000 * ms}},
                       62'000 * ms,
                       16'000 * ms};
  findings.regression =
      Regression{text,
                 {{"claim-gone", text, text, {text, text, 1}, text, false, text, 0, {}, 1e-3, text},
                  {"new-message", "", "", {text, text, 1}, text, true, text, 3, {}, {}, ""},
                  {"new-fields", "", "", {text, text, 1}, text, false, text, 3, {text}, {}, ""}}};
  findings.none[0].not_covered = {findings.spikes[1]};
  for (Background& background : findings.background) {
    background.destination.name = background.protocol = background.message = text;
    background.max_excess = {{text, 0.1}};
  }
  for (Exclusion& exclusion : findings.exclusions) exclusion.arm = exclusion.reason = text;
  findings.run.bench = findings.run.operator_name = findings.run.id = text;
  findings.run.paths = {{text, text}};
  findings.run.reasons = {text};
  findings.run.commissioned = Commissioned{std::nullopt, text};
  findings.run.history = {2, 2, {{text, 1}}, {{1, text, 0, text, text}}};
  findings.confirming = {text, text, {{text, text, text, {text, text, 1}, text, false, text, {}}}};
  findings.confirmations.push_back({findings.confirming->claims[0], Timing{}, 1, text, text});
  findings.run.tls_gateway.emplace();
  findings.run.tls_gateway->mode = "intercept";
  findings.run.tls_gateway->destinations = {{text, text, text, 1}, {text, "refused", text, 1}};
  findings.run.tls_gateway->effects.emplace_back().destination = text;
  findings.run.captures[0].file = text;
  findings.run.dut_json = nlohmann::json({{text, text}, {"serial", text}})
                              .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  findings.analysis.law = findings.analysis.program = text;
  findings.analysis.cross_check = findings.analysis.no_cross_check = text;
  findings.analysis.opinions = {{text, 3, 2, 1, 1, 1, {{0, 7, text, text}}}};
  findings.analysis.unheard = {{0, text}};
  findings.analysis.read_alone = {{text, 2}};
  TlsTally tally{3, 1, {{text, TlsSealed{2, 1, {{{0, 0, 7}, text}}}}}};
  findings.analysis.tls = {{{text, 1, 2, 3, text}}, {{Endpoint{text, text, 443}, tally}}};
  for (BackgroundBytes& of : findings.bytes.background) {
    of.kind.destination = {text, text, 1};
    of.kind.protocol = of.kind.message = of.why = text;
  }
  findings.bytes.by_cause[text] = 1;
  findings.bytes.by_layer[text] = 1;
  for (Trial& trial : input.trials) {
    trial.event = trial.reason = trial.currency = text;
    trial.params = trial.observed = {{text, text}};
  }
  input.samples = {{text, text, text, 1, {0, input.trials.front().start_ns}, false}};
  for (TimelineMark& mark : input.marks) {
    mark.label = text;
    if (!mark.finding.empty()) mark.finding = text;
  }
  for (PacketExcerpt& excerpt : input.excerpts) {
    excerpt.finding = text;
    for (std::size_t i = 0; i < excerpt.bytes.size() && !text.empty(); ++i)
      excerpt.bytes[i] = static_cast<std::uint8_t>(text[i % text.size()]);
  }
  input.plan.procedure = input.plan.nonce = text;
  std::map<std::string, EventDesign> events;
  events[text] = {text, {{text, ParameterDesign{}}}, 1};
  events[text].parameters[text].levels = {text, text};
  input.plan.design.events = events;
  return input;
}

}  // namespace brewproof
