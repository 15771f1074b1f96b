#include "rig/capture/live/live_capture.h"

#include <poll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

namespace brewproof {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000, kSecond = 1'000'000'000;
constexpr std::int64_t kClockEvery = kSecond, kCountersEvery = 100 * kMillisecond;
constexpr std::int64_t kRepeatAfter = 250 * kMillisecond, kGiveUpAfter = 5 * kSecond,
                       kGiveUpAtStop = kSecond;
// A block that holds a packet is handed over after its time-out, give or take a timer tick.
constexpr std::int64_t kDrain = 3 * PacketRing::kBlockTimeout.count() * kMillisecond;

/// Reports the setting of CLOCK_REALTIME at once (timerfd_create(2)); it only hastens what the
/// clock pairs find out anyway, so that a kernel without it is no error.
void arm(const Descriptor& timer) {
  itimerspec far{};
  far.it_value.tv_sec = std::numeric_limits<std::int32_t>::max();
  ::timerfd_settime(timer.number(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far, nullptr);
}

}  // namespace

LiveCapture::LiveCapture(const CaptureSettings& settings, const Clock& clock, Reporter& reporter,
                         PacketRing ring, const NetworkLink& link)
    : settings_(settings),
      clock_(&clock),
      reporter_(&reporter),
      ring_(std::move(ring)),
      link_(link),
      offloads_(read_offloads(settings.interface)),
      segments_(settings.folder, settings.interface, settings.segment_bytes),
      started_(clock.now()),
      clock_watch_(clock),
      drop_watch_(link.counters, started_.real_ns),
      clock_set_(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)),
      proven_real_ns_(started_.real_ns),
      seen_up_real_ns_(started_.real_ns),
      clock_due_raw_ns_(started_.raw_ns + kClockEvery) {
  arm(clock_set_);
}

Result<LiveCapture> LiveCapture::open(const CaptureSettings& settings, const Clock& clock,
                                      Reporter& reporter) {
  auto link = read_link(settings.interface);  // first: it knows which interfaces there are
  if (!link) return pass_on(std::move(link));
  if (!link->ethernet)
    return fail(ErrorCode::host, "capturing on {}: it is not an Ethernet interface",
                settings.interface);
  auto ring = PacketRing::open(settings.interface);
  if (!ring) return pass_on(std::move(ring));
  link = read_link(settings.interface);  // counters from after the ring's start
  if (!link) return pass_on(std::move(link));
  LiveCapture capture(settings, clock, reporter, std::move(*ring), *link);
  if (settings.sentinel) {
    auto sentinel = Sentinel::open(settings.interface, *link);
    if (!sentinel) return pass_on(std::move(sentinel));
    capture.sentinel_ = std::move(*sentinel);
  }
  if (auto opened = capture.segments_.open_first(); !opened) return pass_on(std::move(opened));
  return capture;
}

Result<void> LiveCapture::run(int commands) {
  reporter_->clock(clock_watch_.last());
  auto captured = capture(commands);
  if (captured) return close();
  // What came until then is kept as a whole file, where the disk allows it; the error counts.
  if (auto closed = segments_.close(drop_watch_.total(), clock_->now().real_ns))
    reporter_->segment(*closed);
  return captured;
}

Result<void> LiveCapture::capture(int commands) {
  if (sentinel_) {
    if (auto sent = send_sentinel(); !sent) return sent;
  } else {
    report_ready();
  }
  while (phase_ != Phase::done) {
    pollfd waiting[] = {{ring_.descriptor(), POLLIN, 0},
                        {commands_open_ ? commands : -1, POLLIN, 0},
                        {clock_set_.number(), POLLIN, 0},
                        {reporter_->has_unsent() ? STDOUT_FILENO : -1, POLLOUT, 0}};
    if (::poll(waiting, std::size(waiting), poll_timeout_ms()) < 0 && errno != EINTR)
      return fail(ErrorCode::host, "waiting for packets: {}", std::strerror(errno));
    if (waiting[2].revents != 0) {
      std::uint64_t ignored = 0;
      if (::read(clock_set_.number(), &ignored, sizeof ignored) < 0) watch_clock();
      arm(clock_set_);
    }
    if (auto read = read_ring(); !read) return read;
    if (auto tended = tend_sentinel(); !tended) return tended;
    if (auto kept = keep_watch(); !kept) return kept;
    if (waiting[1].revents != 0) read_commands(commands);
    reporter_->send();
    if (reporter_->broken() && phase_ < Phase::stopping) obey("stop");
  }
  return {};
}

