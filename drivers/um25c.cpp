// RDTech UM24C, UM25C and UM34C: meters in a USB lead, asked through their Bluetooth serial port
// (9600 8N1). They measure what a machine or a board of it draws from USB or another low voltage.
//
// Source: sigrokproject/libsigrok, src/hardware/rdtech-um/protocol.c (ids, places, scales, the end
// mark and the XOR's places, 100 ms between questions, an answer within a second).
//
//   F0  ->  130 bytes, high byte first: 0 model, 2 voltage, 4 current, 10 temperature in degrees
//           Celsius, 106 energy of the chosen group in mWh (4 bytes), 128 the check
//
//   model         id      voltage   current   check
//   UM24C         0963    10 mV     1 mA      FF F1
//   UM25C         09C9     1 mV   0.1 mA      FF F1
//   UM34C         0D4C    10 mV     1 mA      byte 129 is the XOR of 32 others
//
// FF F1 is an end and no check: of a UM24C or UM25C a byte that was lost shows, one that was
// damaged does not. Power is voltage times current of the same answer. Which group counts energy,
// and from when, is set at the meter; nothing is set from here.

#include <array>
#include <optional>

#include "drivers/quoted.h"
#include "drivers/transport/dialogue.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint8_t poll = 0xF0;
constexpr std::size_t frame_size = 130;
constexpr milliseconds between_questions{100};
constexpr milliseconds answer_within{1000};
constexpr milliseconds late_answer_within{1000};
constexpr std::size_t most_heard = 1024;
constexpr std::size_t shown = 32;  // of what was heard instead, in an error

struct Model {
  std::uint16_t id;
  std::string_view name;
  double volts, amperes;  // of one count
  bool has_xor;
};
constexpr std::array<Model, 3> models{{{0x0963, "UM24C", 1e-2, 1e-3, false},
                                       {0x09C9, "UM25C", 1e-3, 1e-4, false},
                                       {0x0D4C, "UM34C", 1e-2, 1e-3, true}}};

constexpr std::array<std::size_t, 32> xor_places{1,  3,  7,  9,  15,  17,  19,  23,  31,  39, 41,
                                                 45, 49, 53, 55, 57,  59,  63,  67,  69,  73, 79,
                                                 83, 89, 97, 99, 109, 111, 113, 119, 121, 127};

unsigned word_at(ByteView bytes, std::size_t at) { return bytes[at] << 8U | bytes[at + 1]; }

bool holds_check(const Model& model, ByteView frame) {
  if (!model.has_xor) return word_at(frame, frame_size - 2) == 0xFFF1;
  unsigned check = 0;
  for (const std::size_t place : xor_places) check ^= frame[place];
  return check == frame[frame_size - 1];
}

struct Frame {
  const Model* model = nullptr;
  double volts = 0, amperes = 0, celsius = 0, joules = 0;
};

// The whole frame at the beginning of `bytes`; nullopt: there is none.
std::optional<Frame> frame_at(ByteView bytes) {
  if (bytes.size() < frame_size) return std::nullopt;
  for (const Model& model : models) {
    if (word_at(bytes, 0) != model.id || !holds_check(model, bytes)) continue;
    const unsigned milliwatt_hours = word_at(bytes, 106) << 16U | word_at(bytes, 108);
    return Frame{&model, word_at(bytes, 2) * model.volts, word_at(bytes, 4) * model.amperes,
                 static_cast<double>(word_at(bytes, 10)), milliwatt_hours * 3.6};
  }
  return std::nullopt;
}

// The last one among what was heard: of two answers the later is the one to this question.
std::optional<Frame> last_frame_in(ByteView heard) {
  for (std::size_t at = heard.size() + 1; at-- > 0;)
    if (auto frame = frame_at(heard.subspan(at))) return frame;
  return std::nullopt;
}

std::optional<double> value_of(const Frame& frame, std::string_view quantity) {
  if (quantity == "power") return frame.volts * frame.amperes;
  if (quantity == "voltage") return frame.volts;
  if (quantity == "current") return frame.amperes;
  if (quantity == "energy") return frame.joules;
  if (quantity == "temperature") return frame.celsius;
  return std::nullopt;
}

