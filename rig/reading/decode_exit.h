// The exit codes of brewproof-decode. What it has to say it tells on its pipe; these are its ends.
#pragma once

namespace brewproof::decode_exit {

inline constexpr int done = 0, usage = 2, bug = 70, memory = 71, untold = 74;

}  // namespace brewproof::decode_exit
