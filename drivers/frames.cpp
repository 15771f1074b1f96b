// Serial relay boards that are no more than a table of frames (rig/bench/frame_table.h): described
// in the bench file, or shipped as drivers/tables/<name>.yaml, each of which names its own source.
//
// A reply must be the whole of what is heard, or the whole of it after an echo of the request.
// Where it shows its own borders it is taken as soon as it is there. Many of these boards frame
// nothing, so that one byte too many shifts every state: theirs is what is heard until the board is
// quiet. A command is never repeated; what has come before it is thrown away, recorded and counted.
// *Off* does not wait for answers that are still owed.

#include <array>
#include <deque>
#include <stdexcept>

#include "drivers/each_off.h"
#include "drivers/frame_codec.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/shipped_tables.h"
#include "drivers/transport/dialogue.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds late_answer_within{1000};  // a stale state is worse than a second's wait
constexpr milliseconds quiet{20};                 // after a reply without borders: is there more?

class FrameRelay final : public Device, public Switch, public PulseSwitch {
 public:
  FrameRelay(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
             const DriverContext& context, std::shared_ptr<const FrameTable> table, int channels)
      : dialogue_(std::move(port), resource.name, context),
        table_(std::move(table)),
        channels_(channels),
        identity_(table_->summary.empty() ? "relay board described by its frames"
                                          : table_->summary) {}

  Result<void> identify() {
    if (table_->init) {
      auto states = exchange(*table_->init, {}, false);
      if (!states) return pass_on(std::move(states));
      if (!table_->init->reply.empty()) identity_ += ", answered " + quoted(heard_);
    }
    if (!table_->query) return {};
    auto states = exchange(*table_->query, subject(1), false);
    if (!states) return pass_on(std::move(states));
    return {};
  }

  [[nodiscard]] std::string identity() const override { return identity_; }
  Switch* as_switch() override { return this; }
  PulseSwitch* as_pulse_switch() override { return table_->pulse ? this : nullptr; }
  [[nodiscard]] ReadBack read_back() const override { return table_->read_back; }
  [[nodiscard]] Range range() const override { return table_->pulses; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    if (!table_->set_all)
      return command(on ? *table_->switch_on : *table_->switch_off, subject(channel), !on);
    const int bit = 1 << (channel - 1);
    mask_ = static_cast<std::uint8_t>(on ? mask_ | bit : mask_ & ~bit);
    return command(*table_->set_all, subject(channel), !on);
  }

  Result<Sent> all_off() override {
    mask_ = 0;
    if (table_->all_off) return command(*table_->all_off, subject(0), true);
    if (table_->set_all) return command(*table_->set_all, subject(0), true);
    return each_off(*this, channels_);
  }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    if (!table_->query) return std::nullopt;
    auto states = exchange(*table_->query, subject(channel), false);
    if (!states) return pass_on(std::move(states));
    return states->at(channel);
  }

  Result<Sent> pulse(int channel, milliseconds length) override {
    if (auto known = check_channel(channel); !known) return pass_on(std::move(known));
    const auto& [least, most, step] = table_->pulses;
    if (length < least || length > most || length % step != milliseconds(0))
      return fail(ErrorCode::usage,
                  "{}: a pulse of {} ms: the board times {} to {} ms in steps of {}",
                  dialogue_.resource(), length.count(), least.count(), most.count(), step.count());
    FrameSubject about = subject(channel);
    about.ticks = static_cast<int>(length / step);
    return command(*table_->pulse, about, false);
  }

  // Without a query, what is commanded is commanded again where one frame says it for all channels.
  Result<Sent> harmless_exchange() override {
    if (table_->query) {
      auto states = exchange(*table_->query, subject(1), false);
      if (!states) return pass_on(std::move(states));
      return last_sent_;
    }
    if (table_->set_all) return command(*table_->set_all, subject(0), false);
    return fail(ErrorCode::usage,
                "{}: this board has no question that would be inert: use another kind of sham",
                dialogue_.resource());
  }

 private:
  [[nodiscard]] FrameSubject subject(int channel) const { return {channel, mask_, 0, channels_}; }

  [[nodiscard]] Result<void> check_channel(int channel) const {
    if (channel >= 1 && channel <= channels_) return {};
    return fail(ErrorCode::usage, "{} has no channel {}: its board has {}", dialogue_.resource(),
                channel, channels_);
  }

  Result<Sent> command(const FrameExchange& wanted, const FrameSubject& about, bool at_once) {
    auto states = exchange(wanted, about, at_once);
    if (!states) return pass_on(std::move(states));
    return last_sent_;
  }

  Result<ChannelStates> exchange(const FrameExchange& wanted, const FrameSubject& about,
                                 bool at_once) {
    heard_.clear();
    if (!at_once && !wanted.reply.empty()) {
      if (auto settled = dialogue_.settle(); !settled) return pass_on(std::move(settled));
    }
    auto states = send_and_hear(wanted, about);
    last_sent_ = dialogue_.finish();
    if (!states) return pass_on(std::move(states));
    if (*states) return **states;
    dialogue_.owe_answer(late_answer_within);
    if (heard_.empty())
      return fail(ErrorCode::timeout,
                  "{} did not answer within {} ms: its state is unknown; is the board powered, and "
                  "is this its port?",
                  dialogue_.resource(), table_->within.count());
    return fail(ErrorCode::protocol,
                "{} answered {}, which is not the reply in its table: its state is unknown{}",
                dialogue_.resource(), quoted(heard_), unasked());
  }

  Result<std::optional<ChannelStates>> send_and_hear(const FrameExchange& wanted,
                                                     const FrameSubject& about) {
    const Bytes request = encode_frame(wanted.send, about);
    if (auto paced = dialogue_.pause_until(dialogue_.last_activity() + table_->pace); !paced)
      return pass_on(std::move(paced));
    if (auto sent = dialogue_.send(request); !sent) return pass_on(std::move(sent));
    if (wanted.reply.empty()) return ChannelStates{};
    const Deadline until = SteadyClock::now() + table_->within;
    const bool has_borders = shows_its_borders(wanted.reply);
    std::optional<ChannelStates> states;
    for (;;) {
      // With borders: only what is there already could still make it no reply. What is the same as
      // the request may be its echo, after which the reply comes.
      const bool whole = states && has_borders && heard_ != request;
      const auto came = dialogue_.receive(whole    ? SteadyClock::now()
                                          : states ? SteadyClock::now() + quiet
                                                   : until);
      if (!came) return tl::unexpected(came.error());
      if (came->empty()) return states;
      heard_.insert(heard_.end(), came->begin(), came->end());
      states = decode_reply(wanted.reply, about, heard_);
      if (!states && std::ranges::equal(
                         ByteView(heard_).first(std::min(heard_.size(), request.size())), request))
        states = decode_reply(wanted.reply, about, ByteView(heard_).subspan(request.size()));
      if (SteadyClock::now() > until + quiet) return states;
    }
  }

  // A line that says more than it is asked is a line to look at.
  [[nodiscard]] std::string unasked() const {
    const std::size_t bytes = dialogue_.unasked_bytes();
    return bytes == 0 ? "" : fmt::format("; unasked bytes before: {}", bytes);
  }

  Dialogue dialogue_;
  std::shared_ptr<const FrameTable> table_;
  int channels_;
  std::string identity_;
  std::uint8_t mask_ = 0;  // what was commanded, for boards that take all channels at once
  Bytes heard_;            // the last answer, whole or not
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_table(const ResourceConfig& resource,
                                           const DriverContext& context,
                                           std::shared_ptr<const FrameTable> table) {
  auto channels = number_option(resource, "channels", table->channels, 1, table->channels);
  if (!channels) return pass_on(std::move(channels));
  auto port = open_serial_port(resource, table->baud);
  if (!port) return pass_on(std::move(port));
  auto board = std::make_unique<FrameRelay>(std::move(*port), resource, context, std::move(table),
                                            *channels);
  if (auto identified = board->identify(); !identified) return pass_on(std::move(identified));
  return board;
}

