// What a CoAP message says, as fields (RFC 7252 section 5.10 and IANA's "CoAP Option Numbers").
#pragma once

#include <string>

#include "rig/decode/coap/message.h"
#include "rig/decode/outlet.h"

namespace brewproof::decode {

/// "GET /a/b", "POST /"; of responses "2.05".
void append_coap_label(std::string& label, const CoapMessage& coap);

/// Type, id, token and options; not the payload.
void add_coap_fields(Message& message, Outlet& out, const CoapMessage& coap);

/// The payload, which may have been put together from several messages; `coap` says what it is.
struct CoapContent {
  std::string type, encoding;  // of the content, from the format's number
  bool sealed = false;         // by OSCORE (RFC 8613)
};
[[nodiscard]] CoapContent coap_content(const CoapMessage& coap);
void add_coap_payload(Message& message, Outlet& out, const CoapContent& content, ByteView payload);

/// All option numbers are known, their lengths allowed, their texts readable; codes are assigned.
[[nodiscard]] bool coap_is_sound(const CoapMessage& coap);

}  // namespace brewproof::decode