Result<void> LiveCapture::take(const Packet& packet) {
  newest_packet_ns_ = packet.time_ns;
  if (is_of_machine(packet)) heard_real_ns_ = packet.time_ns;
  if (under_way_ && sentinel_->recognises(packet)) returned_ = true;
  if (auto written = segments_.write(packet); !written) return written;
  if (!segments_.is_full()) return {};
  if (auto looked = look_at_counters(); !looked) return looked;
  auto closed = segments_.rotate(drop_watch_.total(), clock_->now().real_ns);
  if (!closed) return pass_on(std::move(closed));
  reporter_->segment(*closed);
  return {};
}

// The rig's own sentinels have the interface's address.
bool LiveCapture::is_of_machine(const Packet& packet) const {
  MacAddress source{};
  if (packet.data.size() < 2 * source.size()) return false;
  std::copy_n(packet.data.begin() + source.size(), source.size(), source.begin());
  return settings_.machine.empty()
             ? source != link_.mac
             : std::ranges::find(settings_.machine, to_text(source)) != settings_.machine.end();
}

Result<void> LiveCapture::read_ring() {
  const std::uint64_t before = segments_.packets();
  if (auto read = ring_.read([this](const Packet& packet) { return take(packet); }); !read)
    return read;
  // Whoever reads along sees it now; what it costs is one write a block of the ring.
  if (segments_.packets() != before)
    if (auto flushed = segments_.flush(); !flushed) return flushed;
  // Draining ends with an empty ring, or where the traffic goes on, with a packet from after it.
  if (phase_ == Phase::draining && clock_->now().raw_ns >= drain_until_raw_ns_ &&
      (segments_.packets() == before || newest_packet_ns_ > drain_until_real_ns_))
    phase_ = Phase::done;
  return {};
}

void LiveCapture::read_commands(int commands) {
  char piece[256];
  const ssize_t count = ::read(commands, piece, sizeof piece);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {  // the controller is gone
    commands_open_ = false;
    obey("stop");
    return;
  }
  command_text_.append(piece, static_cast<std::size_t>(count));
  for (std::size_t end = 0; (end = command_text_.find('\n')) != std::string::npos;) {
    obey(command_text_.substr(0, end));
    command_text_.erase(0, end + 1);
  }
}

void LiveCapture::obey(const std::string& command) {
  if (phase_ >= Phase::stopping) return;
  if (command == "sentinel") {
    ++sentinels_wanted_;
  } else if (command == "heard") {
    reporter_->say({{"type", "heard"}, {"real_ns", heard_real_ns_}});
  } else if (command == "stop") {
    const bool was_capturing = phase_ == Phase::capturing;
    phase_ = Phase::stopping;
    under_way_ = false;
    if (!sentinel_ || !was_capturing) begin_drain();
  }
}

void LiveCapture::begin_drain() {
  const Instant now = clock_->now();
  phase_ = Phase::draining;
  drain_until_raw_ns_ = now.raw_ns + kDrain;
  drain_until_real_ns_ = now.real_ns + kDrain;
}

void LiveCapture::report_ready() {
  phase_ = Phase::capturing;
  reporter_->say({{"type", "ready"},
                  {"interface", settings_.interface},
                  {"mac", to_text(link_.mac)},
                  {"offloads", offloads_}});
}

Result<void> LiveCapture::send_sentinel() {
  const Instant now = clock_->now();
  under_way_ = true;
  returned_ = false;
  sent_raw_ns_ = repeated_raw_ns_ = now.raw_ns;
  return sentinel_->send(now.real_ns);
}

Result<void> LiveCapture::sentinel_returned() {
  under_way_ = returned_ = false;
  if (auto synced = segments_.sync(); !synced) return synced;
  proven_real_ns_ = newest_packet_ns_;
  if (phase_ == Phase::starting) {
    report_ready();
  } else if (phase_ == Phase::stopping) {
    begin_drain();
  } else {
    --sentinels_wanted_;
    reporter_->say({{"type", "sentinel"}, {"ok", true}});
  }
  return {};
}

Result<void> LiveCapture::sentinel_failed(const std::string& text) {
  under_way_ = returned_ = false;
  if (phase_ == Phase::starting) return fail(ErrorCode::host, "{}", text);
  if (phase_ == Phase::stopping) {
    reporter_->damage({"capture-gap", "the end of the capture is not proven: " + text,
                       std::min(proven_real_ns_, clock_->now().real_ns), clock_->now().real_ns});
    begin_drain();
  } else {
    --sentinels_wanted_;
    reporter_->say({{"type", "sentinel"}, {"ok", false}, {"text", text}});
  }
  return {};
}

