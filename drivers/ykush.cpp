// Yepkit YKUSH boards: USB hubs whose ports have power switches, with a HID controller beside them.
//
// Sources: Yepkit/ykush, src/ykush/ykush.cpp, src/ykush3/, src/ykushxs/ and src/yk_usb_device.cpp
// (product ids, report sizes, commands); pdudaemon, drivers/ykush.py.
//
//   1n | 0n | 1A | 0A      port n up | down | all up | all down     -> 01
//   2n                     state of port n                         -> 01 1n (up) or 01 0n (down)
//
// Ports count from 1; port 4 of a YKUSH3 is its 5 V output. A YKUSHXS has one port and no
// "all". Channel on = port up. The state is that of the port's power switch as the controller
// knows it, not of the device behind it. Boards have real USB serial numbers.

#include <algorithm>
#include <array>

#include "drivers/channel.h"
#include "drivers/quoted.h"
#include "drivers/transport/hid.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

struct Model {
  std::string_view pid;
  std::string_view name;
  int ports;
  std::size_t report_size;
};
constexpr std::array models{
    Model{"f2f7", "YKUSH", 3, 64},
    Model{"0042", "YKUSH (legacy)", 3, 6},
    Model{"f11b", "YKUSH3", 4, 64},
    Model{"f0cd", "YKUSHXS", 1, 64},
};

const Model* model_of(const UsbIdentity& device) {
  const auto* found = std::ranges::find(models, std::string_view(device.pid), &Model::pid);
  return device.vid == "04d8" && found != models.end() ? found : nullptr;
}

enum Command : std::uint8_t { port_down = 0x00, all_down = 0x0A, port_up = 0x10, state = 0x20 };
constexpr std::uint8_t accepted = 0x01;

std::uint8_t command(Command what, int port) {
  return static_cast<std::uint8_t>(what | static_cast<unsigned>(port));
}

class Ykush final : public Device, public Switch {
 public:
  Ykush(std::unique_ptr<UsbLink> link, const Model& model)
      : link_(std::move(link)), model_(model) {}

  [[nodiscard]] std::string identity() const override {
    return fmt::format("{} {}", model_.name, link_->device().serial);
  }
  Switch* as_switch() override { return this; }
  [[nodiscard]] ReadBack read_back() const override { return ReadBack::latch; }

  Result<Sent> set(int channel, bool on) override {
    if (auto known = check_channel(link_->resource(), channel, model_.ports); !known)
      return pass_on(std::move(known));
    return order(command(on ? port_up : port_down, channel));
  }

  Result<Sent> all_off() override {
    return order(model_.ports == 1 ? command(port_down, 1) : std::uint8_t{all_down});
  }

  Result<std::optional<bool>> read(int channel) override {
    if (auto known = check_channel(link_->resource(), channel, model_.ports); !known)
      return pass_on(std::move(known));
    auto answer = ask(Kind::question, command(state, channel));
    if (!answer) return pass_on(std::move(answer));
    const bool is_whole = answer->size() >= 2 && (*answer)[0] == accepted;
    if (is_whole && (*answer)[1] == command(port_up, channel)) return true;
    if (is_whole && (*answer)[1] == command(port_down, channel)) return false;
    return not_understood(*answer, fmt::format("01 and 1{0} or 0{0}", channel));
  }

  Result<Sent> harmless_exchange() override {
    auto answered = read(1);
    if (!answered) return pass_on(std::move(answered));
    return link_->finish();
  }

 private:
  using Kind = ReportDialogue::Kind;

  Result<Sent> order(std::uint8_t byte) {
    auto answer = ask(Kind::order, byte);
    if (!answer) return pass_on(std::move(answer));
    if (answer->empty() || (*answer)[0] != accepted) return not_understood(*answer, "01");
    return link_->finish();
  }

  Result<Bytes> ask(Kind kind, std::uint8_t byte) {
    Bytes report(model_.report_size);
    report[0] = byte;
    return dialogue_.ask(kind, report, model_.report_size);
  }

  tl::unexpected<Error> not_understood(const Bytes& answer, std::string_view expected) const {
    return fail(ErrorCode::protocol, "{} answered {} where {} was expected: its state is unknown",
                link_->resource(),
                quoted(ByteView(answer).first(std::min<std::size_t>(answer.size(), 4))), expected);
  }

  std::unique_ptr<UsbLink> link_;
  const Model& model_;
  ReportDialogue dialogue_{*link_};
};

Result<std::unique_ptr<Device>> open_ykush(const ResourceConfig& resource,
                                           const DriverContext& context) {
  const UsbKind kind{.name = "Yepkit YKUSH",
                     .fits = [](const UsbIdentity& device) { return model_of(device) != nullptr; },
                     .ask_serial = {}};
  auto link = open_usb(resource, context, kind);
  if (!link) return pass_on(std::move(link));
  const Model& model = *model_of((*link)->device());
  return std::make_unique<Ykush>(std::move(*link), model);
}

constexpr std::array<OptionEntry, 1> options{{
    {"usb", false, "which board, where there are several: path, serial"},
}};
constexpr std::array<UsbMatch, 4> boards{{{.vid = "04d8", .pid = "f2f7"},
                                          {.vid = "04d8", .pid = "0042"},
                                          {.vid = "04d8", .pid = "f11b"},
                                          {.vid = "04d8", .pid = "f0cd"}}};

}  // namespace

extern const DriverEntry ykush_driver;
constinit const DriverEntry ykush_driver{
    .name = "ykush",
    .summary = "Yepkit YKUSH, YKUSH3 and YKUSHXS: USB ports with power switches",
    .transport = "usb",
    .capability = "switch",
    .read_back = ReadBack::latch,
    .source = "Yepkit/ykush; pdudaemon drivers/ykush.py",
    .options = options,
    .recognises = boards,
    .open = open_ykush,
};

}  // namespace brewproof
