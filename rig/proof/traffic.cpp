#include "rig/proof/traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "rig/model/terminal_flow.h"
#include "rig/proof/ascii.h"
#include "rig/proof/by_heading.h"
#include "rig/proof/size_clusters.h"
#include "rig/proof/template.h"

namespace brewproof {
namespace {

constexpr std::int64_t serving_ns = 5'000'000'000;

/// A total order of messages that does not depend on the order of input: two messages that are
/// equal in all of this may change places without any finding changing.
bool earlier(const KeptMessage* a, const KeptMessage* b) {
  if (a->time_ns != b->time_ns) return a->time_ns < b->time_ns;
  const auto key = [](const KeptMessage* m) {
    return std::tie(m->first, m->last, m->protocol(), m->message(), m->size, m->peer(), m->flow,
                    m->gap, m->malformed);
  };
  const auto ka = key(a), kb = key(b);
  if (ka != kb) return ka < kb;
  return std::lexicographical_compare(
      a->fields().begin(), a->fields().end(), b->fields().begin(), b->fields().end(),
      [](const FieldView& x, const FieldView& y) {
        return std::tie(x.path, x.value) < std::tie(y.path, y.value);
      });
}

/// A port of a conversation-less protocol may serve any number of exchanges.
bool is_datagram(std::string_view protocol) {
  return protocol == "ntp" || protocol == "udp" || protocol == "coap";
}

/// Sealed or not, it says nothing but that the handshake is over.
bool ends_handshake(const KeptMessage& m) {
  return m.protocol() == "tls" &&
         (m.message() == "finished" || m.message() == "change cipher spec");
}

/// For each look-up and end of a handshake the message it serves, or `none`.
std::vector<std::size_t> served(const std::vector<const KeptMessage*>& messages) {
  std::unordered_map<std::uint64_t, std::size_t> first_of;  // flow
  for (std::size_t i = 0; i < messages.size(); ++i) first_of.try_emplace(messages[i]->flow, i);

  // Walked backwards, `next_of` holds the earliest later start of a conversation with each name,
  // apart for the machine and its payment terminal.
  using Next = std::array<std::size_t, 2>;
  std::unordered_map<std::string, Next> next_of;  // by name
  struct Named {
    bool asks = false, ends_handshake = false, is_datagram = false;
    Next* next = nullptr;  // of its own name, or that which it asks for; null = it has none
  };
  ByHeading<Named> headings;
  std::vector<std::size_t> serves(messages.size(), none);
  for (std::size_t i = messages.size(); i-- > 0;) {
    const KeptMessage& m = *messages[i];
    const Named& named = headings.of(m, [&] {
      Named fresh{m.protocol() == "dns", ends_handshake(m), is_datagram(m.protocol())};
      const std::string_view name = fresh.asks ? asked_name(m.message()) : m.peer().name;
      if (!name.empty())
        fresh.next = &next_of.try_emplace(lower_case(name), Next{none, none}).first->second;
      return fresh;
    });
    const std::size_t who = of_terminal(m) ? 1 : 0;
    if (named.asks) {
      const std::size_t met = named.next == nullptr ? none : (*named.next)[who];
      if (met != none && messages[met]->time_ns - m.time_ns <= serving_ns) serves[i] = met;
      continue;
    }
    const std::size_t first = first_of[m.flow];
    if (named.ends_handshake && first != i) serves[i] = first;
    const bool starts = named.is_datagram || messages[first]->time_ns == m.time_ns;
    if (starts && named.next != nullptr) (*named.next)[who] = i;
  }
  return serves;
}

/// Messages of one destination, protocol and text are looked at once, however many there are.
struct Kinds {
  std::vector<Alike> alike;
  std::vector<SizeClass> sizes;  // least and most bytes, by kind
  std::vector<std::size_t> of;   // by message; `none` for what serves a flow
};

struct KindHash {
  std::size_t operator()(const KeptMessage* m) const {
    const std::hash<std::string_view> text;
    return text(m->message()) * 31 + text(m->peer().name) * 7 + text(m->peer().address) +
           m->peer().port;
  }
};
struct SameKind {
  bool operator()(const KeptMessage* a, const KeptMessage* b) const {
    return a->message() == b->message() && a->protocol() == b->protocol() && a->tls == b->tls &&
           a->peer() == b->peer() && of_terminal(*a) == of_terminal(*b);
  }
};

Kinds kinds_of(const Traffic& traffic) {
  Kinds kinds;
  kinds.of.assign(traffic.messages.size(), none);
  std::unordered_map<const KeptMessage*, std::size_t, KindHash, SameKind> known;
  // Of one heading messages differ in no more than this: in TLS or not, the terminal's or not.
  ByHeading<std::array<std::size_t, 4>> headings;
  for (std::size_t i = 0; i < traffic.messages.size(); ++i) {
    if (traffic.serves[i] != none) continue;
    const KeptMessage& message = *traffic.messages[i];
    const std::uint64_t size = message.size;
    std::size_t& kind = headings.of(message, [] {
      return std::array{none, none, none, none};
    })[(message.tls ? 2U : 0U) + (of_terminal(message) ? 1U : 0U)];
    if (kind == none) {
      const auto [place, fresh] = known.try_emplace(&message, kinds.alike.size());
      kind = place->second;
      if (fresh) {
        kinds.alike.push_back({&message, 0});
        kinds.sizes.push_back({size, size});
      }
    }
    ++kinds.alike[kind].count;
    SizeClass& sizes = kinds.sizes[kind];
    sizes = {std::min(sizes.low, size), std::max(sizes.high, size)};
    kinds.of[i] = kind;
  }
  return kinds;
}

/// Who messages are to.
class Hosts {
 public:
  Hosts(const std::vector<const KeptMessage*>& messages, const std::vector<Alike>& kinds) {
    std::map<std::string_view, std::size_t> conversations;
    struct Last {
      std::optional<std::uint64_t> flow;
      std::size_t* conversations = nullptr;
    };
    std::unordered_map<std::string_view, Last> last;  // by name
    ByHeading<Last*> headings;
    for (const KeptMessage* m : messages) {
      Last* const of = headings.of(*m, [&]() -> Last* {
        const std::string& name = m->peer().name;
        if (name.empty()) return nullptr;
        return &last.try_emplace(name, Last{std::nullopt, &conversations[name]}).first->second;
      });
      if (of != nullptr && std::exchange(of->flow, m->flow) != m->flow) ++*of->conversations;
    }
    by_name_ = hosts_of(conversations);
    std::map<Address, std::set<std::string>> met;
    for (const Alike& kind : kinds) {
      const Endpoint& peer = kind.message->peer();
      if (!peer.name.empty()) met[{peer.address, peer.port}].insert(by_name_[peer.name]);
    }
    for (const auto& [address, hosts] : met)
      if (hosts.size() == 1) by_address_[address] = *hosts.begin();
  }