/// Sends what is wanted, repeats what was lost, gives up in the end.
Result<void> LiveCapture::tend_sentinel() {
  if (!sentinel_) {
    for (; sentinels_wanted_ > 0; --sentinels_wanted_)
      reporter_->say({{"type", "sentinel"},
                      {"ok", false},
                      {"text", "sentinels are off for this capture (sentinel: off)"}});
    return {};
  }
  if (returned_) return sentinel_returned();
  const Instant moment = clock_->now();
  const std::int64_t now = moment.raw_ns;
  if (under_way_) {
    if (now - sent_raw_ns_ > (phase_ == Phase::stopping ? kGiveUpAtStop : kGiveUpAfter))
      return sentinel_failed(fmt::format(
          "a sentinel sent on {} did not come back through the capture; is the link up? For a "
          "passive tap, where nothing can be sent, turn sentinels off",
          settings_.interface));
    if (now - repeated_raw_ns_ < kRepeatAfter) return {};
    repeated_raw_ns_ = now;
    auto repeated = sentinel_->repeat(moment.real_ns);
    return repeated ? repeated : sentinel_failed(repeated.error().message);
  }
  if (phase_ != Phase::stopping && (phase_ != Phase::capturing || sentinels_wanted_ == 0))
    return {};
  auto sent = send_sentinel();
  return sent ? sent : sentinel_failed(sent.error().message);
}

Result<void> LiveCapture::keep_watch() {
  const std::int64_t now = clock_->now().raw_ns;
  if (now >= clock_due_raw_ns_) watch_clock();
  if (now < counters_due_raw_ns_) return {};
  counters_due_raw_ns_ = now + kCountersEvery;
  return look_at_counters();
}

void LiveCapture::watch_clock() {
  const auto seen = clock_watch_.observe();
  clock_due_raw_ns_ = seen.pair.at.raw_ns + kClockEvery;
  reporter_->clock(seen.pair);
  if (seen.damage) reporter_->damage(*seen.damage);
}

Result<void> LiveCapture::look_at_counters() {
  const auto link = read_link(settings_.interface);
  if (!link) return tl::unexpected(link.error());
  // The ring last: whatever the interface has counted, the tap has seen.
  const auto damage = drop_watch_.observe(ring_.counters(), link->counters, clock_->now().real_ns);
  if (damage) reporter_->damage(*damage);
  watch_link(link->up);
  return {};
}

/// Nothing is seen while the interface is switched off, whatever its wire carries. (A partner that
/// goes away is the wire's own affair.) Said when it goes off, and in full once it is over.
void LiveCapture::watch_link(bool up) {
  const std::int64_t now = clock_->now().real_ns;
  if (up == !off_since_real_ns_) {
    if (up) seen_up_real_ns_ = now;
    return;
  }
  const std::int64_t from = off_since_real_ns_.value_or(seen_up_real_ns_);
  reporter_->damage({"capture-gap",
                     fmt::format("the interface {} was switched off", settings_.interface),
                     std::min(from, now), std::max(from, now)});
  if (up)
    off_since_real_ns_.reset();
  else
    off_since_real_ns_ = from;
}

Result<void> LiveCapture::close() {
  if (auto looked = look_at_counters(); !looked) return looked;
  if (off_since_real_ns_) watch_link(true);
  const bool same_counting = std::ranges::none_of(
      offloads_, [](const std::string& name) { return name != "tx" && name != "rx"; });
  if (same_counting && !link_.loopback) {
    if (const auto damage = drop_watch_.cross_check(started_.real_ns)) reporter_->damage(*damage);
  }
  watch_clock();
  const CaptureCounters total = drop_watch_.total();
  auto closed = segments_.close(total, clock_->now().real_ns);
  if (!closed) return pass_on(std::move(closed));
  reporter_->segment(*closed);
  reporter_->say({{"type", "summary"},
                  {"packets", segments_.packets()},
                  {"dropped", total.kernel_dropped + total.interface_dropped},
                  {"received", total.received},
                  {"offloads", offloads_}});
  return {};
}

int LiveCapture::poll_timeout_ms() const {
  std::int64_t due = std::min(clock_due_raw_ns_, counters_due_raw_ns_);
  if (phase_ == Phase::draining) due = std::min(due, drain_until_raw_ns_);
  if (phase_ == Phase::stopping && !under_way_) return 0;
  if (sentinels_wanted_ > 0 && !under_way_) return 0;
  const std::int64_t left = due - clock_->now().raw_ns;
  return static_cast<int>(
      std::clamp<std::int64_t>((left + kMillisecond - 1) / kMillisecond, 0, 1000));
}

}  // namespace brewproof
