#include "rig/crosscheck/read_alone.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "rig/crosscheck/forms.h"
#include "rig/crosscheck/frame_ranges.h"

namespace brewproof {
namespace {

constexpr const char* note = "read by tshark alone: one opinion";
constexpr std::size_t most_peers = 64;

// What carries the message is ours already; `data` is what tshark does not know either.
bool carries(std::string_view layer) {
  static const std::set<std::string_view> carriers = {
      "frame", "eth",        "ethertype", "sll",    "null", "raw",          "ppp",
      "vlan",  "ieee8021ad", "llc",       "ip",     "ipv6", "ipv6.hopopts", "tcp",
      "udp",   "udplite",    "icmp",      "icmpv6", "data"};
  return carriers.contains(layer) || layer.starts_with("_ws.") ||
         layer.find('.') != std::string_view::npos;  // "tcp.segments"
}

/// One word of [a-z0-9_-], as names of protocols are.
bool is_word(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

/// "snmp.version": a field's name; others are headings and texts of the packet's own.
bool is_field(std::string_view name) {
  if (name.size() > 120 || name.starts_with("_ws.")) return false;
  if (name.find('.') == std::string_view::npos) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 19 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_own_bytes(const Leaf& leaf) {
  std::string digits;
  for (const char c : leaf.value)
    if (c != ':') digits += c;
  return digits.size() >= 2 && digits == leaf.hex;
}

// In the forms that rooms use: numbers in decimal, bytes as hex without colons.
Field field_of(const Leaf& leaf, std::size_t most) {
  Field field;
  field.path = fmt::format("tshark:{}", leaf.name);
  if (is_own_bytes(leaf)) {
    field.type = FieldType::bytes;
    field.value = leaf.hex.substr(0, most);
  } else if (leaf.value.starts_with("0x") && leaf.value.size() <= 18) {
    std::vector<std::string> number;
    forms::number({leaf.value}, number);
    field.type = FieldType::integer;
    field.value = number.front();
  } else if (is_decimal(leaf.value)) {
    field.type = FieldType::integer;
    field.value = leaf.value;
  } else {
    field.value = forms::readable(leaf.value.substr(0, most));
  }
  return field;
}

std::string peer_filter(const KeptMessage& message) {
  const std::string& address = message.peer().address;
  const bool v6 = address.find(':') != std::string::npos;
  const bool mac = v6 && address.size() == 17 && std::ranges::count(address, ':') == 5;
  std::string filter = fmt::format("{} == {}",
                                   mac  ? "eth.addr"
                                   : v6 ? "ipv6.addr"
                                        : "ip.addr",
                                   address);
  if (message.peer().port != 0)
    filter += fmt::format(" && (udp.port == {0} || tcp.port == {0})", message.peer().port);
  return "(" + filter + ")";
}

std::string display_filter(const std::vector<ReadingAlone::Asked>& asked,
                           const std::vector<KeptMessage>& messages) {
  std::vector<FrameRange> frames;
  for (const auto& one : asked) frames.push_back({one.first, one.last});
  // Where tshark sees no more than bytes either, there is nothing to be had.
  std::string filter = frame_filter(frames) + " && !(frame.protocols matches \":(tcp|udp|data)$\")";
  std::set<std::string> peers;
  for (const auto& one : asked) {
    const KeptMessage& message = messages[one.index];
    if (!message.peer().address.empty()) peers.insert(peer_filter(message));
    if (message.peer().address.empty() || peers.size() > most_peers) return filter;
  }
  return fmt::format("{} && ({})", filter, fmt::join(peers, " || "));
}

/// How many bytes the leaves tell, each once. A leaf that only shows its bytes tells nothing.
std::uint64_t explained_bytes(const std::vector<const Layer*>& layers) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
  for (const Layer* layer : layers)
    for (const Leaf& leaf : layer->leaves)
      if (leaf.length != 0 && !is_own_bytes(leaf))
        parts.emplace_back(leaf.position, leaf.position + leaf.length);
  std::ranges::sort(parts);
  std::uint64_t bytes = 0, end = 0;
  for (const auto& [from, to] : parts) {
    if (to > end) bytes += to - std::max(from, end);
    end = std::max(end, to);
  }
  return bytes;
}

}  // namespace

bool is_opaque(const KeptMessage& message) {
  return message.message().starts_with("datagram ") || message.message().starts_with("stream ");
}

std::vector<ReadingAlone::Asked> ReadingAlone::allowed(std::vector<Asked> asked) {
  const std::uint64_t left = limits_.messages - std::min(limits_.messages, asked_);
  if (asked.size() > left) {
    not_asked_ += asked.size() - left;
    asked.resize(left);
  }
  asked_ += asked.size();
  return asked;
}

Result<ReadingAlone::Reads> ReadingAlone::read(const Tshark& tshark, const std::string& capture,
                                               const std::vector<std::string>& arguments,
                                               std::vector<Asked> asked,
                                               const Places& places) const {
  Reads reads;
  if (asked.empty()) return reads;
  std::ranges::sort(asked, {}, &Asked::first);
  std::set<std::size_t> wanted;
  for (const Asked& one : asked) wanted.insert(one.index);

  std::vector<std::string> words = arguments;
  for (const std::string& word : {std::string("-T"), std::string("json"), std::string("-x"),
                                  std::string("-Y"), display_filter(asked, messages_)})
    words.push_back(word);
  DissectionReader reader;
  auto done = tshark.read(capture, words, [&](std::string_view line) {
    if (!reader.line(line)) return;
    for (const std::size_t index : places.find(reader.packet())) {
      if (!wanted.contains(index)) continue;
      take(reader.packet(), reads[index]);
      break;
    }
  });
  if (!done) return pass_on(std::move(done));
  return reads;
}

void ReadingAlone::take(const Dissection& packet, Read& read) const {
  if (packet.malformed) {  // then it is no reading
    read.malformed = true;
    return;
  }
  std::vector<const Layer*> layers;
  for (const Layer* layer : packet.layers)
    if (!carries(layer->name)) layers.push_back(layer);
  for (const Layer* layer : layers) {
    if (read.protocol.empty() && is_word(layer->name)) read.protocol = layer->name;
    for (const Leaf& leaf : layer->leaves) {
      // What has no bytes on the wire is tshark's own conclusion, as a frame's number.
      if (leaf.length == 0 || !is_field(leaf.name)) continue;
      if (read.fields.size() < limits_.fields)
        read.fields.push_back(field_of(leaf, limits_.value));
      else
        read.left_out = true;
    }
  }
  read.explained += explained_bytes(layers);
}

std::string ReadingAlone::conversation(const KeptMessage& message) const {
  return fmt::format("{} {} {}", message.protocol(), message.peer().address, message.peer().port);
}

// By conversation with a peer's port: tshark's name, "" where it has several or none for some.
std::map<std::string, std::string> ReadingAlone::names() const {
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    if (!is_opaque(messages_[i])) continue;
    const auto read = reads_.find(i);
    const bool whole = read != reads_.end() && !read->second.malformed;
    const std::string name = whole ? read->second.protocol : std::string();
    const auto [known, fresh] = names.emplace(conversation(messages_[i]), name);
    if (!fresh && known->second != name) known->second.clear();
  }
  return names;
}

std::vector<ReadAlone> ReadingAlone::apply() {
  const std::map<std::string, std::string> called = names();
  std::map<std::string, std::uint64_t> counts;
  MessageKeeper keeper;
  for (auto& [index, read] : reads_) {
    if (read.fields.empty() || read.protocol.empty()) continue;
    Message message = messages_[index].whole();
    ++counts[read.protocol];
    const std::uint64_t explained = std::min(read.explained, message.unexplained_bytes);
    message.value_bytes += explained;
    message.unexplained_bytes -= explained;
    if (message.from_dut) up_explained_ += explained;
    std::ranges::move(read.fields, std::back_inserter(message.fields));
    message.notes.emplace_back(note);
    if (read.malformed) message.notes.emplace_back("tshark could not read all of it");
    if (read.left_out)
      message.notes.push_back(
          fmt::format("tshark shows more than {} fields: the rest is left out", limits_.fields));
    if (const std::string& name = called.at(conversation(messages_[index])); !name.empty())
      message.protocol = name;
    messages_[index] = keeper.keep(message);
  }
  std::vector<ReadAlone> read_alone;
  for (const auto& [protocol, messages] : counts) read_alone.push_back({protocol, messages});
  return read_alone;
}

}  // namespace brewproof
