// Boost.Beast parses the answer; the request is written and the bytes are read here, because the
// record holds them as they were on the wire.

#include "drivers/transport/http.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>

#include "drivers/option.h"
#include "drivers/quoted.h"

namespace brewproof {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds whole_exchange_within{2000};
constexpr std::size_t longest_answer = 65536;

// Linux 5.7 and later let everybody choose the interface of a socket that has none yet.
int leave_by(int descriptor, const std::string& interface) {
  const auto length = static_cast<socklen_t>(interface.size());
  if (::setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, interface.data(), length) != 0)
    return errno;
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);  // Asio's sockets are inherited otherwise
  return 0;
}

// One connection. Asynchronous operations, each run to its end: only these have time limits.
class Connection {
 public:
  explicit Connection(SteadyClock::time_point deadline) : stream_(context_) {
    stream_.expires_at(deadline);
  }
  // With this linger the kernel throws away what has not left, and says so to the device.
  ~Connection() {
    error_code ignored;
    if (!ended_well_) stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  error_code connect(const tcp::endpoint& device, const std::string& interface) {
    error_code failed;
    stream_.socket().open(device.protocol(), failed);
    if (failed) return failed;
    if (const int error = leave_by(stream_.socket().native_handle(), interface); error != 0)
      return {error, boost::system::system_category()};
    failed = finish([&](auto done) { stream_.async_connect(device, done); });
    error_code ignored;
    if (!failed) stream_.socket().set_option(tcp::no_delay(true), ignored);
    return failed;
  }
  error_code write(ByteView bytes) {
    return finish([&](auto done) {
      asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()), done);
    });
  }
  error_code read_some(std::span<std::uint8_t> into, std::size_t& count) {
    return finish([&](auto done) {
      stream_.async_read_some(asio::buffer(into.data(), into.size()),
                              [&count, done](error_code failed, std::size_t came) {
                                count = came;
                                done(failed);
                              });
    });
  }
  void ended_well() { ended_well_ = true; }

 private:
  template <class Start>
  error_code finish(Start start) {
    error_code result = asio::error::timed_out;
    start([&result](error_code failed, auto&&...) { result = failed; });
    context_.restart();
    context_.run();
    return result;
  }

  asio::io_context context_{1};
  beast::tcp_stream stream_;
  bool ended_well_ = false;
};

bool is_time_out(const error_code& failed) {
  return failed == beast::error::timeout || failed == asio::error::timed_out;
}

// "192.168.7.20", "plug.lab:8080", "[fe80::1]:80" into name and port; false where it is none.
bool split_host(const std::string& text, std::string& name, unsigned short& port) {
  std::size_t colon = text.rfind(':');
  if (text.find(':') != colon && !text.starts_with('[')) colon = std::string::npos;  // bare IPv6
  if (text.ends_with(']')) colon = std::string::npos;
  name = text.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  if (name.empty() || name.find_first_of("/[]@ ") != std::string::npos) return false;
  if (colon == std::string::npos) return true;
  const char* end = text.data() + text.size();
  const auto number = std::from_chars(text.data() + colon + 1, end, port);
  return number.ec == std::errc{} && number.ptr == end && port != 0;
}

Result<void> check_interface(const std::string& interface) {
  asio::io_context context;
  error_code failed;
  tcp::socket probe(context);
  probe.open(tcp::v4(), failed);
  if (failed) return fail(ErrorCode::host, "opening a socket: {}", failed.message());
  switch (const int error = leave_by(probe.native_handle(), interface); error) {
    case 0:
      return {};
    case ENODEV:
      return fail(ErrorCode::host, "this station has no network interface {}: `ip link` lists them",
                  quoted(as_bytes(interface)));
    case EPERM:
      return fail(ErrorCode::host,
                  "no permission to choose the interface {}: Linux before 5.7 demands the "
                  "capability CAP_NET_RAW for it",
                  quoted(as_bytes(interface)));
    default:
      return fail(ErrorCode::host, "choosing the interface {}: {}", quoted(as_bytes(interface)),
                  std::strerror(error));
  }
}

}  // namespace

HttpDialogue::HttpDialogue(const ResourceConfig& resource, const DriverContext& context)
    : context_(context),
      host_(text_option(resource, "host", "")),
      interface_(text_option(resource, "interface", "")) {
  exchange_.resource = resource.name;
}

Result<std::unique_ptr<HttpDialogue>> HttpDialogue::open(const ResourceConfig& resource,
                                                         const DriverContext& context) {
  std::unique_ptr<HttpDialogue> dialogue(new HttpDialogue(resource, context));
  std::string name;
  if (!split_host(dialogue->host_, name, dialogue->port_))
    return fail(ErrorCode::bad_file,
                "host is {}: an address or a name is expected, as 192.168.7.20 or plug.lab:8080",
                quoted(as_bytes(dialogue->host_)));
  if (dialogue->interface_.empty())
    return fail(ErrorCode::bad_file,
                "interface is missing: by which one is the plug reached? It must not be the one "
                "that is captured");
  if (auto usable = check_interface(dialogue->interface_); !usable)
    return pass_on(std::move(usable));
  asio::io_context context_of_resolver;
  error_code failed;
  const auto found =
      tcp::resolver(context_of_resolver).resolve(name, std::to_string(dialogue->port_), failed);
  if (failed || found.empty())
    return fail(ErrorCode::bad_file,
                "there is no host {} ({}): give the plug's address, which needs no look-up",
                quoted(as_bytes(name)), failed.message());
  dialogue->address_ = found.begin()->endpoint().address().to_string();
  return dialogue;
}

