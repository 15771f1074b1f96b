#include "rig/proof/explain.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>

#include "rig/model/sha256.h"
#include "rig/proof/explain_parts.h"
#include "rig/proof/explain_walk.h"

namespace brewproof {
namespace explaining {

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

void write_unit(const std::string& id, const Signature& signature, const Arms& arms,
                std::string_view verb, Lines out) {
  const Destination& to = signature.destination;
  fmt::format_to(out, "{}: {} {} {} {} to {}{} port {}\n", id, printable(arms.event), verb,
                 printable(signature.protocol), printable(signature.message),
                 to.name.empty() ? std::string() : printable(to.name) + " at ",
                 printable(to.address), to.port);
}

}  // namespace explaining

using namespace explaining;

namespace {

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

/// "seen: P(a=4) = C(4,4) C(4,0) / C(8,4) = 1 x 1 / 70 = 0.01429"
void write_numbers(const BlockCount& block, std::size_t hits, Lines out) {
  const std::size_t others = block.slots - block.seen, rest = block.acts - hits;
  const double all = choose(block.slots, block.acts);
  if (all > most_ways_in_digits) return;
  const double one = choose(block.seen, hits), other = choose(others, rest);
  fmt::format_to(
      out,
      "    as it fell: P({}) = C({},{}) C({},{}) / C({},{}) = {:.0f} x {:.0f} / {:.0f} = {:.4g}\n",
      hits, block.seen, hits, others, rest, block.slots, block.acts, one, other, all,
      one * other / all);
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
  fmt::format_to(out,
                 "\n         shows it  does not   all\n  acts   {:>8}  {:>8}  {:>4}\n"
                 "  shams  {:>8}  {:>8}  {:>4}\n",
                 test.event_hits, arms.act_count - test.event_hits, arms.act_count, test.sham_hits,
                 arms.sham_count - test.sham_hits, arms.sham_count);
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
      write_numbers(block, test.block_hits[b], out);
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

/// The same event and node in all windows: which one was chosen, and from what.
void write_windows(const TimingTest& test, const Arms& arms, const Workings& workings, Lines out) {
  fmt::format_to(out, "  window                     acts       shams         p\n");
  for (std::size_t w = 0; w < workings.windows.size(); ++w) {
    const Window& window = workings.windows[w];
    const TimingTest* tried = nullptr;  // of the tests in this window the most surprising
    for (const TimingTest& one : workings.timing.tests) {
      if (one.event != test.event || one.node != test.node || one.window != w) continue;
      if (tried == nullptr || one.p < tried->p) tried = &one;
    }
    const bool seen = tried != nullptr;
    fmt::format_to(
        out, "  {:<20}  {:>9}  {:>10}  {:>8}{}\n",
        fmt::format("{}..{} ms", milliseconds(window.begin_ns), milliseconds(window.end_ns)),
        fmt::format("{} of {}", seen ? tried->event_hits : 0, arms.act_count),
        fmt::format("{} of {}", seen ? tried->sham_hits : 0, arms.sham_count),
        seen ? fmt::format("{:.4g}", tried->p) : "1",
        w == test.window ? "  chosen: the smallest p, of equals the shortest window" : "");
  }
}

void write_price(const TimingTest& test, const ProofInput& input, const Workings& workings,
                 Lines out) {
  const TimingFamily& family = workings.timing;
  fmt::format_to(out, "\nWhat looking at many things costs\n");
  write_windows(test, workings.lineup.arms[test.event], workings, out);
  if (test.smallest_p > hopeless_p) {
    fmt::format_to(
        out,
        "  no fall of the lots could bring this below {}: it is not among the tests, and "
        "not claimed\n",
        hopeless_p);
    return;
  }
  if (const double most = most_adjusted(timing_level(input)); test.p > most) {
    fmt::format_to(out,
                   "  p is above {}, and looking at {} tests makes no p smaller: not claimed\n",
                   most, family.looked_at);
    return;
  }
  const auto draws = static_cast<double>(test.draws);
  const std::string purpose = fmt::format("timing/{}", input.design.seed);
  const double as_small = test.p_adjusted * (draws + 1) - 1;
  fmt::format_to(
      out,
      "  {} tests of event x message x window, parts of messages among them ({} different "
      "patterns)\n"
      "  at most p x tests = {:.4g} x {} = {:.4g} (Bonferroni: needs no shuffles)\n"
      "  the lots were drawn again {} times{}, each event and its sham within its blocks;\n"
      "  xoshiro256**/1 from the first 16 hex digits of SHA-256(\"{}\"), {}\n"
      "  in {:.0f} of them this test or one that ranks behind it came out as surprising "
      "(step-down): rank {:.0f} of {}\n  p_adjusted = (1 + {:.0f}) / (1 + {}) = {:.4g}\n"
      "  timing's share of alpha {} is {}: {}\n",
      family.looked_at, family.distinct, test.p, family.looked_at,
      std::min(1.0, test.p * static_cast<double>(family.looked_at)), test.draws,
      test.draws < input.design.draws ? " (it was left then: plainly nothing)" : "", purpose,
      sha256(purpose).substr(0, 16), as_small, as_small + 1, test.draws + 1, as_small, test.draws,
      test.p_adjusted, input.design.alpha, timing_level(input),
      test.p_adjusted <= timing_level(input) ? "claimed" : "not claimed");
}

}  // namespace

void explaining::write_test(const TimingTest& test, const ProofInput& input,
                            const Workings& workings, Lines out) {
  const Arms& arms = workings.lineup.arms[test.event];
  const std::string& node = workings.nodes.all[test.node].label;
  const Window& window = workings.windows[test.window];
  fmt::format_to(out,
                 "Law: {}. Window: {}..{} ms after the last contact. A slot shows the message if "
                 "it begins in that window.\n",
                 workings.lineup.law, milliseconds(window.begin_ns), milliseconds(window.end_ns));
  if (!node.empty()) {
    fmt::format_to(out,
                   "Only its messages with {} are meant; the others of this kind come anyway.\n",
                   printable(node));
  }
  write_blocks(test, arms, out);
  if (test.e_value) {
    fmt::format_to(out, "\nThe windows that were tried\n");
    write_windows(test, arms, workings, out);
    write_bets(test, arms, input, out);
    return;
  }
  if (test.how.every == 0) {
    write_law(test, arms, out);
  } else {
    fmt::format_to(out, "{}", walk_arithmetic(test, input, workings));
  }
  write_price(test, input, workings, out);
}

namespace {

std::string lay_open(const std::string& id, const Claim& claim, const ProofInput& input,
                     const Workings& workings) {
  const Arms& arms = workings.lineup.arms[claim.test.event];
  std::string text;
  const Lines out(text);
  write_unit(id, signature_of(claim, workings), arms, "->", out);
  write_test(claim.test, input, workings, out);
  for (std::size_t c = 0; c < claim.stimuli.size(); ++c) {
    if (claim.stimuli[c]) {
      write_stimulus(claim.table.columns[c], claim.table, *claim.stimuli[c], claim.test.event,
                     input, workings, out);
    }
  }
  return text;
}

std::string lay_open(const std::string& id, const Carried& carried, const ProofInput& input,
                     const Workings& workings) {
  const Arms& arms = workings.lineup.arms[carried.event];
  std::string text;
  const Lines out(text);
  write_unit(id, workings.traffic.signatures[carried.signature], arms, "is carried by", out);
  const bool valued = std::ranges::any_of(carried.parts, [](const Carried::Part& part) {
    return std::ranges::any_of(part.stimuli, [](const auto& found) { return found.has_value(); });
  });
  fmt::format_to(out, "No timing: the message comes anyway.{}\n",
                 valued ? " Read was the first value of each path after an act and before the next "
                          "act that sets the same parameter."
                        : "");
  for (const std::size_t t : carried.totals) {
    write_total(workings.totals.tests[t], input, workings, out);
  }
  for (const Carried::Part& part : carried.parts) {
    for (std::size_t c = 0; c < part.stimuli.size(); ++c) {
      if (part.stimuli[c]) {
        write_stimulus(part.table.columns[c], part.table, *part.stimuli[c], carried.event, input,
                       workings, out);
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
                                 : lay_open(id, *one.carried, input, workings);
    }
    ++(one.candidate ? candidates : findings);
  }
  return fmt::format(
      "There is no finding \"{}\": this run has {} findings (F1 ...) and {} "
      "candidates (C1 ...).\n",
      printable(id), findings, candidates);
}

}  // namespace brewproof
