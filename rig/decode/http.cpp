// HTTP/1.0 and 1.1 (RFC 9112): pipelining, chunks, interim responses, and the end of HTTP on a
// connection that is upgraded or tunnelled.
#include "rig/decode/http/claim.h"
#include "rig/decode/http/reader.h"

namespace brewproof::decode {
namespace {

Claim claims(ByteView bytes, const StreamStart&) { return claim_http(bytes); }

}  // namespace

extern const Room http_room{"http", nullptr, claims, open_http};

}  // namespace brewproof::decode
