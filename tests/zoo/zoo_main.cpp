// brewproof-zoo: simulated machines on virtual time, and how well the analysis knows them.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "tests/zoo/examine.h"
#include "tests/zoo/parallel.h"

namespace brewproof {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  std::string machine;                // the only one, to make
  std::vector<std::string> machines;  // to score
  std::uint64_t seed = 1;
  int seeds = 5, blocks = 0, aa = 0;
  std::string out;
  bool words = false, cups = false;
};

int refused(const Error& error) {
  fmt::print(stderr, "brewproof-zoo: {}\n", error.message);
  return 2;
}

int make(const Arguments& arguments) {
  const auto run = run_machine(arguments.machine, {arguments.seed, arguments.blocks});
  if (!run) return refused(run.error());
  if (auto written = write_run(*run, arguments.out); !written) return refused(written.error());
  fmt::print("{}: {} trials, {} frames, {} lines of truth\n", arguments.machine,
             run->run.trials.size(), run->run.frames.size(), run->run.truth.size());
  fmt::print(
      "brewproof analyze {0}/capture.pcap --trials {0}/trials.jsonl --dut {1} --log-offset 0s "
      "--out {0}\n",
      arguments.out, run->profile.identity.at("mac"));
  return 0;
}

// Of a run whose number of acts is fixed: as many as that the rate of what was not seen is below
// 9.5 %, at 95 %.
constexpr int fixed_cups = 30;

// Of the events that send something: how many the rule for an early end decided, and their cups. An
// event that it did not decide took all of its acts.
struct Cups {
  std::vector<int> cups;
  std::size_t decided = 0;
  std::vector<std::string> unfounded;  // decided, though nothing was found that the event sends

