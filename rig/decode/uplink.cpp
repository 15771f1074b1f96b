#include "rig/decode/uplink.h"

#include <algorithm>

namespace brewproof::decode {

void Uplink::message(const Message& message) {
  if (!message.from_dut) return;
  messages_ += message.size + message.repeat_bytes;
  value_ += message.value_bytes;
  sealed_ += message.sealed_bytes;
  unexplained_ += message.unexplained_bytes;
}

std::int64_t Uplink::lost() const {
  return static_cast<std::int64_t>(frames_.total + fresh_) -
         static_cast<std::int64_t>(frames_.link + frames_.network + transport_ + segments_ +
                                   unseen_ + messages_ + sealing_);
}

ByteLayers Uplink::layers() const {
  ByteLayers layers;
  layers.link = frames_.link;
  layers.network = frames_.network;
  layers.sealed = sealed_;
  layers.value = value_;
  layers.unexplained = unexplained_ + unseen_ + cut_;
  // A cut datagram's message has its length on the wire as its size.
  const std::uint64_t classed = value_ + sealed_ + unexplained_ + cut_;
  layers.protocol = (messages_ > classed ? messages_ - classed : 0) + sealing_;
  layers.transport = transport_ + (segments_ - std::min(segments_, fresh_));
  const std::uint64_t sum = layers.link + layers.network + layers.transport + layers.protocol +
                            layers.value + layers.sealed + layers.unexplained;
  // Whatever a defect took or added, the classes are those of all bytes.
  if (sum <= frames_.total) {
    layers.unexplained += frames_.total - sum;
    return layers;
  }
  std::uint64_t excess = sum - frames_.total;
  for (std::uint64_t* of : {&layers.protocol, &layers.value, &layers.unexplained, &layers.sealed,
                            &layers.transport, &layers.network, &layers.link}) {
    const std::uint64_t part = std::min(*of, excess);
    *of -= part;
    excess -= part;
  }
  return layers;
}

}  // namespace brewproof::decode
