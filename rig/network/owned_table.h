// An nftables table that lives as long as this object. A child (`nft -i`) owns it: the kernel
// removes it when that process ends, and it is killed with the thread that made it, so no rule
// stays on any way out, kill -9 included. Rules change whole, in one transaction. Takes the right
// to administer the network (CAP_NET_ADMIN).
#pragma once

#include <memory>
#include <string>

#include "rig/model/result.h"
#include "rig/process/child.h"

namespace brewproof {

class OwnedTable {
 public:
  /// `table`: family and name. `line` makes it, with `flags owner`. Error `host`: not allowed, or
  /// nft failed; `purpose` says what for.
  [[nodiscard]] static Result<OwnedTable> begin(const std::string& table, const std::string& line,
                                                const std::string& purpose);
  /// One line for `nft -i`; the table as nft lists it then. "" lists it only. Error `host`, with
  /// nft's own words: the rules are as they were.
  [[nodiscard]] Result<std::string> apply(const std::string& line);

 private:
  OwnedTable(std::string table, std::unique_ptr<Child> owner)
      : table_(std::move(table)), owner_(std::move(owner)) {}
  std::string table_;
  std::unique_ptr<Child> owner_;
};

}  // namespace brewproof
