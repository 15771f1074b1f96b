// The conversations that are open, found by their 5-tuple in either direction. Bounded: the one
// that was silent longest makes room. Datagram conversations and closed connections are forgotten
// after a minute of capture time; open connections may stay silent for as long as they like.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "rig/decode/packet/flow.h"
#include "rig/decode/stream/tcp.h"

namespace brewproof::decode {

struct FlowKey {
  Address low, high;
  std::uint16_t low_port = 0, high_port = 0;
  std::uint16_t protocol = 0;  // IP protocol; below IP 0x100 and up, by ethertype
  // Which of the two is the DUT, so that a frame with the addresses of another's conversation and
  // a MAC that does not go with them is none of that. Both, or who opens it: unknown.
  enum class Dut : std::uint8_t { unknown, low, high } dut = Dut::unknown;
  friend bool operator==(const FlowKey&, const FlowKey&) = default;
};

struct FlowEntry {
  // What every packet asks for stands together: the neighbours come with it into the cache.
  FlowKey key;
  std::int64_t last_ns = 0;
  std::int64_t listed_ns = 0;          // when it last went to the end of its list
  std::unique_ptr<TcpConnection> tcp;  // TCP only
  std::unique_ptr<Session> session;    // of a room that reads datagrams
  const void* last_room = nullptr;     // that read its last datagram: asked first
  bool brief = true;                   // forgotten after a minute of silence
  Flow flow;
};

class FlowTable {
 public:
  using Flush = std::function<void(FlowEntry&, const char* why)>;
  FlowTable(std::size_t most, Flush flush) : most_(most), flush_(std::move(flush)) {}

  /// nullptr where there is none. A found one counts as used at `now_ns`.
  FlowEntry* find(const FlowKey& key, std::int64_t now_ns);
  /// Precondition: there is none of this key. The new one has its number.
  FlowEntry& add(const FlowKey& key, std::int64_t now_ns);
  /// Flushes and forgets it.
  void remove(FlowEntry& entry, const char* why);
  /// Moves it among those that a minute of silence ends, or back.
  void set_brief(FlowEntry& entry, bool brief);
  /// Forgets what is over.
  void expire(std::int64_t now_ns) {
    while (!brief_.empty() &&
           (now_ns - brief_.front().last_ns > brief_ns || brief_.size() > most_brief))
      remove(brief_.front(), "the flow fell silent");
  }
  /// Flushes the one that was silent longest; false: none is left.
  bool remove_oldest(const char* why);
  /// Flushes all, in the order of their numbers.
  void remove_all(const char* why);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  static constexpr std::int64_t brief_ns = 60'000'000'000;
  static constexpr std::size_t most_brief = 2048;
  using List = std::list<FlowEntry>;  // the longest silent first, to a tenth of a second
  List& list(bool brief) { return brief ? brief_ : open_; }

  // The table holds places and is asked for keys: eight bytes a flow, not sixty-four.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const FlowKey& key) const;
    std::size_t operator()(List::iterator at) const { return (*this)(at->key); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(List::iterator a, List::iterator b) const { return a == b; }
    bool operator()(const FlowKey& key, List::iterator at) const { return key == at->key; }
    bool operator()(List::iterator at, const FlowKey& key) const { return key == at->key; }
  };

  std::size_t most_;
  Flush flush_;
  List brief_, open_;
  List spare_;  // forgotten ones
  boost::unordered_flat_set<List::iterator, Hash, Equal> entries_;
  std::uint64_t last_number_ = 0;
};

}  // namespace brewproof::decode
