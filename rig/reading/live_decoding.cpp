#include "rig/reading/live_decoding.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "rig/capture/segment_tail.h"
#include "rig/process/signals_held.h"
#include "rig/reading/key_tail.h"

namespace brewproof {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t piece_bytes = 1u << 20;      // more than any block of a capture of ours
constexpr std::size_t most_key_bytes = 32u << 20;  // a reader of one capture takes 64 MiB
constexpr std::chrono::milliseconds keys_lag{5};
constexpr int look_every_ms = 1000;  // whether the decoder still moves
constexpr int unwatched_ms = 2;      // where the system does not tell of changes

std::uint32_t word_at(ByteView bytes, std::size_t at) {
  return ByteReader(bytes.subspan(at, 4)).le32();
}

void put_word(Bytes& to, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    to.push_back(static_cast<std::uint8_t>(value >> shift));
}

struct Blocks {
  std::size_t bytes = 0;
  std::uint64_t packets = 0;
};

/// Those that are whole, from the beginning (draft-ietf-opsawg-pcapng, section 3.1). Error: what
/// follows them is none.
Result<Blocks> whole_blocks(ByteView bytes) {
  constexpr std::uint32_t packet = 6;
  Blocks whole;
  while (bytes.size() - whole.bytes >= 8) {
    const std::uint32_t length = word_at(bytes, whole.bytes + 4);
    if (length < 12 || length % 4 != 0 || length > piece_bytes)
      return fail(ErrorCode::bad_file, "a block of the capture claims a length of {} bytes",
                  length);
    if (length > bytes.size() - whole.bytes) break;
    if (word_at(bytes, whole.bytes) == packet) ++whole.packets;
    whole.bytes += length;
  }
  return whole;
}

/// A Decryption Secrets Block (section 4.7).
void put_keys(std::string_view lines, Bytes& to) {
  const std::size_t padding = (4 - lines.size() % 4) % 4;
  const auto length = static_cast<std::uint32_t>(20 + lines.size() + padding);
  for (const std::uint32_t word : {std::uint32_t{10}, length, std::uint32_t{0x544c534b},
                                   static_cast<std::uint32_t>(lines.size())})
    put_word(to, word);
  to.insert(to.end(), lines.begin(), lines.end());
  to.resize(to.size() + padding);
  put_word(to, length);
}

}  // namespace

