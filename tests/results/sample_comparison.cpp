#include "tests/results/sample_comparison.h"

namespace brewproof {
namespace {

Compared compared(double p, double p_adjusted, Standing standing) {
  Compared question;
  question.test = {p, p_adjusted, 3.3e-9};
  question.standing = standing;
  return question;
}

}  // namespace

RunComparison sample_comparison(const std::string& text) {
  const auto or_text = [&](const char* usual) { return text.empty() ? usual : text; };
  RunComparison all;
  all.runs.resize(2);
  all.runs[0] = {or_text("runs/a"), or_text("kiosk-1"),       or_text("completed"), "", {},
                 or_text("2.1.7"),  1'760'000'000'000'000'000};
  all.runs[1] = {or_text("runs/b"), or_text("kiosk-2"),       or_text("completed"), "", {},
                 or_text("2.1.8"),  1'760'003'600'000'000'000};
  all.context = {{"machine", "firmware", {or_text("2.1.7"), or_text("2.1.8")}, Weight::firmware},
                 {"boards", or_text("panel.port"), {or_text("/dev/a"), ""}, Weight::forbids},
                 {"run", "plan", {std::string(64, 'a'), std::string(64, 'b')}, Weight::told}};

  EmissionComparison gone;
  gone.event = or_text("pay");
  gone.relation = "sends";
  gone.destination = {or_text("api.kiosk.example"), or_text("203.0.113.10"), 80};
  gone.protocol = or_text("http");
  gone.message = or_text("POST /v1/order");
  gone.window = Window{0, 1'000'000'000};
  gone.runs.resize(2);
  gone.runs[0] = {or_text("F2"), 'A',          or_text("type=sale"),
                  Tally{16, 16}, Tally{0, 16}, Latency{41'000'000, 60'000'000, 70'000'000}};
  gone.runs[1].acts = Tally{0, 16};
  gone.runs[1].shams = Tally{0, 16};
  gone.rate = compared(3.3e-9, 1e-8, Standing::differs);

  EmissionComparison moved = gone;
  moved.runs[0].id = moved.runs[1].id = "F3";
  moved.runs[1] = moved.runs[0];
  moved.rate = compared(1, 1, Standing::alike);
  moved.latency = compared(0.4, 1, Standing::alike);
  FieldComparison field;
  field.path = or_text("body|json:/cents");
  field.parameter = or_text("amount");
  field.form = or_text("minor units");
  field.runs = {Tally{16, 16}, std::nullopt};
  field.compared = compared(3.3e-9, 1e-8, Standing::differs);
  moved.fields = {field};
  moved.notes = {or_text("body|json:/fw is always \"2.1.7\", then \"2.1.8\"")};

  all.compared.tests = 7;
  all.compared.emissions = {gone, moved};
  all.compared.background = {{gone.destination, or_text("udp"), or_text("datagram"), {0, 3}}};
  all.outcome = Outcome::differs;
  all.why = or_text("this differs as well: boards panel.port");
  return all;
}

}  // namespace brewproof
