// Packets per second from a capture file to decoded fields, and the peak memory of it, beside a
// bare libpcap loop, libtins, tcpdump and tshark in the same run. Each measured run is a process of
// its own.
//
//   bench_decode [--quick] [--packets N]... [--part N]    N packets for tcpdump and tshark, 0: none
//   bench_decode --capture FILE            what a capture decodes to, with a fingerprint of it all
//   bench_decode --write FILE --packets N  the generated capture alone
//   bench_decode --decode FILE             the measured work alone, for a profiler
//   bench_decode --apart FILE              the same in a process of its own

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "rig/capture/capture_file.h"
#include "rig/decode/decoder.h"
#include "rig/reading/decode_process.h"
#include "tests/benchmarks/measured.h"
#include "tests/benchmarks/mixed_capture.h"
#include "tests/benchmarks/other_readers.h"

namespace {
std::uint64_t allocations = 0;  // of C++, in this process and thread
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace brewproof;
using benchmarks::become;
using benchmarks::best_of_three;
using benchmarks::measure;
using benchmarks::Run;

struct Work {
  std::uint64_t messages = 0, fields = 0, value_bytes = 0;
  void add(const Message& message) {
    ++messages;
    fields += message.fields.size();
    for (const Field& field : message.fields) value_bytes += field.value.size();
  }
};

DecodeTotals decode_file(const std::string& path, const MessageSink& sink) {
  auto reader = CaptureFileReader::open(path);
  if (!reader) {
    fmt::print(stderr, "{}\n", reader.error().message);
    ::_exit(3);
  }
  Decoder decoder({}, sink);
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
  return decoder.totals();
}

/// What is measured: every message is looked at and left in place.
int decode_only(const std::string& path) {
  Work work;
  decode_file(path, [&](Message&& message) { work.add(message); });
  return work.messages == 0 ? 1 : 0;
}

/// The same as `run` and `analyze` do it: by brewproof-decode, whose messages come through a pipe.
int decode_apart(const std::string& path) {
  Work work;
  DecodeOrder order;
  order.files = {{path, path}};
  auto process = DecodeProcess::start(std::move(order));
  if (!process) return 3;
  const auto decoded = process->finish([&](Message&& message) { work.add(message); });
  return decoded && decoded->death.empty() && work.messages != 0 ? 0 : 1;
}

/// FNV-1a over all that was decoded: two versions of the decoder agree or do not.
class Fingerprint {
 public:
  void add(const Message& m) {
    for (const std::string& text : {m.protocol, m.message, m.peer.name, m.peer.address}) add(text);
    for (const std::uint64_t number :
         {static_cast<std::uint64_t>(m.time_ns), static_cast<std::uint64_t>(m.last_time_ns),
          std::uint64_t{m.from_dut}, std::uint64_t{m.peer.port}, std::uint64_t{m.dut_port}, m.flow,
          m.size, std::uint64_t{m.repeats}, std::uint64_t{m.malformed}, std::uint64_t{m.gap},
          m.first.frame, m.last.frame})
      add(number);
    for (const Field& field : m.fields) {
      add(field.path);
      add(field.value);
      add(static_cast<std::uint64_t>(field.type));
    }
    for (const std::string& note : m.notes) add(note);
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
    add(std::uint64_t{text.size()});
  }
  void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) add_byte(static_cast<std::uint8_t>(number >> 8 * i));
  }
  void add_byte(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3u; }
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

double per(std::uint64_t what, std::uint64_t packets) {
  return static_cast<double>(what) / static_cast<double>(packets);
}

/// Says what a capture decodes to. `made`: how it was generated, or nullptr. 1: a generated mix is
/// not the one of mixed_capture.h any more, so that its times compare with nothing.
int survey(const std::string& path, const benchmarks::MixedCapture* made) {
  const std::uint64_t allocations_before = allocations;
  decode_only(path);
  const std::uint64_t allocated = allocations - allocations_before;
  Work all;
  std::map<std::string, Work> by_protocol;
  Fingerprint fingerprint;
  const DecodeTotals totals = decode_file(path, [&](Message&& message) {
    all.add(message);
    by_protocol[message.protocol].add(message);
    fingerprint.add(message);
  });
  fmt::print(
      "  {} packets: {} messages, {} fields, {} bytes of values, {} malformed, {} gap bytes\n",
      totals.packets, all.messages, all.fields, all.value_bytes, totals.malformed,
      totals.gap_bytes);
  for (const auto& [protocol, work] : by_protocol)
    fmt::print("    {:<9}{:>9} messages{:>10} fields\n", protocol, work.messages, work.fields);
  fmt::print("  {:.3f} allocations a packet, {:.3f} a message\n", per(allocated, totals.packets),
             per(allocated, all.messages));
  fmt::print("  fingerprint {:016x}\n", fingerprint.value());
  if (made == nullptr) return 0;
  for (const auto& part : made->parts)
    fmt::print("    {:<9}{:>5.1f} % of the packets{:>8.0f} bytes a packet\n", part.name,
               100 * per(part.packets, made->packets), per(part.bytes, part.packets));
  const double messages = per(all.messages, made->packets), fields = per(all.fields, made->packets),
               bytes = per(made->bytes, made->packets);
  fmt::print("  mix: {:.3f} messages, {:.2f} fields, {:.1f} bytes a packet\n", messages, fields,
             bytes);
  if (messages >= 0.48 && fields >= 2.3 && bytes > 268 && bytes < 279) return 0;
  fmt::print(
      "  the mix has drifted: at least 0.48 messages, 2.3 fields and 273 bytes were meant\n");
  return 1;
}

