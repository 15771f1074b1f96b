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
    return std::tie(m->time_ns, m->first, m->last, m->protocol, m->message, m->size, m->peer);
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
    const std::vector<const Message*>& messages) {
  std::map<std::pair<std::string, std::uint16_t>, std::set<std::string>> met;
  for (const Message* m : messages) {
    if (!m->peer.name.empty()) met[{m->peer.address, m->peer.port}].insert(m->peer.name);
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
    } else if (!m.peer.name.empty() &&
               (is_datagram(m.protocol) || flow_start[m.flow] == m.time_ns)) {
      next[lower_case(m.peer.name)] = i;
    }
  }
  return serves;
}

}  // namespace

Traffic read_traffic(const std::vector<Message>& messages,
                     const std::vector<std::string>& identities) {
  Traffic traffic;
  for (const Message& m : messages) {
    if (m.from_dut) traffic.messages.push_back(&m);
  }
  std::stable_sort(traffic.messages.begin(), traffic.messages.end(), earlier);
  traffic.serves = served(traffic.messages);

  const std::vector<std::string> templates = templates_of(traffic.messages, identities);
  const auto names = names_of(traffic.messages);
  using Key = std::tuple<std::string, std::uint16_t, std::string, bool, std::string>;
  std::map<Key, Signature> signatures;
  std::vector<std::map<Key, Signature>::iterator> of(traffic.messages.size(), signatures.end());
  for (std::size_t i = 0; i < traffic.messages.size(); ++i) {
    if (traffic.serves[i] != none) continue;
    const Message& m = *traffic.messages[i];
    std::string name = m.peer.name;
    if (const auto met = names.find({m.peer.address, m.peer.port});
        name.empty() && met != names.end()) {
      name = met->second;
    }
    if (m.protocol == "dns") {
      name = stable_suffix(asked_name(templates[i]));
    }
    const Key key{name.empty() ? m.peer.address : name, m.peer.port, m.protocol, m.tls,
                  templates[i]};
    of[i] =
        signatures
            .try_emplace(
                key,
                Signature{{name, m.peer.address, m.peer.port}, m.protocol, m.tls, templates[i], {}})
            .first;
    of[i]->second.messages.push_back(i);
  }

  std::unordered_map<const Signature*, std::size_t> place;
  for (const auto& [key, signature] : signatures) place.emplace(&signature, place.size());
  traffic.signature_of.assign(traffic.messages.size(), none);
  for (std::size_t i = 0; i < traffic.messages.size(); ++i) {
    if (of[i] != signatures.end()) traffic.signature_of[i] = place.at(&of[i]->second);
  }
  for (auto& [key, signature] : signatures) traffic.signatures.push_back(std::move(signature));
  return traffic;
}

}  // namespace brewproof
