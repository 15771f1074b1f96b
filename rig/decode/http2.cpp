// HTTP/2 (RFC 9113) on a connection of its own, as opened TLS holds it, or as an HTTP/1 connection
// goes over to it, which the HTTP room hands over.
#include "rig/decode/http2/frame.h"
#include "rig/decode/http2/reader.h"

namespace brewproof::decode {
namespace {

/// A client's preface; a server's SETTINGS, which may come before it; frames in the middle.
Claim claims(ByteView bytes, const StreamStart& start) {
  const std::string_view text = as_text(bytes);
  const std::string_view preface = http2::preface;
  if (text.substr(0, preface.size()) == preface.substr(0, text.size()))
    return text.size() < preface.size() ? Claim::more : Claim::yes;
  if (start.begins && start.from == Side::client) return Claim::no;
  if (!http2::looks_like_frames(bytes)) return Claim::no;
  if (!start.begins) return Claim::yes;
  return http2::read_frame(bytes).type == http2::Type::settings ? Claim::yes : Claim::no;
}

std::unique_ptr<StreamReader> open(Flow& flow, Outlet& out) { return open_http2(flow, out, {}); }

}  // namespace

extern const Room http2_room{"http2", nullptr, claims, open};

}  // namespace brewproof::decode
