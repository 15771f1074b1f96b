// How far live decoding is behind the wire: from the kernel's stamp of a packet, and from when it
// stood in the capture's file, until the controller was told that it is decoded; and from the last
// packet of a message until the message was told, which may have to wait for another packet (an
// acknowledgement, the end of a stream). Real packets of the mix (mixed_capture.h) pass a veth pair
// in a private network, captured by brewproof-capture. Goal: <= 10 ms behind what the ring allows,
// whose blocks take 10 ms.
//
// bench_live [packets a second] [seconds]

#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "rig/capture/capture_file.h"
#include "rig/capture/capture_process.h"
#include "rig/model/clock.h"
#include "rig/process/child.h"
#include "rig/reading/live_decoding.h"
#include "tests/benchmarks/mixed_capture.h"
#include "tests/benchmarks/times.h"
#include "tests/rig/capture/private_network.h"

namespace {

using namespace brewproof;
namespace fs = std::filesystem;

double milliseconds(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "live: {}\n", why);
  std::exit(3);
}

std::vector<Bytes> frames_of_the_mix(const std::string& folder, std::uint64_t count) {
  const std::string path = folder + "/mix.pcap";
  (void)benchmarks::write_mixed_capture(path, count);
  auto reader = CaptureFileReader::open(path);
  if (!reader) give_up(reader.error().message);
  std::vector<Bytes> frames;
  for (auto packet = reader->next(); packet && *packet; packet = reader->next())
    frames.emplace_back((*packet)->data.begin(), (*packet)->data.end());
  return frames;
}

// What came from the decoder, and when.
struct Heard {
  struct State {
    std::int64_t at_ns = 0;
    std::uint64_t packets = 0;  // decoded by then
  };
  std::mutex mutex;
  std::vector<double> messages;  // ms from the last packet's stamp
  std::vector<State> states;
  std::string ended;

  LiveDecoding::Listener listener() {
    return {
        .message =
            [this](const Message& message) {
              const std::scoped_lock lock(mutex);
              messages.push_back(milliseconds(SystemClock().now().real_ns - message.last_time_ns));
            },
        .totals =
            [this](const DecodeTotals& totals) {
              const std::scoped_lock lock(mutex);
              if (states.empty() || states.back().packets != totals.packets)
                states.push_back({SystemClock().now().real_ns, totals.packets});
            },
        .ended =
            [this](const std::string& why) {
              const std::scoped_lock lock(mutex);
              ended = why;
            }};
  }
};

struct Stood {
  std::int64_t at_ns = 0;
  std::uint64_t bytes = 0;
};

// Looks at the file's size five thousand times a second.
void watch_file(const std::string& file, const std::atomic<bool>& over, std::vector<Stood>& stood) {
  const SystemClock clock;
  while (!over) {
    std::error_code ignored;
    const auto bytes = fs::file_size(file, ignored);
    if (!ignored && (stood.empty() || stood.back().bytes != bytes))
      stood.push_back({clock.now().real_ns, bytes});
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

void print(const char* of, const std::vector<double>& milliseconds) {
  fmt::print("{:<44}{:>8.2f}{:>8.2f}{:>8.2f}\n", of, quantile(milliseconds, 0.5),
             quantile(milliseconds, 0.99), quantile(milliseconds, 1));
}

void send(const std::vector<Bytes>& frames, int per_second) {
  Sender sender;
  auto due = std::chrono::steady_clock::now();
  for (const Bytes& frame : frames) {
    sender.send_frame(frame);
    due += std::chrono::nanoseconds(1'000'000'000 / per_second);
    std::this_thread::sleep_until(due);
  }
  std::this_thread::sleep_for(std::chrono::seconds(1));
}

// Each packet of the file beside the first state that counts it, and the first size that holds it.
void print_packets(const std::string& file, const Heard& heard, const std::vector<Stood>& stood) {
  auto reader = CaptureFileReader::open(file);
  if (!reader) give_up(reader.error().message);
  std::vector<double> of_the_wire, of_the_file;
  auto state = heard.states.begin();
  auto size = stood.begin();
  std::uint64_t number = 0;
  for (auto packet = reader->next(); packet && *packet; packet = reader->next()) {
    ++number;
    while (state != heard.states.end() && state->packets < number) ++state;
    while (size != stood.end() && size->bytes <= (*packet)->place.offset) ++size;
    if (state == heard.states.end() || size == stood.end()) give_up("a packet was never decoded");
    of_the_wire.push_back(milliseconds(state->at_ns - (*packet)->time_ns));
    of_the_file.push_back(milliseconds(state->at_ns - size->at_ns));
  }
  print("from a packet's stamp until it was decoded", of_the_wire);
  print("from a packet in the file until then", of_the_file);
}

void measure(const std::string& folder, const std::vector<Bytes>& frames, int per_second) {
  const fs::path captures = fs::path(folder) / std::to_string(per_second);
  fs::create_directories(captures);
  CaptureSettings settings;
  settings.program = program_beside("brewproof-capture");
  settings.interface = "cap0";
  settings.folder = captures;
  settings.segment_bytes = std::uint64_t{1} << 40;
  auto capture = CaptureProcess::start(settings);
  if (!capture) give_up(capture.error().message);
  const std::string file = captures / "0001.pcapng";
  std::atomic<bool> over{false};
  std::vector<Stood> stood;
  std::thread watch([&] { watch_file(file, over, stood); });
  Heard heard;
  {
    auto live = LiveDecoding::start({captures, {}}, {}, heard.listener());
    if (!live) give_up(live.error().message);
    send(frames, per_second);
  }
  over = true;
  watch.join();
  if (!heard.ended.empty()) give_up(heard.ended);
  if (heard.messages.empty()) give_up("no message was told");
  fmt::print("{} packets, {} a second, {} messages, ms\n{:<44}{:>8}{:>8}{:>8}\n", frames.size(),
             per_second, heard.messages.size(), "", "p50", "p99", "most");
  print_packets(file, heard, stood);
  print("from a message's last packet until told", heard.messages);
}

}  // namespace

int main(int argc, char** argv) {
  const int per_second = argc > 1 ? std::atoi(argv[1]) : 0;
  const int seconds = argc > 2 ? std::atoi(argv[2]) : 10;
  if (const std::string why = enter_private_network(); !why.empty()) give_up(why);
  const std::string folder = fs::temp_directory_path() / fmt::format("live-{}", ::getpid());
  fs::create_directories(folder);
  for (const int rate : per_second > 0 ? std::vector{per_second} : std::vector{20, 200, 2000})
    measure(folder, frames_of_the_mix(folder, static_cast<std::uint64_t>(rate * seconds)), rate);
  fs::remove_all(folder);
}
