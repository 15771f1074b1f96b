// A scripted plug: listens on the loopback interface and plays a script on a thread of its own, in
// literal bytes. Each request of a driver is a connection of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace brewproof::testing {

class HttpPeer {
 public:
  using Script = std::function<void(HttpPeer&)>;
  explicit HttpPeer(Script script = {});
  ~HttpPeer();
  HttpPeer(const HttpPeer&) = delete;
  HttpPeer& operator=(const HttpPeer&) = delete;

  /// "127.0.0.1:40123", for the option `host`.
  [[nodiscard]] std::string host() const;
  /// Waits until the script has ended.
  void wait();

  // For scripts. A failed expectation fails the test and ends the script.
  /// Takes the next connection and reads its request, which must be for `target`.
  void expect(std::string_view target);
  /// The whole request of the last expect().
  [[nodiscard]] const std::string& request() const { return request_; }
  void say(std::string_view bytes);
  /// 200 and this JSON, with its length, and the end of the connection.
  void answer(std::string_view json);
  void pause(std::chrono::milliseconds time);
  /// Ends the connection: in order, or with a reset.
  void hang_up();
  void reset();
  /// No further connection is taken: the plug has lost its power.
  void vanish();
  /// True when the test is over: for scripts that go on for ever.
  [[nodiscard]] bool is_over() const { return over_; }
  /// The driver's end has gone.
  [[nodiscard]] bool is_left() const { return left_; }

 private:
  int listening_ = -1;
  int connection_ = -1;
  unsigned short port_ = 0;
  std::string request_;
  std::atomic<bool> over_ = false;
  bool left_ = false;
  std::thread thread_;
};

}  // namespace brewproof::testing
