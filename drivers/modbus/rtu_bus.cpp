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

constexpr std::uint8_t read_input_registers_function = 0x04;
constexpr std::uint8_t exception_bit = 0x80;
constexpr int general_address = 0xF8;
constexpr milliseconds gap_within_answer{50};    // USB adapters deliver in bursts
constexpr milliseconds late_answer_within{500};  // where nothing came
constexpr milliseconds frame_is_over{30};        // where something came: silence ends a frame

std::uint8_t high(int word) { return static_cast<std::uint8_t>(word >> 8); }
std::uint8_t low(int word) { return static_cast<std::uint8_t>(word & 0xFF); }

bool may_answer(std::uint8_t sender, int address) {
  return sender == address || (address == general_address && sender >= 1 && sender <= 0xF7);
}

}  // namespace

void RtuBus::FreeContext::operator()(_modbus* context) const { modbus_free(context); }

RtuBus::RtuBus(std::unique_ptr<SerialPort> port, const std::string& resource,
               const DriverContext& context)
    : dialogue_(std::move(port), resource, context) {}

RtuBus::~RtuBus() {
  if (our_end_ >= 0) ::close(our_end_);
  if (its_end_ >= 0) ::close(its_end_);
}

Result<std::unique_ptr<RtuBus>> RtuBus::open(std::unique_ptr<SerialPort> port,
                                             const std::string& resource,
                                             const DriverContext& context) {
  std::unique_ptr<RtuBus> bus(new RtuBus(std::move(port), resource, context));
  if (auto connected = bus->connect(); !connected) return pass_on(std::move(connected));
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
Result<std::optional<RtuBus::Answer>> RtuBus::find_answer(ByteView heard, int address,
                                                          std::uint8_t function,
                                                          std::size_t data_bytes) {
  for (; heard.size() >= 5; heard = heard.subspan(1)) {
    const bool is_exception = heard[1] == (function | exception_bit);
    const std::size_t body = is_exception ? 3 : 3 + data_bytes;
    if (!may_answer(heard[0], address) || heard.size() < body + 2) continue;
    if (!is_exception && (heard[1] != function || heard[2] != data_bytes)) continue;
    auto right = frame_of(heard.first(body));
    if (!right) return pass_on(std::move(right));
    if (std::ranges::equal(*right, heard.first(body + 2))) return Answer{*right, is_exception};
  }
  return std::nullopt;
}

Result<RtuBus::Registers> RtuBus::read_input_registers(int address, int first, int count,
                                                       milliseconds within) {
  const auto data_bytes = static_cast<std::size_t>(count) * 2;
  const auto request = frame_of(Bytes{low(address), read_input_registers_function, high(first),
                                      low(first), high(count), low(count)});
  if (!request) return tl::unexpected(request.error());
  if (auto settled = dialogue_.settle(); !settled) return pass_on(std::move(settled));
  if (auto sent = dialogue_.send(*request); !sent) return pass_on(std::move(sent));

  Bytes heard;
  std::optional<Answer> answer;
  Deadline until = SteadyClock::now() + within;
  const Deadline at_most = until + within;
  while (!answer) {
    const auto came = dialogue_.receive(until);
    if (!came) return tl::unexpected(came.error());
    if (came->empty()) break;
    heard.insert(heard.end(), came->begin(), came->end());
    auto found = find_answer(heard, address, read_input_registers_function, data_bytes);
    if (!found) return pass_on(std::move(found));
    answer = *found;
    if (SteadyClock::now() > until) break;
    until = std::min(at_most, std::max(until, SteadyClock::now() + gap_within_answer));
  }
  last_sent_ = dialogue_.finish();
  if (!answer) {
    const bool nothing_came = heard.empty() || heard == *request;  // or its echo only
    dialogue_.owe_answer(nothing_came ? late_answer_within : frame_is_over);
    if (nothing_came)
      return fail(ErrorCode::timeout, "{}: address {:02X} did not answer within {} ms",
                  dialogue_.resource(), address, within.count());
    return fail(
        ErrorCode::protocol,
        "{}: address {:02X} was asked, and {} came: no whole answer with a right CRC from it",
        dialogue_.resource(), address, quoted(heard));
  }
  if (answer->is_exception)
    return fail(ErrorCode::protocol,
                "{}: address {:02X} refuses to read {} registers from {}: {} ({:02X})",
                dialogue_.resource(), address, count, first,
                modbus_strerror(MODBUS_ENOBASE + answer->frame[2]), answer->frame[2]);
  Registers registers;
  registers.address = answer->frame[0];
  registers.at = dialogue_.last_received();
  ByteReader words(ByteView(answer->frame).subspan(3, data_bytes));
  for (int i = 0; i < count; ++i) registers.values.push_back(words.be16());
  return registers;
}

}  // namespace brewproof
