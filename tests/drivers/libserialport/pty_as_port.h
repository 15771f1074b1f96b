// The modem lines of the pseudo-terminal that passes for a real port in this test program.
#pragma once

namespace brewproof::testing {

struct ModemLines {
  int on = 0;             // TIOCM_DTR, TIOCM_RTS
  int ever_on = 0;        // since this was cleared
  int error = 0;          // errno of every request; 0: they succeed
  bool is_stuck = false;  // requests succeed and change nothing
};
extern ModemLines modem_lines;

}  // namespace brewproof::testing
