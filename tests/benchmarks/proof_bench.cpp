// How long the proof takes: a large run of 1,000 trials, a million messages and 200 signatures; how
// that grows with the messages, and what it adds to decoding a capture. Each measured run is a
// process of its own; ratios are of CPU time, which a busy machine changes little.
//
//   bench_proof [--quick] [--messages N]... [--packets N]
//   bench_proof --attribute N      the measured work alone, for a profiler
//   bench_proof --stages N         how long each of its first steps takes
//   bench_proof --decoded N        the same of a capture of N packets

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "rig/capture/capture_file.h"
#include "rig/decode/decoder.h"
#include "rig/proof/sight.h"
#include "rig/proof/windows.h"
#include "rig/proof/workings.h"
#include "tests/benchmarks/measured.h"
#include "tests/benchmarks/mixed_capture.h"
#include "tests/rig/proof/synthetic_world.h"

namespace {

using namespace brewproof;
using benchmarks::measure;
using benchmarks::Run;
using synthetic::ms;
using synthetic::World;

constexpr int blocks = 50, per_block = 5;  // of two events and their shams: 1,000 trials
constexpr std::size_t signatures = 200;

/// Half of the signatures are rare, seen in a part of the slots, so that each of them is in the
/// family of tests in every window; the rest of the messages fall on the other half.
void add_traffic(World& world, std::size_t messages) {
  const std::size_t rare = std::min(messages / 4, signatures / 2 * 400);
  for (std::size_t i = 0; i < messages; ++i) {
    const std::size_t s =
        i < rare ? i % (signatures / 2) : signatures / 2 + i % (signatures - signatures / 2);
    const std::int64_t t = world.within(synthetic::start, world.end);
    world.send(t, fmt::format("host{}.kiosk.example", s % 20), 1883, "mqtt",
               fmt::format("PUBLISH kiosk/KD00412/{}", static_cast<char>('a' + s / 26 % 26)) +
                   static_cast<char>('a' + s % 26),
               {synthetic::text("payload|json:/type", i % 7 == 0 ? "env" : "state"),
                synthetic::text("payload|json:/up", std::to_string(t / 1'000'000'000)),
                synthetic::text("payload|json:/temp", std::to_string(900 + i % 30))},
               1 + s % 20, 120);
  }
}

/// `messages` of background, and what 500 acts send.
ProofInput large_run(std::size_t messages) {
  World world(7);
  world.input.design.draws = 9999;
  world.deal({"brew", "pay"}, blocks, per_block);
  world.deal_levels("brew", "drink", {"espresso", "latte"});
  world.deal_levels("pay", "method", {"card", "app"});
  world.deal_tokens("pay", "card");
  world.input.messages.reserve(messages + 1000);
  add_traffic(world, messages);
  for (const Trial& trial : world.input.trials) {
    if (trial.sham) continue;
    if (trial.event == "brew") {
      send_brew_telemetry(world, trial, std::get<std::string>(trial.params.at("drink")), "panel");
      continue;
    }
    world.send(trial.origin_ns() + world.within(25 * ms, 80 * ms), "api.kiosk.example", 80, "http",
               "POST /v1/order",
               {synthetic::text("body|json:/method",
                                trial.params.at("method") == Value{"card"} ? "01" : "02"),
                synthetic::text("body|json:/card", std::get<std::string>(trial.params.at("card")))},
               0, 300);
  }
  return std::move(world.input);
}

/// Were they found, with what they carry? Times of a proof that finds nothing are those of nothing.
int prove(const ProofInput& input) {
  const Proof proof = attribute(input);
  int found = 0;
  for (const Finding& finding : proof.findings) found += finding.grade == 'A' ? 1 : 0;
  return found >= 2 ? 0 : 1;
}

double mib(long kib) { return static_cast<double>(kib) / 1024; }

void line(std::string_view what, std::size_t count, const Run& run, const Run& idle) {
  fmt::print(
      "{:<26}{:>10}{:>10.2f}{:>10.2f}{:>12.1f}{:>14.0f}\n", what, count, run.seconds,
      run.cpu_seconds, mib(run.peak_kib),
      1024.0 * static_cast<double>(run.peak_kib - idle.peak_kib) / static_cast<double>(count));
}

/// 1: the emissions were not found.
int growth(const std::vector<std::size_t>& sizes) {
  fmt::print("{} trials, {} signatures\n{:<26}{:>10}{:>10}{:>10}{:>12}{:>14}\n",
             4 * blocks * per_block, signatures, "", "messages", "seconds", "CPU s", "peak MiB",
             "bytes/message");
  Run smaller;
  std::size_t smaller_size = 0;
  int failed = 0;
  for (const std::size_t size : sizes) {
    // Made in the parent of the measured process: only what the proof itself takes is counted.
    const ProofInput input = large_run(size);
    const Run idle = measure([] { return 0; });
    const Run run = measure([&] { return prove(input); });
    line("attribute", size, run, idle);
    failed |= run.status != 0 ? 1 : 0;
    if (smaller_size != 0) {
      const double doublings =
          std::log2(static_cast<double>(size) / static_cast<double>(smaller_size));
      fmt::print("{:<26}   CPU time grows {:.3f} x a doubling\n", "",
                 std::pow(run.cpu_seconds / smaller.cpu_seconds, 1 / doublings));
    }
    smaller = run;
    smaller_size = size;
  }
  return failed;
}

/// Everything that the capture holds, to `sink`; its time from first to last packet.
std::pair<std::int64_t, std::int64_t> decode_file(const std::string& path,
                                                  const MessageSink& sink) {
  auto reader = CaptureFileReader::open(path);
  if (!reader) ::_exit(3);
  Decoder decoder({}, sink);
  for (;;) {
    const auto packet = reader->next();
    if (!packet) ::_exit(3);
    if (!*packet) break;
    decoder.packet(**packet);
  }
  decoder.finish();
  return {decoder.totals().first_ns, decoder.totals().last_ns};
}

int decode_alone(const std::string& path) {
  std::size_t messages = 0;
  decode_file(path, [&](Message&&) { ++messages; });
  return messages == 0 ? 1 : 0;
}

/// What a capture holds, and lots over its time; nothing in it follows them.
ProofInput decoded_run(const std::string& path) {
  ProofInput input;
  MessageKeeper keeper;
  const auto [first, last] =
      decode_file(path, [&](Message&& message) { input.messages.push_back(keeper.keep(message)); });
  World world(7);
  world.deal({"brew", "pay"}, blocks, per_block);
  input.trials = std::move(world.input.trials);
  input.design = std::move(world.input.design);
  input.design.draws = 9999;
  const std::int64_t slot = (last - first) / static_cast<std::int64_t>(input.trials.size() + 1);
  input.design.windows = {{0, slot / 4}, {0, slot / 2}, {0, slot}};
  for (std::size_t t = 0; t < input.trials.size(); ++t) {
    Trial& trial = input.trials[t];
    trial.start_ns = first + static_cast<std::int64_t>(t) * slot;
    trial.act_ns = trial.start_ns;
    trial.end_ns = trial.start_ns + slot;
  }
  return input;
}

int decode_and_attribute(const std::string& path) {
  return attribute(decoded_run(path)).reasons.empty() ? 0 : 1;
}

/// A capture of `packets`, gone at the end of the scope.
class MixedCapture {
 public:
  explicit MixedCapture(std::uint64_t packets)
      : path_((std::filesystem::temp_directory_path() /
               fmt::format("brewproof-proof-{}.pcap", ::getpid()))
                  .string()),
        packets_(benchmarks::write_mixed_capture(path_, packets).packets) {}
  MixedCapture(const MixedCapture&) = delete;
  MixedCapture& operator=(const MixedCapture&) = delete;
  ~MixedCapture() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }

 private:
  std::string path_;
  std::uint64_t packets_;
};

/// 1: one of them failed.
int beside_decode(std::uint64_t packets) {
  const MixedCapture capture(packets);
  const Run idle = measure([] { return 0; });
  const Run alone = measure([&] { return decode_alone(capture.path()); });
  const Run both = measure([&] { return decode_and_attribute(capture.path()); });
  fmt::print("\n{:<26}{:>10}{:>10}{:>10}{:>12}{:>14}\n", "", "packets", "seconds", "CPU s",
             "peak MiB", "bytes/packet");
  line("decode", capture.packets(), alone, idle);
  line("decode and attribute", capture.packets(), both, idle);
  fmt::print("{:<26}   {:.2f} x decode in CPU time, {:.2f} x on the wall\n", "",
             both.cpu_seconds / alone.cpu_seconds, both.seconds / alone.seconds);
  return alone.status != 0 || both.status != 0 ? 1 : 0;
}

class StopWatch {
 public:
  void tell(std::string_view what) {
    const auto now = std::chrono::steady_clock::now();
    fmt::print("{:<26}{:>8.3f} s\n", what, std::chrono::duration<double>(now - since_).count());
    since_ = std::chrono::steady_clock::now();
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

void stages(const ProofInput& input) {
  StopWatch watch;
  const Lineup lineup = line_up(input.trials);
  watch.tell("lots");
  const Traffic traffic = read_traffic(input.messages, input.identities);
  watch.tell("traffic");
  const Batches batches = find_batches(traffic);
  watch.tell("batches");
  const Nodes nodes = find_nodes(traffic, batches);
  watch.tell("nodes");
  const std::vector<Window> windows = with_joined(input.design.windows);
  const Presence presence =
      find_presence(traffic, batches, nodes.all, input.trials, lineup.used, windows);
  watch.tell("presence");
  const Sights sights(traffic, batches, input.trials, lineup.arms);
  const TimingFamily timing =
      test_timing(lineup.arms, sights, nodes.all, presence, windows, input.design.seed,
                  input.design.draws, timing_level(input));
  watch.tell("timing");
  fmt::print("{} nodes, {} tests in the family, {} different\n", nodes.all.size(), timing.looked_at,
             timing.distinct);
  const Workings workings = work_out(input);
  watch.tell("all of these and content");
  const Proof proof = attribute(input);
  watch.tell("attribute");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  std::uint64_t packets = 2'000'000;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const std::uint64_t value = i + 1 < argc ? std::strtoull(argv[i + 1], nullptr, 10) : 0;
    if (word == "--quick") {
      sizes = {10'000, 40'000};
      packets = 100'000;
      continue;
    }
    ++i;
    if (word == "--messages") {
      sizes.push_back(value);
    } else if (word == "--packets") {
      packets = value;
    } else if (word == "--attribute") {
      return prove(large_run(value));
    } else if (word == "--stages") {
      stages(large_run(value));
      return 0;
    } else if (word == "--decoded") {
      StopWatch watch;
      const ProofInput input = decoded_run(MixedCapture(value).path());
      watch.tell("capture made and decoded");
      stages(input);
      return 0;
    } else {
      fmt::print(stderr, "usage: bench_proof [--quick] [--messages N]... [--packets N]\n");
      return 2;
    }
  }
  if (sizes.empty()) sizes = {10'000, 100'000, 1'000'000};
  const int grown = growth(sizes);
  const int beside = packets == 0 ? 0 : beside_decode(packets);
  return grown != 0 || beside != 0 ? 1 : 0;
}
