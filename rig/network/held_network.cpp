#include "rig/network/held_network.h"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <net/if.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <thread>

#include "rig/network/network_facts.h"
#include "rig/network/network_record.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using Mode = NetworkConfig::Mode;
constexpr milliseconds patience{10'000};
constexpr milliseconds glance{100};

// What would take this station, or another bench, off its network.
Result<void> may_be_used(const NetworkConfig& network, const NetworkFacts& facts) {
  for (const auto& [name, link] :
       {std::pair{network.capture, &facts.capture}, {network.uplink, &facts.uplink}}) {
    if (!link->there)
      return fail(ErrorCode::host, "there is no network interface {} (see `ip link`)", name);
    const bool joined = name == network.capture || network.mode == Mode::bridge;
    if (joined && !link->master.empty())
      return fail(ErrorCode::host, "{} is in the bridge {} already: `ip link set dev {} nomaster`",
                  name, link->master, name);
    if (joined && !link->addresses.empty())
      return fail(ErrorCode::host,
                  "{} has the address {}: this station may be reached by it. Take another "
                  "interface, or take the address away: `ip address delete {} dev {}`",
                  name, link->addresses.front(), link->addresses.front(), name);
  }
  if (network.mode == Mode::ap && !facts.radio_obstacle.empty())
    return fail(ErrorCode::host, "{}", facts.radio_obstacle);
  return {};
}

Result<std::string> read_passphrase(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line))
    return fail(ErrorCode::host, "network.passphrase_file: {} cannot be read", path);
  // IEEE 802.11 annex J: 8 to 63 printable characters.
  const bool printable =
      std::ranges::all_of(line, [](unsigned char c) { return c >= ' ' && c <= '~'; });
  if (line.size() < 8 || line.size() > 63 || !printable)
    return fail(ErrorCode::host,
                "network.passphrase_file: the first line of {} must be 8 to 63 printable "
                "characters",
                path);
  return line;
}

// dnsmasq runs as a user of its own and may not make files there.
Result<void> make_lease_file() {
  const passwd* user = ::getpwnam("dnsmasq");
  if (user == nullptr)
    return fail(ErrorCode::host,
                "there is no user dnsmasq: sudo apt-get install dnsmasq-base makes one");
  const Descriptor file{
      ::open(lease_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644)};
  if (!file || ::fchown(file.number(), user->pw_uid, user->pw_gid) != 0)
    return fail(ErrorCode::host, "making {}: {}", lease_file, std::strerror(errno));
  return {};
}

Result<Child> start_program(const Command& command) {
  ChildSettings settings;
  settings.program = command.words.front();
  settings.arguments.assign(command.words.begin() + 1, command.words.end());
  settings.pipe_stdin = !command.input.empty();
  settings.pipe_stdout = true;
  auto child = Child::start(settings);
  if (child && !command.input.empty()) {
    if (auto written = child->write(command.input); !written) return pass_on(std::move(written));
    child->close_stdin();
  }
  return child;
}

// Until it does what it is for.
Result<void> wait_ready(Child& program, const char* name, const std::function<bool()>& ready) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!ready()) {
    if (!program.running())
      return fail(ErrorCode::host, "{} ended at its start; its own words are above", name);
    if (std::chrono::steady_clock::now() > deadline)
      return fail(ErrorCode::host, "{} is not ready after {} s", name, patience.count() / 1000);
    std::this_thread::sleep_for(glance);
  }
  return {};
}

// All of them, whatever fails; an interface that is gone has taken its settings along.
Result<void> undo(const NetworkRecord& record) {
  std::vector<std::string> faults;
  for (const Command& command : record.undo) {
    const auto dev = std::ranges::find(command.words, "dev");
    const bool gone = dev != command.words.end() && dev + 1 != command.words.end() &&
                      ::if_nametoindex((dev + 1)->c_str()) == 0;
    if (gone) continue;
    if (auto done = run_command(command); !done) faults.push_back(done.error().message);
  }
  remove_record();
  if (faults.empty()) return {};
  return fail(ErrorCode::host, "not all of the network could be taken down:\n{}",
              fmt::join(faults, "\n"));
}

Result<Child> start_keeper() {
  ChildSettings settings;
  settings.program = "/proc/self/exe";
  settings.arguments = {"doctor", "--take-down", "--at-end-of-input"};
  settings.pipe_stdin = settings.pipe_stdout = settings.pipe_stderr = true;
  settings.dies_with_parent = false;
  auto keeper = Child::start(settings);
  if (!keeper) return keeper;
  const auto line = keeper->read_line(patience);
  if (!line || line->value_or("") != "ready")
    return fail(ErrorCode::host, "the keeper that takes the network down did not start");
  return keeper;
}

}  // namespace

