// What others make of the same capture, as a measure for ours: each reads the file from its start
// to its end in this process and returns 0, or 1 where it found nothing.
#pragma once

#include <string>

namespace brewproof::benchmarks {

/// The practical limit: libpcap's loop, with Ethernet, IPv4, TCP and UDP lengths read by hand.
int read_with_libpcap(const std::string& path);

/// libtins: its stream follower over TCP (payloads handed out and dropped) and its DNS parser.
/// -1: built without libtins.
int read_with_libtins(const std::string& path);

}  // namespace brewproof::benchmarks
