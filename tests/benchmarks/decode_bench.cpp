// Packets per second from a capture file to decoded fields, and the peak memory of it, beside
// tshark -T fields on the same file in the same run. Each measured run is a process of its own.
//
//   bench_decode [--quick] [--packets N]... [--tshark-packets N] [--no-tshark] [--capture FILE]

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "rig/capture/capture_file.h"
#include "rig/decode/decoder.h"
#include "tests/benchmarks/mixed_capture.h"

namespace {

using namespace brewproof;

struct Run {
  double seconds = 0;      // on the wall
  double cpu_seconds = 0;  // what a busy machine does not change much
  long peak_kib = 0;
  int status = -1;
};

/// Runs `work` in a child and takes its time and peak resident memory.
Run measure(const std::function<void()>& work) {
  std::fflush(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    std::fflush(nullptr);
    ::_exit(0);
  }
  Run run;
  rusage usage{};
  if (child < 0 || ::wait4(child, &run.status, 0, &usage) != child) return run;
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  run.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  run.peak_kib = usage.ru_maxrss;
  return run;
}

struct Work {
  std::uint64_t messages = 0, fields = 0, value_bytes = 0;
};

void decode_file(const std::string& path, bool say) {
  auto reader = CaptureFileReader::open(path);
  if (!reader) {
    fmt::print(stderr, "{}\n", reader.error().message);
    ::_exit(3);
  }
  Work work;
  Decoder decoder({}, [&](Message&& message) {  // looked at and left in place
    ++work.messages;
    work.fields += message.fields.size();
    for (const Field& field : message.fields) work.value_bytes += field.value.size();
  });
  for (;;) {
    const auto packet = reader->next();
    if (!packet) {
      fmt::print(stderr, "{}\n", packet.error().message);
      ::_exit(3);
    }
    if (!*packet) break;
    decoder.packet(**packet);
  }
  decoder.finish();
  if (say)
    fmt::print("  {} messages, {} fields, {} bytes of values, {} malformed, {} gap bytes\n",
               work.messages, work.fields, work.value_bytes, decoder.totals().malformed,
               decoder.totals().gap_bytes);
}

void exec_tshark(const std::string& path) {
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null < 0) ::_exit(127);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(null, STDERR_FILENO);
  ::execlp("tshark", "tshark", "-n", "-r", path.c_str(), "-T", "fields", "-e", "frame.number", "-e",
           "frame.time_epoch", "-e", "ip.src", "-e", "ip.dst", "-e", "http.request.uri", "-e",
           "http.file_data", "-e", "mqtt.topic", "-e", "mqtt.msg", "-e", "dns.qry.name", "-e",
           "tls.handshake.extensions_server_name", nullptr);
  ::_exit(127);
}

void line(const char* tool, std::uint64_t packets, const Run& run) {
  const auto count = static_cast<double>(packets);
  fmt::print("{:<22}{:>9}{:>9.2f}{:>13.0f}{:>9.2f}{:>15.0f}{:>10.1f}\n", tool, packets, run.seconds,
             count / run.seconds, run.cpu_seconds, count / run.cpu_seconds,
             static_cast<double>(run.peak_kib) / 1024);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::uint64_t> sizes;
  std::uint64_t tshark_packets = 500'000;
  bool with_tshark = true;
  std::string capture;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "0";
    if (word == "--quick") {
      sizes = {100'000};
      tshark_packets = 20'000;
    } else if (word == "--packets") {
      sizes.push_back(std::strtoull(value, nullptr, 10));
      ++i;
    } else if (word == "--tshark-packets") {
      tshark_packets = std::strtoull(value, nullptr, 10);
      ++i;
    } else if (word == "--no-tshark") {
      with_tshark = false;
    } else if (word == "--capture") {
      capture = value;
      ++i;
    } else {
      fmt::print(stderr, "unknown argument {}\n", word);
      return 2;
    }
  }
  if (!capture.empty()) {
    decode_file(capture, true);
    return 0;
  }
  if (sizes.empty()) sizes = {500'000, 2'000'000};

  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("brewproof-mixed-{}.pcap", ::getpid()))
          .string();
  double best = 0, tshark_rate = 0;
  fmt::print("{:<22}{:>9}{:>9}{:>13}{:>9}{:>15}{:>10}\n", "", "packets", "seconds", "packets/s",
             "CPU s", "packets/CPU s", "peak MiB");
  for (const std::uint64_t size : sizes) {
    const auto made = benchmarks::write_mixed_capture(path, size);
    // The best of three: the file is in the page cache for every tool.
    Run ours = measure([&] { decode_file(path, false); });
    for (int again = 0; again < 2; ++again) {
      const Run run = measure([&] { decode_file(path, false); });
      if (run.seconds < ours.seconds) ours = run;
    }
    line("brewproof, to fields", made.packets, ours);
    best = static_cast<double>(made.packets) / ours.seconds;
    fmt::print("  {} bytes of file, {:.0f} a packet\n", made.bytes,
               static_cast<double>(made.bytes) / static_cast<double>(made.packets));
    std::fflush(stdout);
    measure([&] { decode_file(path, true); });
  }
  if (with_tshark && tshark_packets != 0) {
    const auto made = benchmarks::write_mixed_capture(path, tshark_packets);
    const Run run = measure([&] { exec_tshark(path); });
    if (run.status == 0) {
      line("tshark -T fields", made.packets, run);
      tshark_rate = static_cast<double>(made.packets) / run.seconds;
    } else {
      fmt::print("tshark is missing or failed: no comparison\n");
    }
  }
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  if (tshark_rate > 0) fmt::print("ratio to tshark: {:.0f} x\n", best / tshark_rate);
  return 0;
}
