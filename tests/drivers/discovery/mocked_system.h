// A /sys and /dev of our own (umockdev), into which devices are plugged. One a test, made before
// the first question to umockdev, which is answered once.
#pragma once

#include <string>

typedef struct _UMockdevTestbed UMockdevTestbed;

namespace brewproof::testing {

struct MockedUsb {
  std::string usb_path, vid, pid, serial, manufacturer, product;
  std::string device_class = "00";
};

class MockedSystem {
 public:
  MockedSystem();
  ~MockedSystem();
  MockedSystem(const MockedSystem&) = delete;
  MockedSystem& operator=(const MockedSystem&) = delete;

  /// False where libumockdev-preload.so.0 does not stand before libc.
  [[nodiscard]] static bool in_place();

  void plug(const MockedUsb& device);
  /// A USB serial adapter in the socket `usb_path`, as the kernel's usb-serial drivers show it.
  void plug(const std::string& name, const std::string& usb_path, const std::string& vid,
            const std::string& pid, const std::string& serial, const std::string& product);
  /// A symbolic link at an absolute path.
  void link(const std::string& path, const std::string& target);

 private:
  void add(const std::string& text);

  UMockdevTestbed* testbed_;
  int next_ = 2;
};

}  // namespace brewproof::testing
