#include "rig/proof/template.h"

#include <cstddef>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "rig/model/host_of.h"
#include "rig/model/terminal_flow.h"
#include "rig/proof/ascii.h"
#include "rig/proof/identity_forms.h"

namespace brewproof {
namespace {

constexpr std::string_view hole = "{}";
constexpr std::size_t max_segments = 32;  // the rest of a longer path stays one segment
constexpr std::size_t varying_values = 8;
constexpr std::size_t varying_repeats = 3;

/// "POST /v1/order" -> head "POST ", segments {"", "v1", "order"} between '/'.
struct Shape {
  std::string head;
  char separator = '/';
  std::vector<std::string> segments;

  /// Everything but segment `without`; all of it with npos.
  [[nodiscard]] std::string text(std::size_t without = std::string::npos) const {
    std::string text = head;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (i > 0) text += separator;
      text += i == without ? hole : std::string_view(segments[i]);
    }
    return text;
  }
};

bool is_number(std::string_view segment) {
  if (segment.starts_with('-')) segment.remove_prefix(1);
  const std::size_t dot = segment.find('.');
  if (dot == std::string_view::npos) return all_digits(segment);
  return all_digits(segment.substr(0, dot)) && all_digits(segment.substr(dot + 1));
}

/// In braces or not.
bool is_uuid(std::string_view segment) {
  const bool braces = segment.size() == 38 && segment.front() == '{' && segment.back() == '}';
  return has_uuid_form(braces ? segment.substr(1, 36) : segment);
}

/// Identities in the two spellings they are compared in.
class Identities {
 public:
  explicit Identities(const std::vector<std::string>& identities) {
    for (const std::string& identity : identities) {
      if (identity.empty()) continue;
      spellings_.insert(lower_case(identity));
      const std::string plain = without(identity, ":-");
      if (all_hex(plain)) spellings_.insert(plain);
    }
  }
  [[nodiscard]] bool contain(std::string_view segment) const {
    return spellings_.contains(lower_case(segment)) || spellings_.contains(without(segment, ":-"));
  }

 private:
  std::unordered_set<std::string> spellings_;
};

/// Protocols whose message names a host behind the type of what is asked: "query A x.example".
bool names_hosts(std::string_view protocol) {
  return protocol == "dns" || protocol == "mdns" || protocol == "llmnr";
}

std::size_t head_length(std::string_view protocol, std::string_view message) {
  const std::size_t verb = message.find(' ');
  if (verb == std::string_view::npos) return message.size();
  if (!names_hosts(protocol)) return verb + 1;
  const std::size_t type = message.find(' ', verb + 1);
  return type == std::string_view::npos ? message.size() : type + 1;
}

/// Protocols whose message names a path, topic or name; the others name size classes and kinds.
bool has_segments(std::string_view protocol) {
  static const std::set<std::string_view> with = {"http", "http2", "http3",
                                                  "mqtt", "coap",  "websocket"};
  return with.contains(protocol) || names_hosts(protocol);
}

Shape shape_of(std::string_view protocol, std::string_view message, const Identities& identities) {
  Shape shape;
  shape.separator = names_hosts(protocol) ? '.' : '/';
  const std::size_t head = has_segments(protocol) ? head_length(protocol, message) : message.size();
  shape.head = message.substr(0, head);
  std::string_view rest = message.substr(head);
  while (!rest.empty()) {
    const std::size_t end =
        shape.segments.size() + 1 < max_segments ? rest.find(shape.separator) : std::string::npos;
    const std::string_view segment = rest.substr(0, end);
    const bool varies = is_number(segment) || is_uuid(segment) || identities.contain(segment) ||
                        (segment.size() >= 8 && all_hex(segment));
    shape.segments.emplace_back(varies ? hole : segment);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
    if (rest.empty()) shape.segments.emplace_back();  // the path ended in its separator
  }
  return shape;
}

std::string where_to(const KeptMessage& message) {
  const Endpoint& peer = message.peer();
  return host_of(peer) + ' ' + std::to_string(peer.port) + ' ' + message.protocol() +
         (of_terminal(message) ? " terminal " : " ");
}

struct Siblings {
  std::unordered_set<std::string_view> values;
  std::vector<std::size_t> members;
  std::size_t count = 0;
};

/// What segments are looked at beside each other, and how often each shape came.
struct Among {
  std::string others;  // what two must have in common beside their other segments
  std::size_t count = 0;
};

/// Position by position from the left, so that what became {} counts as equal further right.
void fill_varying(std::vector<Shape>& shapes, const std::vector<Among>& among) {
  std::size_t longest = 0;
  for (const Shape& shape : shapes) longest = std::max(longest, shape.segments.size());
  for (std::size_t position = 0; position < longest; ++position) {
    std::unordered_map<std::string, Siblings> groups;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      if (position >= shapes[i].segments.size() || shapes[i].segments[position] == hole) continue;
      Siblings& siblings = groups[among[i].others + shapes[i].text(position)];
      siblings.values.insert(shapes[i].segments[position]);
      siblings.members.push_back(i);
      siblings.count += among[i].count;
    }
    std::vector<std::size_t> varying;
    for (const auto& [others, siblings] : groups) {
      const std::size_t values = siblings.values.size();
      if (values >= varying_values && siblings.count <= values * varying_repeats) {
        varying.insert(varying.end(), siblings.members.begin(), siblings.members.end());
      }
    }
    groups.clear();  // its views look into the segments that change now
    for (const std::size_t i : varying) shapes[i].segments[position] = hole;
  }
}

bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

Shape shape_of_host(std::string_view name) {
  Shape shape;
  shape.separator = '.';
  if (is_address(name)) {
    shape.head = name;
    return shape;
  }
  while (true) {
    const std::size_t end = name.find('.');
    shape.segments.emplace_back(name.substr(0, end));
    if (end == std::string_view::npos) return shape;
    name.remove_prefix(end + 1);
  }
}

}  // namespace

std::string template_of(std::string_view protocol, std::string_view message,
                        const std::vector<std::string>& identities) {
  return shape_of(protocol, message, Identities(identities)).text();
}

std::vector<std::string> templates_of(std::span<const Alike> messages,
                                      const std::vector<std::string>& identities) {
  const Identities known(identities);
  std::vector<Shape> shapes;
  std::vector<Among> among;
  for (const Alike& alike : messages) {
    shapes.push_back(shape_of(alike.message->protocol(), alike.message->message(), known));
    among.push_back({where_to(*alike.message), alike.count});
  }
  fill_varying(shapes, among);
  std::vector<std::string> templates;
  templates.reserve(shapes.size());
  for (const Shape& shape : shapes) templates.push_back(shape.text());
  return templates;
}

std::map<std::string_view, std::string> hosts_of(
    const std::map<std::string_view, std::size_t>& conversations) {
  std::vector<Shape> shapes;
  std::vector<Among> among;
  for (const auto& [name, count] : conversations) {
    shapes.push_back(shape_of_host(name));
    among.push_back({"", count});
  }
  fill_varying(shapes, among);
  std::map<std::string_view, std::string> hosts;
  std::size_t at = 0;
  for (const auto& [name, count] : conversations) {
    const std::string host = shapes[at++].text();
    const std::string_view domain = stable_suffix(host);
    const bool is_domain = domain.find('.') != std::string_view::npos;  // not all of ".example"
    hosts[name] = is_domain ? domain : name;
  }
  return hosts;
}

std::string_view asked_name(std::string_view message) {
  if (!message.starts_with("query ")) return {};
  const std::size_t head = head_length("dns", message);
  std::string_view name = message.substr(head);
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

std::string_view stable_suffix(std::string_view name) {
  const std::size_t last = name.rfind(hole);
  if (last == std::string_view::npos) return name;
  name.remove_prefix(last + hole.size());
  if (name.starts_with('.')) name.remove_prefix(1);
  return name;
}

}  // namespace brewproof
