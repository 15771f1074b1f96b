// The audit port of a vending machine, DEX/UCS over its 6.3 mm jack (9600 8N1): the machine's own
// books.
//
// Sources: EVA-DTS 6.1.1, chapters 2 and 4; nodestark/mdb-slave-esp32s3, main/eva-dts.c;
// Zzzzipper/firmware-usbhost, common/dex/test/DexServerTest.cpp.
//
// Nothing is said when it is opened: some machines clear what they count since the last reading
// when they are read, so that reading is an act of its own. It is begun again where the line
// failed; the counters since initialisation, which alone prove anything, do not mind.

#include <algorithm>
#include <array>

#include "drivers/audit_sessions.h"
#include "drivers/dex/session.h"
#include "drivers/option.h"
#include "drivers/quoted.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr int sessions = 3;
constexpr milliseconds between_sessions{2200};

class DexPort final : public Device, public AuditReader {
 public:
  DexPort(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
          const DriverContext& context, dex::Identity identity)
      : dialogue_(std::move(port), resource.name, context),
        clock_(context.clock),
        ours_(std::move(identity)) {}

  [[nodiscard]] std::string identity() const override {
    return machine_.empty() ? "DEX audit port, not yet read"
                            : "DEX audit port of " + quoted(as_bytes(machine_));
  }
  AuditReader* as_audit_reader() override { return this; }

  Result<Audit> read_audit(milliseconds within) override {
    const Deadline until = SteadyClock::now() + within;
    return read_in_sessions(dialogue_, clock_, until, sessions, between_sessions, [&](bool&) {
      dex::Session talk(dialogue_, ours_, until);
      auto text = talk.read();
      if (!talk.machine().empty()) machine_ = talk.machine();
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
  dex::Identity ours_;
  std::string machine_;
};

Result<std::string> characters(const ResourceConfig& resource, const std::string& name,
                               const std::string& otherwise) {
  std::string text = text_option(resource, name, otherwise);
  const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
  if (text.size() == otherwise.size() && printable) return text;
  return fail(ErrorCode::bad_file, "{} is {}: {} characters without blanks are expected", name,
              quoted(as_bytes(text)), otherwise.size());
}

Result<std::unique_ptr<Device>> open_dex(const ResourceConfig& resource,
                                         const DriverContext& context) {
  const dex::Identity standard;
  auto id = characters(resource, "id", standard.id);
  if (!id) return pass_on(std::move(id));
  auto revision = characters(resource, "revision", standard.revision);
  if (!revision) return pass_on(std::move(revision));
  auto port = open_serial_port(resource, 9600);
  if (!port) return pass_on(std::move(port));
  return std::make_unique<DexPort>(std::move(*port), resource, context,
                                   dex::Identity{std::move(*id), std::move(*revision)});
}

constexpr std::array<OptionEntry, 4> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"id", false, "our communication id, 10 characters; BREWPROOF1 where absent"},
    {"revision", false, "revision and level of the standard, as R01L01; R00L06 where absent"},
}};

}  // namespace

extern const DriverEntry dex_driver;
constinit const DriverEntry dex_driver{
    .name = "dex",
    .summary = "audit port of a vending machine (DEX/UCS): its own books",
    .transport = "serial",
    .capability = "audit",
    .read_back = ReadBack::none,
    .source = "EVA-DTS 6.1.1; Zzzzipper/firmware-usbhost; nodestark/mdb-slave-esp32s3",
    .options = options,
    .open = open_dex,
};

}  // namespace brewproof
