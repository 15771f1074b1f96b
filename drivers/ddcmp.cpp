// The audit port of a vending machine, DDCMP: its optical window (2400 8N1) or its jack (9600 8N1),
// up to 115200 where the machine agrees. The machine's own books.
//
// Sources: EVA-DTS 6.1.1, chapters 3 and 6.2; nodestark/mdb-slave-esp32s3, main/eva-dts.c;
// Zzzzipper/firmware-usbhost, common/ddcmp/test/DdcmpTest.cpp.
//
// Only list 2 is read, the security reading, which no machine clears anything after; so a reading
// that failed is begun again as it is. Nothing is said when it is opened. In which order the two
// bytes of a code are sent is not in these sources: low byte first here, as everything else.

#include <algorithm>
#include <array>
#include <charconv>

#include "drivers/audit_sessions.h"
#include "drivers/ddcmp/session.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr int sessions = 3;
// The machine has given up on the one before by then, and listens at its first speed.
constexpr milliseconds between_sessions{4000};

class DdcmpPort final : public Device, public AuditReader {
 public:
  DdcmpPort(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
            const DriverContext& context, ddcmp::Codes codes, ddcmp::Speeds speeds)
      : dialogue_(std::move(port), resource.name, context),
        clock_(context.clock),
        codes_(codes),
        speeds_(speeds) {}

  [[nodiscard]] std::string identity() const override {
    return speed_ == 0 ? "DDCMP audit port, not yet read"
                       : fmt::format("DDCMP audit port, read at {} baud", speed_);
  }
  AuditReader* as_audit_reader() override { return this; }

  Result<Audit> read_audit(milliseconds within) override {
    const Deadline until = SteadyClock::now() + within;
    return read_in_sessions(dialogue_, clock_, until, sessions, between_sessions, [&](bool& final) {
      ddcmp::Session talk(dialogue_, codes_, speeds_, clock_.now(), until);
      auto text = talk.read();
      if (text) speed_ = talk.speed();
      final = talk.refused();
      return text;
    });
  }

  Result<Sent> harmless_exchange() override {
    return fail(ErrorCode::usage, "{}: an audit port has no exchange that leaves the machine alone",
                dialogue_.resource());
  }

 private:
  Dialogue dialogue_;
  Clock& clock_;
  ddcmp::Codes codes_;
  ddcmp::Speeds speeds_;
  int speed_ = 0;  // of the last reading
};

Result<int> speed_option(const ResourceConfig& resource, const std::string& name, int otherwise) {
  auto baud = number_option(resource, name, otherwise, 1200, 115200);
  if (!baud || ddcmp::speed_code(*baud) != 0) return baud;
  return fail(ErrorCode::bad_file,
              "{} is {}: one of 1200, 2400, 4800, 9600, 19200, 38400, 57600 and 115200 is expected",
              name, *baud);
}

Result<std::uint16_t> code_option(const ResourceConfig& resource, const std::string& name) {
  const std::string text = text_option(resource, name, "0");
  std::uint16_t code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code, 16);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  if (whole && text.size() <= 4) return code;
  return fail(ErrorCode::bad_file, "{} is {}: a code of up to four hex digits is expected", name,
              quoted(as_bytes(text)));
}

Result<std::unique_ptr<Device>> open_ddcmp(const ResourceConfig& resource,
                                           const DriverContext& context) {
  auto first = speed_option(resource, "baud", ddcmp::Speeds{}.first);
  if (!first) return pass_on(std::move(first));
  auto most = speed_option(resource, "speed", ddcmp::Speeds{}.most);
  if (!most) return pass_on(std::move(most));
  auto security = code_option(resource, "security");
  if (!security) return pass_on(std::move(security));
  auto password = code_option(resource, "password");
  if (!password) return pass_on(std::move(password));
  auto port = open_serial_port(resource, *first);
  if (!port) return pass_on(std::move(port));
  return std::make_unique<DdcmpPort>(std::move(*port), resource, context,
                                     ddcmp::Codes{*security, *password},
                                     ddcmp::Speeds{*first, *most});
}

constexpr std::array<OptionEntry, 6> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"baud", false, "at which the machine listens: 2400 where absent, 9600 at most jacks"},
    {"speed", false, "that is offered to it at most: 115200 where absent"},
    {"security", false, "security code, up to four hex digits; 0 where absent"},
    {"password", false, "pass code, likewise"},
}};

}  // namespace

extern const DriverEntry ddcmp_driver;
constinit const DriverEntry ddcmp_driver{
    .name = "ddcmp",
    .summary = "audit port of a vending machine (DDCMP, optical or jack): its own books",
    .transport = "serial",
    .capability = "audit",
    .read_back = ReadBack::none,
    .source = "EVA-DTS 6.1.1; Zzzzipper/firmware-usbhost; nodestark/mdb-slave-esp32s3",
    .options = options,
    .open = open_ddcmp,
};

}  // namespace brewproof
