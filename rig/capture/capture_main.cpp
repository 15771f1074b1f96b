// brewproof-capture: the one program with CAP_NET_RAW. Writes what passes on one interface into a
// folder until its stdin says `stop` or ends; `sentinel` proves what came until then, `heard` asks
// when the machine's last frame came. Reports JSON lines on stdout (reporter.h). Signals that a
// terminal sends to everyone do not end it: its controller decides.
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "rig/capture/live/live_capture.h"

namespace brewproof {
namespace {

constexpr int kDone = 0, kUsage = 2, kHostFault = 3;

/// A closed standard stream would be reused for a socket or a capture file.
void open_standard_streams() {
  int descriptor = 0;
  do descriptor = ::open("/dev/null", O_RDWR);
  while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor > STDERR_FILENO) ::close(descriptor);
}

/// Everything that needs privilege is open by now. Root keeps its own: it may have to write into a
/// folder of somebody else.
void drop_privileges() {
  if (::geteuid() == 0) return;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2]{};
  ::syscall(SYS_capset, &header, none);
}

/// Source addresses on the wire within 300 ms, the busiest first.
std::vector<std::string> listen(PacketRing& ring, const MacAddress& own) {
  std::map<MacAddress, int> seen;
  const SystemClock clock;
  const std::int64_t until = clock.now().raw_ns + 300'000'000;
  while (clock.now().raw_ns < until) {
    pollfd waiting{ring.descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, 20);
    const auto read = ring.read([&](const Packet& packet) -> Result<void> {
      MacAddress source{};
      if (packet.data.size() < 14) return {};
      std::copy_n(packet.data.begin() + 6, source.size(), source.begin());
      if (source != own) ++seen[source];
      return {};
    });
    if (!read) break;
  }
  std::vector<std::pair<int, MacAddress>> order;
  order.reserve(seen.size());
  for (const auto& [mac, count] : seen) order.emplace_back(-count, mac);
  std::ranges::sort(order);
  std::vector<std::string> names;
  names.reserve(order.size());
  for (const auto& [count, mac] : order) names.push_back(to_text(mac));
  return names;
}

/// One JSON object about an interface: `ok`, and in `text` what is missing and its mend.
int check(const std::string& interface) {
  nlohmann::json report{{"interface", interface}, {"ok", false},
                        {"exists", false},        {"privilege", nullptr},
                        {"up", nullptr},          {"carrier", nullptr},
                        {"mac", nullptr},         {"offloads", nullptr},
                        {"macs", nullptr},        {"text", ""},
                        {"loopback", nullptr},    {"speed_mbit", nullptr}};
  if (const auto link = read_link(interface); !link) {
    report["text"] = link.error().message;
  } else {
    report["exists"] = true;
    report["up"] = link->up;
    report["carrier"] = link->carrier;
    report["mac"] = to_text(link->mac);
    report["loopback"] = link->loopback;
    report["offloads"] = read_offloads(interface);
    if (const int speed = read_speed(interface); speed > 0) report["speed_mbit"] = speed;
    auto ring = PacketRing::open(interface);
    auto sentinel = Sentinel::open(interface, *link);
    report["privilege"] = sentinel.has_value();
    if (!ring) {
      report["text"] = ring.error().message;
    } else if (!sentinel) {
      report["text"] = sentinel.error().message;
    } else {
      report["ok"] = true;
      report["macs"] = listen(*ring, link->mac);
    }
  }
  std::cout << report.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) << "\n";
  return report["ok"] ? kDone : kHostFault;
}

int capture(const CaptureSettings& settings) {
  const SystemClock clock;
  Reporter reporter(STDOUT_FILENO);
  auto live = LiveCapture::open(settings, clock, reporter);
  drop_privileges();
  const Result<void> ended = live ? live->run(STDIN_FILENO) : pass_on(std::move(live));
  if (!ended) reporter.error(ended.error().message);
  reporter.finish();
  return ended ? kDone : kHostFault;
}

int run(int argc, char** argv) {
  CaptureSettings settings;
  std::string checked;
  bool no_sentinel = false;
  CLI::App app{"Captures one network interface into pcapng files until stdin says `stop` or ends.",
               "brewproof-capture"};
  auto* const interface = app.add_option("--interface", settings.interface, "network interface");
  auto* const folder =
      app.add_option("--folder", settings.folder, "existing folder for 0001.pcapng ...");
  app.add_option("--segment-bytes", settings.segment_bytes, "size at which the next file begins")
      ->check(CLI::Range(std::uint64_t{4096}, std::uint64_t{1} << 40));
  app.add_option("--machine", settings.machine,
                 "MAC address of the machine, whose last frame `heard` asks for");
  app.add_flag("--no-sentinel", no_sentinel, "for passive taps, where nothing may be sent");
  app.add_option("--check", checked, "say what capturing on this interface would lack, and end")
      ->excludes(interface)
      ->excludes(folder);
  try {
    app.parse(argc, argv);
    if (checked.empty() && settings.interface.empty())
      throw CLI::RequiredError("--interface or --check");
    if (checked.empty() && settings.folder.empty()) throw CLI::RequiredError("--folder");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  settings.sentinel = !no_sentinel;
  return checked.empty() ? capture(settings) : check(checked);
}

}  // namespace
}  // namespace brewproof

int main(int argc, char** argv) {
  brewproof::open_standard_streams();
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXFSZ})
    std::signal(number, SIG_IGN);
  try {
    return brewproof::run(argc, argv);
  } catch (const std::exception& bug) {
    std::cerr << "brewproof-capture: internal fault: " << bug.what() << "\n";
    return 70;
  }
}