Result<std::unique_ptr<Device>> open_frames(const ResourceConfig& resource,
                                            const DriverContext& context) {
  if (resource.table) return open_table(resource, context, resource.table);
  return fail(ErrorCode::bad_file, "{} has no table: which frames does its board understand?",
              resource.name);
}

constexpr std::array<OptionEntry, 4> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"channels", false, "number of relays; as many as the table has where absent"},
    {"table", true, "the board's frames: procedures/README.md"},
}};

struct TableDriver {
  std::shared_ptr<const FrameTable> table;
  DriverEntry entry;
};

const std::deque<TableDriver>& shipped_drivers();

Result<std::unique_ptr<Device>> open_shipped(const ResourceConfig& resource,
                                             const DriverContext& context) {
  for (const TableDriver& driver : shipped_drivers())
    if (driver.entry.name == resource.driver) return open_table(resource, context, driver.table);
  return fail(ErrorCode::bad_file, "there is no table {}", resource.driver);
}

std::deque<TableDriver> read_shipped() {
  std::deque<TableDriver> drivers;
  for (const ShippedTable& shipped : shipped_tables()) {
    auto read = parse_frame_table(std::string(shipped.text), fmt::format("{}.yaml", shipped.name));
    if (!read) throw std::logic_error(read.error().message);
    auto table = std::make_shared<const FrameTable>(std::move(*read));
    drivers.push_back({table,
                       {.name = shipped.name,
                        .summary = table->summary,
                        .transport = "serial",
                        .capability = "switch",
                        .read_back = table->read_back,
                        .source = table->source,
                        .options = std::span(options).first(options.size() - 1),
                        .open = open_shipped}});
  }
  return drivers;
}

const std::deque<TableDriver>& shipped_drivers() {
  static const std::deque<TableDriver> drivers = read_shipped();
  return drivers;
}

}  // namespace

DriverTable table_drivers() {
  static const std::vector<const DriverEntry*> entries = [] {
    std::vector<const DriverEntry*> all;
    for (const TableDriver& driver : shipped_drivers()) all.push_back(&driver.entry);
    return all;
  }();
  return entries;
}

extern const DriverEntry frames_driver;
constinit const DriverEntry frames_driver{
    .name = "frames",
    .summary = "any serial relay board, described by its frames in the bench file",
    .transport = "serial",
    .capability = "switch",
    .read_back = ReadBack::none,
    .source = "the bench file",
    .options = options,
    .open = open_frames,
};

}  // namespace brewproof
