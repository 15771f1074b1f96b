#include "drivers/transport/dialogue.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds quiet{30};  // longer than any gap inside an answer at 9600 baud
constexpr milliseconds babble_limit{2000};
constexpr std::size_t longest_exchange = 65536;  // what comes beyond is recorded as a further one

}  // namespace

Dialogue::Dialogue(std::unique_ptr<SerialPort> port, std::string resource,
                   const DriverContext& context)
    : port_(std::move(port)), resource_(std::move(resource)), context_(context), chunk_(4096) {
  exchange_.resource = resource_;
}

Dialogue::~Dialogue() { finish(); }

tl::unexpected<Error> Dialogue::broken(Error cause) {
  cause.message = fmt::format("{}: {}", resource_, cause.message);
  // A port that is full or slow may recover; one that is gone does not come back by itself.
  if (cause.code == ErrorCode::io) first_cause_ = cause;
  return tl::unexpected(std::move(cause));
}

void Dialogue::open_exchange(const Instant& now) {
  open_ = true;
  exchange_.sent = {now, now, std::nullopt};
  exchange_.written.clear();
  exchange_.received.clear();
}

void Dialogue::speak_for(const std::string& resource) {
  if (resource == resource_) return;
  finish();
  resource_ = exchange_.resource = resource;
}

Result<void> Dialogue::send(ByteView bytes, milliseconds within) {
  if (first_cause_) return tl::unexpected(*first_cause_);
  finish();
  open_exchange(context_.clock.now());
  exchange_.written.assign(bytes.begin(), bytes.end());
  auto sent = write_and_drain(*port_, bytes, SteadyClock::now() + within);
  exchange_.sent.after_drain = context_.clock.now();
  last_activity_ = SteadyClock::now();
  was_cut_ = !sent;
  if (!sent) return broken(std::move(sent).error());
  return {};
}

Result<ByteView> Dialogue::receive(Deadline deadline) {
  if (first_cause_) return tl::unexpected(*first_cause_);
  if (context_.stop.stop_requested())
    return broken({ErrorCode::interrupted, resource_ + ": given up, as it was asked to"});
  auto count = read_until(*port_, chunk_, deadline);
  if (!count) return broken(std::move(count).error());
  if (*count == 0) return ByteView{};
  const ByteView came(chunk_.data(), *count);
  last_activity_ = SteadyClock::now();
  last_received_ = context_.clock.now();
  if (exchange_.received.size() > longest_exchange) finish();
  if (!open_) open_exchange(last_received_);
  if (exchange_.written.empty()) unasked_bytes_ += came.size();
  if (!exchange_.sent.first_reply) exchange_.sent.first_reply = last_received_;
  exchange_.received.insert(exchange_.received.end(), came.begin(), came.end());
  return came;
}

Sent Dialogue::finish() {
  if (open_ && context_.record) context_.record(exchange_);
  open_ = false;
  return exchange_.sent;
}

Result<void> Dialogue::change_speed(int baud) {
  if (first_cause_) return tl::unexpected(*first_cause_);
  if (auto changed = port_->change_speed(baud); !changed) return broken(std::move(changed).error());
  return {};
}

void Dialogue::owe_answer(milliseconds patience) { owed_until_ = SteadyClock::now() + patience; }

Result<void> Dialogue::settle() {
  const Deadline give_up = SteadyClock::now() + babble_limit;
  Deadline until = owed_until_.value_or(SteadyClock::now());
  for (;;) {
    const auto came = receive(until);
    if (!came) return tl::unexpected(came.error());
    if (came->empty()) break;
    until = SteadyClock::now() + quiet;
    if (until > give_up)
      return fail(ErrorCode::protocol,
                  "{}: the device does not stop talking: is this its port, and its baud rate?",
                  resource_);
  }
  owed_until_.reset();
  return {};
}

Result<void> Dialogue::pause_until(Deadline time) {
  for (;;) {
    const auto came = receive(time);
    if (!came) return tl::unexpected(came.error());
    if (came->empty() || SteadyClock::now() >= time) return {};
  }
}

}  // namespace brewproof
