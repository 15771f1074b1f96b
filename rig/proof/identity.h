// Which identity a field tells, if any: by the forms that serial numbers, MAC and IP addresses,
// places, SSIDs, UUIDs, e-mail addresses and phone numbers are known by, and with the reason. A
// name, not a claim. A form that other things have too (four numbers between dots, a row of digits)
// needs more than itself: a name that says so, an address of this capture. All values must fit.
// Label-blind: neither lots nor parameters are looked at.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rig/model/kept_message.h"
#include "rig/proof/fields.h"

namespace brewproof {

struct Identity {
  std::string name;  // serial, mac, ip, location, ssid, uuid, e-mail, phone; "" = none
  std::string reason;
  bool lasting = true;  // false: a UUID that is another one each time names a message, nobody
  friend bool operator==(const Identity&, const Identity&) = default;
};

/// What is known of the machine before a field is looked at.
class KnownIdentities {
 public:
  /// `identities`: of the bench file (serial number, MACs) or those that the machine was named by.
  KnownIdentities(std::span<const std::string> identities, std::span<const KeptMessage> messages);

  [[nodiscard]] bool is_own_mac(std::string_view value) const;
  [[nodiscard]] bool is_own_ip(std::string_view value) const;
  /// It stands there, with no letter or digit beside it.
  [[nodiscard]] bool holds_own_serial(std::string_view value) const;
  /// An address that messages of the capture went to or came from.
  [[nodiscard]] bool is_peer(std::string_view value) const;

 private:
  std::set<std::string, std::less<>> macs_, ips_, peers_;  // MACs as twelve hex digits
  std::vector<std::string> serials_;                       // lower case
};

/// The values of one path, one after the other.
class IdentityTally {
 public:
  IdentityTally(std::string_view path, const KnownIdentities& known);
  /// Empty values, and those that the capture may have shortened, tell nothing.
  void see(const FieldView& field);
  [[nodiscard]] Identity found() const;

  /// "lat" or "lon" where the name and all values are those of a coordinate; "" = neither.
  [[nodiscard]] std::string_view axis() const;
  /// Equal for the two coordinates of one place.
  [[nodiscard]] const std::string& place() const { return place_; }

 private:
  const KnownIdentities* known_;
  std::vector<std::string> words_;  // of the innermost name
  std::string place_, first_;
  std::string_view axis_;
  std::uint32_t fitting_;  // rules that all values fit, a bit each
  std::size_t seen_ = 0;
  bool changes_ = false, on_axis_ = true, fine_ = false, off_zero_ = false;
};

/// Of each path of one kind of message.
class IdentitySurvey {
 public:
  explicit IdentitySurvey(const KnownIdentities& known) : known_(&known) {}
  /// Stays where it is as long as the survey.
  IdentityTally& of(std::string_view path);
  /// By path, those that have one. Two coordinates beside each other are a location.
  [[nodiscard]] std::map<std::string, Identity, std::less<>> found() const;

 private:
  const KnownIdentities* known_;
  std::map<std::string, IdentityTally, std::less<>> tallies_;
};

/// The identities of a table's columns, by path.
[[nodiscard]] std::map<std::string, Identity, std::less<>> identities_in(
    const FieldTable& table, const KnownIdentities& known);

}  // namespace brewproof
