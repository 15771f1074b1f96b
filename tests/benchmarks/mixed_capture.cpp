#include "tests/benchmarks/mixed_capture.h"

#include <fmt/core.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace brewproof::benchmarks {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// xorshift64*: enough for sizes and turns, the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15u + 1) {}
  std::uint32_t below(std::uint32_t n) {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>((state_ * 0x2545f4914f6cdd1du >> 32) * n >> 32);
  }

 private:
  std::uint64_t state_;
};

class PcapFile {
 public:
  explicit PcapFile(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) give_up(path);
    std::setvbuf(file_, nullptr, _IOFBF, 1u << 20);
    for (const std::uint32_t word : {0xa1b23c4du, 0x00040002u, 0u, 0u, 65535u, 1u}) write(word);
  }
  ~PcapFile() {
    if (std::fclose(file_) != 0) give_up("the capture");
  }
  PcapFile(const PcapFile&) = delete;
  PcapFile& operator=(const PcapFile&) = delete;

  void packet(const Bytes& frame) {
    now_ns_ += 20'000;
    write(static_cast<std::uint32_t>(now_ns_ / 1'000'000'000));
    write(static_cast<std::uint32_t>(now_ns_ % 1'000'000'000));
    write(static_cast<std::uint32_t>(frame.size()));
    write(static_cast<std::uint32_t>(frame.size()));
    std::fwrite(frame.data(), 1, frame.size(), file_);
    ++packets;
    bytes += 16 + frame.size();
  }
  std::uint64_t packets = 0, bytes = 24;

 private:
  void write(std::uint32_t word) { std::fwrite(&word, sizeof word, 1, file_); }
  [[noreturn]] static void give_up(const std::string& path) {
    std::perror(("writing " + path).c_str());
    std::exit(3);
  }
  std::FILE* file_;
  std::uint64_t now_ns_ = 1'760'000'000'000'000'000;
};

void put16(Bytes& bytes, std::uint32_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value));
}
void put32(Bytes& bytes, std::uint32_t value) {
  put16(bytes, value >> 16);
  put16(bytes, value);
}
void put(Bytes& bytes, std::string_view text) {
  bytes.insert(bytes.end(), text.begin(), text.end());
}

/// Frame up to the payload of IPv4; lengths are patched in when the frame is whole.
Bytes header(bool up, std::uint32_t machine, std::uint32_t server, std::uint8_t protocol) {
  Bytes frame;
  const auto mac = [&](std::uint32_t host) {
    put16(frame, 0x02c0);
    put32(frame, host);
  };
  mac(up ? 0xfe : machine);
  mac(up ? machine : 0xfe);
  put16(frame, 0x0800);
  for (const std::uint8_t b : {0x45, 0, 0, 0, 0, 0, 0x40, 0, 64}) frame.push_back(b);
  frame.push_back(protocol);
  put16(frame, 0);
  const std::uint32_t machine_ip = 0x0a4d0000u + machine, server_ip = 0xcb007100u + server;
  put32(frame, up ? machine_ip : server_ip);
  put32(frame, up ? server_ip : machine_ip);
  return frame;
}

void patch_lengths(Bytes& frame, bool udp) {
  const std::size_t ip = frame.size() - 14;
  frame[16] = static_cast<std::uint8_t>(ip >> 8);
  frame[17] = static_cast<std::uint8_t>(ip);
  if (!udp) return;
  frame[38] = static_cast<std::uint8_t>((ip - 20) >> 8);
  frame[39] = static_cast<std::uint8_t>(ip - 20);
}

/// One conversation; `step` writes its next packet and returns false after its last.
class Session {
 public:
  Session(PcapFile& file, Random& random, std::uint32_t machine, std::uint32_t server,
          std::uint16_t port, std::uint16_t machine_port)
      : file_(file),
        random_(random),
        machine_(machine),
        server_(server),
        port_(port),
        machine_port_(machine_port),
        up_(random.below(0x7fffffff)),
        down_(random.below(0x7fffffff)) {}
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual bool step() = 0;

 protected:
  void udp(bool up, const Bytes& payload) {
    Bytes frame = header(up, machine_, server_, 17);
    put16(frame, up ? machine_port_ : port_);
    put16(frame, up ? port_ : machine_port_);
    put32(frame, 0);
    frame.insert(frame.end(), payload.begin(), payload.end());
    patch_lengths(frame, true);
    file_.packet(frame);
  }
  void tcp(bool up, const Bytes& payload, std::uint8_t flags) {
    Bytes frame = header(up, machine_, server_, 6);
    put16(frame, up ? machine_port_ : port_);
    put16(frame, up ? port_ : machine_port_);
    put32(frame, up ? up_ : down_);
    put32(frame, up ? down_ : up_);
    frame.push_back(0x50);
    frame.push_back(flags);
    put16(frame, 64240);
    put32(frame, 0);
    frame.insert(frame.end(), payload.begin(), payload.end());
    patch_lengths(frame, false);
    file_.packet(frame);
    // One segment in 200 is seen twice.
    if (!payload.empty() && random_.below(200) == 0) file_.packet(frame);
    (up ? up_ : down_) += static_cast<std::uint32_t>(payload.size()) + ((flags & 3) != 0 ? 1 : 0);
  }
  /// SYN, SYN ACK, ACK by steps 0 to 2; false afterwards.
  bool handshake(int step) {
    if (step > 2) return false;
    tcp(step != 1, {}, step == 0 ? 0x02 : step == 1 ? 0x12 : 0x10);
    return true;
  }
  void acknowledge(bool up) { tcp(up, {}, 0x10); }
  /// FIN, FIN, ACK by steps 0 to 2; false with the last.
  bool close(int step) {
    tcp(step != 1, {}, step == 2 ? 0x10 : 0x11);
    return step < 2;
  }

  PcapFile& file_;
  Random& random_;
  std::uint32_t machine_, server_;
  std::uint16_t port_, machine_port_;
  std::uint32_t up_, down_;
  int at_ = 0;
};

/// Four requests on one connection. The server is slow enough to acknowledge before it answers.
class HttpSession final : public Session {
 public:
  using Session::Session;
  bool step() override {
    const int now = at_++;
    if (handshake(now)) return true;
    constexpr int closing = 3 + 4 * 4;
    if (now >= closing) return close(now - closing);
    switch ((now - 3) % 4) {
      case 0:
        tcp(true, order(), 0x18);
        return true;
      case 2:
        tcp(false, answer(), 0x18);
        return true;
      default:
        acknowledge((now - 3) % 4 == 3);
        return true;
    }
  }

 private:
  Bytes order() {
    const std::string body = fmt::format(
        R"({{"serial":"KD{:05}","type":"K95","ts":"2025-10-09T08:{:02}:{:02}Z","seq":{},"drink":"{}",)"
        R"("pay":{{"method":"card","cents":{},"card":"{:06x}"}},"location":{{"site":"hall-3","lat":52.5200,"lon":13.4050}}}})",
        machine_, random_.below(60), random_.below(60), ++sequence_,
        random_.below(2) == 0 ? "espresso" : "latte", 105 + 5 * random_.below(170),
        random_.below(1u << 24));
    Bytes bytes;
    put(bytes,
        fmt::format(
            "POST /v1/order HTTP/1.1\r\nHost: api{}.kiosk.example\r\nUser-Agent: kiosk/2.1.7\r\n"
            "Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
            server_, body.size(), body));
    return bytes;
  }
  Bytes answer() {
    const std::string body =
        fmt::format(R"({{"ok":true,"id":"{:08x}"}})", random_.below(0xffffffff));
    Bytes bytes;
    put(bytes,
        fmt::format("HTTP/1.1 201 Created\r\nServer: kiosk\r\nContent-Type: application/json\r\n"
                    "Content-Length: {}\r\n\r\n{}",
                    body.size(), body));
    return bytes;
  }
  std::uint32_t sequence_ = 0;
};

/// Heartbeats at QoS 0 and brews at QoS 1, with a PINGREQ now and then.
class MqttSession final : public Session {
 public:
  using Session::Session;
  bool step() override {
    const int now = at_++;
    if (handshake(now)) return true;
    if (now == 3) {
      Bytes connect = {0x10, 19, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 7};
      put(connect, fmt::format("KD{:05}", machine_ % 100000));
      tcp(true, connect, 0x18);
      return true;
    }
    if (now == 4) {
      tcp(false, {0x20, 2, 0, 0}, 0x18);
      return true;
    }
    if (to_acknowledge_) {
      acknowledge(*std::exchange(to_acknowledge_, std::nullopt));
      return true;
    }
    if (puback_due_) {
      puback_due_ = false;
      Bytes bytes = {0x40, 2};
      put16(bytes, id_);
      tcp(false, bytes, 0x18);
      to_acknowledge_ = true;
      return true;
    }
    if (exchanges_ == 32) return close(closed_++);
    const std::uint32_t lot = random_.below(12);
    ++exchanges_;
    to_acknowledge_ = false;
    if (lot == 0) {
      tcp(true, {0xc0, 0}, 0x18);
    } else if (lot < 9) {
      tcp(true, publish(false), 0x18);
    } else {
      tcp(true, publish(true), 0x18);
      puback_due_ = true;
      to_acknowledge_.reset();  // by the PUBACK
    }
    return true;
  }

 private:
  Bytes publish(bool brew) {
    const std::string topic =
        fmt::format("kiosk/KD{:05}/{}", machine_ % 100000, brew ? "brew" : "hb");
    const std::string payload =
        brew
            ? fmt::format(R"({{"drink":"latte","ml":{},"ms":{},"beans":{}}})",
                          200 + random_.below(60), 20000 + random_.below(9000), random_.below(1000))
            : fmt::format(R"({{"up":{},"temp":{}.{},"water":{}}})", at_, 90 + random_.below(5),
                          random_.below(10), random_.below(100));
    Bytes body;
    put16(body, static_cast<std::uint32_t>(topic.size()));
    put(body, topic);
    if (brew) put16(body, ++id_);
    put(body, payload);
    Bytes bytes = {static_cast<std::uint8_t>(brew ? 0x32 : 0x30),
                   static_cast<std::uint8_t>(body.size())};
    bytes.insert(bytes.end(), body.begin(), body.end());
    return bytes;
  }
  std::optional<bool> to_acknowledge_;  // from which side: true is up
  bool puback_due_ = false;
  std::uint32_t id_ = 0;
  int exchanges_ = 0, closed_ = 0;
};

class DnsSession final : public Session {
 public:
  using Session::Session;
  bool step() override {
    const bool query = at_++ == 0;
    if (query) id_ = random_.below(65536);
    Bytes bytes;
    put16(bytes, id_);
    put16(bytes, query ? 0x0100 : 0x8180);
    for (const std::uint32_t count : {1u, query ? 0u : 1u, 0u, 0u}) put16(bytes, count);
    for (const std::string& label :
         {fmt::format("api{}", machine_ % 40), std::string("kiosk"), std::string("example")}) {
      bytes.push_back(static_cast<std::uint8_t>(label.size()));
      put(bytes, label);
    }
    bytes.push_back(0);
    put32(bytes, 0x00010001);
    if (!query) {
      for (const std::uint32_t word : {0xc00c0001u, 0x00010000u, 0x003c0004u}) put32(bytes, word);
      put32(bytes, 0xcb007100u + machine_ % 40);
    }
    udp(query, bytes);
    return query;
  }

 private:
  std::uint32_t id_ = 0;
};

class NtpSession final : public Session {
 public:
  using Session::Session;
  bool step() override {
    const bool ask = at_++ == 0;
    Bytes bytes = {static_cast<std::uint8_t>(ask ? 0x23 : 0x24),
                   static_cast<std::uint8_t>(ask ? 0 : 2), 6, 0xec};
    for (int i = 0; i < 11; ++i) put32(bytes, ask && i < 9 ? 0 : random_.below(0x7fffffff));
    udp(ask, bytes);
    return ask;
  }
};

class TlsSession final : public Session {
 public:
  using Session::Session;
  bool step() override {
    const int now = at_++;
    if (handshake(now)) return true;
    switch (now) {
      case 3:
        tcp(true, client_hello(), 0x18);
        return true;
      case 4: {
        Bytes hello = {0x16, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3};
        hello.resize(hello.size() + 32, 0xbb);
        for (const std::uint8_t b :
             {0, 0x13, 0x01, 0, 0, 46, 0, 43, 0, 2, 3, 4, 0, 51, 0, 36, 0, 29, 0, 32})
          hello.push_back(b);
        hello.resize(hello.size() + 32, 0xcc);  // key share
        tcp(false, hello, 0x18);
        return true;
      }
      case 5:
        left_ = 3000;  // certificate and the like, sealed
        tcp(false, begin_record(3000, 1400), 0x18);
        return true;
      case 6:
        tcp(false, continue_record(1400), 0x10);
        return true;
      case 7:
        tcp(false, continue_record(1400), 0x18);
        return true;
      case 8:
        acknowledge(true);
        return true;
      case 9: {
        Bytes finished = {20, 3, 3, 0, 1, 1};
        const Bytes record = begin_record(53, 53);
        finished.insert(finished.end(), record.begin(), record.end());
        tcp(true, finished, 0x18);
        return true;
      }
      default:
        break;
    }
    // Exchanges: a report up, an answer in one to three segments, an ACK for every second of them.
    if (unacknowledged_ == 2 || (unacknowledged_ != 0 && left_ == 0)) {
      unacknowledged_ = 0;
      acknowledge(true);
    } else if (left_ != 0) {
      ++unacknowledged_;
      tcp(false, continue_record(1400), 0x18);
    } else if (std::exchange(answer_due_, false)) {
      ++unacknowledged_;
      tcp(false, begin_record(200 + random_.below(1975), 1400), 0x18);
    } else if (exchanges_ == 10) {
      return close(closed_++);
    } else {
      ++exchanges_;
      answer_due_ = true;
      const std::uint32_t size = 60 + random_.below(900);
      tcp(true, begin_record(size, size), 0x18);
    }
    return true;
  }

 private:
  Bytes client_hello() {
    const std::string name = fmt::format("mqtt{}.kiosk.example", server_);
    Bytes extensions = {0, 0};
    const auto size = static_cast<std::uint32_t>(name.size());
    put16(extensions, size + 5);
    put16(extensions, size + 3);
    extensions.push_back(0);
    put16(extensions, size);
    put(extensions, name);
    for (const std::uint8_t b : {0, 16, 0, 5, 0, 3, 2, 0x68, 0x32, 0, 43, 0, 5, 4, 3, 4, 3, 3})
      extensions.push_back(b);
    put16(extensions, 21);  // padding to a browser's size
    put16(extensions, 360);
    extensions.resize(extensions.size() + 360);
    Bytes body = {3, 3};
    body.resize(34, 0xaa);
    for (const std::uint8_t b : {0, 0, 2, 0x13, 0x01, 1, 0}) body.push_back(b);
    put16(body, static_cast<std::uint32_t>(extensions.size()));
    body.insert(body.end(), extensions.begin(), extensions.end());
    Bytes record = {0x16, 3, 1};
    put16(record, static_cast<std::uint32_t>(body.size() + 4));
    record.push_back(1);
    record.push_back(0);
    put16(record, static_cast<std::uint32_t>(body.size()));
    record.insert(record.end(), body.begin(), body.end());
    return record;
  }
  Bytes begin_record(std::uint32_t size, std::uint32_t carried) {
    Bytes bytes = {23, 3, 3};
    put16(bytes, size);
    left_ = size;
    const Bytes sealed = continue_record(carried);
    bytes.insert(bytes.end(), sealed.begin(), sealed.end());
    return bytes;
  }
  Bytes continue_record(std::uint32_t most) {
    const std::uint32_t size = std::min(left_, most);
    left_ -= size;
    Bytes bytes(size);
    for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(random_.below(256));
    return bytes;
  }
  std::uint32_t left_ = 0;  // of the record that is being sent
  bool answer_due_ = false;
  int unacknowledged_ = 0, exchanges_ = 0, closed_ = 0;
};

}  // namespace

