// The device end of a serial port: a pseudo-terminal whose other side plays a script of literal
// bytes in a thread of its own. The script's calls fail the test when the driver sends something
// else, or nothing; the destructor waits for the script's end.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "rig/model/bytes.h"

namespace brewproof::testing {

/// "A0 01 FF" -> three bytes.
[[nodiscard]] Bytes hex(std::string_view text);

class PtyPeer {
 public:
  using Script = std::function<void(PtyPeer&)>;
  explicit PtyPeer(Script script = {});
  ~PtyPeer();
  PtyPeer(const PtyPeer&) = delete;
  PtyPeer& operator=(const PtyPeer&) = delete;

  /// What the driver opens.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Waits until the script has played to its end.
  void wait();

  // For the script:
  /// Reads exactly these bytes.
  void expect(ByteView bytes);
  void expect(std::string_view text) { expect(as_bytes(text)); }
  void say(ByteView bytes) const;
  void say(std::string_view text) const { say(as_bytes(text)); }
  /// Says `bytes` in two pieces, a driver's read apart.
  void say_split(ByteView bytes, std::size_t at) const;
  static void pause(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }
  /// Fails the test when anything is sent within `time`.
  void expect_silence(std::chrono::milliseconds time);
  /// The test waits for the script's end.
  [[nodiscard]] bool is_over() const { return over_; }
  /// Unplugs the device.
  void hang_up();
  /// What the driver sends next; nothing after `time`, or when the test is over.
  std::optional<Bytes> receive(std::chrono::milliseconds time = std::chrono::seconds(60));

  /// Device end and driver's end of the pseudo-terminal; the latter is open only while nobody has
  /// hung up.
  [[nodiscard]] int device_end() const { return device_end_; }
  [[nodiscard]] int driver_end() const { return driver_end_; }

 private:
  std::string path_;
  int device_end_ = -1, driver_end_ = -1;
  Bytes unread_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace brewproof::testing
