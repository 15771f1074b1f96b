// Fields of the kinds that many protocols have: addresses, flags, raw bytes. Each counts its
// value's bytes on the wire.
#pragma once

#include <string_view>

#include "rig/decode/outlet.h"
#include "rig/decode/packet/address.h"

namespace brewproof::decode {

/// The address in its canonical text; as hex where the bytes are not as many as the kind has.
void add_address(Message& message, Outlet& out, std::string_view path, Address::Kind kind,
                 ByteView bytes);
/// One field for each address that the bytes hold, all of the same path.
void add_addresses(Message& message, Outlet& out, std::string_view path, Address::Kind kind,
                   ByteView bytes);
/// Lower-case hex, whether it could be read as text or not; cut at max_value bytes with a note.
void add_hex(Message& message, Outlet& out, std::string_view path, ByteView bytes);
/// "true" or "false".
void add_flag(Message& message, Outlet& out, std::string_view path, bool value,
              std::size_t wire = 0);
/// What could not be read as its protocol says: kept as content, counted as unexplained.
void add_unread(Message& message, Outlet& out, std::string_view path, ByteView bytes);

}  // namespace brewproof::decode