Result<HttpDialogue::Answer> HttpDialogue::exchange(const std::string& target) {
  const std::string request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: brewproof\r\nAccept: application/json\r\n"
      "Connection: close\r\n\r\n",
      target, host_);
  Connection connection(SteadyClock::now() + whole_exchange_within);
  if (const auto failed =
          connection.connect({asio::ip::make_address(address_), port_}, interface_)) {
    if (is_time_out(failed))
      return fail(ErrorCode::timeout,
                  "{} takes no connection within {} ms: is it powered, and is it on {}?", host_,
                  whole_exchange_within.count(), interface_);
    return fail(ErrorCode::io, "{} cannot be reached by {}: {}", host_, interface_,
                failed.message());
  }

  exchange_.written.assign(request.begin(), request.end());
  exchange_.received.clear();
  exchange_.sent = {context_.clock.now(), {}, std::nullopt};
  error_code failed = connection.write(exchange_.written);
  exchange_.sent.after_drain = context_.clock.now();

  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(longest_answer);
  std::array<std::uint8_t, 4096> chunk{};
  std::size_t parsed = 0;  // of what was received
  error_code garbled;
  while (!failed && !garbled && !parser.is_done() && exchange_.received.size() <= longest_answer) {
    std::size_t count = 0;
    failed = connection.read_some(chunk, count);
    if (failed) break;
    last_received_ = context_.clock.now();
    if (!exchange_.sent.first_reply) exchange_.sent.first_reply = last_received_;
    exchange_.received.insert(exchange_.received.end(), chunk.begin(), chunk.begin() + count);
    const ByteView rest = ByteView(exchange_.received).subspan(parsed);
    parsed += parser.put(asio::buffer(rest.data(), rest.size()), garbled);
    if (garbled == http::error::need_more) garbled = {};
  }
  if (context_.record) context_.record(exchange_);

  // An answer without a length ends with its connection.
  if (failed == asio::error::eof && parser.got_some()) {
    failed = {};
    parser.put_eof(garbled);
  }
  if (is_time_out(failed))
    return fail(ErrorCode::timeout, "{} did not answer GET {} within {} ms: its state is unknown",
                host_, target, whole_exchange_within.count());
  if (failed == asio::error::eof)
    return fail(ErrorCode::protocol, "{} hung up without an answer to GET {}: its state is unknown",
                host_, target);
  if (failed)
    return fail(ErrorCode::io, "{} broke off GET {}: {}", host_, target, failed.message());
  if (exchange_.received.size() > longest_answer || garbled == http::error::body_limit)
    return fail(ErrorCode::protocol,
                "{} answers GET {} with more than {} KiB: is this the plug's address?", host_,
                target, longest_answer / 1024);
  if (garbled == http::error::partial_message)
    return fail(ErrorCode::protocol, "{} broke off its answer to GET {} after {} bytes", host_,
                target, exchange_.received.size());
  if (garbled)
    return fail(ErrorCode::protocol, "{} answered GET {} with {}, which is not HTTP: {}", host_,
                target, quoted(exchange_.received), garbled.message());
  connection.ended_well();
  return Answer{parser.get().result_int(), parser.get().body()};
}

Result<nlohmann::json> HttpDialogue::get(const std::string& target) {
  if (first_cause_) return tl::unexpected(*first_cause_);
  return get_even_if_gone(target);
}

Result<nlohmann::json> HttpDialogue::get_even_if_gone(const std::string& target) {
  auto answer = exchange(target);
  if (!answer) {
    Error error = std::move(answer).error();
    error.message = fmt::format("{}: {}", resource(), error.message);
    if (error.code == ErrorCode::io && !first_cause_) first_cause_ = error;
    return tl::unexpected(std::move(error));
  }
  if (answer->status == 401)
    return fail(ErrorCode::protocol,
                "{}: {} wants a password, which would stand in every record of this bench: switch "
                "it off in the plug, and keep the plug on the bench's own network",
                resource(), host_);
  if (answer->status != 200)
    return fail(ErrorCode::protocol, "{}: {} answered GET {} with status {}: {}", resource(), host_,
                target, answer->status, quoted(as_bytes(answer->body)));
  auto json = nlohmann::json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object())
    return fail(ErrorCode::protocol,
                "{}: {} answered GET {} with {} where a JSON object was expected: is this the "
                "plug's address?",
                resource(), host_, target, quoted(as_bytes(answer->body)));
  return json;
}

}  // namespace brewproof
