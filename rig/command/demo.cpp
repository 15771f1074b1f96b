// brewproof demo: the whole job on the simulated bench, in a private network, without root. This
// process becomes brewproof-testbed, which runs `brewproof run` inside; nothing is done twice.

#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>

#include "rig/command/command.h"
#include "rig/command/program.h"
#include "rig/command/verb.h"
#include "rig/evidence/run_folder.h"
#include "rig/process/child.h"

namespace brewproof {
namespace {

struct DemoArguments {
  std::string profile = "kiosk";
  std::string tls;  // "" = as the profile asks for
  std::string out;
  std::optional<std::uint64_t> seed;
};

std::string default_folder(const std::string& profile) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &utc);
  return fmt::format("runs/demo-{}-{}", profile, stamp);
}

Result<std::string> profile_file(const std::string& profile) {
  if (profile.find('/') != std::string::npos) return profile;
  std::string shipped = shipped_file("fixtures/profiles/" + profile + ".yaml");
  if (std::filesystem::exists(shipped)) return shipped;
  std::string known;
  std::error_code ignored;
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(shipped_file("fixtures/profiles"), ignored))
    names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
  return fail(ErrorCode::usage, "there is no profile \"{}\"; there are: {}", profile, known);
}

// What a machine needs otherwise than the kiosk stands beside the kiosk's; vending-wrong is a
// vending.
std::string shipped_for(std::string profile, const char* ending) {
  if (profile.find('/') != std::string::npos) profile.clear();
  while (!profile.empty()) {
    const std::string own = shipped_file("procedures/demo-" + profile + ending);
    if (std::filesystem::exists(own)) return own;
    profile.resize(profile.rfind('-') == std::string::npos ? 0 : profile.rfind('-'));
  }
  return shipped_file(std::string("procedures/demo") + ending);
}

// The other simulated benches differ in what the gateway does about TLS alone.
Result<std::string> bench_file(const DemoArguments& arguments) {
  std::string tls = arguments.tls;
  if (tls.empty()) tls = arguments.profile.starts_with("kiosk-tls") ? "endpoint" : "passive";
  if (tls == "passive") return shipped_for(arguments.profile, ".bench.yaml");
  if (tls == "endpoint" || tls == "intercept")
    return shipped_file("procedures/demo-" + tls + ".bench.yaml");
  return fail(ErrorCode::usage, "--tls {}: it is endpoint, intercept or passive", tls);
}

// Returns only where the program could not be executed.
Error become(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  return Error{ErrorCode::host, fmt::format("{} cannot be started: {}: is the build complete?",
                                            words[0], std::strerror(errno))};
}

Result<void> demo(const DemoArguments& arguments, const Invocation& invocation) {
  auto profile = profile_file(arguments.profile);
  if (!profile) return pass_on(std::move(profile));
  auto bench = bench_file(arguments);
  if (!bench) return pass_on(std::move(bench));
  const std::string out = arguments.out.empty() ? default_folder(arguments.profile) : arguments.out;
  const std::string truth = out + ".truth.jsonl";
  std::error_code error;
  // Asked before a machine boots, and before its truth takes the place of another demo's.
  if (auto free = RunFolder::vacant(out); !free) return free;
  if (std::filesystem::exists(truth, error))
    return fail(ErrorCode::usage,
                "{}: is there already, of another demo: move it away or name another --out", truth);
  const auto parent = std::filesystem::absolute(out).parent_path();
  std::filesystem::create_directories(parent, error);
  if (error) return fail(ErrorCode::io, "{}: cannot be made: {}", parent.string(), error.message());

  std::vector<std::string> words = {program_beside("brewproof-testbed"), "--profile", *profile,
                                    "--truth", truth};
  if (arguments.seed) words.insert(words.end(), {"--seed", std::to_string(*arguments.seed)});
  if (arguments.profile == "terminal") words.emplace_back("--terminal");
  words.insert(words.end(), {"--", program_beside("brewproof"), "run",
                             shipped_for(arguments.profile, ".procedure.yaml"), "--bench", *bench,
                             "--out", out, "--bench-log", out + ".bench.log"});
  if (arguments.seed) words.insert(words.end(), {"--seed", std::to_string(*arguments.seed)});
  // What the contract declares is the kiosk; the other machines are there to differ.
  if (arguments.profile != "kiosk") words.emplace_back("--no-contract");
  if (invocation.json) words.emplace_back("--json");
  invocation.say(
      "A simulated coffee machine is brewing and being paid in a private network; a minute or "
      "two.");
  return tl::unexpected(become(words));
}

}  // namespace

void add_demo(CLI::App& app, Invocation& invocation) {
  Verb verb(app, "demo", "the whole job on the simulated bench; no root, no network");
  auto arguments = std::make_shared<DemoArguments>();
  verb.text("--profile", arguments->profile,
            "simulated machine: kiosk, vending, terminal, mute, deaf, needy, kiosk-tls, "
            "kiosk-tls-pinned, or a "
            "file");
  verb.text(
      "--tls", arguments->tls,
      "what the gateway does about the machine's TLS: endpoint (keys of the simulated cloud; the "
      "default for kiosk-tls), intercept or passive");
  verb.text("--out", arguments->out, "new folder for the run (default: runs/demo-...)");
  verb.seed(arguments->seed);
  verb.action([arguments, &invocation] {
    if (auto done = demo(*arguments, invocation); !done) invocation.refuse(done.error());
  });
}

}  // namespace brewproof