MixedCapture write_mixed_capture(const std::string& path, std::uint64_t packets,
                                 std::uint64_t seed) {
  constexpr std::uint32_t machines = 200, at_once = 256;
  PcapFile file(path);
  Random random(seed);
  MixedCapture made;
  made.parts = {{{"http"}, {"mqtt"}, {"dns"}, {"ntp"}, {"tls"}}};
  struct Slot {
    std::unique_ptr<Session> session;
    MixedCapture::Part* part = nullptr;
  };
  std::vector<Slot> slots(at_once);
  std::uint32_t opened = 0;
  const auto open = [&](Slot& slot) {
    const std::uint32_t machine = 1 + random.below(machines), server = 1 + random.below(40);
    const auto machine_port = static_cast<std::uint16_t>(20000 + opened++ % 40000);
    const auto make = [&]<class Kind>(std::size_t part, std::uint16_t port, std::uint16_t from) {
      slot.session = std::make_unique<Kind>(file, random, machine, server, port, from);
      slot.part = &made.parts[part];
    };
    const std::uint32_t lot = random.below(1000);
    if (lot < 195) return make.template operator()<HttpSession>(0, 80, machine_port);
    if (lot < 255) return make.template operator()<MqttSession>(1, 1883, machine_port);
    if (lot < 685) return make.template operator()<DnsSession>(2, 53, machine_port);
    if (lot < 857) return make.template operator()<NtpSession>(3, 123, 123);
    return make.template operator()<TlsSession>(4, 443, machine_port);
  };
  while (file.packets < packets) {
    Slot& slot = slots[random.below(at_once)];
    if (slot.session == nullptr) open(slot);
    const std::uint64_t packets_before = file.packets, bytes_before = file.bytes;
    if (!slot.session->step()) slot.session.reset();
    slot.part->packets += file.packets - packets_before;
    slot.part->bytes += file.bytes - bytes_before;
  }
  made.packets = file.packets;
  made.bytes = file.bytes;
  return made;
}

}  // namespace brewproof::benchmarks
