#include "drivers/modbus/rtu_bus.h"

#include <modbus/modbus.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "drivers/quoted.h"

namespace brewproof {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint8_t exception_bit = 0x80;
constexpr std::uint8_t general_address = 0xF8;
constexpr milliseconds between_frames{5};        // 3.5 characters at 9600 baud are 4 ms
constexpr milliseconds gap_within_answer{50};    // USB adapters deliver in bursts
constexpr milliseconds late_answer_within{500};  // where nothing came
constexpr milliseconds frame_is_over{30};        // where something came: silence ends a frame

bool may_answer(std::uint8_t sender, std::uint8_t address) {
  return sender == address || (address == general_address && sender >= 1 && sender <= 0xF7);
}

}  // namespace

void RtuBus::FreeContext::operator()(_modbus* context) const { modbus_free(context); }

RtuBus::RtuBus(std::unique_ptr<SerialPort> port, int baud, const std::string& resource,
               const DriverContext& context)
    : dialogue_(std::move(port), resource, context), baud_(baud) {}

RtuBus::~RtuBus() {
  if (our_end_ >= 0) ::close(our_end_);
  if (its_end_ >= 0) ::close(its_end_);
}

Result<std::shared_ptr<RtuBus>> RtuBus::open(const ResourceConfig& resource, int baud,
                                             const DriverContext& context) {
  auto path = serial_port_path(resource);
  if (!path) return pass_on(std::move(path));
  std::weak_ptr<SharedBus> alone;
  std::weak_ptr<SharedBus>& place = context.buses != nullptr ? (*context.buses)[*path] : alone;
  if (auto shared = std::dynamic_pointer_cast<RtuBus>(place.lock())) {
    if (shared->baud_ == baud) return shared;
    return fail(ErrorCode::bad_file,
                "the bus on {} runs at {} baud for {}: give both the same baud", *path,
                shared->baud_, shared->dialogue_.resource());
  }
  auto port = open_serial_port(resource, baud);
  if (!port) return pass_on(std::move(port));
  std::shared_ptr<RtuBus> bus(new RtuBus(std::move(*port), baud, resource.name, context));
  if (auto connected = bus->connect(); !connected) return pass_on(std::move(connected));
  place = bus;
  return bus;
}

Result<void> RtuBus::connect() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
    return fail(ErrorCode::host, "making a socket pair for libmodbus: {}", std::strerror(errno));
  our_end_ = ends[0];
  its_end_ = ends[1];
  // The device name and the line settings are libmodbus' own affair: it never opens a port here.
  libmodbus_.reset(modbus_new_rtu("/dev/null", 9600, 'N', 8, 1));
  if (!libmodbus_ || modbus_set_socket(libmodbus_.get(), its_end_) != 0)
    return fail(ErrorCode::host, "setting up libmodbus: {}", modbus_strerror(errno));
  return {};
}

// Address, function and contents with the CRC that libmodbus gives them.
Result<Bytes> RtuBus::frame_of(ByteView body) {
  Bytes frame(MODBUS_RTU_MAX_ADU_LENGTH);
  if (modbus_send_raw_request(libmodbus_.get(), body.data(), static_cast<int>(body.size())) < 0)
    return fail(ErrorCode::host, "libmodbus makes no frame: {}", modbus_strerror(errno));
  const ssize_t size = ::read(our_end_, frame.data(), frame.size());
  if (size < 0) return fail(ErrorCode::host, "libmodbus made no frame: {}", std::strerror(errno));
  frame.resize(static_cast<std::size_t>(size));
  return frame;
}

// The first place where a frame of the right form stands whose CRC libmodbus would have given.
Result<std::optional<RtuBus::Found>> RtuBus::find_answer(ByteView heard, const Request& request) {
  for (; heard.size() >= 5; heard = heard.subspan(1)) {
    const bool is_exception = heard[1] == (request.body[1] | exception_bit);
    const std::size_t body = is_exception ? 3 : 1 + request.head.size() + request.rest;
    if (!may_answer(heard[0], request.body[0]) || heard.size() < body + 2) continue;
    if (!is_exception && !std::ranges::equal(heard.subspan(1, request.head.size()), request.head))
      continue;
    auto right = frame_of(heard.first(body));
    if (!right) return pass_on(std::move(right));
    if (std::ranges::equal(*right, heard.first(body + 2))) return Found{*right, is_exception};
  }
  return std::nullopt;
}

Result<void> RtuBus::send(const std::string& resource, ByteView body) {
  dialogue_.speak_for(resource);
  const auto frame = frame_of(body);
  if (!frame) return tl::unexpected(frame.error());
  if (auto paced = dialogue_.pause_until(dialogue_.last_activity() + between_frames); !paced)
    return paced;
  return dialogue_.send(*frame);
}

Result<Sent> RtuBus::tell(const std::string& resource, ByteView body) {
  auto sent = send(resource, body);
  const Sent stamps = dialogue_.finish();
  if (!sent) return pass_on(std::move(sent));
  return stamps;
}

Result<std::optional<RtuBus::Found>> RtuBus::collect(const Request& request, milliseconds within,
                                                     Bytes& heard) {
  Deadline until = SteadyClock::now() + within;
  const Deadline at_most = until + within;
  for (;;) {
    const auto came = dialogue_.receive(until);
    if (!came) return tl::unexpected(came.error());
    if (came->empty()) return std::nullopt;
    heard.insert(heard.end(), came->begin(), came->end());
    auto found = find_answer(heard, request);
    if (!found || *found || SteadyClock::now() > until) return found;
    until = std::min(at_most, std::max(until, SteadyClock::now() + gap_within_answer));
  }
}

Result<RtuBus::Answer> RtuBus::ask(const std::string& resource, const Request& request,
                                   milliseconds within) {
  dialogue_.speak_for(resource);
  if (!request.at_once) {
    if (auto settled = dialogue_.settle(); !settled) return pass_on(std::move(settled));
  }
  if (auto sent = send(resource, request.body); !sent) {
    dialogue_.finish();
    return pass_on(std::move(sent));
  }
  Bytes heard;
  auto found = collect(request, within, heard);
  Answer answer{{}, 0, dialogue_.last_received(), dialogue_.finish()};
  if (!found) return pass_on(std::move(found));
  const int asked = request.body[0];
  if (!*found) {
    const auto echo = frame_of(request.body);
    const bool nothing_came = heard.empty() || (echo && heard == *echo);
    dialogue_.owe_answer(nothing_came ? late_answer_within : frame_is_over);
    if (nothing_came)
      return fail(ErrorCode::timeout, "{}: address {:02X} did not answer within {} ms", resource,
                  asked, within.count());
    return fail(
        ErrorCode::protocol,
        "{}: address {:02X} was asked, and {} came: no whole answer with a right CRC from it",
        resource, asked, quoted(heard));
  }
  const Bytes& frame = (*found)->frame;
  if ((*found)->is_exception)
    return fail(ErrorCode::protocol, "{}: address {:02X} refuses to {}: {} ({:02X})", resource,
                asked, request.purpose, modbus_strerror(MODBUS_ENOBASE + frame[2]), frame[2]);
  answer.address = frame[0];
  const ByteView contents = ByteView(frame).subspan(1 + request.head.size(), request.rest);
  answer.contents.assign(contents.begin(), contents.end());
  return answer;
}

}  // namespace brewproof
