#include "rig/decode/http/body.h"

#include <fmt/format.h>

#include <algorithm>

namespace brewproof::decode {

void Body::add(ByteView piece, std::size_t most) {
  size_ += piece.size();
  if (gap_) return;
  const std::size_t room = most - std::min(most, kept_.size());
  kept_.append(piece.first(std::min(room, piece.size())));
}

void Body::clear() {
  kept_.clear();
  size_ = 0;
  gap_ = false;
}

void Body::add_to(Message& message, Outlet& out, std::string_view part,
                  const ContentHints& hints) const {
  message.unexplained_bytes += size_ - kept_.size();
  if (size_ > kept_.size() && !gap_)
    message.notes.push_back(
        fmt::format("the first {} of {} bytes of the {} were kept", kept_.size(), size_, part));
  if (kept_.empty()) return;
  if (gap_) {
    const std::size_t before = message.fields.size();
    (void)out.unread(message, part, kept_.view());
    Outlet::mark_cut(message, before);
  } else {
    add_content(message, out, part, kept_.view(), hints);
  }
}

}  // namespace brewproof::decode