int become_tshark(const std::string& path) {
  return become({"tshark", "-n",
                 "-r",     path.c_str(),
                 "-T",     "fields",
                 "-e",     "frame.number",
                 "-e",     "frame.time_epoch",
                 "-e",     "ip.src",
                 "-e",     "ip.dst",
                 "-e",     "http.request.uri",
                 "-e",     "http.file_data",
                 "-e",     "mqtt.topic",
                 "-e",     "mqtt.msg",
                 "-e",     "dns.qry.name",
                 "-e",     "tls.handshake.extensions_server_name"});
}

int become_tcpdump(const std::string& path) {
  return become({"tcpdump", "-n", "-r", path.c_str()});
}

void line(const char* tool, std::uint64_t packets, const Run& run) {
  const auto count = static_cast<double>(packets);
  fmt::print("{:<22}{:>9}{:>9.2f}{:>13.0f}{:>15.0f}{:>15.0f}{:>10.1f}\n", tool, packets,
             run.seconds, count / run.seconds, 1e9 * run.cpu_seconds / count,
             count / run.cpu_seconds, static_cast<double>(run.peak_kib) / 1024);
}

/// False, and says so, where the run failed: its times are those of nothing.
bool print(const char* tool, std::uint64_t packets, const Run& run) {
  if (run.status == 0)
    line(tool, packets, run);
  else
    fmt::print("{:<22} is missing or failed: no comparison\n", tool);
  return run.status == 0;
}

/// What another tool took for its packets.
struct Other {
  const char* tool;
  std::uint64_t packets = 0;
  Run run;
};

/// How many times as fast as it ours is. `tool`: "" where it stands in the line above.
void print_ratio(const char* tool, const Other& other, std::uint64_t packets, const Run& ours) {
  if (other.run.status != 0) return;
  const double share = static_cast<double>(packets) / static_cast<double>(other.packets);
  fmt::print("{:<22}   ours is {:.2f} x as fast on the wall, {:.2f} x in CPU time\n", tool,
             share * other.run.seconds / ours.seconds,
             share * other.run.cpu_seconds / ours.cpu_seconds);
}

void compare(const char* tool, std::uint64_t packets, const Run& ours,
             const std::function<int()>& work) {
  const Other other{tool, packets, best_of_three(work)};
  if (print(tool, packets, other.run)) print_ratio("", other, packets, ours);
}

/// These two are slow: they read the first packets alone, once.
std::vector<Other> measure_slow(const std::string& path, std::uint64_t packets) {
  std::vector<Other> slow;
  if (packets == 0) return slow;
  const std::uint64_t made = benchmarks::write_mixed_capture(path, packets).packets;
  slow.push_back({"tcpdump -n", made, measure([&] { return become_tcpdump(path); })});
  slow.push_back({"tshark -T fields", made, measure([&] { return become_tshark(path); })});
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  for (const Other& other : slow) print(other.tool, other.packets, other.run);
  return slow;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::uint64_t> sizes;
  std::uint64_t part_packets = 100'000;
  std::string capture, write_to;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "0";
    if (word == "--quick") {
      sizes = {100'000};
      part_packets = 20'000;
    } else if (word == "--packets") {
      sizes.push_back(std::strtoull(value, nullptr, 10));
      ++i;
    } else if (word == "--part") {
      part_packets = std::strtoull(value, nullptr, 10);
      ++i;
    } else if (word == "--capture") {
      capture = value;
      ++i;
    } else if (word == "--decode") {
      return decode_only(value);
    } else if (word == "--apart") {
      return decode_apart(value);
    } else if (word == "--write") {
      write_to = value;
      ++i;
    } else {
      fmt::print(stderr, "unknown argument {}\n", word);
      return 2;
    }
  }
  if (!capture.empty()) return survey(capture, nullptr);
  if (sizes.empty()) sizes = {500'000, 2'000'000, 8'000'000};
  if (!write_to.empty()) {
    benchmarks::write_mixed_capture(write_to, sizes.back());
    return 0;
  }

  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("brewproof-mixed-{}.pcap", ::getpid()))
          .string();
  bool failed = false;
  Run smaller;
  std::uint64_t smaller_packets = 0;
  fmt::print("{:<22}{:>9}{:>9}{:>13}{:>15}{:>15}{:>10}\n", "", "packets", "seconds", "packets/s",
             "CPU ns/packet", "packets/CPU s", "peak MiB");
  const std::vector<Other> slow =
      measure_slow(path, std::min(part_packets, std::ranges::max(sizes)));
  for (const std::uint64_t size : sizes) {
    const auto made = benchmarks::write_mixed_capture(path, size);
    const Run ours = best_of_three([&] { return decode_only(path); });
    if (!print("brewproof, to fields", made.packets, ours)) {
      failed = true;
      continue;
    }
    failed |=
        !print("the same, apart", made.packets, best_of_three([&] { return decode_apart(path); }));
    if (smaller_packets != 0) {
      const double doublings = std::log2(per(made.packets, smaller_packets));
      fmt::print("{:<22}   CPU time grows {:.3f} x a doubling above proportional\n", "",
                 std::pow(ours.cpu_seconds / smaller.cpu_seconds, 1 / doublings) / 2);
    }
    smaller = ours;
    smaller_packets = made.packets;
    compare("libpcap, headers alone", made.packets, ours,
            [&] { return benchmarks::read_with_libpcap(path); });
    compare("libtins, streams, DNS", made.packets, ours,
            [&] { return benchmarks::read_with_libtins(path); });
    for (const Other& other : slow) print_ratio(other.tool, other, made.packets, ours);
    failed |= measure([&] { return survey(path, &made); }).status != 0;
  }
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  return failed ? 1 : 0;
}
