// Declared against observed: a contract held against the findings of a run, line by line. Pure.
//
// What is declared covers what was seen where event, destination, protocol and message agree and
// the field's path is listed. The destination is a name or an address, with or without `:port`, for
// a look-up also the domain above; in the message `{}` covers any one segment and `A..B` any size
// or range of sizes within; in a path `*` covers one step, and `header:*` whatever the part
// `header:` holds. Segments that stand in the message itself need not be listed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rig/contract/contract_file.h"
#include "rig/model/finding.h"

namespace brewproof {

/// `report`: it is not declared, and the contract says `otherwise: report`.
enum class Declared { pass, report, inconclusive, fail };

struct CheckedLine {
  enum class About { allow, background, undeclared, nothing_else };
  About about = About::allow;
  Declared verdict = Declared::pass;
  std::string event;                           // "" = of the background
  bool of_terminal = false;                    // the payment terminal's, not the machine's
  std::string destination, protocol, message;  // as declared, or as seen; "" for `nothing_else`
  std::string place;                           // file:line:col of the contract's line; "" = none
  std::vector<std::string> findings;           // ids
  std::vector<std::string> fields;             // seen and not declared
  /// "not-tried" (no trial of the event), "sealed" (cannot be read), "candidate" (perhaps only),
  /// "not-attributed" (seen, and of no event that it is declared for), "fields-cut", and the
  /// reasons of a run that is inconclusive itself; where it is about the payment terminal
  /// "terminal-replaced" (it was emulated), "payment-unstated" (the bench file does not say),
  /// "terminal-unidentified" (real, but nobody knows what it sends).
  std::vector<std::string> reasons;
  std::string text;  // what was seen
};

struct ContractCheck {
  /// The gravest of all lines.
  Declared verdict = Declared::pass;
  /// The contract's own lines in its order, what is not declared, `nothing_else` by event.
  std::vector<CheckedLine> lines;
};

[[nodiscard]] ContractCheck check_contract(const ContractFile& contract, const Findings& findings);

/// Does this path of a contract cover that one?
[[nodiscard]] bool covers_path(std::string_view declared, std::string_view path);
/// Does this message of a contract cover that one?
[[nodiscard]] bool covers_message(std::string_view declared, std::string_view message);

/// "PASS", "REPORTED", "INCONCLUSIVE", "FAIL"
[[nodiscard]] std::string_view verdict_word(Declared verdict);
/// "allow", "background", "undeclared", "nothing-else"
[[nodiscard]] std::string_view about_word(CheckedLine::About about);

}  // namespace brewproof
