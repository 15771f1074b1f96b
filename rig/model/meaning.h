// What a field is data of, and who it tells of: a category of the table in
// procedures/data-categories.yaml, and a class of identities. Names, not claims: each has the
// reason why it is said, and what nothing speaks for has none.
#pragma once

#include <string>

namespace brewproof {

/// Texts are "" where there is nothing to say.
struct Meaning {
  std::string category;  // as the table names it: "payment"
  std::string category_reason;
  std::string identity;  // serial, mac, ip, location, ssid, uuid, e-mail, phone
  std::string identity_reason;
  [[nodiscard]] bool empty() const { return category.empty() && identity.empty(); }
  friend bool operator==(const Meaning&, const Meaning&) = default;
};

/// A path of a signature, elements of arrays as `*`.
struct MeantPath {
  std::string path;
  Meaning meaning;
  friend bool operator==(const MeantPath&, const MeantPath&) = default;
};

/// Which table of data categories was used.
struct CategoryTable {
  int version = 0;
  std::string sha256;  // of the file
  friend bool operator==(const CategoryTable&, const CategoryTable&) = default;
};

}  // namespace brewproof
