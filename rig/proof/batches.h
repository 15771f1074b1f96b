// Batches: a machine that collects what happened and sends it later, an array of records with the
// time of each. When the batch comes tells nothing of an act; when its record says it happened
// does. A record is placed at the time that it states, on the capture's clock: the machine's own
// offset is estimated first, from the fields of messages that tell the time when they are sent.
// Neither lots nor parameters are looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/proof/traffic.h"

namespace brewproof {

struct BatchRecord {
  /// Its fields, with `*` for its place in the array, at the time that it states (time_ns). All
  /// else is its carrier's, and its size is 0.
  KeptMessage message;
  std::size_t carrier = 0;  // the message that brought it: index into Traffic::messages
};

/// The records of one array of one unit.
struct BatchArray {
  std::size_t signature = 0;
  std::string label;                 // "records/*": the array's last step
  std::vector<std::size_t> records;  // indices into Batches::all, in order of stated time
  std::int64_t tolerance_ns = 0;     // how far the true time may be from the stated one
};

struct Batches {
  std::vector<BatchRecord> all;
  std::vector<BatchArray> arrays;  // by signature, then by the array's path
};

/// Arrays of objects in JSON, CBOR and MessagePack, a path of which is a time in every record: of
/// the clock of the packets, or of one whose offset a message that is sent at once has shown. A
/// record that would lie behind the message that brought it, or long before the capture, is of no
/// such clock, and its array is left out.
[[nodiscard]] Batches find_batches(const Traffic& traffic);

/// "body|json:/records/3/amount" -> {"body|json:/records/", 3, "/amount"}; false without an index
/// or without anything behind it.
struct IndexedPath {
  std::string_view array, rest;
  std::size_t index = 0;
};
[[nodiscard]] bool split_index(std::string_view path, IndexedPath& split);

}  // namespace brewproof
