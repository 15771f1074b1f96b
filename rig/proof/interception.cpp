#include "rig/proof/interception.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include "rig/model/host_of.h"
#include "rig/proof/lots.h"
#include "rig/proof/presence.h"

namespace brewproof {
namespace {

constexpr std::size_t most_enumerated = 100'000;
constexpr double rounding = 1e-9;

/// One block with what was counted in it.
struct Block {
  bool untouched = false;
  std::int64_t from_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t to_ns = std::numeric_limits<std::int64_t>::min();
  std::vector<const Trial*> acts;
};

std::vector<Block> blocks_of(const ProofInput& input, const std::set<int>& untouched_blocks) {
  std::map<int, Block> blocks;
  const std::set<int> lost = lost_blocks(input.trials);
  for (const Trial& trial : input.trials) {
    if (!trial.block || (input.committed_blocks > 0 && *trial.block > input.committed_blocks))
      continue;
    Block& block = blocks[*trial.block];
    block.untouched = untouched_blocks.contains(*trial.block);
    block.from_ns = std::min(block.from_ns, trial.start_ns);
    block.to_ns = std::max(block.to_ns, trial.end_ns);
    if (!trial.sham) block.acts.push_back(&trial);
  }
  std::vector<Block> kept;
  for (auto& [number, block] : blocks)
    if (!lost.contains(number)) kept.push_back(std::move(block));
  return kept;
}

/// What went to one server.
struct Server {
  std::vector<std::int64_t> sent_ns;                // of the machine's messages
  std::map<std::uint64_t, std::int64_t> opened_ns;  // first message of each connection
  bool tls = false;
};

std::map<std::string, Server> servers_of(const std::vector<KeptMessage>& messages) {
  std::map<std::string, Server> servers;
  for (const KeptMessage& message : messages) {
    const std::string& name = host_of(message.peer());
    Server& server = servers[name + ":" + std::to_string(message.peer().port)];
    server.tls = server.tls || message.tls || message.protocol() == "tls";
    if (message.from_dut) server.sent_ns.push_back(message.time_ns);
    const auto [opened, fresh] = server.opened_ns.try_emplace(message.flow, message.time_ns);
    if (!fresh) opened->second = std::min(opened->second, message.time_ns);
  }
  std::erase_if(servers, [](const auto& server) { return !server.second.tls; });
  for (auto& [name, server] : servers) std::sort(server.sent_ns.begin(), server.sent_ns.end());
  return servers;
}

Window widest(const std::vector<Window>& windows) {
  Window wide;
  for (const Window& window : windows)
    if (window.end_ns - window.begin_ns > wide.end_ns - wide.begin_ns) wide = window;
  return wide;
}

/// A sum over blocks, of so many each.
struct Count {
  double sum = 0, of = 0;
};

double difference(const std::vector<Count>& counts, const std::vector<std::uint8_t>& untouched) {
  Count kind[2];
  for (std::size_t b = 0; b < counts.size(); ++b) {
    kind[untouched[b]].sum += counts[b].sum;
    kind[untouched[b]].of += counts[b].of;
  }
  if (kind[0].of == 0 || kind[1].of == 0) return 0;
  return std::abs(kind[0].sum / kind[0].of - kind[1].sum / kind[1].of);
}

/// How many ways there are to choose the untouched ones; more than can be enumerated: that many.
std::size_t arrangements(std::size_t all, std::size_t chosen) {
  double ways = 1;
  for (std::size_t i = 1; i <= chosen; ++i)
    ways = ways * static_cast<double>(all - chosen + i) / static_cast<double>(i);
  return ways > most_enumerated ? most_enumerated + 1
                                : static_cast<std::size_t>(std::llround(ways));
}

/// Two-sided, over all draws of the untouched blocks, or over `design.draws` of them.
double p_of(const std::vector<Count>& counts, std::vector<std::uint8_t> untouched,
            const Design& design) {
  const double seen = difference(counts, untouched) - rounding;
  const auto chosen = static_cast<std::size_t>(std::count(untouched.begin(), untouched.end(), 1));
  std::size_t as_much = 0, all = 0;
  if (arrangements(untouched.size(), chosen) <= most_enumerated) {
    std::sort(untouched.begin(), untouched.end());
    do {
      as_much += difference(counts, untouched) >= seen ? 1 : 0;
      ++all;
    } while (std::next_permutation(untouched.begin(), untouched.end()));
    return static_cast<double>(as_much) / static_cast<double>(all);
  }
  Generator generator = redraw_generator(design.seed, "interception");
  for (; all < design.draws; ++all) {
    generator.shuffle(std::span(untouched));
    as_much += difference(counts, untouched) >= seen ? 1 : 0;
  }
  return static_cast<double>(1 + as_much) / static_cast<double>(1 + all);
}

InterceptionEffect effect_of(const std::string& name, const Server& server,
                             const std::vector<Block>& blocks, const Design& design) {
  InterceptionEffect effect;
  effect.destination = name;
  const Window window = widest(design.windows);
  std::vector<Count> followed, opened;
  std::vector<std::uint8_t> untouched;
  for (const Block& block : blocks) {
    Count acts{0, static_cast<double>(block.acts.size())};
    for (const Trial* trial : block.acts) {
      const auto next = std::lower_bound(server.sent_ns.begin(), server.sent_ns.end(),
                                         trial->origin_ns() + window.begin_ns);
      acts.sum += next != server.sent_ns.end() && in_window(*next, *trial, window) ? 1 : 0;
    }
    Count connections{0, 1};
    for (const auto& [flow, time_ns] : server.opened_ns)
      connections.sum += time_ns >= block.from_ns && time_ns <= block.to_ns ? 1 : 0;
    InterceptionSide& side = block.untouched ? effect.untouched : effect.touched;
    ++side.blocks;
    side.acts += static_cast<int>(acts.of);
    side.followed += static_cast<int>(acts.sum);
    side.connections += static_cast<int>(connections.sum);
    followed.push_back(acts);
    opened.push_back(connections);
    untouched.push_back(block.untouched ? 1 : 0);
  }
  // Two looks at each server.
  effect.p = std::min(
      1.0, 2 * std::min(p_of(followed, untouched, design), p_of(opened, untouched, design)));
  const std::size_t ways =
      arrangements(blocks.size(), static_cast<std::size_t>(effect.untouched.blocks));
  effect.least_p = std::min(1.0, 2.0 / static_cast<double>(std::min<std::size_t>(
                                           ways, static_cast<std::size_t>(design.draws) + 1)));
  return effect;
}

}  // namespace

std::vector<InterceptionEffect> interception_effects(const ProofInput& input,
                                                     const std::set<int>& untouched_blocks) {
  const std::vector<Block> blocks = blocks_of(input, untouched_blocks);
  const auto untouched = std::count_if(blocks.begin(), blocks.end(),
                                       [](const Block& block) { return block.untouched; });
  if (untouched == 0 || untouched == static_cast<std::ptrdiff_t>(blocks.size())) return {};
  std::vector<InterceptionEffect> effects;
  const auto heard = [](const InterceptionSide& side) {
    return side.followed > 0 || side.connections > 0;
  };
  for (const auto& [name, server] : servers_of(input.messages)) {
    InterceptionEffect effect = effect_of(name, server, blocks, input.design);
    if (heard(effect.touched) || heard(effect.untouched)) effects.push_back(std::move(effect));
  }
  return effects;
}

}  // namespace brewproof
