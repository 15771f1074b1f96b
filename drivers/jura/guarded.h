// What a Jura's service port can be told beyond the keys of its front: actuators without any
// interlock, test mode, its display, its memory. Nothing of it is said unless the bench file names
// the very command, and then only through a channel of its own; there is no way to say free text.
//
// Commands as in protocoljura.wiki-site.com, "Commands for coffeemaker", and SkyFox277/
// esphome-jura, docs/jura-protocol.md.
#pragma once

#include <string>
#include <vector>

#include "rig/model/result.h"

namespace brewproof::jura {

/// A channel of the port: a key, which is pressed, or an actuator, which stays on until it is told
/// off.
struct Channel {
  std::string name;
  std::string on;
  std::string off;  // "" = it is pressed
  friend bool operator==(const Channel&, const Channel&) = default;
};

/// The channels of the commands that a bench file allows, in its order. What stays on needs the
/// command that ends it beside it; both are one channel. Error `bad_file`: a command that is none,
/// one named twice, one that nothing would end.
[[nodiscard]] Result<std::vector<Channel>> allowed_channels(
    const std::vector<std::string>& commands);

}  // namespace brewproof::jura
