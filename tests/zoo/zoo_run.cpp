#include "tests/zoo/zoo_run.h"

#include <algorithm>
#include <fstream>

#include "fixtures/zoo/pcap_file.h"
#include "rig/decode/decoder.h"
#include "rig/evidence/trials_log.h"
#include "rig/procedure/make_plan.h"
#include "rig/procedure/service_stops.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

/// Who tells of one act in three, or of each tenth, needs more acts than the others before anything
/// can be shown.
struct Demanding {
  std::string_view machine;
  int blocks;
};
constexpr Demanding demanding[] = {{"sampled", 12}, {"tenth", 21}};

fs::path zoo_folder() { return fs::path(BREWPROOF_SOURCE_DIR) / "fixtures/profiles/zoo"; }

std::vector<sim::OffLineStep> steps_of(const EventSpec& event) {
  using Kind = sim::OffLineStep::Kind;
  std::vector<sim::OffLineStep> steps;
  for (const Step& step : event.steps) {
    switch (step.kind) {
      case Step::Kind::wait:
        steps.push_back({Kind::wait, step.duration});
        break;
      case Step::Kind::block:
        steps.push_back({Kind::block});
        break;
      case Step::Kind::unblock:
        steps.push_back({Kind::unblock});
        break;
      default:
        steps.push_back({Kind::act});
        break;
    }
  }
  return steps;
}

Result<void> write_lines(const fs::path& file, const std::vector<std::string>& lines) {
  std::ofstream out(file, std::ios::binary);
  for (const std::string& line : lines) out << line << '\n';
  if (!out.flush()) return fail(ErrorCode::io, "{}: cannot be written", file.string());
  return {};
}

}  // namespace

fs::path profile_of(const std::string& machine) {
  if (fs::exists(machine)) return machine;
  return zoo_folder() / (machine + ".yaml");
}

std::vector<std::string> all_machines() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(zoo_folder())) {
    const std::string file = entry.path().filename();
    if (file.ends_with(".yaml") && !file.ends_with(".procedure.yaml"))
      names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

Result<ProcedureFile> zoo_procedure(const std::string& machine, const ZooOptions& options) {
  fs::path file = profile_of(machine).replace_extension("procedure.yaml");
  if (!fs::exists(file)) file = zoo_folder() / "zoo.procedure.yaml";
  auto procedure = read_procedure_file(file.string());
  if (!procedure) return procedure;
  for (const Demanding& one : demanding)
    if (one.machine == machine) procedure->blocks = one.blocks;
  if (options.blocks > 0) procedure->blocks = options.blocks;
  return procedure;
}

Result<ZooRun> run_machine(const std::string& machine, const ZooOptions& options) {
  ZooRun run;
  run.machine = machine;
  auto profile = sim::read_profile(profile_of(machine));
  if (!profile) return pass_on(std::move(profile));
  run.profile = std::move(*profile);
  auto procedure = zoo_procedure(machine, options);
  if (!procedure) return pass_on(std::move(procedure));
  auto plan = make_plan(*procedure, options.seed);
  if (!plan) return pass_on(std::move(plan));
  run.plan = std::move(*plan);
  sim::OffLineSettings settings;
  settings.seed = options.seed;
  settings.listen = std::chrono::nanoseconds(listening_ns(run.plan));
  for (const auto& [name, event] : procedure->events) settings.steps[name] = steps_of(event);
  auto done = sim::run_off_line(run.profile, run.plan, settings);
  if (!done) return pass_on(std::move(done));
  run.run = std::move(*done);
  return run;
}

Result<void> write_run(const ZooRun& run, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(ErrorCode::io, "{}: cannot be made: {}", folder.string(), error.message());
  if (auto written = sim::write_pcap(folder / "capture.pcap", run.run.frames); !written)
    return written;
  std::vector<std::string> trials, truth;
  for (const Trial& trial : run.run.trials) trials.push_back(trial_json(trial));
  for (const auto& line : run.run.truth)
    truth.push_back(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (auto written = write_lines(folder / "trials.jsonl", trials); !written) return written;
  if (auto written = write_lines(folder / "truth.jsonl", truth); !written) return written;
  return write_lines(folder / "plan.json", {plan_json(run.plan)});
}

ProofInput decoded(const ZooRun& run) {
  const auto& identity = run.profile.identity;
  ProofInput input;
  input.design = run.plan.design;
  input.trials = run.run.trials;
  input.identities = {identity.at("mac"), identity.at("serial")};
  DecodeOptions options;
  options.dut = {identity.at("mac")};
  if (const auto& outage = run.profile.outage; outage && !outage->second_mac.empty()) {
    options.dut.push_back(outage->second_mac);  // the bench file names all of its interfaces
    input.identities.push_back(outage->second_mac);
  }
  MessageKeeper keeper;
  Decoder decoder(options,
                  [&](Message&& message) { input.messages.push_back(keeper.keep(message)); });
  std::uint64_t offset = 24, number = 0;  // as in the file that write_run writes
  for (const sim::WireFrame& frame : run.run.frames) {
    Packet packet;
    packet.time_ns = frame.t_ns;
    packet.data =
        ByteView(reinterpret_cast<const std::uint8_t*>(frame.bytes.data()), frame.bytes.size());
    packet.original_length = static_cast<std::uint32_t>(frame.bytes.size());
    packet.place = {0, offset, ++number};
    decoder.packet(packet);
    offset += 16 + frame.bytes.size();
  }
  decoder.finish();
  input.up_bytes = decoder.totals().up_bytes;
  input.capture_end_ns = decoder.totals().last_ns;
  return input;
}

}  // namespace brewproof
