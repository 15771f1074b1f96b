// How fast sealed records of TLS 1.3 (AES-128-GCM) become decoded requests, given the key log,
// beside tshark with the same key log on the same file in the same run.
//
//   bench_tls [--quick]

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "rig/capture/capture_file.h"
#include "rig/decode/decoder.h"
#include "rig/evidence/run_folder.h"
#include "tests/benchmarks/measured.h"
#include "tests/rig/capture/tls_capture.h"

namespace {

using namespace brewproof;
using benchmarks::Run;

struct Made {
  std::uint64_t packets = 0, sealed = 0, requests = 0;
};

std::string request(std::uint64_t number, std::size_t body) {
  std::string json =
      fmt::format(R"({{"ts":{},"drink":"espresso","cents":180,"pad":")", 1'760'000'000 + number);
  json.resize(std::max(body, json.size() + 2) - 2, 'x');
  json += "\"}";
  return fmt::format(
      "POST /v1/order HTTP/1.1\r\nHost: kiosk.example\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      json.size(), json);
}

/// Connections of 500 requests each, with `body` bytes of JSON, until `bytes` were sealed.
Made make(const std::string& path, std::uint64_t bytes, std::size_t body) {
  constexpr int requests_of_a_connection = 500;
  Made made;
  TlsCapture capture(path);
  for (std::uint16_t port = 40000; capture.sealed < bytes; ++port) {
    TlsCapture::Session session = capture.begin(port);
    for (int i = 0; i < requests_of_a_connection && capture.sealed < bytes; ++i) {
      session.up(request(made.requests++, body));
      session.down("HTTP/1.1 204 No Content\r\n\r\n");
    }
    session.close();
  }
  capture.end();
  made.packets = capture.packets();
  made.sealed = capture.sealed;
  if (!write_file_whole(path + ".keys", capture.key_log)) std::exit(3);
  return made;
}

/// 0: as many requests came out as were put in.
int decode(const std::string& path, std::uint64_t requests, bool with_keys) {
  DecodeOptions options;
  const auto keys = read_file_whole(path + ".keys");
  if (!keys || (with_keys && options.tls_secrets.add(*keys).sessions == 0)) return 3;
  std::uint64_t posts = 0;
  Decoder decoder(std::move(options), [&](Message&& message) {
    if (message.tls && message.message == "POST /v1/order") ++posts;
  });
  auto reader = CaptureFileReader::open(path);
  if (!reader) return 3;
  for (;;) {
    const auto packet = reader->next();
    if (!packet) return 3;
    if (!*packet) break;
    decoder.packet(**packet);
  }
  decoder.finish();
  return posts == (with_keys ? requests : 0) ? 0 : 1;
}

int become_tshark(const std::string& path, const std::string& output) {
  const std::string keys = "tls.keylog_file:" + path + ".keys";
  return benchmarks::become(
      {"tshark", "-n", "-r", path.c_str(), "-o", keys.c_str(), "-T", "fields", "-e", "frame.number",
       "-e", "ip.src", "-e", "ip.dst", "-e", "http.request.uri", "-e", "http.file_data"},
      output.c_str());
}

std::uint64_t requests_in(const std::string& output) {
  const auto text = read_file_whole(output);
  std::uint64_t count = 0;
  if (!text) return 0;
  for (std::size_t at = text->find("/v1/order"); at != std::string::npos;
       at = text->find("/v1/order", at + 1))
    ++count;
  return count;
}

void line(std::string_view tool, const Made& made, const Run& run) {
  const auto mib = static_cast<double>(made.sealed) / (1 << 20);
  fmt::print("{:<24}{:>9.3f}{:>11.3f}{:>14.1f}{:>14.0f}{:>10.1f}\n", tool, run.seconds,
             run.cpu_seconds, mib / run.cpu_seconds,
             static_cast<double>(made.requests) / run.cpu_seconds,
             static_cast<double>(run.peak_kib) / 1024);
}

/// False: ours did not open everything.
bool compare(const std::string& path, std::uint64_t bytes, std::size_t body) {
  const Made made = make(path, bytes, body);
  fmt::print(
      "\n{} requests of {} bytes: {} packets, {:.1f} MiB "
      "sealed\n{:<24}{:>9}{:>11}{:>14}{:>14}{:>10}\n",
      made.requests, body, made.packets, static_cast<double>(made.sealed) / (1 << 20), "",
      "seconds", "CPU s", "MiB/CPU s", "req/CPU s", "peak MiB");
  const Run ours = benchmarks::best_of_three([&] { return decode(path, made.requests, true); });
  const Run sealed = benchmarks::best_of_three([&] { return decode(path, made.requests, false); });
  line("brewproof, opened", made, ours);
  line("brewproof, sealed", made, sealed);
  const std::string output = path + ".txt";
  const Run tshark = benchmarks::best_of_three([&] { return become_tshark(path, output); });
  if (tshark.status == 0) {
    line("tshark, opened", made, tshark);
    const std::uint64_t theirs = requests_in(output);
    fmt::print(
        "ratio to tshark: {:.1f} x on the wall, {:.1f} x in CPU time; it shows {} of {} requests\n",
        tshark.seconds / ours.seconds, tshark.cpu_seconds / ours.cpu_seconds, theirs,
        made.requests);
  } else {
    fmt::print("tshark is missing or failed: no comparison\n");
  }
  for (const char* more : {"", ".keys", ".txt"}) std::remove((path + more).c_str());
  if (ours.status != 0) fmt::print("not every request was opened\n");
  return ours.status == 0 && sealed.status == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool quick = argc == 2 && std::string_view(argv[1]) == "--quick";
  if (argc > 1 && !quick) {
    fmt::print(stderr, "usage: bench_tls [--quick]\n");
    return 2;
  }
  const std::uint64_t mib = 1u << 20;
  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("brewproof-tls-{}.pcapng", ::getpid()))
          .string();
  const bool large = compare(path, (quick ? 4 : 128) * mib, 15000);
  const bool small = compare(path, (quick ? 1 : 32) * mib, 300);
  return large && small ? 0 : 1;
}
