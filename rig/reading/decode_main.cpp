// brewproof-decode: reads what strangers sent, and can do nothing else. Started by brewproof with
// the number of a shared page (position.h); takes its order from stdin, reads the .proto files in
// it, opens the captures, locks itself in before it reads a byte of them, and tells on stdout what
// it decodes (telling.h). One that follows a capture reads it from stdin, behind the order.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <utility>

#include "rig/capture/capture_file.h"
#include "rig/reading/confine.h"
#include "rig/reading/decode_exit.h"
#include "rig/reading/position.h"
#include "rig/reading/proto_files.h"
#include "rig/reading/teller.h"

// The leak check would start a thread that traces this process: both are forbidden in here.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace brewproof {
namespace {

constexpr std::size_t longest_order = 256u << 20;
constexpr int pipe_bytes = 1 << 20;

/// Exactly as many bytes as there is room for: what follows them is no business of this.
bool read_whole(std::span<std::uint8_t> room) {
  while (!room.empty()) {
    const ssize_t count = ::read(STDIN_FILENO, room.data(), room.size());
    if (count > 0) room = room.subspan(static_cast<std::size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) return false;
  }
  return true;
}

Result<DecodeOrder> take_order() {
  const auto unreadable = [] {
    return fail(ErrorCode::host, "brewproof-decode: its order cannot be read");
  };
  std::array<std::uint8_t, 4> head{};
  if (!read_whole(head)) return unreadable();
  const std::size_t length = ByteReader(head).le32();
  if (length > longest_order) return unreadable();
  Bytes bytes(length);
  if (!read_whole(bytes)) return unreadable();
  FormReader from(bytes);
  DecodeOrder order = read_order(from);
  if (from.ok() && from.remaining() == 0 && (!order.follows || order.files.size() == 1))
    return order;
  return fail(ErrorCode::host,
              "brewproof-decode does not understand its order; are brewproof and brewproof-decode "
              "of the same version?");
}

/// Every capture stays open from now on: no path can be reached later.
Result<std::vector<Descriptor>> open_all(const DecodeOrder& order) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  std::vector<Descriptor> opened;
  if (order.follows) {
    opened.emplace_back(STDIN_FILENO);
    return opened;
  }
  for (const DecodeOrder::File& file : order.files) {
    auto descriptor = open_file(file.path);
    if (!descriptor) return pass_on(std::move(descriptor));
    opened.push_back(std::move(*descriptor));
  }
  return opened;
}

/// A decoder that goes astray without end is noticed by the controller after 30 s (it watches the
/// position); this holds without one. 64 KiB a second is a hundredth of the slowest build's speed.
Confinement limits_for(const DecodeOrder& order, const std::vector<Descriptor>& captures) {
  Confinement limits;
  if (order.follows) {
    limits.cpu = std::chrono::hours(24);  // nobody knows yet how much will come
    return limits;
  }
  std::uint64_t bytes = 0;
  for (const Descriptor& capture : captures) {
    struct stat facts{};
    if (::fstat(capture.number(), &facts) == 0) bytes += static_cast<std::uint64_t>(facts.st_size);
  }
  limits.cpu = std::chrono::seconds(600 + bytes / (64u << 10));
  return limits;
}

void add(const KeyLogRead& more, KeyLogRead& keys) {
  keys.sessions += more.sessions;
  keys.unknown_labels += more.unknown_labels;
  keys.bad_lines += more.bad_lines;
  if (keys.fault.empty()) keys.fault = more.fault;
}

/// A capture that is still being written: when more is asked for, all that came until then was
/// decoded, and can be told.
class Followed final : public ByteSource {
 public:
  Followed(std::unique_ptr<ByteSource> capture, std::function<void()> tell)
      : capture_(std::move(capture)), tell_(std::move(tell)) {}
  Result<std::size_t> read(std::span<std::uint8_t> room) override {
    tell_();
    return capture_->read(room);
  }

 private:
  std::unique_ptr<ByteSource> capture_;
  std::function<void()> tell_;
};

Result<void> decode(const DecodeOrder& order, std::vector<Descriptor> captures, Position& position,
                    Teller& teller) {
  std::uint32_t number = 0;
  FileRead file;
  const DecodeTotals* totals = nullptr;
  // What a packet counts is counted before its messages come out, so every batch adds up.
  Decoder decoder(order.options, [&](Message&& message) {
    position.moved();
    teller.message(message);
    if (teller.full()) teller.state(number, file, *totals);
  });
  totals = &decoder.totals();
  decoder.learn(order.key_log);  // the controller has read it too, and told what is wrong with it
  for (std::size_t i = 0; i < captures.size(); ++i) {
    number = static_cast<std::uint32_t>(i);
    file = FileRead{};
    const std::string& name = order.files[i].name;
    position.at({number, 0, 0});
    auto source = bytes_of(std::move(captures[i]), name);
    if (order.follows)
      source =
          std::make_unique<Followed>(std::move(source), [&, told = std::uint64_t{0}]() mutable {
            if (file.packets != std::exchange(told, file.packets))
              teller.state(number, file, *totals);
          });
    auto reader = CaptureFileReader::over(std::move(source), name, number);
    if (!reader) return pass_on(std::move(reader));
    std::size_t known = 0;
    while (true) {
      auto packet = reader->next();
      if (!packet) file.fault = packet.error().message;
      if (!packet || !*packet) break;
      const Packet& next = **packet;
      if (const std::string_view keys = reader->tls_keys(); keys.size() > known)
        add(decoder.learn(keys.substr(std::exchange(known, keys.size()))), file.keys);
      position.at(next.place);
      file.first_ns = file.packets == 0 ? next.time_ns : std::min(file.first_ns, next.time_ns);
      file.last_ns = file.packets == 0 ? next.time_ns : std::max(file.last_ns, next.time_ns);
      ++file.packets;
      decoder.packet(next);
    }
    file.dropped = reader->dropped();
    file.ended = true;
    teller.state(number, file, *totals);
  }
  decoder.finish();
  teller.done(*totals);
  return {};
}

int run(int argc, char** argv) {
  int page = -1;
  if (argc == 2) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), page);
  auto position = page > STDERR_FILENO ? Position::of(Descriptor{page})
                                       : fail(ErrorCode::usage, "no number of a page");
  if (!position) {
    std::fputs("brewproof-decode is started by brewproof: it is no program to be used by hand\n",
               stderr);
    return decode_exit::usage;
  }
  Teller teller(STDOUT_FILENO);
  ::fcntl(STDOUT_FILENO, F_SETPIPE_SZ, pipe_bytes);  // fewer turns; without, it is only slower
  const auto refused = [&](const Error& error) {
    teller.refusal(error);
    return decode_exit::done;
  };
  auto order = take_order();
  if (!order) return refused(order.error());
  auto protos = read_protos(order->protos);
  if (!protos) return refused(protos.error());
  order->options.protos = std::move(*protos);
  auto captures = open_all(*order);
  if (!captures) return refused(captures.error());
  // Whoever acts and captures goes first.
  if (order->follows) ::setpriority(PRIO_PROCESS, 0, 5);
  if (auto confined = confine(limits_for(*order, *captures)); !confined)
    return refused(confined.error());
  if (auto decoded = decode(*order, std::move(*captures), *position, teller); !decoded)
    return refused(decoded.error());
  return decode_exit::done;
}

}  // namespace
}  // namespace brewproof

int main(int argc, char** argv) {
  try {
    return brewproof::run(argc, argv);
  } catch (const std::bad_alloc&) {
    return brewproof::decode_exit::memory;
  } catch (...) {
    return brewproof::decode_exit::bug;
  }
}