Result<HeldNetwork> HeldNetwork::set_up(const BenchFile& bench) {
  const NetworkConfig& network = bench.network;
  if (network.mode == Mode::tap)
    return fail(ErrorCode::usage,
                "{}: network.mode is tap: there is nothing to set up (bridge, gateway and ap have)",
                bench.path);
  if (::geteuid() != 0)
    return fail(ErrorCode::host,
                "setting up a network takes root: sudo brewproof doctor --bench "
                "{} --set-up",
                bench.path);
  if (auto left = take_down_left(); !left) return pass_on(std::move(left));
  auto facts = ask_network(network);
  if (!facts) return pass_on(std::move(facts));
  if (auto may = may_be_used(network, *facts); !may) return pass_on(std::move(may));

  HeldNetwork held;
  auto record = open_record(true);
  if (!record) return pass_on(std::move(record));
  held.record_ = std::move(*record);
  if (!lock_record(held.record_, false) || !record_is_there(held.record_))
    return fail(ErrorCode::host, "somebody else sets up a network just now: try again");
  const Before before = before_of(network, *facts);
  const NetworkRecord undoing{bench.path, ::getpid(), down_commands(network, before)};
  if (auto written = write_record(held.record_, undoing); !written) {
    remove_record();
    return pass_on(std::move(written));
  }
  auto keeper = start_keeper();
  if (!keeper) {
    remove_record();
    return pass_on(std::move(keeper));
  }
  held.keeper_ = std::make_unique<Child>(std::move(*keeper));

  Result<void> done;
  for (const Command& command : up_commands(network, before)) {
    if (auto ran = run_command(command); !ran) done = pass_on(std::move(ran));
    if (!done) break;
  }
  if (done) done = held.start_programs(network);
  if (done) return held;
  (void)held.take_down();  // what was not set up cannot be undone: that is no news
  return pass_on(std::move(done));
}

Result<void> HeldNetwork::start_programs(const NetworkConfig& network) {
  if (network.mode == Mode::ap) {
    auto passphrase = read_passphrase(network.passphrase_file);
    if (!passphrase) return pass_on(std::move(passphrase));
    // By a pipe: the passphrase is in no second file.
    auto program = start_program({{"hostapd", "/dev/stdin"}, hostapd_config(network, *passphrase)});
    if (!program) return pass_on(std::move(program));
    access_point_ = std::make_unique<Child>(std::move(*program));
    const auto enabled = [&] {
      const auto line = access_point_->read_line(milliseconds{0});
      if (line && *line) std::fprintf(stderr, "hostapd: %s\n", (*line)->c_str());
      return line && *line && (*line)->find("AP-ENABLED") != std::string::npos;
    };
    if (auto ready = wait_ready(*access_point_, "hostapd", enabled); !ready) return ready;
  }
  if (!network.routes()) return {};
  if (auto made = make_lease_file(); !made) return made;
  const auto dnsmasq = find_program("dnsmasq");
  if (!dnsmasq)
    return fail(ErrorCode::host, "{}: sudo apt-get install dnsmasq-base", dnsmasq.error().message);
  auto program = start_program(dnsmasq_command(network, *dnsmasq));
  if (!program) return pass_on(std::move(program));
  name_server_ = std::make_unique<Child>(std::move(*program));
  return wait_ready(*name_server_, "dnsmasq",
                    [&] { return !ask_name_server(network.address).empty(); });
}

Result<void> HeldNetwork::hold(const std::atomic<int>& stop) {
  while (stop.load() == 0) {
    for (const auto& [program, name] : {std::pair{&name_server_, "dnsmasq"},
                                        {&access_point_, "hostapd"},
                                        {&keeper_, "the keeper that takes the network down"}})
      if (*program && !(*program)->running()) return fail(ErrorCode::host, "{} ended", name);
    // hostapd goes on telling who comes and goes: a full pipe would stop it.
    if (access_point_) (void)access_point_->read_line(milliseconds{0});
    std::this_thread::sleep_for(glance);
  }
  return {};
}

Result<void> HeldNetwork::take_down() {
  name_server_.reset();
  access_point_.reset();
  record_.close();
  const auto keeper = std::move(keeper_);
  if (!keeper->running()) {
    auto left = take_down_left();
    return left ? Result<void>() : pass_on(std::move(left));
  }
  auto output = keeper->finish(std::chrono::seconds(60));
  if (!output) return pass_on(std::move(output));
  if (!output->exit.ok()) return fail(ErrorCode::host, "{}", output->err);
  return {};
}

HeldNetwork::~HeldNetwork() {
  // Its destructor alone would kill the keeper.
  if (keeper_) (void)take_down();
}

std::optional<NetworkHolder> network_holder() {
  auto file = open_record(false);
  if (!file || !*file) return std::nullopt;
  const auto record = read_record(*file);
  if (!record) return std::nullopt;
  const bool gone = lock_record(*file, false);
  if (!record_is_there(*file)) return std::nullopt;
  return NetworkHolder{record->bench, record->pid, gone};
}

Result<bool> take_down_left() {
  auto file = open_record(false);
  if (!file) return pass_on(std::move(file));
  if (!*file) return false;
  if (!lock_record(*file, false)) {
    const auto record = read_record(*file);
    if (!record) return pass_on(Result<NetworkRecord>(record));
    return fail(ErrorCode::usage,
                "the network of {} is held by process {}: Ctrl-C there, or kill {}, takes it down",
                record->bench, record->pid, record->pid);
  }
  if (!record_is_there(*file)) return false;
  if (::geteuid() != 0)
    return fail(ErrorCode::host,
                "taking a network down takes root: sudo brewproof doctor "
                "--take-down");
  auto record = read_record(*file);
  if (!record) return pass_on(std::move(record));
  if (auto undone = undo(*record); !undone) return pass_on(std::move(undone));
  return true;
}

Result<void> take_down_later() {
  auto file = open_record(false);
  if (!file) return pass_on(std::move(file));
  if (!*file) return fail(ErrorCode::host, "there is no network to take down");
  std::puts("ready");
  std::fflush(stdout);
  char ignored = 0;
  while (::read(STDIN_FILENO, &ignored, 1) > 0) continue;
  (void)lock_record(*file, true);
  if (!record_is_there(*file)) return {};
  auto record = read_record(*file);
  if (!record) return pass_on(std::move(record));
  return undo(*record);
}

}  // namespace brewproof
