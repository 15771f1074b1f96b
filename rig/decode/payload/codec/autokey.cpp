// XOR whose key is the byte before: TP-Link's smart home protocol begins with the key 171 and goes
// on with each cipher byte (softScheck/tplink-smartplug:tplink_smartplug.py); others go on with
// each plain byte. Told by what a hidden document would begin with.
#include "rig/decode/payload/codec.h"
#include "rig/decode/payload/codec/guess.h"

namespace brewproof::decode {
namespace {

constexpr std::uint8_t first_key = 171;
constexpr std::size_t shortest = 7;  // {"a":1}

enum class Next { none, cipher, plain };

Next next_key(ByteView packed) {
  if (packed.size() < shortest) return Next::none;
  const std::uint8_t first = packed[0] ^ first_key;
  if (begins_document(first, packed[1] ^ packed[0])) return Next::cipher;
  return begins_document(first, packed[1] ^ first) ? Next::plain : Next::none;
}

bool looks(ByteView packed) { return next_key(packed) != Next::none; }

void open(ByteView packed, Opening& opening) {
  if (!opening.can_hold(packed.size())) return;
  const Next next = next_key(packed);
  std::uint8_t key = first_key;
  for (const std::uint8_t cipher : packed) {
    const std::uint8_t plain = cipher ^ key;
    key = next == Next::plain ? plain : cipher;
    opening.bytes.push_back(plain);
  }
}

}  // namespace

extern const Codec autokey_codec{"xor:auto", "xor:auto", true, looks, open};

}  // namespace brewproof::decode
