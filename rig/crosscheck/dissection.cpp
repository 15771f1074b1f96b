#include "rig/crosscheck/dissection.h"

#include <simdjson.h>

#include <charconv>

namespace brewproof {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t most_bytes = 32u << 20;  // of one packet's JSON
constexpr std::size_t most_leaves = 65536;     // of one packet
constexpr std::size_t deepest = 256;

template <class Integer>
Integer number_or_zero(std::string_view text) {
  Integer value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::string_view Layer::find(std::string_view leaf) const {
  for (const Leaf& candidate : leaves)
    if (candidate.name == leaf) return candidate.value;
  return {};
}

struct DissectionReader::State {
  bool inside = false, too_large = false;
  std::string text;
  std::uint64_t unreadable = 0;
  dom::parser parser;
  Dissection packet;
  std::vector<std::unique_ptr<Layer>> layers;  // used again
  std::size_t used = 0, leaves = 0;

  bool parse();
  void read_layer(std::string_view name, const dom::element& value);
  void read_leaves(Layer& layer, const dom::object& object);
  void add_leaf(Layer& layer, std::string_view name, std::string_view value, const Leaf& place);
  void note_address(const Layer& layer);
};

bool DissectionReader::State::parse() {
  used = leaves = 0;
  packet = {};
  dom::object layers_object;
  const auto document = parser.parse(text);
  if (document.error() != simdjson::SUCCESS ||
      document["_source"]["layers"].get_object().get(layers_object) != simdjson::SUCCESS)
    return false;
  for (const auto [name, value] : layers_object) read_layer(name, value);
  for (std::size_t i = 0; i < used; ++i) {
    note_address(*layers[i]);
    packet.layers.push_back(layers[i].get());
  }
  return packet.frame != 0;
}

void DissectionReader::State::read_layer(std::string_view name, const dom::element& value) {
  if (name == "_ws.malformed" || name == "_ws.short") packet.malformed = true;
  dom::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) return;  // raw bytes, "filtered"
  if (used == layers.size()) layers.push_back(std::make_unique<Layer>());
  Layer& layer = *layers[used++];
  layer.name = name;
  layer.leaves.clear();
  read_leaves(layer, object);
}

// `-x` puts "name_raw": [hex, position, length, mask, type] before each "name"; a leaf with leaves
// of its own has these in "name_tree". What is left are headings.
void DissectionReader::State::read_leaves(Layer& layer, const dom::object& object) {
  Leaf place;
  for (const auto [key, value] : object) {
    switch (value.type()) {
      case dom::element_type::STRING:
        add_leaf(layer, key, value.get_string().value_unsafe(), place);
        break;
      case dom::element_type::OBJECT:
        if (std::string_view(key) == "_ws.malformed") packet.malformed = true;
        read_leaves(layer, value.get_object().value_unsafe());
        break;
      case dom::element_type::ARRAY: {
        place = {};
        std::string_view name = key, hex;
        constexpr std::string_view raw = "_raw";
        if (!name.ends_with(raw)) break;
        const dom::array array = value.get_array().value_unsafe();
        if (array.at(0).get_string().get(hex) != simdjson::SUCCESS ||
            array.at(1).get_uint64().get(place.position) != simdjson::SUCCESS ||
            array.at(2).get_uint64().get(place.length) != simdjson::SUCCESS)
          break;
        place.hex = hex;
        place.name = name.substr(0, name.size() - raw.size());
        break;
      }
      default:
        break;
    }
  }
}

void DissectionReader::State::add_leaf(Layer& layer, std::string_view name, std::string_view value,
                                       const Leaf& place) {
  if (name == "_ws.malformed") packet.malformed = true;
  if (++leaves > most_leaves) return;
  Leaf& leaf = layer.leaves.emplace_back();
  if (place.name == name) leaf = place;
  leaf.name = name;
  leaf.value = value;
}

// The outermost address counts: what a tunnel or an error message holds has others.
void DissectionReader::State::note_address(const Layer& layer) {
  const auto take = [&](std::string_view& into, std::string_view leaf) {
    if (into.empty()) into = layer.find(leaf);
  };
  if (layer.name == "frame") {
    packet.frame = number_or_zero<std::uint64_t>(layer.find("frame.number"));
  } else if (layer.name == "eth") {
    packet.group = packet.group || layer.find("eth.dst.ig") == "1";
    take(packet.source_mac, "eth.src");
    take(packet.destination_mac, "eth.dst");
  } else if (layer.name == "sll") {
    const std::string_view type = layer.find("sll.pkttype");  // 1 broadcast, 2 multicast
    packet.group = packet.group || type == "1" || type == "2";
    take(packet.source_mac, "sll.src.eth");
  } else if (layer.name == "ip") {
    take(packet.source_ip, "ip.src");
    take(packet.destination_ip, "ip.dst");
  } else if (layer.name == "ipv6") {
    take(packet.source_ip, "ipv6.src");
    take(packet.destination_ip, "ipv6.dst");
  } else if ((layer.name == "tcp" || layer.name == "udp") && packet.source_port == 0) {
    const bool tcp = layer.name == "tcp";
    packet.source_port =
        number_or_zero<std::uint16_t>(layer.find(tcp ? "tcp.srcport" : "udp.srcport"));
    packet.destination_port =
        number_or_zero<std::uint16_t>(layer.find(tcp ? "tcp.dstport" : "udp.dstport"));
  }
}

DissectionReader::DissectionReader() : state_(std::make_unique<State>()) {
  if (state_->parser.allocate(1u << 16, deepest) != simdjson::SUCCESS) throw std::bad_alloc();
}

DissectionReader::~DissectionReader() = default;

// tshark prints each packet's object at a depth of two blanks; a line break inside a text is
// written \n, so a line of a brace alone is never a text's.
bool DissectionReader::line(std::string_view text) {
  State& state = *state_;
  if (text == "  {") {
    state.text.clear();
    state.inside = true;
    state.too_large = false;
  }
  if (!state.inside) return false;
  const bool last = text == "  }" || text == "  },";
  if (last) text = "}";
  if (state.text.size() + text.size() > most_bytes) state.too_large = true;
  if (!state.too_large) state.text.append(text).append("\n");
  if (!last) return false;
  state.inside = false;
  if (!state.too_large && state.parse()) return true;
  ++state.unreadable;
  return false;
}

const Dissection& DissectionReader::packet() const { return state_->packet; }

std::uint64_t DissectionReader::unreadable() const { return state_->unreadable; }

}  // namespace brewproof
