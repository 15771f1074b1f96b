// A hello as fields of its message. Lists are written with the numbers of the IANA registries:
// suites and signature schemes in hex, extensions and groups in decimal.
#pragma once

#include "rig/decode/outlet.h"
#include "rig/decode/tls/fingerprint.h"
#include "rig/decode/tls/hello.h"

namespace brewproof::decode {

void add_client_hello(Message& message, Outlet& out, const TlsHello& hello, TlsCarrier carrier);
void add_server_hello(Message& message, Outlet& out, const TlsHello& hello);
void add_encrypted_extensions(Message& message, Outlet& out, const TlsHello& hello);

}  // namespace brewproof::decode
