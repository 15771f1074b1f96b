#include "rig/command/station/board_news.h"

#include <algorithm>
#include <tuple>

namespace brewproof {
namespace {

auto key_of(const Board& board) {
  return std::tie(board.bus, board.node, board.usb_path, board.vid, board.pid, board.serial);
}

// The boards of `some` that `others` lacks.
void add_missing(const std::vector<Board>& some, const std::vector<Board>& others, bool arrived,
                 std::vector<BoardNews>& news) {
  for (const Board& board : some)
    if (std::ranges::none_of(others,
                             [&](const Board& other) { return key_of(other) == key_of(board); }))
      news.push_back({arrived, board});
}

}  // namespace

std::vector<BoardNews> news_between(const std::vector<Board>& before,
                                    const std::vector<Board>& now) {
  std::vector<BoardNews> news;
  add_missing(before, now, false, news);
  add_missing(now, before, true, news);
  return news;
}

}  // namespace brewproof