class Um25c final : public Device, public Meter {
 public:
  Um25c(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
        const DriverContext& context)
      : dialogue_(std::move(port), resource.name, context) {}

  Result<void> identify() {
    auto frame = ask();
    if (!frame) return pass_on(std::move(frame));
    model_ = frame->model;
    return {};
  }

  [[nodiscard]] std::string identity() const override {
    return fmt::format("RDTech {}", model_->name);
  }
  Meter* as_meter() override { return this; }

  Result<Reading> read(const std::string& quantity) override {
    if (!value_of({}, quantity))
      return fail(ErrorCode::usage,
                  "the meter does not measure {}: it has power, voltage, current, energy and "
                  "temperature",
                  quoted(as_bytes(quantity)));
    const auto frame = ask();
    if (!frame) return tl::unexpected(frame.error());
    if (frame->model != model_)
      return fail(ErrorCode::protocol, "{} answers as {}, and was opened as {}",
                  dialogue_.resource(), frame->model->name, model_->name);
    return Reading{*value_of(*frame, quantity), dialogue_.last_received()};
  }

  Result<Sent> harmless_exchange() override {
    auto frame = ask();
    if (!frame) return pass_on(std::move(frame));
    return last_sent_;
  }

 private:
  Result<Frame> ask() {
    heard_.clear();
    if (auto paused = dialogue_.pause_until(asked_ + between_questions); !paused)
      return pass_on(std::move(paused));
    if (auto settled = dialogue_.settle(); !settled) return pass_on(std::move(settled));
    asked_ = SteadyClock::now();
    auto frame = send_and_hear();
    last_sent_ = dialogue_.finish();
    return frame;
  }

  Result<Frame> send_and_hear() {
    const std::array question{poll};
    if (auto sent = dialogue_.send(question); !sent) return pass_on(std::move(sent));
    const Deadline until = SteadyClock::now() + answer_within;
    std::optional<Frame> frame;
    while (heard_.size() < most_heard) {
      // Behind a frame only what has already begun to come is waited for.
      const auto came = dialogue_.receive(frame ? SteadyClock::now() : until);
      if (!came) return tl::unexpected(came.error());
      if (came->empty()) break;
      heard_.insert(heard_.end(), came->begin(), came->end());
      frame = last_frame_in(heard_);
    }
    if (frame) return *frame;
    return no_answer();
  }

  tl::unexpected<Error> no_answer() {
    dialogue_.owe_answer(late_answer_within);
    if (heard_.empty())
      return fail(ErrorCode::timeout,
                  "{} did not answer within {} ms: is the meter powered, is its Bluetooth on, and "
                  "is no other program connected to it?",
                  dialogue_.resource(), answer_within.count());
    return fail(ErrorCode::protocol,
                "{} answered {} bytes ({} ...), no whole frame of a UM24C, UM25C or UM34C: is this "
                "its port?",
                dialogue_.resource(), heard_.size(),
                quoted(ByteView(heard_).first(std::min(heard_.size(), shown))));
  }

  Dialogue dialogue_;
  const Model* model_ = nullptr;
  Deadline asked_{};
  Bytes heard_;  // since the last question
  Sent last_sent_;
};

Result<std::unique_ptr<Device>> open_um25c(const ResourceConfig& resource,
                                           const DriverContext& context) {
  auto port = open_serial_port(resource, 9600);
  if (!port) return pass_on(std::move(port));
  auto meter = std::make_unique<Um25c>(std::move(*port), resource, context);
  if (auto identified = meter->identify(); !identified) return pass_on(std::move(identified));
  return meter;
}

constexpr std::array<OptionEntry, 2> options{{
    {"port", false, "serial port, as /dev/rfcomm0 after `rfcomm bind 0 ADDRESS`"},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
}};

}  // namespace

extern const DriverEntry um25c_driver;
constinit const DriverEntry um25c_driver{
    .name = "um25c",
    .summary = "RDTech UM24C, UM25C, UM34C meters in a USB lead, over Bluetooth serial",
    .transport = "serial",
    .capability = "meter",
    .read_back = ReadBack::none,
    .source = "sigrokproject/libsigrok src/hardware/rdtech-um/protocol.c",
    .options = options,
    .open = open_um25c,
    .measures = "power voltage current energy temperature",
};

}  // namespace brewproof