  /// One that was met with one name only is meant by its address, too; "" where none is known.
  [[nodiscard]] Destination destination(const KeptMessage& m,
                                        std::string_view message_template) const {
    std::string name;
    if (m.protocol() == "dns") {
      name = stable_suffix(asked_name(message_template));
    } else if (const auto host = by_name_.find(m.peer().name); host != by_name_.end()) {
      name = host->second;
    } else if (const auto only = by_address_.find({m.peer().address, m.peer().port});
               only != by_address_.end()) {
      name = only->second;
    }
    return {name, m.peer().address, m.peer().port, of_terminal(m)};
  }

 private:
  using Address = std::pair<std::string, std::uint16_t>;  // and port
  std::map<std::string_view, std::string> by_name_;
  std::map<Address, std::string> by_address_;
};

/// What sorts kinds into signatures, but for the template.
using Way = std::tuple<std::string, std::uint16_t, bool, std::string, bool>;
Way way_of(const KeptMessage& m, const Destination& to) {
  return {to.name.empty() ? m.peer().address : to.name, m.peer().port, of_terminal(m), m.protocol(),
          m.tls};
}

struct SizedKind {
  std::pair<Way, std::string> of;  // and what stands before the size
  SizeClass label;
  std::size_t kind = 0;
};

/// Templates that tell a class of sizes tell the span of its cluster then.
void put_clusters(std::vector<std::string>& templates, const Kinds& kinds,
                  const std::vector<Destination>& destinations) {
  std::vector<SizedKind> sized;
  for (std::size_t k = 0; k < templates.size(); ++k) {
    const auto label = size_of(templates[k]);
    if (!label || label->low == label->high) continue;
    sized.push_back(
        {{way_of(*kinds.alike[k].message, destinations[k]), std::string(before_size(templates[k]))},
         *label,
         k});
  }
  std::ranges::sort(sized, {},
                    [](const SizedKind& s) { return std::tie(s.of, s.label.low, s.kind); });
  for (auto begin = sized.begin(); begin != sized.end();) {
    const auto end =
        std::find_if(begin, sized.end(), [&](const SizedKind& s) { return s.of != begin->of; });
    std::vector<SizedMessages> classes;
    for (auto s = begin; s != end; ++s) {
      const SizeClass& sizes = kinds.sizes[s->kind];
      if (classes.empty() || classes.back().label.low != s->label.low)
        classes.push_back({s->label, sizes.low, sizes.high, 0});
      SizedMessages& here = classes.back();
      here.least = std::min(here.least, sizes.low);
      here.most = std::max(here.most, sizes.high);
      here.count += kinds.alike[s->kind].count;
    }
    const std::vector<SizeClass> spans = size_clusters(classes);
    for (auto s = begin; s != end; ++s) {
      const auto at = std::ranges::find(classes, s->label.low,
                                        [](const SizedMessages& c) { return c.label.low; });
      const SizeClass& span = spans[static_cast<std::size_t>(at - classes.begin())];
      templates[s->kind] = fmt::format("{}{}..{} B", s->of.second, span.low, span.high);
    }
    begin = end;
  }
}

}  // namespace

Traffic read_traffic(const std::vector<KeptMessage>& messages,
                     const std::vector<std::string>& identities) {
  std::vector<const KeptMessage*> from_dut;
  for (const KeptMessage& m : messages) {
    if (m.from_dut) from_dut.push_back(&m);
  }
  return read_traffic(std::move(from_dut), identities);
}

Traffic read_traffic(std::vector<const KeptMessage*> messages,
                     const std::vector<std::string>& identities) {
  Traffic traffic;
  traffic.messages = std::move(messages);
  if (!std::ranges::is_sorted(traffic.messages, earlier))
    std::ranges::sort(traffic.messages, earlier);
  traffic.serves = served(traffic.messages);
  const Kinds kinds = kinds_of(traffic);
  std::vector<std::string> templates = templates_of(kinds.alike, identities);

  const Hosts hosts(traffic.messages, kinds.alike);
  std::vector<Destination> destinations;
  destinations.reserve(kinds.alike.size());
  for (std::size_t k = 0; k < kinds.alike.size(); ++k)
    destinations.push_back(hosts.destination(*kinds.alike[k].message, templates[k]));
  put_clusters(templates, kinds, destinations);

  // Kinds of one (destination, protocol, template) are one signature.
  std::map<std::pair<Way, std::string>, std::vector<std::size_t>> by_key;
  for (std::size_t k = 0; k < kinds.alike.size(); ++k)
    by_key[{way_of(*kinds.alike[k].message, destinations[k]), templates[k]}].push_back(k);

  std::vector<std::size_t> signature_of_kind(kinds.alike.size());
  for (const auto& [key, members] : by_key) {
    for (const std::size_t k : members) signature_of_kind[k] = traffic.signatures.size();
    const std::size_t first = members.front();  // the earliest: kinds are in order of time
    const KeptMessage& m = *kinds.alike[first].message;
    traffic.signatures.push_back({destinations[first], m.protocol(), m.tls, templates[first], {}});
  }
  traffic.signature_of.assign(traffic.messages.size(), none);
  for (std::size_t i = 0; i < traffic.messages.size(); ++i) {
    if (kinds.of[i] == none) continue;
    traffic.signature_of[i] = signature_of_kind[kinds.of[i]];
    traffic.signatures[traffic.signature_of[i]].messages.push_back(i);
  }
  return traffic;
}

}  // namespace brewproof
