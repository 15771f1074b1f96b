// The contract file (`brewproof: contract/1`) as values: what the maker declares that each event
// may emit.
#pragma once

#include <string>
#include <vector>

#include "rig/model/result.h"

namespace brewproof {

struct ContractLine {
  std::string event;  // "" in `background`
  std::string destination, protocol, message;
  std::vector<std::string> fields;  // paths, or {"*"}
  std::string purpose, category;
  bool of_terminal = false;  // `of: terminal`: what the payment terminal emits, not the machine
  std::string place;
};

struct ContractFile {
  std::string path, name;
  std::vector<ContractLine> allow, background;
  bool otherwise_fail = true;  // `otherwise: fail | report`
};

[[nodiscard]] Result<ContractFile> read_contract_file(const std::string& path);

}  // namespace brewproof
