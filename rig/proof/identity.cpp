#include "rig/proof/identity.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "rig/proof/ascii.h"
#include "rig/proof/by_heading.h"
#include "rig/proof/field_name.h"
#include "rig/proof/identity_forms.h"

namespace brewproof {
namespace {

constexpr std::size_t longest_looked_at = 256;
constexpr std::size_t named_decimals = 2;  // of a coordinate beside a name that says so

using Words = std::vector<std::string>;

bool says(const Words& words, std::initializer_list<std::string_view> meant) {
  return std::ranges::any_of(words, [&](const std::string& word) {
    return std::ranges::find(meant, word) != meant.end();
  });
}

bool names_a_version(const Words& words) {
  return says(words, {"version", "ver", "firmware", "fw", "build", "release", "rev", "revision",
                      "sw", "hw", "software", "hardware", "sdk", "app", "os", "api", "agent"});
}

bool names_an_address(const Words& words) {
  return says(words, {"ip", "ipv", "ipaddr", "ipaddress", "addr", "address", "gateway", "gw", "dns",
                      "wan", "lan", "host", "server", "router"});
}

struct Rule {
  const char* identity;
  const char* reason;
  bool (*fits)(const FieldView& field, const Words& words, const KnownIdentities& known);
  bool stays = false;
};

bool is_text(const FieldView& field) {
  return field.type != FieldType::integer && field.type != FieldType::real;
}

// In this order: what is known of the machine, what is told by its form alone, what also needs a
// name that says so.
constexpr std::array rules = {
    Rule{"mac", "it is a MAC address by which the bench names the machine",
         [](const FieldView& f, const Words&, const KnownIdentities& known) {
           return known.is_own_mac(f.value);
         }},
    Rule{"ip", "it is the address by which the machine was named",
         [](const FieldView& f, const Words&, const KnownIdentities& known) {
           return known.is_own_ip(f.value);
         }},
    Rule{"serial", "it holds the serial number by which the bench names the machine",
         [](const FieldView& f, const Words&, const KnownIdentities& known) {
           return known.holds_own_serial(f.value);
         }},
    Rule{
        "e-mail", "it is written name@domain",
        [](const FieldView& f, const Words&, const KnownIdentities&) { return is_email(f.value); }},
    Rule{"uuid", "32 hex digits as 8-4-4-4-12, with a version and the variant of RFC 9562",
         [](const FieldView& f, const Words&, const KnownIdentities&) {
           return is_real_uuid(f.value);
         }},
    Rule{"mac", "six bytes written as a MAC address",
         [](const FieldView& f, const Words&, const KnownIdentities&) {
           return is_somebodys_mac(separated_mac(f.value));
         }},
    Rule{"mac", "twelve hex digits, and its name says MAC address",
         [](const FieldView& f, const Words& words, const KnownIdentities&) {
           return says(words, {"mac", "macaddr", "macaddress", "bssid", "bdaddr", "hwaddr"}) &&
                  all_hex(f.value) && is_somebodys_mac(lower_case(f.value));
         }},
    Rule{"ip", "an address that packets of this capture have",
         [](const FieldView& f, const Words& words, const KnownIdentities& known) {
           return !names_a_version(words) && (is_ipv4(f.value) || is_ipv6(f.value)) &&
                  known.is_peer(f.value);
         }},
    Rule{"ip", "an address, and its name says so",
         [](const FieldView& f, const Words& words, const KnownIdentities&) {
           return names_an_address(words) && !names_a_version(words) &&
                  (is_ipv4(f.value) || is_ipv6(f.value));
         }},
    Rule{"ip", "an IPv4 address of a private network (RFC 1918, RFC 3927)",
         [](const FieldView& f, const Words& words, const KnownIdentities&) {
           return !names_a_version(words) && is_private_ipv4(f.value);
         }},
    Rule{"ip", "written as an IPv6 address (RFC 4291)",
         [](const FieldView& f, const Words&, const KnownIdentities&) { return is_ipv6(f.value); }},
    Rule{
        "location", "a latitude and a longitude in one text",
        [](const FieldView& f, const Words&, const KnownIdentities&) { return is_place(f.value); }},
    Rule{"phone", "a plus and 8 to 15 digits (E.164)",
         [](const FieldView& f, const Words&, const KnownIdentities&) {
           return is_text(f) && is_international_phone(f.value);
         }},
    Rule{"phone", "7 to 15 digits, and its name says phone",
         [](const FieldView& f, const Words& words, const KnownIdentities&) {
           return says(words, {"phone", "tel", "telephone", "mobile", "msisdn", "cellphone",
                               "phonenumber", "phoneno", "mobileno"}) &&
                  is_local_phone(f.value);
         }},
    Rule{"ssid", "its name says SSID",
         [](const FieldView& f, const Words& words, const KnownIdentities&) {
           return says(words, {"ssid", "essid"}) && f.value.size() <= 32;
         }},
    Rule{"serial", "its name says serial number, and it stays the same",
         [](const FieldView& f, const Words& words, const KnownIdentities&) {
           return says(words, {"sn", "serial", "serialno", "serialnumber", "serialnr"}) &&
                  is_serial_form(f.value);
         },
         true},
};
static_assert(rules.size() < 32);

std::string_view axis_word(std::string_view word) {
  if (word == "lat" || word == "latitude") return "lat";
  if (word == "lon" || word == "lng" || word == "long" || word == "longitude") return "lon";
  return "";
}

}  // namespace

KnownIdentities::KnownIdentities(std::span<const std::string> identities,
                                 std::span<const KeptMessage> messages) {
  constexpr std::size_t shortest_serial = 4;
  for (const std::string& identity : identities) {
    if (const std::string mac = separated_mac(identity); !mac.empty())
      macs_.insert(mac);
    else if (is_ipv4(identity) || is_ipv6(identity))
      ips_.insert(lower_case(identity));
    else if (identity.size() >= shortest_serial)
      serials_.push_back(lower_case(identity));
  }
  ByHeading<bool> headings;
  for (const KeptMessage& message : messages) {
    headings.of(message, [&] { return peers_.insert(message.peer().address).second; });
  }
}

bool KnownIdentities::is_own_mac(std::string_view value) const {
  if (value.size() > 17 || value.size() < 12) return false;
  const std::string plain = all_hex(value) ? lower_case(value) : separated_mac(value);
  return !plain.empty() && macs_.contains(plain);
}

bool KnownIdentities::is_own_ip(std::string_view value) const {
  return ips_.contains(lower_case(value));
}

bool KnownIdentities::holds_own_serial(std::string_view value) const {
  if (serials_.empty()) return false;
  const std::string text = lower_case(value);
  return std::ranges::any_of(serials_, [&](const std::string& serial) {
    const std::size_t at = text.find(serial);
    if (at == std::string::npos) return false;
    const std::size_t end = at + serial.size();
    return (at == 0 || !is_alnum(text[at - 1])) && (end == text.size() || !is_alnum(text[end]));
  });
}

bool KnownIdentities::is_peer(std::string_view value) const {
  return peers_.contains(lower_case(value));
}

IdentityTally::IdentityTally(std::string_view path, const KnownIdentities& known)
    : known_(&known), fitting_((1U << rules.size()) - 1) {
  const Words names = names_of(path);
  if (names.empty()) return;
  words_ = words_of(names.front());
  const auto axis = std::ranges::find_if(
      words_, [](const std::string& word) { return !axis_word(word).empty(); });
  if (axis == words_.end()) return;
  axis_ = axis_word(*axis);
  place_ = path.substr(0, path.find_last_of("/:|") + 1);  // everything but the word of the axis
  for (const std::string& word : words_) {
    if (&word != &*axis) place_ += word + ' ';
  }
}

void IdentityTally::see(const FieldView& field) {
  if (field.value.empty() || field.cut) return;
  if (seen_++ == 0)
    first_ = field.value.substr(0, longest_looked_at);
  else
    changes_ = changes_ || first_ != std::string_view(field.value).substr(0, longest_looked_at);
  if (field.value.size() > longest_looked_at) fitting_ = 0;
  for (std::size_t r = 0; r < rules.size() && fitting_ != 0; ++r) {
    const std::uint32_t bit = 1U << r;
    if ((fitting_ & bit) != 0 && !rules[r].fits(field, words_, *known_)) fitting_ &= ~bit;
  }
  if (axis_.empty() || !on_axis_) return;
  const auto coordinate = read_coordinate(field.value, axis_ == "lat" ? 90 : 180);
  on_axis_ = coordinate.has_value();
  fine_ = fine_ || (coordinate && coordinate->decimals >= named_decimals);
  off_zero_ = off_zero_ || (coordinate && coordinate->value != 0);
}

std::string_view IdentityTally::axis() const {
  return seen_ > 0 && on_axis_ && fine_ && off_zero_ ? axis_ : std::string_view();
}

Identity IdentityTally::found() const {
  if (seen_ == 0) return {};
  for (std::size_t r = 0; r < rules.size(); ++r) {
    if ((fitting_ & (1U << r)) == 0) continue;
    if (rules[r].stays && (changes_ || seen_ < 2)) continue;
    Identity identity{rules[r].identity, rules[r].reason};
    identity.lasting = identity.name != "uuid" || !changes_;
    if (!identity.lasting)
      identity.reason += "; another one each time: it names the message rather than the machine";
    return identity;
  }
  return {};
}

IdentityTally& IdentitySurvey::of(std::string_view path) {
  auto known = tallies_.find(path);
  if (known == tallies_.end()) known = tallies_.try_emplace(std::string(path), path, *known_).first;
  return known->second;
}

std::map<std::string, Identity, std::less<>> IdentitySurvey::found() const {
  std::map<std::string, Identity, std::less<>> all;
  std::map<std::string_view, std::set<std::string_view>> axes;  // by place
  for (const auto& [path, tally] : tallies_) {
    if (!tally.axis().empty()) axes[tally.place()].insert(tally.axis());
  }
  for (const auto& [path, tally] : tallies_) {
    Identity identity = tally.found();
    if (!tally.axis().empty() && axes[tally.place()].size() == 2)
      identity = {
          "location",
          "latitude and longitude beside each other, in degrees with decimals or in 1e-6 or "
          "1e-7 degrees"};
    if (!identity.name.empty()) all.emplace(path, std::move(identity));
  }
  return all;
}

std::map<std::string, Identity, std::less<>> identities_in(const FieldTable& table,
                                                           const KnownIdentities& known) {
  IdentitySurvey survey(known);
  for (const FieldColumn& column : table.columns) {
    IdentityTally& tally = survey.of(column.path);
    for (const FieldView* field : column.by_row) {
      if (field != nullptr) tally.see(*field);
    }
  }
  return survey.found();
}

}  // namespace brewproof
