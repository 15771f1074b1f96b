#include "rig/proof/background.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "rig/model/terminal_flow.h"
#include "rig/proof/recurrence.h"

namespace brewproof {
namespace {

constexpr std::int64_t soon_ns = 1'000'000'000;  // after a connection's first message
constexpr std::size_t fewest_connections = 3;

bool nine_of_ten(std::size_t some, std::size_t all) { return some * 10 >= all * 9; }

bool has_connections(std::string_view protocol) {
  constexpr std::array<std::string_view, 6> over_tcp = {"http", "http2", "mqtt",
                                                        "tcp",  "tls",   "websocket"};
  return std::ranges::find(over_tcp, protocol) != over_tcp.end();
}

/// What serves another message has no kind of its own: it is told by its own text.
struct Kind {
  Destination destination;
  std::string protocol;
  bool tls = false;
  std::string message;
  friend auto operator<=>(const Kind&, const Kind&) = default;
};

Kind kind_of(std::size_t m, const Traffic& traffic) {
  if (const std::size_t s = traffic.signature_of[m]; s != none) {
    const Signature& signature = traffic.signatures[s];
    return {signature.destination, signature.protocol, signature.tls, signature.message};
  }
  const KeptMessage& message = *traffic.messages[m];
  const Endpoint& peer = message.peer();
  return {{peer.name, peer.address, peer.port, of_terminal(message)},
          message.protocol(),
          message.tls,
          message.message()};
}

std::map<Kind, std::vector<std::size_t>> by_kind(const Traffic& traffic,
                                                 const std::vector<std::size_t>& messages) {
  std::vector<std::vector<std::size_t>> of_signature(traffic.signatures.size());
  std::map<Kind, std::vector<std::size_t>> kinds;
  for (const std::size_t m : messages) {
    if (const std::size_t s = traffic.signature_of[m]; s != none)
      of_signature[s].push_back(m);
    else
      kinds[kind_of(m, traffic)].push_back(m);
  }
  for (std::vector<std::size_t>& of : of_signature) {
    if (of.empty()) continue;
    std::vector<std::size_t>& all = kinds[kind_of(of.front(), traffic)];
    all.insert(all.end(), of.begin(), of.end());
    std::ranges::sort(all);  // in order of time; what serves may have the same words
  }
  return kinds;
}

/// The conversations of the capture: when each began, with whom, and how much was said in it.
class Conversations {
 public:
  explicit Conversations(const Traffic& traffic) {
    for (std::size_t m = 0; m < traffic.messages.size(); ++m) {
      const KeptMessage& message = *traffic.messages[m];
      const auto [of, fresh] = by_flow_.try_emplace(message.flow);
      ++of->second.messages;
      if (!fresh) continue;
      of->second.begin_ns = message.time_ns;
      ++with_[std::pair(std::string_view(message.peer().address), message.peer().port)];
    }
  }

  void tell(const std::vector<const KeptMessage*>& messages, BackgroundBytes& kind) const {
    std::map<std::uint64_t, std::size_t> here;  // by flow, its messages of this kind
    std::set<std::uint64_t> begun;              // those that have one soon after they began
    std::size_t soon = 0;
    for (const KeptMessage* message : messages) {
      ++here[message->flow];
      if (message->time_ns - by_flow_.at(message->flow).begin_ns > soon_ns) continue;
      ++soon;
      begun.insert(message->flow);
    }
    std::set<std::pair<std::string_view, std::uint16_t>> peers;
    for (const KeptMessage* message : messages)
      peers.emplace(message->peer().address, message->peer().port);
    std::size_t all = 0;
    for (const auto& peer : peers)
      if (const auto with = with_.find(peer); with != with_.end()) all += with->second;
    const auto others = std::ranges::count_if(
        here, [&](const auto& flow) { return by_flow_.at(flow.first).messages > flow.second; });
    kind.connections = all;
    kind.on_connect = begun.size();
    if (kind.why == "regular" || kind.why == "once") return;
    if (begun.size() >= fewest_connections && nine_of_ten(begun.size(), all) &&
        nine_of_ten(soon, messages.size()) && 2 * static_cast<std::size_t>(others) >= here.size())
      kind.why = "on-connect";
  }

 private:
  struct Flow {
    std::int64_t begin_ns = 0;  // its first message of the machine
    std::size_t messages = 0;   // of the machine
  };
  std::unordered_map<std::uint64_t, Flow> by_flow_;
  std::map<std::pair<std::string_view, std::uint16_t>, std::size_t> with_;  // by peer: how many
};

void tell_rhythm(const std::vector<const KeptMessage*>& messages, BackgroundBytes& kind) {
  std::vector<std::int64_t> times;
  times.reserve(messages.size());
  for (const KeptMessage* message : messages) times.push_back(message->time_ns);
  const Rhythm rhythm = rhythm_of(times);
  kind.kind.times = rhythm.times;
  kind.kind.period_ns = rhythm.period_ns;
  kind.kind.jitter_ns = rhythm.jitter_ns;
  kind.kind.longest_ns = rhythm.longest_ns;
  kind.gaps = rhythm.gaps;
  kind.steady_gaps = rhythm.steady_gaps;
  kind.steady_ns = rhythm.steady_ns;
  kind.why = rhythm.times == 1                              ? "once"
             : !rhythm.period_ns                            ? "few"
             : nine_of_ten(rhythm.steady_gaps, rhythm.gaps) ? "regular"
                                                            : "irregular";
}

}  // namespace

std::vector<BackgroundBytes> explain_background(const Traffic& traffic,
                                                const std::vector<std::size_t>& background) {
  const Conversations conversations(traffic);
  std::vector<BackgroundBytes> all;
  for (const auto& [kind, numbers] : by_kind(traffic, background)) {
    BackgroundBytes one;
    one.kind.destination = kind.destination;
    one.kind.protocol = kind.protocol;
    one.kind.tls = kind.tls;
    one.kind.message = kind.message;
    one.kind.count = numbers.size();
    std::vector<const KeptMessage*> messages;
    messages.reserve(numbers.size());
    for (const std::size_t m : numbers) {
      messages.push_back(traffic.messages[m]);
      one.bytes += messages.back()->size;
    }
    tell_rhythm(messages, one);
    if (has_connections(kind.protocol)) conversations.tell(messages, one);
    if (std::ranges::all_of(numbers, [&](std::size_t m) { return traffic.serves[m] != none; }))
      one.why = "serves";
    all.push_back(std::move(one));
  }
  std::ranges::sort(all, [](const BackgroundBytes& a, const BackgroundBytes& b) {
    const auto kind = [](const Recurrence& of) {
      return std::tie(of.destination, of.protocol, of.tls, of.message);
    };
    return a.bytes != b.bytes ? a.bytes > b.bytes : kind(a.kind) < kind(b.kind);
  });
  return all;
}

}  // namespace brewproof
