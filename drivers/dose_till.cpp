// The till at the cash-register socket of an espresso machine (Wega and others with Gicar's
// electronics; 1200 8N1): for each dose that somebody chooses the machine asks for leave, and pours
// when it has it. The rig is the till, and a counter of the doses that were asked for.
//
// Source: Wega, Concept technical manual, 35.2, and EVD (easymanua.ls), "direct connection to the
// register".
//
//   machine  one byte, the code of the dose; its table is the machine's
//   till     06 released, 15 refused
//
// The machine waits for the answer, so a thread (AttendedPort) gives it at once, whoever reads or
// not: `answer: release` or `answer: refuse`, for as long as the bench is open. Nothing is said
// unasked, so that opening it changes nothing; and while nobody has it open, no dose is poured. The
// reading counts doses since it was opened; when each was asked for, and its code, is in the
// record. With `codes` only these are doses, and other bytes are noise: without it every byte is
// one.
//
// Not known: how long the machine waits, and whether it asks again (then it is counted again). The
// same manual's other mode (35.1: answers 01 and 00, 8E1, orders that the till sends first) is not
// spoken here.

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <sstream>

#include "drivers/option.h"
#include "drivers/quoted.h"
#include "drivers/transport/attended_port.h"
#include "rig/bench/driver.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds listens_for{50};
constexpr milliseconds echo_within{50};
constexpr std::uint8_t released = 0x06, refused = 0x15;

class DoseTill final : public Device, public Meter {
 public:
  DoseTill(std::unique_ptr<SerialPort> port, const ResourceConfig& resource,
           const DriverContext& context, std::uint8_t answer, Bytes codes)
      : resource_(resource.name),
        clock_(context.clock),
        answer_(answer),
        codes_(std::move(codes)),
        attended_(std::move(port), resource, context) {
    attended_.start([this](Dialogue& dialogue) { return attend(dialogue); });
  }

  [[nodiscard]] std::string identity() const override {
    return fmt::format("till of a cash-register socket, {} doses",
                       answer_ == released ? "releases" : "refuses");
  }
  Meter* as_meter() override { return this; }

  Result<Reading> read(const std::string& quantity) override {
    if (quantity != "doses")
      return fail(ErrorCode::usage, "{} does not measure {}: it has doses", resource_,
                  quoted(as_bytes(quantity)));
    const std::int64_t doses = doses_;
    if (auto attended = attended_.attend(); !attended) return pass_on(std::move(attended));
    return Reading{static_cast<double>(doses), clock_.now()};
  }

  Result<Sent> harmless_exchange() override {
    return fail(ErrorCode::usage,
                "{}: a till says nothing unasked: it has no exchange that leaves the machine alone",
                resource_);
  }

 private:
  // On the thread.
  Result<void> attend(Dialogue& dialogue) {
    const auto came = dialogue.receive(SteadyClock::now() + listens_for);
    if (!came) return tl::unexpected(came.error());
    const Bytes bytes(came->begin(), came->end());  // what came is gone with the first answer
    for (const std::uint8_t byte : bytes)
      if (is_dose(byte))
        if (auto answered = release_or_refuse(dialogue); !answered) return answered;
    dialogue.finish();
    return {};
  }

  [[nodiscard]] bool is_dose(std::uint8_t byte) const {
    if (byte == answer_ && SteadyClock::now() < echo_until_) return false;
    return codes_.empty() || std::ranges::find(codes_, byte) != codes_.end();
  }

  Result<void> release_or_refuse(Dialogue& dialogue) {
    const std::array answer{answer_};
    auto sent = dialogue.send(answer);
    if (!sent && sent.error().code == ErrorCode::io) return sent;
    echo_until_ = SteadyClock::now() + echo_within;
    ++doses_;
    return {};
  }

  std::string resource_;
  Clock& clock_;
  std::uint8_t answer_;
  Bytes codes_;
  std::atomic<std::int64_t> doses_{0};
  SteadyClock::time_point echo_until_{};  // the thread's
  AttendedPort attended_;                 // last: its thread uses all of the above
};

// `codes: "41 42"`.
Result<Bytes> codes_of(const ResourceConfig& resource) {
  Bytes codes;
  std::istringstream words(text_option(resource, "codes", ""));
  for (std::string word; words >> word;) {
    unsigned code = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), code, 16);
    if (error != std::errc{} || end != word.data() + word.size() || word.size() != 2)
      return fail(ErrorCode::bad_file, "codes has {}: bytes of two hex digits are expected",
                  quoted(as_bytes(word)));
    codes.push_back(static_cast<std::uint8_t>(code));
  }
  return codes;
}

Result<std::unique_ptr<Device>> open_dose_till(const ResourceConfig& resource,
                                               const DriverContext& context) {
  const std::string answer = text_option(resource, "answer", "release");
  if (answer != "release" && answer != "refuse")
    return fail(ErrorCode::bad_file, "answer is {}: release or refuse is expected",
                quoted(as_bytes(answer)));
  auto codes = codes_of(resource);
  if (!codes) return pass_on(std::move(codes));
  auto port = open_serial_port(resource, 1200);
  if (!port) return pass_on(std::move(port));
  return std::make_unique<DoseTill>(std::move(*port), resource, context,
                                    answer == "release" ? released : refused, std::move(*codes));
}

constexpr std::array<OptionEntry, 4> options{{
    {"port", false, "serial port, as /dev/serial/by-path/..."},
    {"usb", false, "the port's USB adapter instead: path, vid, pid, serial"},
    {"answer", false, "to each dose: release or refuse; release where absent"},
    {"codes", false, "the machine's codes of doses, in quotes: \"41 42\"; any byte where absent"},
}};

}  // namespace

extern const DriverEntry dose_till_driver;
constinit const DriverEntry dose_till_driver{
    .name = "dose_till",
    .summary = "till at an espresso machine's cash-register socket: releases doses, counts them",
    .transport = "serial",
    .capability = "meter",
    .read_back = ReadBack::none,
    .source = "Wega Concept technical manual 35.2; Wega EVD manual (easymanua.ls)",
    .options = options,
    .open = open_dose_till,
    .measures = "doses",
};

}  // namespace brewproof
