// What tshark read in one packet, out of its `-T json`: the protocols' layers in order, each with
// its leaves. Streaming, one packet at a time, bounded; everything in it is hostile text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace brewproof {

struct Leaf {
  std::string_view name;   // "mqtt.topic"
  std::string_view value;  // as tshark shows it
  // With -x only: where its bytes stand in the layer's data. Nothing on the wire: 0 bytes, it is
  // tshark's own conclusion.
  std::string_view hex;
  std::uint64_t position = 0, length = 0;
};

struct Layer {
  std::string_view name;  // "mqtt"
  std::vector<Leaf> leaves;

  /// Of the first leaf of this name; "" where there is none.
  [[nodiscard]] std::string_view find(std::string_view leaf) const;
};

struct Dissection {
  std::uint64_t frame = 0;  // from 1 within the file
  std::string_view source_mac, destination_mac, source_ip, destination_ip;
  std::uint16_t source_port = 0, destination_port = 0;
  bool group = false;                // to a group: every host on the link hears it
  bool malformed = false;            // tshark says so
  std::vector<const Layer*> layers;  // views

  [[nodiscard]] std::string_view source() const {
    return source_ip.empty() ? source_mac : source_ip;
  }
  [[nodiscard]] std::string_view destination() const {
    return destination_ip.empty() ? destination_mac : destination_ip;
  }
};

class DissectionReader {
 public:
  DissectionReader();
  ~DissectionReader();

  /// The next line of `tshark -T json`. True: a packet is complete, see packet().
  [[nodiscard]] bool line(std::string_view text);
  /// Valid until the next line.
  [[nodiscard]] const Dissection& packet() const;
  /// Packets that were too large or no JSON: left out.
  [[nodiscard]] std::uint64_t unreadable() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace brewproof
