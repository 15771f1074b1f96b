#include "rig/proof/traffic.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "rig/proof/ascii.h"
#include "rig/proof/template.h"

namespace brewproof {
namespace {

constexpr std::int64_t serving_ns = 5'000'000'000;

/// A total order of messages that does not depend on the order of input: two messages that are
/// equal in all of this may change places without any finding changing.
bool earlier(const Message* a, const Message* b) {
  const auto key = [](const Message* m) {
    return std::tie(m->time_ns, m->first, m->last, m->protocol, m->message, m->size, m->peer,
                    m->flow, m->gap, m->malformed);
  };
  const auto ka = key(a), kb = key(b);
  if (ka != kb) return ka < kb;
  return std::lexicographical_compare(a->fields.begin(), a->fields.end(), b->fields.begin(),
                                      b->fields.end(), [](const Field& x, const Field& y) {
                                        return std::tie(x.path, x.value) <
                                               std::tie(y.path, y.value);
                                      });
}

/// A host that was met with one name only is meant by its address, too.
std::map<std::pair<std::string, std::uint16_t>, std::string> names_of(
    const std::vector<Alike>& kinds) {
  std::map<std::pair<std::string, std::uint16_t>, std::set<std::string>> met;
  for (const Alike& kind : kinds) {
    const Endpoint& peer = kind.message->peer;
    if (!peer.name.empty()) met[{peer.address, peer.port}].insert(peer.name);
  }
  std::map<std::pair<std::string, std::uint16_t>, std::string> names;
  for (const auto& [host, of] : met) {
    if (of.size() == 1) names[host] = *of.begin();
  }
  return names;
}

/// A port of a conversation-less protocol may serve any number of exchanges.
bool is_datagram(std::string_view protocol) {
  return protocol == "ntp" || protocol == "udp" || protocol == "coap";
}

/// For each look-up the message it serves, or `none`.
std::vector<std::size_t> served(const std::vector<const Message*>& messages) {
  std::unordered_map<std::uint64_t, std::int64_t> flow_start;
  for (const Message* m : messages) flow_start.try_emplace(m->flow, m->time_ns);

  // Walked backwards, `next` holds the earliest later start of a conversation with each name.
  std::unordered_map<std::string, std::size_t> next;
  std::vector<std::size_t> serves(messages.size(), none);
  for (std::size_t i = messages.size(); i-- > 0;) {
    const Message& m = *messages[i];
    if (m.protocol == "dns") {
      const auto met = next.find(lower_case(asked_name(m.message)));
      if (met == next.end()) continue;
      if (messages[met->second]->time_ns - m.time_ns <= serving_ns) serves[i] = met->second;
    } else if ((is_datagram(m.protocol) || flow_start[m.flow] == m.time_ns) &&
               !m.peer.name.empty()) {
      next[lower_case(m.peer.name)] = i;
    }
  }
  return serves;
}

/// Messages of one destination, protocol and text are looked at once, however many there are.
struct Kinds {
  std::vector<Alike> alike;
  std::vector<std::size_t> of;  // by message; `none` for look-ups that serve a flow
};

struct KindHash {
  std::size_t operator()(const Message* m) const {
    const std::hash<std::string_view> text;
    return text(m->message) * 31 + text(m->peer.name) * 7 + text(m->peer.address) + m->peer.port;
  }
};
struct SameKind {
  bool operator()(const Message* a, const Message* b) const {
    return a->message == b->message && a->protocol == b->protocol && a->tls == b->tls &&
           a->peer == b->peer;
  }
};

Kinds kinds_of(const Traffic& traffic) {
  Kinds kinds;
  kinds.of.assign(traffic.messages.size(), none);
  std::unordered_map<const Message*, std::size_t, KindHash, SameKind> known;
  for (std::size_t i = 0; i < traffic.messages.size(); ++i) {
    if (traffic.serves[i] != none) continue;
    const auto [kind, fresh] = known.try_emplace(traffic.messages[i], kinds.alike.size());
    if (fresh) kinds.alike.push_back({traffic.messages[i], 0});
    ++kinds.alike[kind->second].count;
    kinds.of[i] = kind->second;
  }
  return kinds;
}

}  // namespace

Traffic read_traffic(const std::vector<Message>& messages,
                     const std::vector<std::string>& identities) {
  std::vector<const Message*> from_dut;
  for (const Message& m : messages) {
    if (m.from_dut) from_dut.push_back(&m);
  }
  return read_traffic(std::move(from_dut), identities);
}

Traffic read_traffic(std::vector<const Message*> messages,
                     const std::vector<std::string>& identities) {
  Traffic traffic;
  traffic.messages = std::move(messages);
  std::sort(traffic.messages.begin(), traffic.messages.end(), earlier);
  traffic.serves = served(traffic.messages);
  const Kinds kinds = kinds_of(traffic);
  const std::vector<std::string> templates = templates_of(kinds.alike, identities);

  // Kinds of one (destination, protocol, template) are one signature.
  const auto names = names_of(kinds.alike);
  using Key = std::tuple<std::string, std::uint16_t, std::string, bool, std::string>;
  std::map<Key, std::vector<std::size_t>> by_key;
  std::vector<Destination> destinations;
  for (std::size_t k = 0; k < kinds.alike.size(); ++k) {
    const Message& m = *kinds.alike[k].message;
    std::string name = m.peer.name;
    const auto met = names.find({m.peer.address, m.peer.port});
    if (name.empty() && met != names.end()) name = met->second;
    if (m.protocol == "dns") name = stable_suffix(asked_name(templates[k]));
    destinations.push_back({name, m.peer.address, m.peer.port});
    by_key[{name.empty() ? m.peer.address : name, m.peer.port, m.protocol, m.tls, templates[k]}]
        .push_back(k);
  }

  std::vector<std::size_t> signature_of_kind(kinds.alike.size());
  for (const auto& [key, members] : by_key) {
    for (const std::size_t k : members) signature_of_kind[k] = traffic.signatures.size();
    const std::size_t first = members.front();  // the earliest: kinds are in order of time
    const Message& m = *kinds.alike[first].message;
    traffic.signatures.push_back({destinations[first], m.protocol, m.tls, templates[first], {}});
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
