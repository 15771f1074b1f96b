#include "tests/fuzz/target.h"

namespace brewproof::fuzz {

std::vector<Target> targets() {
  std::vector<Target> all = {{"capture", capture}, {"frames", frames},   {"order", order},
                             {"payload", payload}, {"telling", telling}, {"inputs", inputs},
                             {"books", books},     {"mdb", mdb},         {"sniffed", sniffed}};
  for (const std::string& name : room_names())
    all.push_back({"room_" + name, [name](ByteView bytes) { room(name, bytes); }});
  return all;
}

}  // namespace brewproof::fuzz
