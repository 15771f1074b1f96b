// What is fuzzed: each takes any bytes and may neither crash nor hang nor grow. Beside that, each
// checks what must hold of what comes out, and aborts where it does not.
//
// libfuzzer.cpp makes a libFuzzer program of each (./dev fuzz); corpus_test.cpp runs each over its
// seeds (corpus/<target>/) in every test run.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "rig/model/bytes.h"

namespace brewproof::fuzz {

/// A capture file: pcap, pcapng, packed by gzip or not.
void capture(ByteView bytes);
/// Frames as they are captured: everything from the link layer to the fields.
void frames(ByteView bytes);
/// TCP segments in any order, of streams whose bytes are known: they come out in order or not.
void order(ByteView bytes);
/// What one room is given: datagrams, and pieces of both directions of a stream. Returns how many
/// messages came of them.
std::uint64_t room(const std::string& name, ByteView bytes);
[[nodiscard]] std::vector<std::string> room_names();
/// A body or payload, under every media type and content coding.
void payload(ByteView bytes);
/// What the decoding process tells the controller.
void telling(ByteView bytes);
/// A machine's audit file, and the difference of the readings in it.
void books(ByteView bytes);
/// What is said on a payment bus, block by block.
void mdb(ByteView bytes);
/// Lines of an adapter that sniffs on it.
void sniffed(ByteView bytes);
/// Files that people and other programs give: bench, procedure, contract, trials and plan.
void inputs(ByteView bytes);

struct Target {
  std::string name;
  std::function<void(ByteView)> run;
};
[[nodiscard]] std::vector<Target> targets();

/// Something that must hold does not.
[[noreturn]] inline void wrong(const char* what) {
  std::fprintf(stderr, "fuzz: %s\n", what);
  std::abort();
}

/// Keeps the compiler from leaving out what leads to a number.
inline void keep(std::uint64_t number) {
  static volatile std::uint64_t kept = 0;
  kept = kept ^ number;
}

/// Bytes of an input in memory of exactly their size, so that a read beyond them is seen.
inline Bytes exact(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace brewproof::fuzz