  void add(const Examined& one) {
    for (const Decided& event : one.decided) {
      if (event.sends) {
        cups.push_back(event.cups.value_or(event.acts));
        if (event.cups) ++decided;
      } else if (event.cups) {
        unfounded.push_back(fmt::format("{} seed {}: {} after {} acts", one.machine, one.seed,
                                        event.event, *event.cups));
      }
    }
  }
  Cups& operator+=(const Cups& other) {
    cups.insert(cups.end(), other.cups.begin(), other.cups.end());
    decided += other.decided;
    unfounded.insert(unfounded.end(), other.unfounded.begin(), other.unfounded.end());
    return *this;
  }
  [[nodiscard]] std::optional<int> median() const {
    if (cups.empty()) return std::nullopt;
    std::vector<int> sorted = cups;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

void print_head(bool cups) {
  fmt::print("{:<16}{:>6}{:>6}{:>6}{:>8}{:>8}{:>8}{:>8}{:>9}{:>8}", "machine", "true", "found",
             "false", "prec", "recall", "fields", "kinds", "15s prec", "recall");
  if (cups) fmt::print("{:>7}{:>7}{:>10}", "cups", "of 30", "decided");
  fmt::print("\n");
}

void print_row(const std::string& name, const Score& score, const Counts& habit,
               const std::optional<Cups>& cups = {}) {
  const Counts& e = score.emissions;
  fmt::print("{:<16}{:>6}{:>6}{:>6}{:>8.3f}{:>8.3f}{:>8.3f}{:>8.3f}{:>9.3f}{:>8.3f}", name, e.truly,
             e.found, e.wrong, e.precision(), e.recall(), score.stimuli.f1(),
             score.kinds == 0 ? 1.0 : double(score.right) / score.kinds, habit.precision(),
             habit.recall());
  if (cups) {
    const std::optional<int> median = cups->median();
    fmt::print("{:>7}{:>7}{:>10}", median ? fmt::format("{}", *median) : "-",
               median ? fmt::format("{:.0f} %", 100.0 * *median / fixed_cups) : "-",
               fmt::format("{} of {}", cups->decided, cups->cups.size()));
  }
  fmt::print("\n");
}

void print_words(const Score& score, std::size_t runs) {
  std::map<std::string, int> said;
  for (const std::string& text : score.missed) ++said["missed  " + text];
  for (const std::string& text : score.wrong) ++said["wrong   " + text];
  for (const auto& [text, count] : said) fmt::print("    {} ({} of {})\n", text, count, runs);
}

// Runs in which simulated machines were really driven.
int judge_runs(const Arguments& arguments) {
  print_head(false);
  Score pooled;
  for (const std::string& run : arguments.machines) {
    const auto score = judge(fs::path(run));
    if (!score) return refused(score.error());
    print_row(fs::path(run).filename(), *score, {});
    if (arguments.words) print_words(*score, 1);
    pooled += *score;
  }
  if (arguments.machines.size() > 1) print_row("pooled", pooled, {});
  return 0;
}

int score(const Arguments& arguments) {
  const auto seeds = static_cast<std::size_t>(arguments.seeds);
  std::vector<Examined> all(arguments.machines.size() * seeds);
  in_parallel(all.size(), [&](std::size_t i) {
    all[i] = examine(arguments.machines[i / seeds], {arguments.seed + i % seeds, arguments.blocks},
                     arguments.cups);
  });
  print_head(arguments.cups);
  Score pooled;
  Counts pooled_habit;
  Cups pooled_cups;
  double made = 0, analysed = 0;
  int faults = 0;
  for (std::size_t m = 0; m < arguments.machines.size(); ++m) {
    Score of_machine;
    Counts habit;
    Cups cups;
    for (std::size_t s = 0; s < seeds; ++s) {
      const Examined& one = all[m * seeds + s];
      if (!one.fault.empty()) {
        fmt::print(stderr, "brewproof-zoo: {} seed {}: {}\n", one.machine, one.seed, one.fault);
        ++faults;
      }
      of_machine += one.score;
      habit += one.habit;
      cups.add(one);
      made += one.made_s;
      analysed += one.analysed_s;
    }
    print_row(fs::path(arguments.machines[m]).stem(), of_machine, habit,
              arguments.cups ? std::optional(cups) : std::nullopt);
    if (arguments.words) print_words(of_machine, seeds);
    pooled += of_machine;
    pooled_habit += habit;
    pooled_cups += cups;
  }
  print_row("pooled", pooled, pooled_habit,
            arguments.cups ? std::optional(pooled_cups) : std::nullopt);
  if (arguments.cups)
    fmt::print(
        "cups: acts of an event until the plan's rule for an early end decided it, the median "
        "(undecided: all); of 30: against a run with {} acts, whatever is seen\n",
        fixed_cups);
  for (const std::string& text : pooled_cups.unfounded)
    fmt::print("decided without any finding that it sends: {}\n", text);
  fmt::print("{} runs: made in {:.2f} s each, analysed in {:.2f} s each\n", all.size(),
             made / static_cast<double>(all.size()), analysed / static_cast<double>(all.size()));
  return faults == 0 ? 0 : 3;
}

// The machines that say nothing of what is done to them, in turn, with ten re-drawings a run.
int aa(const Arguments& arguments) {
  constexpr int each = 10;
  std::vector<std::string> silent;
  for (const std::string& machine : arguments.machines) {
    auto profile = sim::read_profile(profile_of(machine));
    if (!profile) return refused(profile.error());
    if (!profile->emit.empty()) continue;
    const auto keeps = [](const sim::Background& b) {
      return !b.emission.carries.empty() ||
             b.emission.body.dump().find("${count:") != std::string::npos;
    };
    if (std::ranges::none_of(profile->background, keeps)) silent.push_back(machine);
  }
  if (silent.empty()) {
    fmt::print(stderr, "brewproof-zoo: none of these machines is silent\n");
    return 2;
  }
  const auto jobs = static_cast<std::size_t>((arguments.aa + each - 1) / each);
  std::vector<Aa> all(jobs);
  in_parallel(jobs, [&](std::size_t i) {
    const std::uint64_t seed = arguments.seed + i / silent.size();
    all[i] = redraw_lots(silent[i % silent.size()], {seed, arguments.blocks}, each);
  });
  int runs = 0, with_claims = 0, faults = 0;
  for (const Aa& one : all) {
    runs += one.runs;
    with_claims += one.with_claims;
    faults += one.fault.empty() ? 0 : 1;
    if (!one.fault.empty()) fmt::print(stderr, "brewproof-zoo: {}: {}\n", one.machine, one.fault);
    if (arguments.words)
      for (const std::string& claim : one.claims) fmt::print("    {}\n", claim);
  }
  fmt::print("A/A: {} of {} re-drawings of the lots with any claim ({})\n", with_claims, runs,
             fmt::join(silent, ", "));
  return faults == 0 ? 0 : 3;
}

int run(int argc, char** argv) {
  CLI::App app{"Simulated coffee machines on virtual time", "brewproof-zoo"};
  app.require_subcommand(1);
  Arguments arguments;
  const auto common = [&](CLI::App* verb) {
    verb->add_option("--seed", arguments.seed, "The first seed")->capture_default_str();
    verb->add_option("--blocks", arguments.blocks, "Blocks (default: as the zoo's procedure says)");
  };
  CLI::App* made = app.add_subcommand("make", "Write a run's capture, trials and truth");
  made->add_option("machine", arguments.machine, "Its name, or a profile file")->required();
  common(made);
  made->add_option("--out", arguments.out, "Folder")->required();
  CLI::App* scored = app.add_subcommand("score", "Hold the findings against the truth");
  scored->add_option("machine", arguments.machines, "Names, or profile files (default: all)");
  common(scored);
  scored->add_option("--seeds", arguments.seeds, "Runs of each machine")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  scored
      ->add_option("--aa", arguments.aa, "Instead draw the lots of silent machines again, so often")
      ->check(CLI::Range(1, 100'000));
  scored->add_flag("--words", arguments.words, "Name what was missed and what was wrong");
  scored->add_flag("--cups", arguments.cups,
                   "Count the acts until the rule for an early end decides each event");
  CLI::App* judged = app.add_subcommand(
      "judge",
      "Hold the findings of runs, as `brewproof demo --out` leaves them, against their truth");
  judged->add_option("run", arguments.machines, "Run folders")->required();
  judged->add_flag("--words", arguments.words, "Name what was missed and what was wrong");
  app.add_subcommand("list", "Name all machines");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (app.got_subcommand("list")) {
    for (const std::string& machine : all_machines()) fmt::print("{}\n", machine);
    return 0;
  }
  if (*made) return make(arguments);
  if (*judged) return judge_runs(arguments);
  if (arguments.machines.empty()) arguments.machines = all_machines();
  return arguments.aa > 0 ? aa(arguments) : score(arguments);
}

}  // namespace
}  // namespace brewproof

int main(int argc, char** argv) { return brewproof::run(argc, argv); }
