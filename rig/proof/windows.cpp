#include "rig/proof/windows.h"

#include <algorithm>
#include <set>

namespace brewproof {

std::vector<Window> with_joined(const std::vector<Window>& declared) {
  std::set<Window> joined;
  std::vector<Window> grown = declared;
  for (std::size_t i = 0; i < grown.size(); ++i) {
    for (const Window& next : declared) {
      const Window both{grown[i].begin_ns, next.end_ns};
      if (next.begin_ns != grown[i].end_ns || next.end_ns <= next.begin_ns) continue;
      if (joined.insert(both).second) grown.push_back(both);
    }
  }
  for (const Window& window : declared) joined.erase(window);
  std::vector<Window> all = declared;
  all.insert(all.end(), joined.begin(), joined.end());
  return all;
}

}  // namespace brewproof
