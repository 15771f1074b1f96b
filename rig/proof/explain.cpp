#include "rig/proof/explain.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "rig/proof/mask.h"
#include "rig/proof/workings.h"

namespace brewproof {
namespace {

using Lines = std::back_insert_iterator<std::string>;

/// Text of the DUT on a terminal: printable ASCII stays, every other byte is written as \xNN.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      shown += c;
    } else {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return shown;
}

std::string milliseconds(std::int64_t ns) {
  return ns % 1'000'000 == 0 ? fmt::format("{}", ns / 1'000'000)
                             : fmt::format("{:.3f}", static_cast<double>(ns) * 1e-6);
}

/// n choose k as a double: exact below 2^53.
double choose(std::size_t n, std::size_t k) {
  double ways = 1;
  for (std::size_t i = 1; i <= k; ++i) {
    ways = ways * static_cast<double>(n - k + i) / static_cast<double>(i);
  }
  return ways;
}

constexpr double most_ways_in_digits = 1e6;

/// "a=0: 1/70, a=1: 16/70 ..." while the counts are small, else decimals.
std::string law_in_words(const BlockCount& block) {
  const double all = choose(block.slots, block.acts);
  const Law law = hypergeometric(block);
  std::string text;
  for (std::size_t i = 0; i < law.probability.size(); ++i) {
    const std::size_t a = law.first + i;
    const std::string p =
        all <= most_ways_in_digits
            ? fmt::format("{:.0f}/{:.0f}",
                          choose(block.seen, a) * choose(block.slots - block.seen, block.acts - a),
                          all)
            : fmt::format("{:.4g}", law.probability[i]);
    text += fmt::format("{}{}: {}", i == 0 ? "" : ", ", a, p);
  }
  return text;
}

void write_blocks(const TimingTest& test, const Arms& arms, Lines out) {
  fmt::format_to(out, "\nblock  acts that show it  shams that show it\n");
  for (std::size_t b = 0; b < test.blocks.size(); ++b) {
    const BlockCount& block = test.blocks[b];
    const Stratum& stratum = arms.strata[b];
    fmt::format_to(
        out, "{:>5}  {:>17}  {:>18}\n", stratum.block == 0 ? "-" : fmt::format("{}", stratum.block),
        fmt::format("{} of {}", test.block_hits[b], block.acts),
        fmt::format("{} of {}", block.seen - test.block_hits[b], block.slots - block.acts));
  }
  fmt::format_to(out, "{:>5}  {:>17}  {:>18}\n", "all",
                 fmt::format("{} of {}", test.event_hits, arms.act_count),
                 fmt::format("{} of {}", test.sham_hits, arms.sham_count));
}

void write_law(const TimingTest& test, const Arms& arms, Lines out) {
  fmt::format_to(out,
                 "\nIf the lots did not matter, the slots that show it would be the same whatever "
                 "the lots.\nIn a block of N slots, n of them acts, T slots show it; the number a "
                 "of acts among these is\nP(a) = C(T,a) C(N-T,n-a) / C(N,n):\n");
  for (std::size_t b = 0; b < test.blocks.size(); ++b) {
    const BlockCount& block = test.blocks[b];
    const auto same = std::find(test.blocks.begin(), test.blocks.end(), block);
    fmt::format_to(out, "  block {}: N={} n={} T={}  ", arms.strata[b].block, block.slots,
                   block.acts, block.seen);
    const auto first = static_cast<std::size_t>(same - test.blocks.begin());
    if (first < b) {
      fmt::format_to(out, "as block {}\n", arms.strata[first].block);
    } else {
      fmt::format_to(out, "P(a) = {}\n", law_in_words(block));
    }
  }
  const UpperTail tail = upper_tail(stratified_law(test.blocks));
  fmt::format_to(out,
                 "The blocks are independent: the sum A over blocks is their convolution.\n"
                 "  p = P(A >= {}) = {:.4g}\n",
                 test.event_hits, tail.at(test.event_hits));
  const std::size_t most = tail.first + tail.probability.size() - 1;
  if (test.event_hits == most) {
    std::string factors;
    for (const BlockCount& block : test.blocks) {
      factors += fmt::format("{}{:.4g}", factors.empty() ? "" : " x ",
                             hypergeometric(block).probability.back());
    }
    fmt::format_to(out, "  (nothing above {}: the product of the last terms, {})\n", most, factors);
  }
}

void write_price(const TimingTest& test, const ProofInput& input, const Workings& workings,
                 Lines out) {
  const TimingFamily& family = workings.timing;
  fmt::format_to(out, "\nWhat looking at many things costs\n  windows tried:");
  for (const Window& window : workings.windows) {
    fmt::format_to(out, " {}..{} ms", milliseconds(window.begin_ns), milliseconds(window.end_ns));
  }
  const auto draws = static_cast<double>(input.design.draws);
  fmt::format_to(
      out,
      "\n  {} tests of event x message x window, parts of messages among them ({} different "
      "patterns of slots)\n"
      "  the lots were drawn again {} times (generator seeded from {}, \"timing\"), each "
      "event and its sham within its blocks;\n"
      "  in {:.0f} of them this test or one that ranks behind it came out as surprising "
      "(step-down)\n  p_adjusted = (1 + {:.0f}) / (1 + {}) = {:.4g}\n"
      "  timing's share of alpha {} is {}: {}\n",
      family.looked_at, family.distinct, input.design.draws, input.design.seed,
      test.p_adjusted * (draws + 1) - 1, test.p_adjusted * (draws + 1) - 1, input.design.draws,
      test.p_adjusted, input.design.alpha, share_of(input.design.alpha),
      test.p_adjusted <= share_of(input.design.alpha) ? "claimed" : "not claimed");
}

void write_stimulus(std::string_view path, const Stimulus& stimulus, std::size_t acts,
                    const Workings& workings, Lines out) {
  fmt::format_to(out, "\nfield {} carries {} ({}{}{}): {} of {} acts agree\n", printable(path),
                 printable(stimulus.parameter), stimulus.digest,
                 stimulus.digest.empty() ? "" : " of ", stimulus.form, stimulus.matched,
                 stimulus.of);
  for (const auto& [level, value] : stimulus.mapping) {
    fmt::format_to(out, "  {} -> {}\n", printable(level), printable(masked(value)));
  }
  if (stimulus.arrangements == 0) {
    fmt::format_to(out,
                   "  {} values, each dealt to one act: P(at least {} stand with their own act) = "
                   "{:.4g}{}\n  columns x forms in which some deal could have shown it: {}; p over "
                   "all of them {:.4g}\n",
                   acts, stimulus.matched, stimulus.p,
                   static_cast<std::size_t>(stimulus.matched) == acts
                       ? fmt::format(" = 1/{}!", stimulus.matched)
                       : "",
                   stimulus.tried, stimulus.p_family);
  } else {
    fmt::format_to(
        out,
        "  shuffled among its own acts, {} ({}): as much mutual information in a share of "
        "{:.4g}\n  over all fields of this parameter (step-down min-p, same shuffles): "
        "{:.4g}\n",
        stimulus.arrangements,
        stimulus.enumerated ? "all arrangements there are" : "the deal itself included", stimulus.p,
        stimulus.p_family);
  }
  fmt::format_to(out, "  p_adjusted = {:.4g} x {} parameters = {:.4g}\n", stimulus.p_family,
                 workings.all_parameters, stimulus.p_adjusted);
}

void write_unit(const std::string& id, const Signature& signature, const Arms& arms,
                std::string_view verb, Lines out) {
  const Destination& to = signature.destination;
  fmt::format_to(out, "{}: {} {} {} {} to {}{} port {}\n", id, printable(arms.event), verb,
                 printable(signature.protocol), printable(signature.message),
                 to.name.empty() ? std::string() : printable(to.name) + " at ",
                 printable(to.address), to.port);
}

std::string lay_open(const std::string& id, const Claim& claim, const ProofInput& input,
                     const Workings& workings) {
  const Arms& arms = workings.lineup.arms[claim.test.event];
  const std::string& node = node_of(claim, workings).label;
  const Window& window = workings.windows[claim.test.window];
  std::string text;
  const Lines out(text);
  write_unit(id, signature_of(claim, workings), arms, "->", out);
  fmt::format_to(out,
                 "Law: {}. Window: {}..{} ms after the last contact. A slot shows the message if "
                 "it begins in that window.\n",
                 workings.lineup.law, milliseconds(window.begin_ns), milliseconds(window.end_ns));
  if (!node.empty()) {
    fmt::format_to(out,
                   "Only its messages with {} are meant; the others of this kind come anyway.\n",
                   printable(node));
  }
  write_blocks(claim.test, arms, out);
  write_law(claim.test, arms, out);
  write_price(claim.test, input, workings, out);
  for (std::size_t c = 0; c < claim.stimuli.size(); ++c) {
    if (claim.stimuli[c]) {
      write_stimulus(claim.table.columns[c].path, *claim.stimuli[c], arms.act_count, workings, out);
    }
  }
  return text;
}

std::string lay_open(const std::string& id, const Carried& carried, const Workings& workings) {
  const Arms& arms = workings.lineup.arms[carried.event];
  std::string text;
  const Lines out(text);
  write_unit(id, workings.traffic.signatures[carried.signature], arms, "is carried by", out);
  fmt::format_to(out,
                 "No timing: the message comes anyway. Read was the first value of each path after "
                 "an act and before the next act that sets the same parameter.\n");
  for (const Carried::Part& part : carried.parts) {
    for (std::size_t c = 0; c < part.stimuli.size(); ++c) {
      if (part.stimuli[c]) {
        write_stimulus(part.table.columns[c].path, *part.stimuli[c], arms.act_count, workings, out);
      }
    }
  }
  return text;
}

}  // namespace

std::string arithmetic(const ProofInput& input, const std::string& id) {
  const Workings workings = work_out(input);
  std::size_t findings = 0, candidates = 0;
  for (const Stated& one : stated(workings)) {
    if (one.id == id) {
      return one.sent != nullptr ? lay_open(id, *one.sent, input, workings)
                                 : lay_open(id, *one.carried, workings);
    }
    ++(one.candidate ? candidates : findings);
  }
  return fmt::format(
      "There is no finding \"{}\": this run has {} findings (F1 ...) and {} "
      "candidates (C1 ...).\n",
      printable(id), findings, candidates);
}

}  // namespace brewproof