struct LiveDecoding::State {
  State(SegmentTail from, DecodeProcess to, Listener told, std::chrono::seconds most,
        Descriptor end)
      : tail(std::move(from)),
        decoder(std::move(to)),
        listener(std::move(told)),
        patience(most),
        stop(std::move(end)) {}
  ~State() {
    const std::uint64_t one = 1;
    if (thread.joinable()) {
      while (::write(stop.number(), &one, sizeof one) < 0 && errno == EINTR) continue;
      thread.join();
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void go() {
    std::string why;
    while (why.empty()) {
      if (wait()) return;
      tail.quiet();
      why = get_on();
    }
    listener.ended(why);
  }

  SegmentTail tail;
  DecodeProcess decoder;
  Listener listener;
  std::chrono::seconds patience;
  Descriptor stop;  // eventfd

  Decoded decoded;
  std::vector<KeyTail> keys;
  std::size_t key_bytes = 0;
  Bytes piece = Bytes(piece_bytes);
  std::size_t held = 0;  // bytes of it: the beginning of a block whose rest is to come
  bool begun = false;    // the decoder has the section header
  Bytes ready;
  ByteView unfed;             // of what is ready
  std::uint64_t packets = 0;  // in all that was made ready
  std::uint64_t moves = 0;
  SteadyClock::time_point moved = SteadyClock::now();
  std::thread thread;  // last: it uses all of the above

 private:
  /// Until there is something to do; true: this is to end.
  bool wait() {
    std::array<pollfd, 4> waiting = {{{stop.number(), POLLIN, 0},
                                      {tail.news(), POLLIN, 0},
                                      {decoder.listen_end(), POLLIN, 0},
                                      {unfed.empty() ? -1 : decoder.feed_end(), POLLOUT, 0}}};
    ::poll(waiting.data(), waiting.size(), tail.news() < 0 ? unwatched_ms : look_every_ms);
    return waiting[0].revents != 0;
  }

  /// Feeds and hands on what there is now. Returns why there will be no more.
  std::string get_on() {
    auto more = decoder.listen(decoded, [this](Message&& message) { listener.message(message); });
    if (!more) return more.error().message;
    if (!decoded.death.empty()) return decoded.death;
    if (const std::string& fault = decoded.files.front().fault; !fault.empty()) return fault;
    if (!*more) return "the decoder ended by itself";
    listener.totals(decoded.totals);
    if (auto fed = feed(); !fed) return fed.error().message;
    return stands_still() ? fmt::format("the decoder stood still for {} s{}", patience.count(),
                                        decoder.where())
                          : "";
  }

  Result<void> feed() {
    while (true) {
      while (!unfed.empty()) {
        const auto fed = decoder.feed(unfed);
        // What it said before it closed its end is still to be heard; then listen() says how it
        // died.
        if (!fed) unfed = {};
        if (!fed || *fed == 0) return {};
        unfed = unfed.subspan(*fed);
      }
      const auto more = take_more();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return {};
    }
  }

  /// Makes ready what stands in the files now; false: nothing more.
  Result<bool> take_more() {
    const auto read = tail.read(std::span(piece).subspan(held));
    if (!read) return tl::unexpected(read.error());
    if (*read == 0) return false;
    held += *read;
    const auto whole = whole_blocks(ByteView(piece).first(held));
    if (!whole) return tl::unexpected(whole.error());
    const ByteView blocks = ByteView(piece).first(whole->bytes);
    ready.clear();
    // A server of TLS 1.3 logs its keys before it sends what they seal; of TLS 1.2, only once it
    // has read what the client sealed already.
    if (!keys.empty()) std::this_thread::sleep_for(keys_lag);
    if (begun) take_keys();
    ready.insert(ready.end(), blocks.begin(), blocks.end());
    if (!std::exchange(begun, begun || whole->bytes > 0) && begun) take_keys();
    unfed = ready;
    held -= whole->bytes;
    packets += whole->packets;
    std::memmove(piece.data(), piece.data() + whole->bytes, held);
    return true;
  }

  void take_keys() {
    for (KeyTail& log : keys) {
      const std::string lines = log.new_lines();
      if (lines.empty() || key_bytes > most_key_bytes) continue;
      key_bytes += lines.size();
      put_keys(lines, ready);
    }
  }

  bool stands_still() {
    const auto now = SteadyClock::now();
    if (decoder.moves() != moves || decoded.files.front().packets == packets) {
      moves = decoder.moves();
      moved = now;
    }
    return now - moved > patience;
  }
};

Result<LiveDecoding> LiveDecoding::start(const Sources& sources, DecodeOrder order,
                                         Listener listener, const DecodeSettings& settings) {
  auto tail = SegmentTail::open(sources.folder);
  if (!tail) return pass_on(std::move(tail));
  Descriptor stop{::eventfd(0, EFD_CLOEXEC)};
  if (!stop) return fail(ErrorCode::host, "making an event: {}", std::strerror(errno));
  order.files = {{"", "the capture"}};
  order.follows = true;
  auto decoder = DecodeProcess::start(std::move(order), settings);
  if (!decoder) return pass_on(std::move(decoder));
  auto state = std::make_unique<State>(std::move(*tail), std::move(*decoder), std::move(listener),
                                       settings.patience, std::move(stop));
  for (const std::string& log : sources.key_logs) state->keys.emplace_back(log);
  const SignalsHeld held;
  state->thread = std::thread([own = state.get()] { own->go(); });
  return LiveDecoding(std::move(state));
}

int LiveDecoding::pid() const { return state_->decoder.pid(); }

LiveDecoding::LiveDecoding(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiveDecoding::LiveDecoding(LiveDecoding&&) noexcept = default;
LiveDecoding& LiveDecoding::operator=(LiveDecoding&&) noexcept = default;
LiveDecoding::~LiveDecoding() = default;

}  // namespace brewproof
