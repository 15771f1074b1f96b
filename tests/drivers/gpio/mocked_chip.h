// A GPIO chip that is not there, for the unmodified libgpiod: umockdev shows /dev/gpiochip0 and its
// entry in /sys, and this test program answers the kernel's GPIO requests (ioctl numbers B4..) with
// the lines kept here.
#pragma once

#include <umockdev.h>

#include <map>
#include <string>

namespace brewproof::testing {

struct MockedLine {
  bool is_output = false;
  bool is_pulled_up = false;
  bool is_high = false;
  bool ever_high = false;  // while it was an output
  std::string used_by;     // "" = nobody
};

class MockedChip {
 public:
  MockedChip();
  ~MockedChip();
  MockedChip(const MockedChip&) = delete;
  MockedChip& operator=(const MockedChip&) = delete;

  std::map<unsigned, MockedLine> lines;  // by offset, of 54
  int error = 0;                         // errno of every request about values; 0: they succeed
  bool is_stuck = false;                 // requests about values succeed and change nothing

 private:
  UMockdevTestbed* testbed_;
};

}  // namespace brewproof::testing
