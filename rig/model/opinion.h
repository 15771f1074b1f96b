// What a second, independent decoder says of the same captures, held against ours. "" = it shows
// no such message there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace brewproof {

/// One message that the two read differently, each reading as a line of text.
struct Difference {
  std::uint32_t file = 0;   // index into FindingsRun::captures
  std::uint64_t frame = 0;  // counts from 1 within the file
  std::string ours, theirs;
  friend bool operator==(const Difference&, const Difference&) = default;
};

/// The messages of one kind: `ours` and `theirs` were compared; of ours `differing` found no equal,
/// or of theirs, one message that is only read otherwise counting once.
struct Opinion {
  std::string kind;  // "http requests"
  std::uint64_t ours = 0, theirs = 0;
  std::uint64_t differing = 0;
  std::uint64_t aside = 0;              // of ours: cut, malformed, or of a form that has no line
  std::uint64_t alone = 0;              // theirs, where no room of ours claims anything
  std::vector<Difference> differences;  // the first of them
  friend bool operator==(const Opinion&, const Opinion&) = default;
};

/// Messages that only the second decoder could read.
struct ReadAlone {
  std::string protocol;  // as it calls it: "snmp"
  std::uint64_t messages = 0;
  friend bool operator==(const ReadAlone&, const ReadAlone&) = default;
};

/// A capture on which there is no second opinion.
struct Unheard {
  std::uint32_t file = 0;
  std::string why;
  friend bool operator==(const Unheard&, const Unheard&) = default;
};

}  // namespace brewproof
